/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/settings.h"
#include "base/digest.h"
#include "base/ini.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/*
 * Three more reads bring most of what a drive can still recover; each costs seconds on a damaged
 * disc.
 */
#define DEFAULT_RETRIES 3u
#define RETRIES_MAX 1000u

static const char template_text[] =
	"# The settings of this archive, read by theca at every start.\n"
	"#\n"
	"# Lines that begin with # are explanations. Every setting below is commented out and "
	"shows its\n"
	"# default: to change one, remove the # before it and write your value after the equals "
	"sign.\n"
	"# theca refuses a file with a name that it does not know, so a slip of the pen is never "
	"ignored.\n"
	"\n"
	"[archive]\n"
	"\n"
	"# The institution that keeps these discs, as it shall appear in the preservation records\n"
	"# (PREMIS) of every disc. Not recorded while it is empty.\n"
	"#institution =\n"
	"\n"
	"# Who is at the station when the command line does not say (rip --operator NAME).\n"
	"# Recorded as the person responsible for each imaging and check. Not recorded while it is "
	"empty.\n"
	"#operator =\n"
	"\n"
	"# A URI at which the operator or the institution can be reached, such as\n"
	"# mailto:discs@example.org.\n"
	"# It stands beside the operator's name in each version of an object (OCFL).\n"
	"#address =\n"
	"\n"
	"# The checksums that are computed of every file, separated by spaces or commas. Theca "
	"knows\n"
	"# crc32, md5, sha1, sha256 and sha512. sha512 identifies files in the archive and must be "
	"among\n"
	"# them; the others serve comparison with catalogues and tools elsewhere.\n"
	"# A change holds for discs ripped from then on.\n"
	"#digests = crc32 md5 sha1 sha256 sha512\n"
	"\n"
	"# Where the catalogue is kept, from this directory. It must lie on a local disk: if the "
	"archive\n"
	"# is on a network share (NFS, CIFS), name a path on this machine. The catalogue can "
	"always be\n"
	"# made anew from the archive (theca reindex).\n"
	"#catalogue = catalog.db\n"
	"\n"
	"[rip]\n"
	"\n"
	"# How many times a sector that could not be read is tried again, from 0 to 1000, when the "
	"command\n"
	"# line does not say (rip --retries N). More may rescue more of a damaged disc, but every "
	"try of\n"
	"# every bad sector takes seconds and strains an old drive.\n"
	"#retries = 3\n";

const char *settings_template(void)
{
	return template_text;
}

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.digests = DIGEST_ALL,
		.retries = DEFAULT_RETRIES,
	};
}

void settings_release(struct settings *settings)
{
	free(settings->institution);
	free(settings->default_operator);
	free(settings->address);
	free(settings->catalogue);
	*settings = (struct settings){0};
}

/* Keeps a text; an empty one is the same as none. */
static int set_text(char **slot, const char *value, struct error *err)
{
	char *copy = NULL;
	if (*value && !(copy = strdup(value)))
		return error_set(err, ERR_MEMORY, "out of memory for the settings");
	free(*slot);
	*slot = copy;
	return ERR_NONE;
}

static int set_institution(struct settings *settings, const char *value, struct error *err)
{
	return set_text(&settings->institution, value, err);
}

static int set_operator(struct settings *settings, const char *value, struct error *err)
{
	return set_text(&settings->default_operator, value, err);
}

/* A URI as far as it matters here: a scheme, a colon, no blanks (RFC 3986, section 3). */
static int set_address(struct settings *settings, const char *value, struct error *err)
{
	size_t scheme = strcspn(value, ":");
	bool whole = scheme && value[scheme] && value[scheme + 1];
	if (*value && (!whole || strpbrk(value, " \t\"<>")))
		return error_set(err, ERR_INVALID,
			"address: \"%.80s\" is no URI such as mailto:discs@example.org", value);
	return set_text(&settings->address, value, err);
}

