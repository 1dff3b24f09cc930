/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/libraries.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

/* libxml2 tells its version as one number: 20914 is 2.9.14; a git suffix may follow. */
static const char *libxml_version(void)
{
	static char text[32];
	long number = strtol(xmlParserVersion, NULL, 10);
	snprintf(text, sizeof(text), "%ld.%ld.%ld", number / 10000, number / 100 % 100, number % 100);
	return text;
}

const struct library_version *base_libraries(size_t *count)
{
	static struct library_version versions[4];
	versions[0] = (struct library_version){"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)};
	versions[1] = (struct library_version){"jansson", jansson_version_str()};
	versions[2] = (struct library_version){"libxml2", libxml_version()};
	versions[3] = (struct library_version){"zlib", zlibVersion()};
	*count = sizeof(versions) / sizeof(versions[0]);
	return versions;
}
