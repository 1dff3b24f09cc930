/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Property test: hostile bytes go through XML, JSON, CSV, the terminal and percent-encoding, and
 * come back the same.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

#define CASES 20000u
#define BATCH 50u /* cases that share one XML and one JSON document */
#define MAX_PIECES 12u

/* SplitMix64: the same cases in every run. */
static uint64_t random_state = 0x7468656361u;

static uint64_t random_number(void)
{
	uint64_t z = random_state += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static size_t random_below(size_t bound)
{
	return (size_t)(random_number() % bound);
}

static void add_random_byte(struct buffer *out)
{
	buffer_putc(out, (char)random_below(256));
}

static void add_printable(struct buffer *out)
{
	buffer_putc(out, (char)(0x20 + random_below(0x5F)));
}

static void add_control(struct buffer *out)
{
	buffer_putc(out, (char)random_below(0x20));
}

/*
 * A character of any number in the form of UTF-8: surrogates, noncharacters and controls are
 * among them.
 */
static void add_character(struct buffer *out)
{
	static const uint32_t bounds[] = {0x80, 0x800, 0x10000, 0x110000};
	uint32_t c = (uint32_t)random_below(bounds[random_below(4)]);
	if (c < 0x80) {
		buffer_putc(out, (char)c);
		return;
	}
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	buffer_putc(out, (char)(0xFF << (6 - more) | (int)(c >> 6 * more)));
	while (more--)
		buffer_putc(out, (char)(0x80 | (c >> 6 * more & 0x3F)));
}

static void add_shift_jis(struct buffer *out)
{
	buffer_putc(out, (char)(0x81 + random_below(0x1F)));
	buffer_putc(out, (char)(0x40 + random_below(0xBD)));
}

static void add_trap(struct buffer *out)
{
	static const struct {
		const char *bytes;
		size_t len;
	} traps[] = {
#define TRAP(literal) {literal, sizeof(literal) - 1}
		TRAP("\357\277\276"),
		TRAP("\357\277\277"),
		TRAP("\355\240\200"),
		TRAP("\355\277\277"),
		TRAP("\0"),
		TRAP("\033[31m"),
		TRAP("\033]0;x\007"),
		TRAP("\342\200\256"),
		TRAP("\342\201\246"),
		TRAP("\342\200\217"),
		TRAP("\342\200\250"),
		TRAP("\357\273\277"),
		TRAP("=cmd|'/C calc'!A0"),
		TRAP("+1"),
		TRAP("-1"),
		TRAP("@A"),
		TRAP("\t="),
		TRAP("'"),
		TRAP("percent:"),
		TRAP("%"),
		TRAP("%41"),
		TRAP("%zz"),
		TRAP("\\x41"),
		TRAP("\\"),
		TRAP("]]>"),
		TRAP("<![CDATA["),
		TRAP("<a b=\"c\">"),
		TRAP("&amp;"),
		TRAP("&#0;"),
		TRAP("\""),
		TRAP(","),
		TRAP("\r\n"),
		TRAP("\n"),
		TRAP(" "),
		TRAP("\\u0000"),
		TRAP("\302\205"),
		TRAP("\300\200"),
		TRAP("\370\210\200\200\200"),
		TRAP("~"),
#undef TRAP
	};
	size_t which = random_below(sizeof(traps) / sizeof(traps[0]));
	buffer_add(out, traps[which].bytes, traps[which].len);
}

static void add_case(struct buffer *out)
{
	static void (*const kinds[])(struct buffer *) = {add_random_byte, add_printable,
		add_control, add_character, add_shift_jis, add_trap};
	size_t pieces = random_below(MAX_PIECES);
	bool one_kind = random_below(3) == 0;
	size_t kind = random_below(6);
	for (size_t i = 0; i < pieces; i++) {
		kinds[kind](out);
		if (!one_kind)
			kind = random_below(6);
	}
}

static void assert_same(const struct buffer *got, const struct buffer *want)
{
	assert_false(got->failed);
	assert_int_equal(got->len, want->len);
	if (want->len)
		assert_memory_equal(got->data, want->data, want->len);
}

static void check_terminal(const struct buffer *bytes)
{
	struct buffer line = {0}, back = {0};
	text_terminal(&line, bytes->data, bytes->len);
	for (size_t i = 0; i < line.len; i++)
		assert_true((uint8_t)line.data[i] >= 0x20 && line.data[i] != 0x7F);
	for (size_t i = 0; i < line.len;) {
		uint32_t c = 0;
		size_t n = text_character((const uint8_t *)line.data + i, line.len - i, &c);
		assert_true(n > 0);
		assert_false(c >= 0x80 && c < 0xA0);
		assert_false((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069));
		assert_false(c == 0x200E || c == 0x200F || c == 0x61C);
		i += n;
	}
	assert_int_equal(text_unescape_terminal(&back, buffer_text(&line), line.len, NULL), 0);
	assert_same(&back, bytes);
	buffer_release(&line);
	buffer_release(&back);
}

static void check_csv(const struct buffer *bytes)
{
	struct buffer cell = {0}, back = {0};
	text_csv_cell(&cell, bytes->data, bytes->len);
	const char *text = buffer_text(&cell);
	assert_null(strpbrk(text, "\r\033"));
	assert_int_equal(strlen(text), cell.len);
	assert_null(cell.len ? memchr("=+-@\t", text[text[0] == '"'], 5) : NULL);
	assert_int_equal(text_csv_decode(&back, text, cell.len, NULL), 0);
	assert_same(&back, bytes);
	buffer_release(&cell);
	buffer_release(&back);
}

static void check_json(const struct buffer *cases)
{
	struct buffer text = {0};
	struct error err;
	struct jv *array = jv_new_array();
	for (size_t i = 0; i < BATCH; i++) {
		struct jv *object = jv_new_object();
		jv_set_bytes(object, "id", cases[i].data, cases[i].len);
		jv_append(array, object);
	}
	assert_int_equal(jv_dump(array, JV_PRETTY, &text, &err), 0);
	jv_free(array);
	assert_int_equal(jv_parse(text.data, text.len, &array, &err), 0);
	for (size_t i = 0; i < BATCH; i++) {
		struct buffer back = {0};
		assert_true(jv_get_bytes(jv_at(array, i), "id", &back));
		assert_same(&back, &cases[i]);
		buffer_release(&back);
	}
	jv_free(array);
	buffer_release(&text);
}

static void write_xml(struct buffer *document, const struct buffer *cases)
{
	struct xml_writer *writer = NULL;
	assert_int_equal(xml_writer_new(&writer, NULL), 0);
	xml_start(writer, "cases");
	for (size_t i = 0; i < BATCH; i++) {
		struct buffer text = {0};
		bool marked = text_encode(&text, cases[i].data, cases[i].len);
		xml_start(writer, "case");
		xml_attribute(writer, "encoding", marked ? TEXT_PERCENT_MARK : "none");
		xml_attribute(writer, "value", buffer_text(&text));
		xml_chars(writer, buffer_text(&text));
		xml_end(writer);
		buffer_release(&text);
	}
	assert_int_equal(xml_writer_finish(writer, document, NULL), 0);
	xml_writer_free(writer);
}

static void assert_stored(const struct buffer *text, bool marked, const struct buffer *want)
{
	struct buffer back = {0};
	if (marked)
		assert_int_equal(text_decode(&back, buffer_text(text), text->len, NULL), 0);
	else
		buffer_add(&back, text->data, text->len);
	assert_same(&back, want);
	buffer_release(&back);
}

static void check_xml(const struct buffer *cases)
{
	struct buffer bytes = {0};
	struct error err = {0};
	struct xml_document *document = NULL;
	write_xml(&bytes, cases);
	if (xml_document_parse(&document, bytes.data, bytes.len, "round trip", &err))
		fail_msg("%s", err.message);
	const struct xml_node *node = xml_child(xml_root(document), "case");
	for (size_t i = 0; i < BATCH; i++, node = xml_next(node, "case")) {
		struct buffer mark = {0}, chars = {0}, value = {0};
		assert_non_null(node);
		assert_true(xml_node_attribute(node, "encoding", &mark));
		assert_true(xml_node_attribute(node, "value", &value));
		xml_node_text(node, &chars);
		bool marked = !strcmp(buffer_text(&mark), TEXT_PERCENT_MARK);
		assert_stored(&chars, marked, &cases[i]);
		assert_stored(&value, marked, &cases[i]);
		buffer_release(&mark);
		buffer_release(&chars);
		buffer_release(&value);
	}
	xml_document_free(document);
	buffer_release(&bytes);
}

static void test_round_trip(void **state)
{
	(void)state;
	size_t clean = 0;
	for (size_t done = 0; done < CASES; done += BATCH) {
		struct buffer cases[BATCH] = {{0}};
		for (size_t i = 0; i < BATCH; i++) {
			add_case(&cases[i]);
			clean += text_is_clean(cases[i].data, cases[i].len);
			check_terminal(&cases[i]);
			check_csv(&cases[i]);
		}
		check_json(cases);
		check_xml(cases);
		for (size_t i = 0; i < BATCH; i++)
			buffer_release(&cases[i]);
	}
	/* Both ways of storing were tried. */
	assert_in_range(clean, CASES / 10, CASES - CASES / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
