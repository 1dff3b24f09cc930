/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_check.h"

#include "base/clock.h"
#include "store/premis_model.h"
#include "store/premis_vocabulary.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum target { TARGET_OBJECT, TARGET_EVENT, TARGET_AGENT, TARGET_RIGHTS, TARGET_XML_ID };

/* Elements that give something its identifier, and those that lead to it. */
static const struct {
	const char *element;
	enum target target;
	bool defines;
} identifiers[] = {
	{"objectIdentifier", TARGET_OBJECT, true},
	{"eventIdentifier", TARGET_EVENT, true},
	{"agentIdentifier", TARGET_AGENT, true},
	{"rightsStatementIdentifier", TARGET_RIGHTS, true},
	{"linkingObjectIdentifier", TARGET_OBJECT, false},
	{"relatedObjectIdentifier", TARGET_OBJECT, false},
	{"linkingEnvironmentIdentifier", TARGET_OBJECT, false},
	{"linkingEventIdentifier", TARGET_EVENT, false},
	{"relatedEventIdentifier", TARGET_EVENT, false},
	{"linkingAgentIdentifier", TARGET_AGENT, false},
	{"linkingRightsStatementIdentifier", TARGET_RIGHTS, false},
};

/* The same in attributes, by the XML identifiers of elements. */
static const struct {
	const char *attribute;
	bool defines;
} xml_ids[] = {
	{"xmlID", true},
	{"LinkObjectXmlID", false},
	{"LinkAgentXmlID", false},
	{"LinkEventXmlID", false},
	{"LinkPermissionStatementXmlID", false},
	{"RelObjectXmlID", false},
	{"RelEventXmlID", false},
};

/* PREMIS 3.0 threw XLink out. "type" is xsi:type on an object and nothing anywhere else. */
static const char *const foreign_attributes[] = {
	"href", "role", "arcrole", "title", "show", "actuate", "type"};

struct link {
	enum target target;
	bool defines;
	char *key; /* type and value with a control between them that XML has not */
};

struct check {
	const char *name;
	struct error *err;
	struct link *links;
	size_t count;
	size_t capacity;
};

static int invalid(struct check *check, const struct xml_node *node, const char *what)
{
	return error_set(
		check->err, ERR_INVALID, "%s: <%.60s> %s", check->name, xml_name(node), what);
}

static int no_memory(struct check *check)
{
	return error_set(check->err, ERR_MEMORY, "%s: out of memory", check->name);
}

const char *premis_object_category(const struct xml_node *object)
{
	static const char *const categories[] = {
		"file", "representation", "bitstream", "intellectualEntity"};
	struct buffer type = {0};
	const char *found = NULL;

	xml_node_attribute(object, "type", &type);
	const char *colon = strchr(buffer_text(&type), ':');
	for (size_t i = 0; colon && i < sizeof(categories) / sizeof(categories[0]); i++)
		if (strcmp(colon + 1, categories[i]) == 0)
			found = categories[i];
	buffer_release(&type);
	return found;
}

/* Takes over key. */
static int add_link(struct check *check, enum target target, bool defines, struct buffer *key)
{
	if (check->count == check->capacity) {
		size_t capacity = check->capacity ? 2 * check->capacity : 64;
		struct link *links = realloc(check->links, capacity * sizeof(*links));
		if (!links) {
			buffer_release(key);
			return no_memory(check);
		}
		check->links = links;
		check->capacity = capacity;
	}
	struct link *link = &check->links[check->count];
	*link = (struct link){.target = target, .defines = defines, .key = buffer_steal(key)};
	if (!link->key)
		return no_memory(check);
	check->count++;
	return 0;
}

static bool is_uuid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != '-')
			return false;
	return text[sizeof(shape) - 1] == '\0';
}

/* Type and value are the first two children of every identifier. */
static int check_identifier(
	struct check *check, const struct xml_node *node, enum target target, bool defines)
{
	const struct xml_node *type = xml_child(node, NULL);
	const struct xml_node *value = type ? xml_next(type, NULL) : NULL;
	struct buffer key = {0};

	if (!value)
		return invalid(check, node, "lacks its type or value");
	xml_node_text(type, &key);
	if (strcmp(buffer_text(&key), PREMIS_ID_UUID PREMIS_ENCODED_SUFFIX) == 0) {
		buffer_release(&key);
		return invalid(check, node, "holds an encoded UUID, which no UUID needs to be");
	}
	bool is_typed_uuid = strcmp(buffer_text(&key), PREMIS_ID_UUID) == 0;
	buffer_putc(&key, '\x01');
	size_t start = key.len;
	xml_node_text(value, &key);
	if (is_typed_uuid && !key.failed && !is_uuid(buffer_text(&key) + start)) {
		buffer_release(&key);
		return invalid(check, node, "holds no UUID, though it says so");
	}
	return add_link(check, target, defines, &key);
}

static int check_identifiers(struct check *check, const struct xml_node *node)
{
	for (size_t i = 0; i < sizeof(identifiers) / sizeof(identifiers[0]); i++)
		if (strcmp(xml_name(node), identifiers[i].element) == 0)
			return check_identifier(
				check, node, identifiers[i].target, identifiers[i].defines);
	return 0;
}

