/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis_reader.h"

#include "base/digest.h"
#include "base/path.h"
#include "store/deposit.h"
#include "store/premis_check.h"
#include "store/premis_vocabulary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OBJECT_ID "objectIdentifier"
#define PROPERTY "significantProperties"

static int read_uuid(struct premis_reader *r, const struct xml_node *object, char **uuid)
{
	int rc = premis_typed_text(r, object, OBJECT_ID, PREMIS_ID_UUID, uuid);

	if (!rc && !*uuid)
		rc = premis_refuse(r, "an object has no UUID");
	return rc;
}

static int read_carrier(struct premis_reader *r, const struct xml_node *object, char *id)
{
	struct premis *premis = r->premis;
	bool has_label;
	int rc;

	if (premis->carrier_id) {
		free(id);
		return premis_refuse(r, "there are two carriers");
	}
	premis->carrier_id = id;
	rc = read_uuid(r, object, &premis->carrier_uuid);
	if (!rc)
		rc = premis_typed_text(r, object, PROPERTY, PREMIS_PROPERTY_TITLE, &premis->title);
	if (!rc)
		rc = premis_typed_text(r, object, PROPERTY, PREMIS_PROPERTY_NOTE, &premis->note);
	if (!rc)
		rc = premis_typed_text(
			r, object, PROPERTY, PREMIS_PROPERTY_FILE_SYSTEM, &premis->file_system);
	if (!rc)
		rc = premis_typed(r, object, PROPERTY, PREMIS_PROPERTY_LABEL, &premis->volume_label,
			&has_label);
	return rc;
}

/* The carrier is the entity with an identifier of that type; other entities are environments. */
static int read_entity(struct premis_reader *r, const struct xml_node *object)
{
	char *id = NULL;
	int rc = premis_typed_text(r, object, OBJECT_ID, PREMIS_ID_CARRIER, &id);

	if (rc || !id)
		return rc;
	return read_carrier(r, object, id);
}

/* The representation is the one that is an OCFL object. */
static int read_representation(struct premis_reader *r, const struct xml_node *object)
{
	struct premis *premis = r->premis;
	char *id = NULL;
	int rc = premis_typed_text(r, object, OBJECT_ID, PREMIS_ID_OBJECT, &id);

	if (rc || !id)
		return rc;
	if (premis->object_id) {
		free(id);
		return premis_refuse(r, "there are two representations as OCFL objects");
	}
	premis->object_id = id;
	rc = read_uuid(r, object, &premis->representation_uuid);
	if (!rc)
		rc = premis_typed_text(
			r, object, PROPERTY, PREMIS_PROPERTY_VERSION, &premis->version);
	if (!rc && !premis->version)
		rc = premis_refuse(r, "the representation does not say which version it is");
	return rc;
}

/* A known algorithm's digest has its length; of others nothing is known. */
static bool is_digest(const char *algorithm, const char *digest)
{
	uint8_t bytes[DIGEST_MAX_BYTES];
	enum digest_algorithm known;

	if (!digest_by_name(algorithm, &known))
		return *digest != '\0';
	return bytes_from_hex(digest, bytes, digest_size(known));
}

static int read_fixity(
	struct premis_reader *r, const struct xml_node *node, struct premis_fixity *fixity)
{
	const struct xml_node *algorithm = xml_child(node, "messageDigestAlgorithm");
	int rc = premis_code(r, algorithm, PREMIS_HASH, &fixity->algorithm);

	if (!rc)
		rc = premis_text(r, xml_child(node, "messageDigest"), &fixity->digest);
	if (!rc && !is_digest(fixity->algorithm, fixity->digest))
		rc = premis_refuse(r, "a message digest has not the digits of its algorithm");
	return rc;
}

int premis_read_fixities(struct premis_reader *r, const struct xml_node *characteristics,
	struct premis_fixity **fixity, size_t *fixity_count)
{
	size_t count = premis_count(characteristics, "fixity");
	int rc = 0;

	*fixity = calloc(count ? count : 1, sizeof(**fixity));
	if (!*fixity)
		return premis_no_memory(r);
	for (const struct xml_node *node = xml_child(characteristics, "fixity"); node && !rc;
		node = xml_next(node, "fixity"))
		rc = read_fixity(r, node, &(*fixity)[(*fixity_count)++]);
	return rc;
}

bool premis_number(const char *text, uint64_t *number, const char **end)
{
	char *after = NULL;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &after, 10);
	*end = after;
	return !errno && *number <= INT64_MAX;
}

/* The schema's type is a signed 64-bit integer. */
int premis_read_size(
	struct premis_reader *r, const struct xml_node *characteristics, uint64_t *size)
{
	char *text = NULL;
	const char *end = "";
	int rc = premis_text(r, xml_child(characteristics, "size"), &text);

