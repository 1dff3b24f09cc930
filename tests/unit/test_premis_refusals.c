/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/premis.h"

#include "tests/unit/premis_judge.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#define CARRIER_LINK                                                                               \
	"<premis:linkingObjectIdentifier>"                                                         \
	"<premis:linkingObjectIdentifierType>UUID</premis:linkingObjectIdentifierType>"            \
	"<premis:linkingObjectIdentifierValue>ca000000-0000-4000-8000-000000000001"                \
	"</premis:linkingObjectIdentifierValue></premis:linkingObjectIdentifier>"

#define FORMAT                                                                                     \
	"<premis:format><premis:formatDesignation><premis:formatName>x</premis:formatName>"        \
	"</premis:formatDesignation></premis:format>"

#define BITSTREAM_ID                                                                               \
	"<premis:object xsi:type=\"premis:bitstream\"><premis:objectIdentifier>"                   \
	"<premis:objectIdentifierType>UUID</premis:objectIdentifierType>"                          \
	"<premis:objectIdentifierValue>b0000000-0000-4000-8000-000000000001"                       \
	"</premis:objectIdentifierValue></premis:objectIdentifier>"

#define BITSTREAM                                                                                  \
	BITSTREAM_ID "<premis:objectCharacteristics>" FORMAT "</premis:objectCharacteristics>"

#define AGENT                                                                                      \
	"<premis:agent><premis:agentIdentifier>"                                                   \
	"<premis:agentIdentifierType>local</premis:agentIdentifierType>"                           \
	"<premis:agentIdentifierValue>1</premis:agentIdentifierValue></premis:agentIdentifier>"    \
	"</premis:agent>"

#define EVENTS_BEGIN "<premis:event>"
#define VERSION_PROPERTY                                                                           \
	"<premis:significantPropertiesValue>v1</premis:significantPropertiesValue>\n"              \
	"    </premis:significantProperties>"

/* Which judges refuse a change besides premis_read. */
enum { XSD = 1, RNG = 2, EVERYWHERE = 4 };

struct change {
	const char *what;
	unsigned
		how; /* XSD, RNG: refused by them; EVERYWHERE: the first edit is made at every place */
	struct {
		const char *from, *to;
	} edits[2];
};

