/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis.h"

#include "base/text.h"
#include "store/premis_check.h"
#include "store/premis_reader.h"
#include "store/premis_vocabulary.h"

#include <stdlib.h>
#include <string.h>

int premis_refuse(struct premis_reader *r, const char *what)
{
	return error_set(r->err, ERR_INVALID, "%s: %s", r->name, what);
}

int premis_no_memory(struct premis_reader *r)
{
	return error_set(r->err, ERR_MEMORY, "%s: out of memory", r->name);
}

size_t premis_count(const struct xml_node *parent, const char *element)
{
	size_t count = 0;

	for (const struct xml_node *node = xml_child(parent, element); node;
		node = xml_next(node, element))
		count++;
	return count;
}

/* Hands bytes over as a C string. */
static int take_text(struct premis_reader *r, struct buffer *bytes, char **text)
{
	if (bytes->len && memchr(bytes->data, '\0', bytes->len)) {
		buffer_release(bytes);
		return premis_refuse(r, "a text holds a NUL");
	}
	*text = buffer_steal(bytes);
	return *text ? 0 : premis_no_memory(r);
}

/* Appends the raw bytes of an element's text. */
static int raw_bytes(
	struct premis_reader *r, const struct xml_node *node, bool is_encoded, struct buffer *bytes)
{
	struct buffer text = {0};
	int rc = 0;

	xml_node_text(node, &text);
	if (is_encoded)
		rc = text_decode(bytes, buffer_text(&text), text.len, r->err);
	else
		buffer_add(bytes, buffer_text(&text), text.len);
	if (rc)
		error_prefix(r->err, "%s: <%.60s>", r->name, xml_name(node));
	else if (text.failed || bytes->failed)
		rc = premis_no_memory(r);
	buffer_release(&text);
	return rc;
}

int premis_decoded(
	struct premis_reader *r, const struct xml_node *node, bool is_encoded, char **text)
{
	struct buffer bytes = {0};

	if (!node)
		return 0;
	int rc = raw_bytes(r, node, is_encoded, &bytes);
	if (rc) {
		buffer_release(&bytes);
		return rc;
	}
	return take_text(r, &bytes, text);
}

int premis_text(struct premis_reader *r, const struct xml_node *node, char **text)
{
	return premis_decoded(r, node, false, text);
}

int premis_code(struct premis_reader *r, const struct xml_node *node, int scheme, char **code)
{
	struct buffer uri = {0}, label = {0};
	int rc = 0;

	xml_node_attribute(node, "valueURI", &uri);
	xml_node_text(node, &label);
	*code = strdup(premis_term_code(
		(enum premis_scheme)scheme, buffer_text(&uri), buffer_text(&label)));
	if (!*code || uri.failed || label.failed)
		rc = premis_no_memory(r);
	buffer_release(&uri);
	buffer_release(&label);
	return rc;
}

/* Whether an element's text is that type, with the mark of encoding or without it. */
static bool is_type(const struct xml_node *node, const char *type, bool *is_encoded)
{
	struct buffer text = {0};
	size_t len = strlen(type);

	xml_node_text(node, &text);
	const char *rest = buffer_text(&text);
	bool begins = strncmp(rest, type, len) == 0;
	*is_encoded = begins && strcmp(rest + len, PREMIS_ENCODED_SUFFIX) == 0;
	bool is = *is_encoded || (begins && rest[len] == '\0');
	buffer_release(&text);
	return is;
}

int premis_typed(struct premis_reader *r, const struct xml_node *parent, const char *element,
	const char *type, struct buffer *bytes, bool *found)
{
	*found = false;
	for (const struct xml_node *node = xml_child(parent, element); node;
		node = xml_next(node, element)) {
		const struct xml_node *node_type = xml_child(node, NULL);
		const struct xml_node *value = node_type ? xml_next(node_type, NULL) : NULL;
		bool is_encoded;
		if (!value || !is_type(node_type, type, &is_encoded))
			continue;
		*found = true;
		return raw_bytes(r, value, is_encoded, bytes);
	}
	return 0;
}

