/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/xml.h"

#include "base/text.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <string.h>
#include <strings.h>

#define MAX_DOCUMENT (64u << 20)
#define MAX_DEPTH 100
#define MAX_ITEMS 1000000u /* elements and attributes: each takes up to 250 bytes in the tree */
#define MAX_ATTRIBUTES 500u /* of an element: libxml2 compares each with each */
#define MAX_NAMESPACES 1000 /* in scope: libxml2 looks through them for each name */
#define CHUNK_SIZE (64u << 10) /* bytes parsed at once: what an error comes too late to stop */

/*
 * `struct xml_document` and `struct xml_node` are libxml2's xmlDoc and xmlNode under names of our
 * own, never defined.
 */
static const xmlNode *node_of(const struct xml_node *node)
{
	return (const xmlNode *)node;
}

static const struct xml_node *xml_of(const xmlNode *node)
{
	return (const struct xml_node *)node;
}

/* One parsing: what has been met and the first reason to refuse it. */
struct guard {
	xmlParserCtxtPtr parser;
	const char *name;
	size_t items;
	int status;
	struct error *err;
};

static int refuse(const char *name, int line, const char *why, struct error *err)
{
	return error_set(err, ERR_INVALID, "%s, line %d: %s", name, line, why);
}

/* ---- checks before parsing: what the parser would take too long over, or go astray after ---- */

static bool is_xml_character(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n' || code == '\r';
	return code != 0xFFFE && code != 0xFFFF;
}

static int check_characters(const uint8_t *p, size_t len, const char *name, struct error *err)
{
	int line = 1;
	for (size_t i = 0; i < len;) {
		uint32_t code;
		size_t n = text_character(p + i, len - i, &code);
		if (!n)
			return refuse(name, line,
				"this is not UTF-8, the only encoding that is read", err);
		if (!is_xml_character(code))
			return refuse(name, line, "a character that XML does not allow", err);
		if (code == '\n')
			line++;
		i += n;
	}
	return 0;
}

static bool is_space(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/*
 * An attribute is an equals sign and a quote, and no '<' stands inside a tag: so between two of
 * those there are at most so many.
 */
static int check_attributes(const uint8_t *p, size_t len, const char *name, struct error *err)
{
	size_t count = 0;
	int line = 1;
	bool equals = false;
	for (size_t i = 0; i < len; i++) {
		if (equals && (p[i] == '"' || p[i] == '\'') && ++count > MAX_ATTRIBUTES)
			return refuse(name, line, "too many attributes in one element", err);
		if (p[i] == '<')
			count = 0;
		if (p[i] == '\n')
			line++;
		equals = p[i] == '=' || (equals && is_space(p[i]));
	}
	return 0;
}

static int check_bytes(const uint8_t *p, size_t len, const char *name, struct error *err)
{
	if (!len)
		return error_set(err, ERR_INVALID, "%s: the XML document is empty", name);
	if (len > MAX_DOCUMENT)
		return error_set(err, ERR_INVALID,
			"%s: an XML document of more than %u MiB is not read", name,
			MAX_DOCUMENT >> 20);
	int status = check_characters(p, len, name, err);
	return status ? status : check_attributes(p, len, name, err);
}

/* ---- checks while it parses ---- */

static void stop(struct guard *guard, const char *why)
{
	if (!guard->status)
		guard->status =
			refuse(guard->name, xmlSAX2GetLineNumber(guard->parser), why, guard->err);
	xmlStopParser(guard->parser);
}

static struct guard *guard_of(void *parser)
{
	return ((xmlParserCtxtPtr)parser)->_private;
}

/* Libxml2 speaks of everything through this, instead of to stderr. */
static void on_error(void *context, xmlErrorPtr error)
{
	struct guard *guard = context;
	if (guard->status || error->level < XML_ERR_ERROR)
		return;
	const char *message = error->message ? error->message : "not well-formed";
	/* A text longer than it takes is a want of memory to libxml2. */
	if (error->code == XML_ERR_NO_MEMORY && !strstr(message, "huge text")) {
		guard->status = error_set(guard->err, ERR_MEMORY, "out of memory");
		return;
	}
	if (error->code == XML_ERR_DOCUMENT_END && guard->parser->nodeNr > 0)
		message = "the document is cut short";
	struct buffer why = {0};
	text_terminal(&why, message, strcspn(message, "\n"));
	guard->status = refuse(guard->name, error->line, buffer_text(&why), guard->err);
	buffer_release(&why);
}

static bool is_utf8_name(const xmlChar *encoding)
{
	const char *name = (const char *)encoding;
	return !name || !strcasecmp(name, "UTF-8") || !strcasecmp(name, "US-ASCII");
}

/*
 * Called after the XML declaration: another encoding would bring in characters that the checks
 * above have not seen.
 */
static void on_document(void *context)
{
	xmlParserCtxtPtr parser = context;
	if (!is_utf8_name(parser->encoding) || !is_utf8_name(parser->input->encoding))
		stop(guard_of(context),
			"the document is not in UTF-8, the only encoding that is read");
	else
		xmlSAX2StartDocument(context);
}

/* Called at the DOCTYPE, before anything is declared in it. */
static void on_doctype(
	void *context, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)name, (void)public_id, (void)system_id;
	stop(guard_of(context), "a document with a DOCTYPE is not read");
}