static const struct change broken[] = {
	{"no version", XSD | RNG, {{" version=\"3.0\"", ""}}},
	{"no xsi:type", XSD | RNG, {{" xsi:type=\"premis:file\"", ""}}},
	{"xsi:type without its prefix", XSD | RNG,
		{{"xsi:type=\"premis:file\"", "xsi:type=\"file\""}}},
	{"size before fixity", XSD | RNG,
		{{"<premis:fixity>", "<premis:size>675840000</premis:size><premis:fixity>"},
			{"</premis:fixity>\n      <premis:size>675840000</premis:size>",
				"</premis:fixity>"}}},
	{"agent before event", XSD | RNG, {{EVENTS_BEGIN, AGENT EVENTS_BEGIN}}},
	{"linked object before linked agent", XSD | RNG,
		{{"<premis:linkingAgentIdentifier>",
			CARRIER_LINK "<premis:linkingAgentIdentifier>"}}},
	{"eventDetail of PREMIS 2", XSD | RNG,
		{{"<premis:eventDetailInformation>",
			"<premis:eventDetail>x</"
			"premis:eventDetail><premis:eventDetailInformation>"}}},
	{"relatedObjectIdentification", XSD | RNG | EVERYWHERE,
		{{"relatedObjectIdentifier>", "relatedObjectIdentification>"}}},
	{"namespace of PREMIS 2", XSD | RNG,
		{{"http://www.loc.gov/premis/v3", "info:lc/xmlns/premis-v2"}}},
	{"XLink", XSD | RNG,
		{{"<premis:objectIdentifier>",
			"<premis:objectIdentifier xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
			"xlink:href=\"x\">"}}},
	{"objectCategory", XSD | RNG,
		{{"<premis:objectCharacteristics>",
			"<premis:objectCategory>file</premis:objectCategory>"
			"<premis:objectCharacteristics>"}}},
	{"characteristics of a representation", XSD | RNG,
		{{VERSION_PROPERTY, VERSION_PROPERTY "<premis:objectCharacteristics>" FORMAT
						     "</premis:objectCharacteristics>"}}},
	{"storage of an entity", XSD | RNG,
		{{"<premis:relationship>",
			"<premis:storage><premis:storageMedium>CD</premis:storageMedium>"
			"</premis:storage><premis:relationship>"}}},
	{"original name of a bitstream", XSD | RNG,
		{{EVENTS_BEGIN, BITSTREAM "<premis:originalName>x</premis:originalName></"
					  "premis:object>" EVENTS_BEGIN}}},
	{"bitstream without a format", XSD | RNG,
		{{EVENTS_BEGIN, BITSTREAM_ID
			"<premis:objectCharacteristics><premis:size>1</premis:size>"
			"</premis:objectCharacteristics></premis:object>" EVENTS_BEGIN}}},
	{"empty outcome", XSD | RNG,
		{{"<premis:linkingAgentIdentifier>",
			"<premis:eventOutcomeInformation/><premis:linkingAgentIdentifier>"}}},
	{"empty size", XSD | RNG, {{"<premis:size>675840000</premis:size>", "<premis:size/>"}}},
	{"environment function without a level", XSD | RNG,
		{{"<premis:environmentFunctionLevel>1</premis:environmentFunctionLevel>", ""}}},
	{"unknown composition level", XSD | RNG,
		{{"<premis:compositionLevel>0", "<premis:compositionLevel>unknown"}}},
	{"XML identifier beginning with a digit", XSD | RNG,
		{{"<premis:agent>", "<premis:agent xmlID=\"1a\">"}}},
	{"the same XML identifier twice", XSD | RNG | EVERYWHERE,
		{{"<premis:agent>", "<premis:agent xmlID=\"a\">"}}},
	{"element that PREMIS does not have", XSD | RNG,
		{{"<premis:agentNote>",
			"<premis:agentMood>good</premis:agentMood><premis:agentNote>"}}},
	{"foreign element outside an extension", XSD | RNG,
		{{"<premis:agentNote>", "<theca:mood/><premis:agentNote>"}}},
	{"file without format", XSD | RNG,
		{{"<premis:format>", "<premis:formatNote>x</premis:formatNote>"}}},
	{"XML reference to nothing", RNG,
		{{"<premis:linkingAgentIdentifier>",
			"<premis:linkingAgentIdentifier LinkAgentXmlID=\"nobody\">"}}},
	{"a word for a date", RNG,
		{{"<premis:eventDateTime>2026-11-22T15:13:04Z",
			"<premis:eventDateTime>yesterday"}}},
	{"date without zone", RNG,
		{{"<premis:eventDateTime>2026-11-22T15:13:04Z",
			"<premis:eventDateTime>2026-11-22T15:13:04"}}},
	{"date without time", RNG,
		{{"<premis:eventDateTime>2026-11-22T15:13:04Z",
			"<premis:eventDateTime>2026-11-22"}}},
	{"digest of the wrong length", RNG,
		{{"<premis:messageDigest>a0a0a0a0<", "<premis:messageDigest>a0a0a0<"}}},
	{"MD5 a digit short", RNG,
		{{">a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0<", ">a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a<"}}},
	{"digest of another algorithm", RNG,
		{{"cryptographicHashFunctions/md5\">MD5<",
			"cryptographicHashFunctions/sha1\">SHA-1<"}}},
	{"digest that is no number", RNG,
		{{"<premis:messageDigest>a0a0a0a0<", "<premis:messageDigest>a0a0a0ax<"}}},
	{"UUID that is none", RNG | EVERYWHERE,
		{{"Value>ca000000-0000-4000-8000-000000000001",
			"Value>ca000000-0000-4000-8000-00000000001"}}},
	{"UUIDs under a mark of encoding, which would pass unseen", RNG | EVERYWHERE,
		{{"IdentifierType>UUID<", "IdentifierType>UUID (percent-encoded)<"}}},
	{"related event that is not there", RNG,
		{{"<premis:relatedEventIdentifierType>UUID",
			"<premis:relatedEventIdentifierType>local"}}},
	{"carrier without an id", RNG,
		{{"<premis:objectIdentifierType>carrier<", "<premis:objectIdentifierType>shelf<"}}},
	{"no OCFL object", RNG,
		{{"<premis:objectIdentifierType>OCFL object<",
			"<premis:objectIdentifierType>object<"}}},
	{"no version of the OCFL object", RNG, {{">OCFL version<", ">version<"}}},
	{"file without a path", RNG, {{">logical path<", ">path<"}}},
	{"file without a size", RNG, {{"<premis:size>675840000</premis:size>", ""}}},
	{"size too large", XSD | RNG,
		{{"<premis:size>675840000", "<premis:size>9223372036854775808"}}},
	{"negative size", RNG, {{"<premis:size>675840000", "<premis:size>-1"}}},
	{"broken percent-encoding", RNG,
		{{"<premis:significantPropertiesType>title<",
			 "<premis:significantPropertiesType>title (percent-encoded)<"},
			{">Encyclop", ">%zzcyclop"}}},
	{"a NUL in a title", 0,
		{{"<premis:significantPropertiesType>title<",
			 "<premis:significantPropertiesType>title (percent-encoded)<"},
			{">Encyclop", ">%00cyclop"}}},
	{"agent without a name", RNG, {{"<premis:agentName>A. Reader</premis:agentName>", ""}}},
	{"path out of the object", 0, {{">SHELF%2F12.iso<", ">../SHELF%2F12.iso<"}}},
	{"two files of one path", 0, {{">SHELF%2F12.map<", ">SHELF%2F12.iso<"}}},
	{"two objects of one UUID", 0,
		{{"<premis:objectIdentifierValue>f0000000-0000-4000-8000-000000000001",
			"<premis:objectIdentifierValue>f0000000-0000-4000-8000-000000000002"}}},
	{"linked object that is not there", 0,
		{{"<premis:linkingObjectIdentifierValue>f0000000-0000-4000-8000-000000000000",
			"<premis:linkingObjectIdentifierValue>f0000000-0000-4000-8000-"
			"00000000dead"}}},
	{"related object that is not there", 0,
		{{"<premis:relatedObjectIdentifierValue>f0000000-0000-4000-8000-000000000004",
			"<premis:relatedObjectIdentifierValue>f0000000-0000-4000-8000-"
			"00000000dead"}}},
	{"linked agent that is not there", RNG,
		{{"<premis:linkingAgentIdentifierType>UUID",
			"<premis:linkingAgentIdentifierType>local"}}},
	{"linked environment that is not there", RNG,
		{{"<premis:linkingEnvironmentIdentifierType>UUID",
			"<premis:linkingEnvironmentIdentifierType>local"}}},
};

