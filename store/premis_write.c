/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis.h"

#include "base/text.h"
#include "store/premis_writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_SIZE 64

static void fail(struct premis_writer *w, int code, const char *what)
{
	if (!w->rc)
		w->rc = error_set(w->err, code, "sidecar: %s", what);
}

static void check(struct premis_writer *w, const struct buffer *buffer)
{
	if (buffer->failed)
		fail(w, ERR_MEMORY, "out of memory");
}

bool premis_has_actor(const struct premis_writer *w, enum premis_actor actor)
{
	const char *const names[ACTOR_COUNT] = {
		[ACTOR_INSTITUTION] = w->deposit->institution,
		[ACTOR_OPERATOR] = w->deposit->operator_name,
		[ACTOR_SOFTWARE] = "Theca",
		[ACTOR_DRIVE] = w->deposit->source.is_drive ? "drive" : NULL,
	};

	return names[actor] && *names[actor];
}

void premis_drive_name(const struct deposit *deposit, struct buffer *name)
{
	const struct drive_identity *drive = &deposit->source.drive;

	buffer_puts(name, drive->vendor);
	if (*drive->vendor && *drive->model)
		buffer_putc(name, ' ');
	buffer_puts(name, drive->model);
}

void premis_mint(struct premis_writer *w, char uuid[UUID_SIZE])
{
	uuid[0] = '\0';
	if (!w->rc)
		w->rc = uuid_new(uuid, w->err);
}

void premis_term(
	struct premis_writer *w, const char *element, enum premis_scheme scheme, const char *code)
{
	const char *name = premis_scheme_name(scheme);
	char uri[128];

	xml_start(w->xml, element);
	xml_attribute(w->xml, "authority", name);
	snprintf(uri, sizeof(uri), PREMIS_VOCABULARY "%s", name);
	xml_attribute(w->xml, "authorityURI", uri);
	snprintf(uri, sizeof(uri), PREMIS_VOCABULARY "%s/%s", name, code);
	xml_attribute(w->xml, "valueURI", uri);
	xml_chars(w->xml, premis_term_label(scheme, code));
	xml_end(w->xml);
}

static void open_identifier(
	struct premis_writer *w, const char *kind, const char *type, const void *bytes, size_t len)
{
	char element[NAME_SIZE], type_element[NAME_SIZE], value_element[NAME_SIZE];

	snprintf(element, sizeof(element), "premis:%sIdentifier", kind);
	snprintf(type_element, sizeof(type_element), "premis:%sIdentifierType", kind);
	snprintf(value_element, sizeof(value_element), "premis:%sIdentifierValue", kind);
	xml_start(w->xml, element);
	premis_pair(w, type_element, value_element, type, bytes, len);
}

void premis_identifier_open(
	struct premis_writer *w, const char *kind, const char *type, const char *value)
{
	open_identifier(w, kind, type, value, strlen(value));
}

void premis_identifier(
	struct premis_writer *w, const char *kind, const char *type, const char *value)
{
	premis_identifier_open(w, kind, type, value);
	xml_end(w->xml);
}

__attribute__((format(printf, 3, 0))) static void print_element(
	struct premis_writer *w, const char *element, const char *format, va_list ap)
{
	char text[512];

	vsnprintf(text, sizeof(text), format, ap);
	xml_element(w->xml, element, text);
}

void premis_printf(struct premis_writer *w, const char *element, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_element(w, element, format, ap);
	va_end(ap);
}

void premis_time(struct premis_writer *w, const char *element, int64_t seconds)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(seconds, text);
	xml_element(w->xml, element, text);
}

void premis_pair(struct premis_writer *w, const char *type_element, const char *value_element,
	const char *type, const void *bytes, size_t len)
{
	struct buffer value = {0};
	bool encoded = text_encode(&value, bytes, len);

	check(w, &value);
	premis_printf(w, type_element, "%s%s", type, encoded ? PREMIS_ENCODED_SUFFIX : "");
	xml_element(w->xml, value_element, buffer_text(&value));
	buffer_release(&value);
}

