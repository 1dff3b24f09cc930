/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/settings.h"
#include "base/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static int parse(struct settings *settings, const char *text, struct error *err)
{
	return settings_parse(settings, text, strlen(text), "theca.ini", err);
}

static void assert_defaults(const struct settings *settings)
{
	assert_null(settings->institution);
	assert_null(settings->default_operator);
	assert_null(settings->address);
	assert_null(settings->catalogue);
	assert_int_equal(settings->digests, DIGEST_ALL);
	assert_int_equal(settings->retries, 3);
}

static void the_template_is_the_defaults(void **state)
{
	(void)state;
	struct settings settings;
	settings_init(&settings);
	assert_defaults(&settings);
	assert_int_equal(parse(&settings, settings_template(), NULL), ERR_NONE);
	assert_defaults(&settings);
	settings_release(&settings);
}

/* With every comment mark before a setting removed, the template still means the defaults. */
static void the_template_shows_the_defaults(void **state)
{
	(void)state;
	char text[8192];
	size_t len = 0, settings_shown = 0;
	for (const char *line = settings_template(); *line;) {
		size_t size = strcspn(line, "\n") + 1;
		size_t skip = line[0] == '#' && line[1] >= 'a' && line[1] <= 'z';
		settings_shown += skip;
		assert_true(len + size < sizeof(text));
		memcpy(text + len, line + skip, size - skip);
		len += size - skip;
		line += size;
	}
	text[len] = '\0';
	assert_int_equal(settings_shown, 6);
	struct settings settings;
	struct error err = {0};
	settings_init(&settings);
	assert_int_equal(parse(&settings, text, &err), ERR_NONE);
	assert_int_equal(settings.digests, DIGEST_ALL);
	assert_int_equal(settings.retries, 3);
	assert_null(settings.institution);
	assert_string_equal(settings.catalogue, "catalog.db");
	settings_release(&settings);
}

static void values_are_taken(void **state)
{
	(void)state;
	struct settings settings;
	settings_init(&settings);
	assert_int_equal(parse(&settings,
				 "[archive]\n"
				 "institution = Biblioth\xC3\xA8que nationale\n"
				 "operator = J. D\xC3\xBCrer\n"
				 "address = mailto:discs@example.org\n"
				 "digests = SHA512, md5,,crc32\n"
				 "catalogue = /var/lib/theca/catalog.db\n"
				 "[rip]\n"
				 "retries = 1000\n",
				 NULL),
		ERR_NONE);
	assert_string_equal(settings.institution, "Biblioth\xC3\xA8que nationale");
	assert_string_equal(settings.default_operator, "J. D\xC3\xBCrer");
	assert_string_equal(settings.address, "mailto:discs@example.org");
	assert_string_equal(settings.catalogue, "/var/lib/theca/catalog.db");
	assert_int_equal(settings.digests,
		DIGEST_BIT(DIGEST_SHA512) | DIGEST_BIT(DIGEST_MD5) | DIGEST_BIT(DIGEST_CRC32));
	assert_int_equal(settings.retries, 1000);
	settings_release(&settings);
}

static void mistakes_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *line, *says;
	} cases[] = {
		{"[archive]\ninstitutoin = X\n", "2", "no setting \"institutoin\""},
		{"[archive]\naddress = discs@example.org\n", "2", "is no URI"},
		{"[archive]\naddress = mailto:\n", "2", "is no URI"},
		{"[archive]\naddress = mailto:a b\n", "2", "is no URI"},
		{"[archive]\nretries = 3\n", "2", "no setting \"retries\""},
		{"# x\n[ripping]\nretries = 3\n", "3", "no section [ripping]"},
		{"retries = 3\n", "1", "before any section"},
		{"[archive]\ndigests = md5 sha1\n", "2", "sha512 must be"},
		{"[archive]\ndigests =\n", "2", "sha512 must be"},
		{"[archive]\ndigests = sha512 sha3\n", "2", "\"sha3\" is not"},
		{"[archive]\ndigests = sha512 aaaaaaaaaaaaaaaaaaaaaaaa\n", "2", "is not one of"},
		{"[rip]\nretries = 1001\n", "2", "from 0 to 1000"},
		{"[rip]\nretries = -1\n", "2", "from 0 to 1000"},
		{"[rip]\nretries = 3 times\n", "2", "from 0 to 1000"},
		{"[rip]\nretries =\n", "2", "from 0 to 1000"},
		{"[rip]\nretries = 99999999999999999999\n", "2", "from 0 to 1000"},
		{"[rip]\nretries = 1\nretries = 2\n", "3", "a second time"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings settings;
		struct error err = {0};
		settings_init(&settings);
		assert_int_equal(parse(&settings, cases[i].text, &err), ERR_INVALID);
		if (!strstr(err.message, cases[i].says))
			print_error("%s: %s\n", cases[i].text, err.message);
		assert_non_null(strstr(err.message, cases[i].says));
		char place[32];
		snprintf(place, sizeof(place), "theca.ini, line %s:", cases[i].line);
		assert_ptr_equal(strstr(err.message, place), err.message);
		settings_release(&settings);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_template_is_the_defaults),
		cmocka_unit_test(the_template_shows_the_defaults),
		cmocka_unit_test(values_are_taken),
		cmocka_unit_test(mistakes_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