#define TRACK_PROPERTY(value)                                                                      \
	"Type>track</premis:significantPropertiesType>\n      "                                    \
	"<premis:significantPropertiesValue>" value "<"

/* Of a sidecar with tracks; what the reader alone sees is no matter of a schema. */
static const struct change broken_tracks[] = {
	{"two bitstreams of one UUID", 0,
		{{"<premis:objectIdentifierValue>b0000000-0000-4000-8000-000000000001",
			"<premis:objectIdentifierValue>b0000000-0000-4000-8000-000000000002"}}},
	{"a bitstream that is included and not there", 0,
		{{"<premis:relatedObjectIdentifierValue>b0000000-0000-4000-8000-000000000001",
			"<premis:relatedObjectIdentifierValue>b0000000-0000-4000-8000-"
			"00000000dead"}}},
	{"two bitstreams of one track", 0, {{TRACK_PROPERTY("3"), TRACK_PROPERTY("2")}}},
	{"a track beyond 99", RNG, {{TRACK_PROPERTY("3"), TRACK_PROPERTY("100")}}},
	{"a track that is no number", RNG, {{TRACK_PROPERTY("3"), TRACK_PROPERTY("three")}}},
	{"a bitstream of no session", RNG, {{"Type>session<", "Type>Session<"}}},
	{"a byte range backwards", 0, {{">75264-823199<", ">823199-75264<"}}},
	{"a byte range of another size", 0, {{">75264-823199<", ">75264-823200<"}}},
	{"a byte range of words", RNG, {{">75264-823199<", ">the first track<"}}},
	{"a byte range with something behind it", RNG, {{">75264-823199<", ">75264-823199 <"}}},
	{"bitstreams that overlap", 0, {{">75264-823199<", ">75263-823198<"}}},
	{"a bitstream beyond its file", 0, {{">1481760-2069759<", ">1481761-2069760<"}}},
	{"a byte range larger than any file", 0,
		{{">75264-823199<", ">18446744073709551615-18446744073709551616<"}}},
	{"a digest of another algorithm", RNG, {{">b1b1b1b1<", ">b1b1b1<"}}},
	{"a bitstream without a size", RNG, {{"<premis:size>747936</premis:size>", ""}}},
};