bool premis_foreign(struct premis_writer *w, const char *element, const void *bytes, size_t len)
{
	struct buffer value = {0};
	bool encoded = text_encode(&value, bytes, len);

	check(w, &value);
	xml_element(w->xml, element, buffer_text(&value));
	buffer_release(&value);
	return encoded;
}

void premis_encoded_note(struct premis_writer *w, const char *note_element, const char *element)
{
	premis_printf(w, note_element, "%s" PREMIS_ENCODED_NOTE, element);
}

void premis_extension_text(
	struct premis_writer *w, const char *element, const void *bytes, size_t len)
{
	struct buffer value = {0};
	bool encoded = text_encode(&value, bytes, len);

	check(w, &value);
	xml_start(w->xml, element);
	if (encoded)
		xml_attribute(w->xml, "encoding", TEXT_PERCENT_MARK);
	xml_chars(w->xml, buffer_text(&value));
	xml_end(w->xml);
	buffer_release(&value);
}

void premis_property(struct premis_writer *w, const char *type, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	xml_start(w->xml, "premis:significantProperties");
	premis_pair(w, "premis:significantPropertiesType", "premis:significantPropertiesValue",
		type, bytes, len);
	xml_end(w->xml);
}

void premis_property_text(struct premis_writer *w, const char *type, const char *text)
{
	if (text)
		premis_property(w, type, text, strlen(text));
}

void premis_property_printf(struct premis_writer *w, const char *type, const char *format, ...)
{
	va_list ap;

	xml_start(w->xml, "premis:significantProperties");
	xml_element(w->xml, "premis:significantPropertiesType", type);
	va_start(ap, format);
	print_element(w, "premis:significantPropertiesValue", format, ap);
	va_end(ap);
	xml_end(w->xml);
}

void premis_property_disc_text(struct premis_writer *w, const char *what, const char *text)
{
	char type[NAME_SIZE];

	snprintf(type, sizeof(type), "%s %s",
		w->deposit->source_sheet.len ? "disc text" : "CD-TEXT", what);
	premis_property_text(w, type, text);
}

static void mint_all(struct premis_writer *w)
{
	premis_mint(w, w->reading);
	premis_mint(w, w->representation);
	premis_mint(w, w->environment);
	for (enum premis_actor i = 0; i < ACTOR_COUNT; i++)
		premis_mint(w, w->actors[i]);
}

static void write_document(struct premis_writer *w)
{
	xml_start(w->xml, "premis:premis");
	xml_attribute(w->xml, "xmlns:premis", PREMIS_NAMESPACE);
	xml_attribute(w->xml, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
	xml_attribute(w->xml, "xmlns:theca", PREMIS_EXTENSION_NAMESPACE);
	xml_attribute(w->xml, "version", "3.0");
	premis_write_objects(w);
	premis_write_events(w);
	premis_write_agents(w);
	xml_end(w->xml);
}

static bool is_complete(const struct deposit *deposit)
{
	return deposit->carrier.id && deposit->map && deposit->files[ROLE_IMAGE].name &&
	       (deposit->source.is_drive || deposit->source.file.name);
}

int premis_write(const struct deposit *deposit, struct buffer *out, struct error *err)
{
	if (!is_complete(deposit))
		return error_set(err, ERR_USAGE,
			"sidecar: the deposit lacks its carrier, source, map or image");
	struct premis_writer w = {.deposit = deposit, .err = err, .now = clock_now()};

	w.rc = xml_writer_new(&w.xml, err);
	if (w.rc)
		return w.rc;
	mint_all(&w);
	write_document(&w);
	if (!w.rc)
		w.rc = xml_writer_finish(w.xml, out, err);
	xml_writer_free(w.xml);
	return w.rc;
}