static int set_catalogue(struct settings *settings, const char *value, struct error *err)
{
	return set_text(&settings->catalogue, value, err);
}

/* Adds the algorithm of a name of `len` characters to the mask. */
static int add_digest(unsigned *mask, const char *name, size_t len, struct error *err)
{
	char word[16];
	enum digest_algorithm algorithm;
	if (len < sizeof(word)) {
		memcpy(word, name, len);
		word[len] = '\0';
		if (digest_by_name(word, &algorithm)) {
			*mask |= DIGEST_BIT(algorithm);
			return ERR_NONE;
		}
	}
	return error_set(err, ERR_INVALID,
		"digests: \"%.*s\" is not one of crc32, md5, sha1, sha256, sha512",
		(int)(len < 40 ? len : 40), name);
}

static int set_digests(struct settings *settings, const char *value, struct error *err)
{
	static const char separators[] = ", \t";
	unsigned mask = 0;
	const char *word = value + strspn(value, separators);
	while (*word) {
		size_t len = strcspn(word, separators);
		int rc = add_digest(&mask, word, len, err);
		if (rc)
			return rc;
		word += len;
		word += strspn(word, separators);
	}
	if (!(mask & DIGEST_BIT(DIGEST_SHA512)))
		return error_set(err, ERR_INVALID,
			"digests: sha512 must be among them, the archive names its files by it");
	settings->digests = mask;
	return ERR_NONE;
}

static int set_retries(struct settings *settings, const char *value, struct error *err)
{
	unsigned retries = 0;
	size_t len = strspn(value, "0123456789");
	for (size_t i = 0; i < len && retries <= RETRIES_MAX; i++)
		retries = retries * 10 + (unsigned)(value[i] - '0');
	if (len == 0 || value[len] || retries > RETRIES_MAX)
		return error_set(err, ERR_INVALID,
			"retries: \"%.40s\" is not a whole number from 0 to %u", value,
			RETRIES_MAX);
	settings->retries = retries;
	return ERR_NONE;
}

static const struct {
	const char *section, *name;
	int (*set)(struct settings *settings, const char *value, struct error *err);
} keys[] = {
	{"archive", "institution", set_institution},
	{"archive", "operator", set_operator},
	{"archive", "address", set_address},
	{"archive", "digests", set_digests},
	{"archive", "catalogue", set_catalogue},
	{"rip", "retries", set_retries},
};
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

/* A file while it is read. */
struct reading {
	struct settings *settings;
	bool seen[KEY_COUNT];
};

/* What is wrong with a setting that no key fits. */
static int refuse(const char *section, const char *name, struct error *err)
{
	bool known = false;
	for (size_t i = 0; i < KEY_COUNT; i++)
		known = known || strcmp(keys[i].section, section) == 0;
	if (!*section)
		return error_set(err, ERR_INVALID,
			"\"%.40s\" stands before any section; put [archive] or [rip] above it",
			name);
	if (!known)
		return error_set(err, ERR_INVALID,
			"there is no section [%.40s], only [archive] and [rip]", section);
	return error_set(
		err, ERR_INVALID, "section [%s] knows no setting \"%.40s\"", section, name);
}

static int take_setting(
	void *context, const char *section, const char *name, const char *value, struct error *err)
{
	struct reading *reading = context;
	size_t i = 0;
	while (i < KEY_COUNT &&
		(strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0))
		i++;
	if (i == KEY_COUNT)
		return refuse(section, name, err);
	if (reading->seen[i])
		return error_set(err, ERR_INVALID, "\"%s\" is set a second time", name);
	reading->seen[i] = true;
	return keys[i].set(reading->settings, value, err);
}

int settings_parse(struct settings *settings, const char *text, size_t len, const char *name,
	struct error *err)
{
	struct reading reading = {.settings = settings};
	return ini_read(text, len, name, take_setting, &reading, err);
}
