/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/xml.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds of the processor that a hostile document may take; sanitizers are allowed for. */
#define QUICK 10.0

static int parse(struct xml_document **document, const char *text, size_t len, struct error *err)
{
	*document = NULL;
	*err = (struct error){0};
	return xml_document_parse(document, text, len, "doc.xml", err);
}

static struct xml_document *parsed(const char *text)
{
	struct xml_document *document;
	struct error err;
	if (parse(&document, text, strlen(text), &err))
		fail_msg("%s", err.message);
	return document;
}

static void assert_refused_bytes(const char *text, size_t len, const char *words)
{
	struct xml_document *document;
	struct error err;
	clock_t start = clock();
	assert_int_equal(parse(&document, text, len, &err), ERR_INVALID);
	assert_null(document);
	if (!strstr(err.message, "doc.xml") || !strstr(err.message, words))
		fail_msg("'%s' lacks '%s'", err.message, words);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < QUICK);
}

static void assert_refused(const char *text, const char *words)
{
	assert_refused_bytes(text, strlen(text), words);
}

/* ---- writing ---- */

static void test_write(void **state)
{
	(void)state;
	struct xml_writer *writer;
	struct buffer out = {0};
	assert_int_equal(xml_writer_new(&writer, NULL), 0);
	xml_start(writer, "p:premis");
	xml_attribute(writer, "xmlns:p", "http://www.loc.gov/premis/v3");
	xml_attribute(writer, "note", "<\"&'>\n\t");
	xml_element(writer, "p:a", "x < y & \"z\" ]]>");
	xml_element(writer, "p:empty", "");
	xml_start(writer, "p:b");
	xml_chars(writer, "M\303\274nchen");
	xml_end(writer);
	xml_start(writer, "p:left-open");
	assert_int_equal(xml_writer_finish(writer, &out, NULL), 0);
	xml_writer_free(writer);
	assert_string_equal(out.data, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				      "<p:premis xmlns:p=\"http://www.loc.gov/premis/v3\" "
				      "note=\"&lt;&quot;&amp;'&gt;&#10;&#9;\">\n"
				      "  <p:a>x &lt; y &amp; &quot;z&quot; ]]&gt;</p:a>\n"
				      "  <p:empty></p:empty>\n"
				      "  <p:b>M\303\274nchen</p:b>\n"
				      "  <p:left-open/>\n"
				      "</p:premis>\n");
	buffer_release(&out);
}

static void write_dirty_attribute(struct xml_writer *writer)
{
	xml_attribute(writer, "a", "\033");
}

static void write_dirty_chars(struct xml_writer *writer)
{
	xml_chars(writer, "\377");
}

static void write_dirty_element(struct xml_writer *writer)
{
	xml_element(writer, "a", "\357\277\276");
}

static void write_null(struct xml_writer *writer)
{
	xml_element(writer, "a", NULL);
}

static void write_end_too_often(struct xml_writer *writer)
{
	xml_end(writer);
	xml_end(writer);
}

/* The first failure sticks, whatever is written after it. */
static void test_write_fails(void **state)
{
	(void)state;
	static void (*const mistakes[])(struct xml_writer *) = {write_dirty_attribute,
		write_dirty_chars, write_dirty_element, write_null, write_end_too_often};
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct xml_writer *writer;
		struct buffer out = {0};
		struct error err = {0};
		assert_int_equal(xml_writer_new(&writer, NULL), 0);
		xml_start(writer, "root");
		mistakes[i](writer);
		xml_element(writer, "fine", "fine");
		assert_int_not_equal(xml_writer_finish(writer, &out, &err), 0);
		assert_int_equal(out.len, 0);
		assert_true(strlen(err.message) > 0);
		xml_writer_free(writer);
	}
}

static void test_write_nothing(void **state)
{
	(void)state;
	struct xml_writer *writer;
	struct buffer out = {0};
	assert_int_equal(xml_writer_new(&writer, NULL), 0);
	assert_int_equal(xml_writer_finish(writer, &out, NULL), ERR_USAGE);
	xml_writer_free(writer);
	xml_writer_free(NULL);
}

/* ---- reading ---- */