/* Replaces the first occurrence, or all; there must be one. */
static void replace(struct buffer *document, const char *from, const char *to, bool all)
{
	struct buffer out = {0};
	const char *at = document->data, *hit = strstr(at, from);

	assert_non_null(hit);
	do {
		buffer_add(&out, at, (size_t)(hit - at));
		buffer_puts(&out, to);
		at = hit + strlen(from);
		hit = strstr(at, from);
	} while (hit && all);
	buffer_puts(&out, at);
	buffer_release(document);
	*document = out;
}

static void apply(const struct change *change, struct buffer *document)
{
	replace(document, change->edits[0].from, change->edits[0].to, change->how & EVERYWHERE);
	if (change->edits[1].from)
		replace(document, change->edits[1].from, change->edits[1].to, false);
}

static void expect_refusal(const struct change *change, const struct buffer *document)
{
	struct premis *premis = NULL;
	struct error err = {0};
	int rc = premis_read(&premis, document->data, document->len, "sidecar", &err);

	if (rc != ERR_INVALID)
		fail_msg("%s: premis_read gave %d", change->what, rc);
	assert_null(premis);
	assert_true(strncmp(err.message, "sidecar", 7) == 0);
}

static void expect_judgement(enum deposit_kind kind, const struct change *change)
{
	struct buffer document = {0};

	judge_write(kind, &document);
	apply(change, &document);
	expect_refusal(change, &document);
	judge_save(&document);
	if (judge_follows_profile() != !(change->how & RNG))
		fail_msg("%s: the profile judges otherwise", change->what);
	if (judge_has_schema() && judge_follows_schema() != !(change->how & XSD))
		fail_msg("%s: the official schema judges otherwise", change->what);
	buffer_release(&document);
}

static void broken_sidecars_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		expect_judgement(DEPOSIT_DAMAGED, &broken[i]);
}

static void broken_tracks_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken_tracks) / sizeof(broken_tracks[0]); i++)
		expect_judgement(DEPOSIT_AUDIO, &broken_tracks[i]);
}