int premis_typed_text(struct premis_reader *r, const struct xml_node *parent, const char *element,
	const char *type, char **text)
{
	struct buffer bytes = {0};
	bool found;
	int rc = premis_typed(r, parent, element, type, &bytes, &found);

	if (!rc && found)
		return take_text(r, &bytes, text);
	buffer_release(&bytes);
	return rc;
}

bool premis_says_encoded(const struct xml_node *node, const char *element)
{
	struct buffer text = {0};
	size_t len = strlen(element);

	xml_node_text(node, &text);
	bool says = strncmp(buffer_text(&text), element, len) == 0 &&
		    strcmp(buffer_text(&text) + len, PREMIS_ENCODED_NOTE) == 0;
	buffer_release(&text);
	return says;
}

static int read_root(struct premis_reader *r, const struct xml_node *root)
{
	int rc = premis_check(root, r->name, r->err);

	if (!rc)
		rc = premis_read_objects(r, root);
	if (!rc)
		rc = premis_read_events(r, root);
	if (!rc)
		rc = premis_read_agents(r, root);
	return rc;
}

int premis_read(
	struct premis **out, const void *bytes, size_t len, const char *name, struct error *err)
{
	struct premis_reader r = {.name = name, .err = err};
	struct xml_document *document = NULL;
	int rc;

	*out = NULL;
	rc = xml_document_parse(&document, bytes, len, name, err);
	if (rc)
		return rc;
	r.premis = calloc(1, sizeof(*r.premis));
	rc = r.premis ? read_root(&r, xml_root(document)) : premis_no_memory(&r);
	xml_document_free(document);
	if (rc)
		premis_free(r.premis);
	else
		*out = r.premis;
	return rc;
}

static void release_fixity(struct premis_fixity *fixity, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(fixity[i].algorithm);
		free(fixity[i].digest);
	}
	free(fixity);
}

static void release_file(struct premis_file *file)
{
	free(file->uuid);
	free(file->name);
	free(file->format);
	free(file->puid);
	release_fixity(file->fixity, file->fixity_count);
}

static void release_bitstream(struct premis_bitstream *stream)
{
	free(stream->uuid);
	free(stream->file_uuid);
	free(stream->format);
	release_fixity(stream->fixity, stream->fixity_count);
}

static void release_event(struct premis_event *event)
{
	free(event->uuid);
	free(event->type);
	free(event->time);
	free(event->detail);
	free(event->outcome);
	free(event->note);
	for (size_t i = 0; i < event->agent_count; i++) {
		free(event->agents[i].agent_uuid);
		free(event->agents[i].role);
	}
	free(event->agents);
}

static void release_agent(struct premis_agent *agent)
{
	free(agent->uuid);
	free(agent->name);
	free(agent->type);
	free(agent->version);
	free(agent->note);
}

void premis_free(struct premis *premis)
{
	if (!premis)
		return;
	for (size_t i = 0; i < premis->file_count; i++)
		release_file(&premis->files[i]);
	for (size_t i = 0; i < premis->bitstream_count; i++)
		release_bitstream(&premis->bitstreams[i]);
	for (size_t i = 0; i < premis->event_count; i++)
		release_event(&premis->events[i]);
	for (size_t i = 0; i < premis->agent_count; i++)
		release_agent(&premis->agents[i]);
	free(premis->files);
	free(premis->bitstreams);
	free(premis->events);
	free(premis->agents);
	free(premis->object_id);
	free(premis->version);
	free(premis->representation_uuid);
	free(premis->carrier_uuid);
	free(premis->carrier_id);
	free(premis->title);
	free(premis->note);
	free(premis->file_system);
	buffer_release(&premis->volume_label);
	free(premis);
}