static void test_navigate(void **state)
{
	(void)state;
	struct xml_document *document =
		parsed("<?xml version='1.0' encoding='utf-8'?><!-- c --><?pi x?>\n"
		       "<r xmlns='urn:a' xmlns:b='urn:b'> <b:x/><x n='1'/>text<y/><x b:n='2'/><!-- "
		       "c --></r>");
	const struct xml_node *root = xml_root(document);
	assert_true(xml_is(root, "urn:a", "r"));
	assert_false(xml_is(root, "urn:b", "r"));
	assert_false(xml_is(root, NULL, "r"));
	assert_false(xml_is(NULL, "urn:a", "r"));
	assert_true(xml_is(xml_child(root, NULL), "urn:b", "x"));
	const struct xml_node *x = xml_child(root, "x");
	assert_true(xml_is(x, "urn:a", "x"));
	assert_string_equal(xml_name(x), "x");
	assert_true(xml_is(xml_next(x, NULL), "urn:a", "y"));
	const struct xml_node *last = xml_next(x, "x");
	struct buffer value = {0};
	assert_true(xml_node_attribute(last, "n", &value));
	assert_string_equal(value.data, "2");
	assert_false(xml_node_attribute(last, "m", &value));
	assert_false(xml_node_attribute(NULL, "m", &value));
	assert_null(xml_next(last, NULL));
	assert_null(xml_child(last, NULL));
	assert_null(xml_child(NULL, "x"));
	assert_null(xml_child(root, "z"));
	buffer_release(&value);
	xml_document_free(document);
	xml_document_free(NULL);
}

static void assert_text(const char *text, const char *expected)
{
	struct xml_document *document = parsed(text);
	struct buffer out = {0};
	xml_node_text(xml_root(document), &out);
	assert_string_equal(buffer_text(&out), expected);
	buffer_release(&out);
	xml_document_free(document);
}

static void test_text(void **state)
{
	(void)state;
	assert_text("<a>1 &lt; &amp; &#x4e; &quot;<b>not this</b> <!-- nor this -->&gt; 2</a>",
		"1 < & N \" > 2");
	assert_text("<a><![CDATA[<x>&amp;]]>y</a>", "<x>&amp;y");
	assert_text("<a> \n\t</a>", " \n\t");
	assert_text("<a/>", "");
	assert_text("\357\273\277<a>M\303\274nchen</a>", "M\303\274nchen");
	struct buffer out = {0};
	xml_node_text(NULL, &out);
	assert_int_equal(out.len, 0);
}

static void test_not_well_formed(void **state)
{
	(void)state;
	assert_refused("", "empty");
	assert_refused("just text", "line 1");
	assert_refused("<a>\n<b>\n</a>", "line 3");
	assert_refused("<a>\n<b></b>", "line 2: the document is cut short");
	assert_refused("<a>text", "cut short");
	assert_refused("<a x='1' x='2'/>", "line 1");
	assert_refused("<a x=1/>", "line 1");
	assert_refused("<a/>\n<b/>", "line 2");
	assert_refused("<a>&undeclared;</a>", "undeclared");
	assert_refused("<a>\n<p:b/></a>", "line 2");
	assert_refused("<a>&#0;</a>", "line 1");
	assert_refused("<a>\033</a>", "does not allow");
	assert_refused("<a>\n\377</a>", "line 2: this is not UTF-8");
	assert_refused("<a>\357\277\276</a>", "does not allow");
	assert_refused_bytes("<a>\0</a>", 8, "does not allow");
}

static void test_truncated(void **state)
{
	(void)state;
	static const char whole[] = "<?xml version='1.0'?>\n<a b='c'><!-- d --><e>f</e></a>";
	for (size_t len = 1; len < sizeof(whole) - 1; len++)
		assert_refused_bytes(whole, len, "line");
	xml_document_free(parsed(whole));
}