/* A bitstream that is in another object than a file. */
static void a_bitstream_is_in_a_file(void **state)
{
	(void)state;
	struct buffer document = {0};
	static const char link[] =
		"relatedObjectIdentifierValue>f0000000-0000-4000-8000-000000000000";
	static const char other[] =
		"relatedObjectIdentifierValue>ca000000-0000-4000-8000-000000000001";

	judge_write(DEPOSIT_AUDIO, &document);
	char *stream = strstr(document.data, "premis:bitstream");
	assert_non_null(stream);
	char *at = strstr(stream, link);
	assert_non_null(at);
	memcpy(at, other, sizeof(other) - 1);
	struct premis *premis = NULL;
	struct error err = {0};
	assert_int_equal(
		premis_read(&premis, document.data, document.len, "sidecar", &err), ERR_INVALID);
	assert_string_equal(err.message, "sidecar: a bitstream is in no file");
	buffer_release(&document);
}

static void a_document_of_events_only_is_refused(void **state)
{
	(void)state;
	static const char head[] = "<premis:premis xmlns:premis=\"http://www.loc.gov/premis/v3\" "
				   "version=\"3.0\">";
	struct buffer document = {0}, whole = {0};

	judge_write(DEPOSIT_DRIVE, &whole);
	buffer_puts(&document, head);
	buffer_puts(&document, strstr(whole.data, EVENTS_BEGIN));
	judge_save(&document);
	assert_int_equal(
		premis_read(&(struct premis *){NULL}, document.data, document.len, "x", NULL),
		ERR_INVALID);
	assert_false(judge_follows_profile());
	if (judge_has_schema())
		assert_false(judge_follows_schema());
	buffer_release(&document);
	buffer_release(&whole);
}

/* The profile says no more than what Theca writes; the reader takes what PREMIS allows. */
static void lawful_additions_are_read(void **state)
{
	(void)state;
	static const struct change additions[] = {
		{"a bitstream", RNG, {{EVENTS_BEGIN, BITSTREAM "</premis:object>" EVENTS_BEGIN}}},
		{"a rights statement", RNG,
			{{"</premis:premis>",
				"<premis:rights><premis:rightsStatement>"
				"<premis:rightsStatementIdentifier>"
				"<premis:rightsStatementIdentifierType>local"
				"</premis:rightsStatementIdentifierType>"
				"<premis:rightsStatementIdentifierValue>1"
				"</premis:rightsStatementIdentifierValue>"
				"</premis:rightsStatementIdentifier>"
				"<premis:rightsBasis>statute</premis:rightsBasis>" CARRIER_LINK
				"</premis:rightsStatement></premis:rights></premis:premis>"}}},
		{"a preservation level", RNG,
			{{"<premis:significantProperties>",
				"<premis:preservationLevel><premis:preservationLevelValue>full"
				"</premis:preservationLevelValue></premis:preservationLevel>"
				"<premis:significantProperties>"}}},
		{"a second identifier", RNG,
			{{"<premis:objectIdentifier>",
				"<premis:objectIdentifier><premis:objectIdentifierType>barcode"
				"</premis:objectIdentifierType><premis:objectIdentifierValue>1"
				"</premis:objectIdentifierValue></premis:objectIdentifier>"
				"<premis:objectIdentifier>"}}},
		{"an entity that is a set", RNG,
			{{EVENTS_BEGIN,
				"<premis:object xsi:type=\"premis:intellectualEntity\">"
				"<premis:objectIdentifier>"
				"<premis:objectIdentifierType>set</premis:objectIdentifierType>"
				"<premis:objectIdentifierValue>9</premis:objectIdentifierValue>"
				"</premis:objectIdentifier></premis:object>" EVENTS_BEGIN}}},
	};
	for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++) {
		struct buffer document = {0};
		judge_write(DEPOSIT_DAMAGED, &document);
		apply(&additions[i], &document);
		judge_save(&document);
		if (judge_has_schema() && !judge_follows_schema())
			fail_msg("%s: not lawful after all", additions[i].what);
		premis_free(judge_read(&document));
		buffer_release(&document);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_sidecars_are_refused),
		cmocka_unit_test(broken_tracks_are_refused),
		cmocka_unit_test(a_bitstream_is_in_a_file),
		cmocka_unit_test(a_document_of_events_only_is_refused),
		cmocka_unit_test(lawful_additions_are_read),
	};

	return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}