	if (rc)
		return rc;
	if (!text)
		return premis_refuse(r, "a file or bitstream has no size");
	if (!premis_number(text, size, &end) || *end)
		rc = premis_refuse(r, "the size of a file or bitstream is out of range");
	free(text);
	return rc;
}

int premis_read_format(struct premis_reader *r, const struct xml_node *format, char **name)
{
	int rc = premis_text(
		r, xml_child(xml_child(format, "formatDesignation"), "formatName"), name);

	if (!rc && !*name)
		rc = premis_refuse(r, "the format of a file or bitstream has no name");
	return rc;
}

static int read_puid(
	struct premis_reader *r, const struct xml_node *format, struct premis_file *file)
{
	const struct xml_node *registry = xml_child(format, "formatRegistry");
	char *registry_name = NULL;
	int rc = premis_text(r, xml_child(registry, "formatRegistryName"), &registry_name);
	if (!rc && registry_name && strcmp(registry_name, "PRONOM") == 0)
		rc = premis_text(r, xml_child(registry, "formatRegistryKey"), &file->puid);
	free(registry_name);
	return rc;
}

static int read_name(
	struct premis_reader *r, const struct xml_node *object, struct premis_file *file)
{
	int rc = premis_typed_text(r, xml_child(object, "storage"), "contentLocation",
		PREMIS_LOCATION_PATH, &file->name);

	if (rc)
		return rc;
	if (!file->name)
		return premis_refuse(r, "a file has no logical path");
	if (!path_is_contained(file->name))
		return premis_refuse(r, "a file's logical path leads out of the object");
	return 0;
}

static int read_file(struct premis_reader *r, const struct xml_node *object)
{
	struct premis_file *file = &r->premis->files[r->premis->file_count++];
	const struct xml_node *characteristics = xml_child(object, "objectCharacteristics");
	const struct xml_node *format = xml_child(characteristics, "format");
	int rc = read_uuid(r, object, &file->uuid);

	if (!rc)
		rc = read_name(r, object, file);
	if (!rc)
		rc = premis_read_size(r, characteristics, &file->size);
	if (!rc)
		rc = premis_read_fixities(r, characteristics, &file->fixity, &file->fixity_count);
	if (!rc)
		rc = premis_read_format(r, format, &file->format);
	if (!rc)
		rc = read_puid(r, format, file);
	return rc;
}

static int read_object(struct premis_reader *r, const struct xml_node *object)
{
	static const struct {
		const char *category;
		int (*read)(struct premis_reader *r, const struct xml_node *object);
	} readers[] = {
		{"file", read_file},
		{"bitstream", premis_read_bitstream},
		{"intellectualEntity", read_entity},
		{"representation", read_representation},
	};
	const char *category = premis_object_category(object);

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strcmp(category, readers[i].category) == 0)
			return readers[i].read(r, object);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

static int check_names(struct premis_reader *r)
{
	const struct premis *premis = r->premis;
	const char **names = malloc((premis->file_count + 1) * sizeof(*names));
	int rc = 0;

	if (!names)
		return premis_no_memory(r);
	for (size_t i = 0; i < premis->file_count; i++)
		names[i] = premis->files[i].name;
	qsort(names, premis->file_count, sizeof(*names), compare_names);
	for (size_t i = 1; i < premis->file_count && !rc; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			rc = premis_refuse(r, "two files have the same logical path");
	free(names);
	return rc;
}

/* By their names, of which the image's bears on the others. */
static void set_roles(struct premis *premis)
{
	enum file_role role;
	const char *image = NULL;

	for (size_t i = 0; i < premis->file_count && !image; i++)
		if (file_role_of(premis->files[i].name, &role) && role == ROLE_IMAGE)
			image = premis->files[i].name;
	for (size_t i = 0; i < premis->file_count; i++) {
		struct premis_file *file = &premis->files[i];
		bool is_known = file_role_beside(file->name, image, &role);
		file->role = is_known ? file_role_name(role) : "other";
	}
}

int premis_read_objects(struct premis_reader *r, const struct xml_node *root)
{
	size_t count = premis_count(root, "object") + 1;
	int rc = 0;

	r->premis->files = calloc(count, sizeof(*r->premis->files));
	r->premis->bitstreams = calloc(count, sizeof(*r->premis->bitstreams));
	if (!r->premis->files || !r->premis->bitstreams)
		return premis_no_memory(r);
	for (const struct xml_node *node = xml_child(root, "object"); node && !rc;
		node = xml_next(node, "object"))
		rc = read_object(r, node);
	if (!rc && !r->premis->carrier_id)
		rc = premis_refuse(r, "no entity is a carrier");
	if (!rc && !r->premis->object_id)
		rc = premis_refuse(r, "no representation is an OCFL object");
	if (!rc)
		rc = check_names(r);
	if (!rc)
		set_roles(r->premis);
	return rc ? rc : premis_check_bitstreams(r);
}