static int check_xml_ids(struct check *check, const struct xml_node *node)
{
	for (size_t i = 0; i < sizeof(xml_ids) / sizeof(xml_ids[0]); i++) {
		struct buffer id = {0};
		if (!xml_node_attribute(node, xml_ids[i].attribute, &id))
			continue;
		unsigned char first = (unsigned char)*buffer_text(&id);
		if (!isalpha(first) && first != '_' && first < 0x80) {
			buffer_release(&id);
			return invalid(
				check, node, "has an XML identifier that begins with no letter");
		}
		int rc = add_link(check, TARGET_XML_ID, xml_ids[i].defines, &id);
		if (rc)
			return rc;
	}
	return 0;
}

static int check_attributes(struct check *check, const struct xml_node *node)
{
	struct buffer value = {0};
	bool found = false;
	bool is_object = strcmp(xml_name(node), "object") == 0;
	size_t count = sizeof(foreign_attributes) / sizeof(foreign_attributes[0]) - is_object;

	for (size_t i = 0; i < count && !found; i++)
		found = xml_node_attribute(node, foreign_attributes[i], &value);
	buffer_release(&value);
	if (found)
		return invalid(check, node, "has an attribute that PREMIS 3.0 does not know");
	return check_xml_ids(check, node);
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* What is only text, but not any text. */
static int check_text(struct check *check, const struct xml_node *node)
{
	static const struct {
		const char *element;
		bool (*fits)(const char *text);
		const char *complaint;
	} rules[] = {
		{"size", is_number, "is no number of bytes"},
		{"compositionLevel", is_number, "is no number"},
		{"relatedObjectSequence", is_number, "is no number"},
		{"relatedEventSequence", is_number, "is no number"},
		{"eventDateTime", clock_is_timestamp, "is no date and time with a zone"},
		{"dateCreatedByApplication", clock_is_timestamp, "is no date and time with a zone"},
	};
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (strcmp(xml_name(node), rules[i].element) != 0)
			continue;
		struct buffer text = {0};
		xml_node_text(node, &text);
		bool fits = rules[i].fits(buffer_text(&text));
		buffer_release(&text);
		return fits ? 0 : invalid(check, node, rules[i].complaint);
	}
	return 0;
}

static int check_node(struct check *check, const struct xml_node *node, bool by_model);

static int check_children(struct check *check, const struct xml_node *node, bool by_model)
{
	for (const struct xml_node *child = xml_child(node, NULL); child;
		child = xml_next(child, NULL)) {
		int rc = check_node(check, child, by_model);
		if (rc)
			return rc;
	}
	return 0;
}

/* Rights statements are walked without their model, for the links in them; extensions are not ours to look into. */
static int check_node(struct check *check, const struct xml_node *node, bool by_model)
{
	const char *element = xml_name(node);
	int rc = check_attributes(check, node);

	if (!rc && strcmp(element, "object") == 0) {
		element = premis_object_category(node);
		if (!element)
			return invalid(check, node, "has no xsi:type that PREMIS knows");
	}
	const struct premis_model *model = premis_model_of(element);
	bool is_open = model && !model->children;
	if (!rc && by_model && !is_open)
		rc = premis_model_check(model, node, check->name, check->err);
	if (!rc)
		rc = check_identifiers(check, node);
	if (!rc)
		rc = check_text(check, node);
	if (rc || (is_open && strcmp(element, "rights") != 0))
		return rc;
	return check_children(check, node, by_model && !is_open);
}

/* By target and key, what defines before what leads there. */
static int compare_links(const void *a, const void *b)
{
	const struct link *left = a, *right = b;

	if (left->target != right->target)
		return left->target < right->target ? -1 : 1;
	int order = strcmp(left->key, right->key);
	if (order)
		return order;
	return (int)right->defines - (int)left->defines;
}

static bool is_same_target(const struct link *a, const struct link *b)
{
	return a->target == b->target && strcmp(a->key, b->key) == 0;
}

static int check_links(struct check *check)
{
	if (check->count)
		qsort(check->links, check->count, sizeof(*check->links), compare_links);
	for (size_t i = 0; i < check->count; i++) {
		const struct link *link = &check->links[i];
		const char *value = strchr(link->key, '\x01');
		value = value ? value + 1 : link->key;
		bool is_first = i == 0 || !is_same_target(link - 1, link);
		if (is_first && !link->defines)
			return error_set(check->err, ERR_INVALID,
				"%s: a link leads to \"%.100s\", which is nowhere in the document",
				check->name, value);
		if (!is_first && link->defines)
			return error_set(check->err, ERR_INVALID,
				"%s: the identifier \"%.100s\" is given twice", check->name, value);
	}
	return 0;
}

static int check_root(struct check *check, const struct xml_node *root)
{
	struct buffer version = {0};

	if (!xml_is(root, PREMIS_NAMESPACE, "premis"))
		return error_set(
			check->err, ERR_INVALID, "%s: not a PREMIS 3.0 document", check->name);
	xml_node_attribute(root, "version", &version);
	bool is_version = strcmp(buffer_text(&version), "3.0") == 0;
	buffer_release(&version);
	return is_version ? 0 : invalid(check, root, "does not say version 3.0");
}

int premis_check(const struct xml_node *root, const char *name, struct error *err)
{
	struct check check = {.name = name, .err = err};
	int rc = check_root(&check, root);

	if (!rc)
		rc = check_node(&check, root, true);
	if (!rc)
		rc = check_links(&check);
	for (size_t i = 0; i < check.count; i++)
		free(check.links[i].key);
	free(check.links);
	return rc;
}