static void on_element(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int namespaces, const xmlChar **namespace_list, int attributes,
	int defaulted, const xmlChar **attribute_list)
{
	xmlParserCtxtPtr parser = context;
	struct guard *guard = guard_of(context);
	guard->items += 1u + (size_t)namespaces + (size_t)attributes;
	if (parser->nodeNr >= MAX_DEPTH)
		stop(guard, "elements are nested too deep");
	else if (guard->items > MAX_ITEMS)
		stop(guard, "too many elements and attributes");
	else if (parser->nsNr > 2 * MAX_NAMESPACES)
		stop(guard, "too many namespaces");
	else
		xmlSAX2StartElementNs(context, name, prefix, uri, namespaces, namespace_list,
			attributes, defaulted, attribute_list);
}

static xmlParserCtxtPtr parser_new(struct guard *guard)
{
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL);
	if (!parser)
		return NULL;
	xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES);
	parser->_private = guard;
	parser->sax->startDocument = on_document;
	parser->sax->internalSubset = on_doctype;
	parser->sax->startElementNs = on_element;
	parser->sax->comment = NULL;
	parser->sax->processingInstruction = NULL;
	return parser;
}

static void feed(struct guard *guard, const uint8_t *p, size_t len)
{
	for (size_t done = 0; done < len && !guard->status;) {
		size_t n = len - done < CHUNK_SIZE ? len - done : CHUNK_SIZE;
		xmlParseChunk(guard->parser, (const char *)p + done, (int)n, 0);
		done += n;
	}
	if (!guard->status)
		xmlParseChunk(guard->parser, NULL, 0, 1);
}

int xml_document_parse(struct xml_document **out, const void *bytes, size_t len, const char *name,
	struct error *err)
{
	int status = check_bytes(bytes, len, name, err);
	if (status)
		return status;
	xmlStructuredErrorFunc saved = xmlStructuredError;
	void *saved_context = xmlStructuredErrorContext;
	struct guard guard = {.name = name, .err = err};
	guard.parser = parser_new(&guard);
	if (!guard.parser)
		return error_set(err, ERR_MEMORY, "out of memory");
	xmlSetStructuredErrorFunc(&guard, on_error);
	feed(&guard, bytes, len);
	xmlSetStructuredErrorFunc(saved_context, saved);

	xmlDocPtr doc = guard.parser->myDoc;
	if (!guard.status && (!guard.parser->wellFormed || !doc || !xmlDocGetRootElement(doc)))
		guard.status = refuse(name, 1, "the document is not well-formed", err);
	xmlFreeParserCtxt(guard.parser);
	if (guard.status)
		xmlFreeDoc(doc);
	else
		*out = (struct xml_document *)doc;
	return guard.status;
}

/* ---- what was read ---- */

void xml_document_free(struct xml_document *document)
{
	xmlFreeDoc((xmlDocPtr)document);
}

const struct xml_node *xml_root(const struct xml_document *document)
{
	return xml_of(xmlDocGetRootElement((const xmlDoc *)document));
}

static bool same(const xmlChar *a, const char *b)
{
	return a && b ? !strcmp((const char *)a, b) : !a && !b;
}

static const xmlChar *namespace_of(const xmlNode *node)
{
	return node->ns ? node->ns->href : NULL;
}

bool xml_is(const struct xml_node *node, const char *ns_uri, const char *name)
{
	return node && same(namespace_of(node_of(node)), ns_uri) && same(node_of(node)->name, name);
}

const char *xml_name(const struct xml_node *node)
{
	return (const char *)node_of(node)->name;
}

/* The first element from node on that has that name and namespace, or any if name is NULL. */
static const struct xml_node *find_element(
	const xmlNode *node, const char *name, const xmlChar *ns_uri)
{
	while (node && !(node->type == XML_ELEMENT_NODE &&
			       (!name || xml_is(xml_of(node), (const char *)ns_uri, name))))
		node = node->next;
	return xml_of(node);
}

const struct xml_node *xml_child(const struct xml_node *parent, const char *name)
{
	const xmlNode *node = node_of(parent);
	return node ? find_element(node->children, name, namespace_of(node)) : NULL;
}

const struct xml_node *xml_next(const struct xml_node *node, const char *name)
{
	return find_element(node_of(node)->next, name, namespace_of(node_of(node)));
}

static void add_text(const xmlNode *node, struct buffer *out)
{
	for (; node; node = node->next)
		if (node->type == XML_TEXT_NODE && node->content)
			buffer_puts(out, (const char *)node->content);
}

void xml_node_text(const struct xml_node *node, struct buffer *out)
{
	if (node)
		add_text(node_of(node)->children, out);
}

bool xml_node_attribute(const struct xml_node *node, const char *name, struct buffer *out)
{
	const xmlAttr *attribute = node ? node_of(node)->properties : NULL;
	while (attribute && !same(attribute->name, name))
		attribute = attribute->next;
	if (!attribute)
		return false;
	add_text(attribute->children, out);
	return true;
}