static void test_other_encodings(void **state)
{
	(void)state;
	assert_refused("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "UTF-8");
	assert_refused("<?xml version='1.0' encoding='UTF-7'?>+ADw-a/>", "line 1");
	assert_refused("<?xml version='1.0' encoding='UTF-16'?><a/>", "line 1");
	assert_refused("<?xml version='1.0' encoding='EBCDIC-US'?><a/>", "line 1");
	assert_refused_bytes("\377\376<\0a\0/\0>\0", 10, "UTF-8");
	assert_text("<?xml version='1.0' encoding='us-ascii'?><a>x</a>", "x");
}

/* ---- hostile documents ---- */

static void test_doctype(void **state)
{
	(void)state;
	static const char *const documents[] = {
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
		"<!DOCTYPE a PUBLIC '-//X' 'http://127.0.0.1:9/x.dtd'><a/>",
		"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
		"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'> %p;]><a/>",
		"<!DOCTYPE a [<!ATTLIST a b CDATA 'default'>]><a/>",
		"<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
		"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>"
		"<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;'>"
		"]><l>&f;</l>",
	};
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		assert_refused(documents[i], "line 1: a document with a DOCTYPE");
	assert_refused("<a>\n<!DOCTYPE a>\n</a>", "line 2");
}

/* A buffer of `count` times `piece` between start and end. */
static struct buffer repeated(const char *start, const char *piece, size_t count, const char *end)
{
	struct buffer out = {0};
	buffer_puts(&out, start);
	for (size_t i = 0; i < count; i++)
		buffer_puts(&out, piece);
	buffer_puts(&out, end);
	assert_false(out.failed);
	return out;
}

static void assert_bomb(const char *start, const char *piece, size_t count, const char *words)
{
	struct buffer bomb = repeated(start, piece, count, "");
	assert_refused_bytes(bomb.data, bomb.len, words);
	buffer_release(&bomb);
}

static void test_depth(void **state)
{
	(void)state;
	struct buffer open = repeated("", "<a>", 100, "");
	struct buffer whole = repeated(open.data, "</a>", 100, "");
	xml_document_free(parsed(whole.data));
	buffer_release(&whole);
	whole = repeated(open.data, "<a>", 1, "</a>");
	open.failed = false;
	struct buffer deep = repeated(whole.data, "</a>", 100, "");
	assert_refused(deep.data, "too deep");
	buffer_release(&open);
	buffer_release(&whole);
	buffer_release(&deep);
	assert_bomb("", "<a>", 2u << 20, "too deep");
}

static void test_size(void **state)
{
	(void)state;
	assert_bomb("<a>", "0123456789abcdef", 4u << 20, "64 MiB");
	assert_bomb("<a>", "<b/>", 2000000, "too many elements");
	assert_bomb("<a>", "<b c=''/>", 1000000, "too many elements");
}

static void add_attributes(struct buffer *out, const char *prefix, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buffer_printf(out, " %sx%x=''", prefix, i);
}

/* Libxml2 compares each attribute of an element with each. */
static void test_attribute_bomb(void **state)
{
	(void)state;
	struct buffer bomb = {0};
	buffer_puts(&bomb, "<a");
	add_attributes(&bomb, "", 500000);
	buffer_puts(&bomb, "/>");
	assert_refused_bytes(bomb.data, bomb.len, "too many attributes");
	buffer_clear(&bomb);
	/* Neither a quote in a comment nor an error before it hides them. */
	buffer_puts(&bomb, "<r>\n<!-- \" -- --><a");
	add_attributes(&bomb, "", 500000);
	assert_refused_bytes(bomb.data, bomb.len, "line 2: too many attributes");
	buffer_clear(&bomb);
	buffer_puts(&bomb, "<a");
	add_attributes(&bomb, "", 500);
	buffer_puts(&bomb, "/>");
	xml_document_free(parsed(bomb.data));
	buffer_clear(&bomb);
	buffer_puts(&bomb, "<a y = ''");
	add_attributes(&bomb, "", 500);
	buffer_puts(&bomb, "/>");
	assert_refused_bytes(bomb.data, bomb.len, "too many attributes");
	buffer_release(&bomb);
}

/* Nor may it look through all namespaces for every name. */
static void test_namespace_bomb(void **state)
{
	(void)state;
	for (int broken = 0; broken < 2; broken++) {
		struct buffer bomb = {0};
		buffer_puts(&bomb, broken ? "<r x='' x=''>" : "<r>");
		for (int depth = 0; depth < 90; depth++) {
			buffer_puts(&bomb, "<a");
			for (int i = 0; i < 450; i++)
				buffer_printf(&bomb, " xmlns:n%d_%d='u'", depth, i);
			buffer_puts(&bomb, ">");
		}
		for (int i = 0; i < 2000000; i++)
			buffer_puts(&bomb, "<x/>");
		assert_refused_bytes(
			bomb.data, bomb.len, broken ? "redefined" : "too many namespaces");
		buffer_release(&bomb);
	}
}

static void test_long_constructs(void **state)
{
	(void)state;
	assert_bomb("<a><!-- ", "<b c='d'>", 1500000, "line 1");
	assert_bomb("<a><![CDATA[ ", "<b c='d'>", 1500000, "line 1");
	assert_bomb("<a><?pi ", "<b c='d'>", 1500000, "line 1");
	assert_bomb("<a b='", ">>>>>>>>", 1500000, "line 1");
	assert_bomb("<a>", "&amp;", 3000000, "line 1");
	assert_bomb("<a>", "]]&gt;x", 3000000, "line 1");
	assert_bomb("<a>", "<!-- --><?p?>", 1000000, "line 1");
	assert_bomb("<", "aaaaaaaa", 1500000, "line 1");
	assert_bomb("<a>", "<![CDATA[]]>", 1000000, "line 1");
	assert_bomb("<a>", "&#x41;", 2000000, "line 1");
}

/* A library does not speak to stderr, whatever it reads. */
static void test_silence(void **state)
{
	(void)state;
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	assert_true(file && saved >= 0);
	fflush(stderr);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	test_not_well_formed(NULL);
	test_doctype(NULL);
	test_other_encodings(NULL);
	fflush(stderr);
	off_t written = lseek(fileno(file), 0, SEEK_END);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	fclose(file);
	assert_int_equal(written, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_write_nothing),
		cmocka_unit_test(test_navigate),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_not_well_formed),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_other_encodings),
		cmocka_unit_test(test_doctype),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_attribute_bomb),
		cmocka_unit_test(test_namespace_bomb),
		cmocka_unit_test(test_long_constructs),
		cmocka_unit_test(test_silence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
