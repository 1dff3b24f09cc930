/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/xml.h"

#include "base/text.h"

#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>

struct xml_writer {
	xmlBufferPtr buffer;
	xmlTextWriterPtr xml;
	bool has_root;
	int status; /* the first failure, which why describes */
	struct error why;
};

static const xmlChar *xml_string(const char *text)
{
	return (const xmlChar *)text;
}

static void fail_on(struct xml_writer *writer, int result, const char *what, const char *name)
{
	if (result < 0 && !writer->status)
		writer->status = error_set(&writer->why, ERR_MEMORY,
			"the XML library failed to write the %s '%s'", what, name);
}

/* Only clean text may reach libxml2: it reports success for what no reader accepts. */
static bool may_write(
	struct xml_writer *writer, const char *what, const char *name, const char *text)
{
	if (!writer->status && (!text || !text_is_clean(text, strlen(text))))
		writer->status = error_set(&writer->why, ERR_USAGE,
			"text that was not encoded first cannot stand in the XML %s '%s'", what,
			name);
	return !writer->status;
}

int xml_writer_new(struct xml_writer **out, struct error *err)
{
	struct xml_writer *writer = calloc(1, sizeof(*writer));
	if (!writer)
		return error_set(err, ERR_MEMORY, "out of memory");
	writer->buffer = xmlBufferCreate();
	if (writer->buffer)
		writer->xml = xmlNewTextWriterMemory(writer->buffer, 0);
	if (!writer->xml || xmlTextWriterSetIndent(writer->xml, 1) < 0 ||
		xmlTextWriterSetIndentString(writer->xml, xml_string("  ")) < 0 ||
		xmlTextWriterStartDocument(writer->xml, "1.0", "UTF-8", NULL) < 0) {
		xml_writer_free(writer);
		return error_set(err, ERR_MEMORY, "the XML library failed to begin a document");
	}
	*out = writer;
	return 0;
}

void xml_writer_free(struct xml_writer *writer)
{
	if (!writer)
		return;
	if (writer->xml)
		xmlFreeTextWriter(writer->xml);
	if (writer->buffer)
		xmlBufferFree(writer->buffer);
	free(writer);
}

void xml_start(struct xml_writer *writer, const char *name)
{
	if (writer->status)
		return;
	writer->has_root = true;
	fail_on(writer, xmlTextWriterStartElement(writer->xml, xml_string(name)), "element", name);
}

void xml_attribute(struct xml_writer *writer, const char *name, const char *value)
{
	if (may_write(writer, "attribute", name, value))
		fail_on(writer,
			xmlTextWriterWriteAttribute(
				writer->xml, xml_string(name), xml_string(value)),
			"attribute", name);
}

void xml_chars(struct xml_writer *writer, const char *text)
{
	if (may_write(writer, "text", "...", text))
		fail_on(writer, xmlTextWriterWriteString(writer->xml, xml_string(text)), "text",
			"...");
}

void xml_end(struct xml_writer *writer)
{
	if (!writer->status)
		fail_on(writer, xmlTextWriterEndElement(writer->xml), "end of", "an element");
}

void xml_element(struct xml_writer *writer, const char *name, const char *text)
{
	if (!may_write(writer, "element", name, text))
		return;
	xml_start(writer, name);
	xml_chars(writer, text);
	xml_end(writer);
}

int xml_writer_finish(struct xml_writer *writer, struct buffer *out, struct error *err)
{
	if (!writer->status && !writer->has_root)
		writer->status =
			error_set(&writer->why, ERR_USAGE, "the XML document has no element");
	if (!writer->status)
		fail_on(writer, xmlTextWriterEndDocument(writer->xml), "end of", "the document");
	if (!writer->status)
		fail_on(writer, xmlTextWriterFlush(writer->xml), "end of", "the document");
	if (writer->status)
		return error_set(err, writer->why.code, "%s", writer->why.message);
	buffer_add(out, xmlBufferContent(writer->buffer), (size_t)xmlBufferLength(writer->buffer));
	if (out->failed)
		return error_set(err, ERR_MEMORY, "out of memory");
	return 0;
}
