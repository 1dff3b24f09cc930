/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/chain_log.h"

#include "base/digest.h"
#include "base/path.h"
#include "store/chain_segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_SIZE 128

/* What the next line must continue. */
struct chain_link {
	uint64_t seq; /* of the line before; 0 before the first */
	char digest[65]; /* its SHA-256 */
	bool is_known; /* false where reading began in the middle */
};

/* A walk over a log; exactly one of `visit` and `state` is set. */
struct walk {
	const char *directory;
	uint32_t newest;
	struct chain_link link;
	struct chain_state *state;
	uint64_t first;
	int (*visit)(void *context, uint64_t seq, const struct jv *entry);
	void *context;
};

static int line_digest(const struct chain_line *line, char hex[65], struct error *err)
{
	char digest[DIGEST_HEX_SIZE];
	int status = digest_bytes(DIGEST_SHA256, line->text, line->len, digest, err);
	if (!status)
		memcpy(hex, digest, 65);
	return status;
}

/*
 * Takes one step along the chain. words stay empty if the line continues it, and then the caller
 * frees *entry; else they say why it does not. Fails only if that could not be found out.
 */
static int follow(struct chain_link *link, uint32_t segment, const struct chain_line *line,
	struct jv **entry, char words[WORDS_SIZE], struct error *err)
{
	struct chain_link before = *link;
	struct error why = {0};
	words[0] = '\0';
	*link = (struct chain_link){.seq = before.seq + 1, .is_known = true};
	int status = line_digest(line, link->digest, err);
	if (status)
		return status;
	if (!line->whole) {
		snprintf(words, WORDS_SIZE, "it is cut short or too long");
		return 0;
	}
	status = jv_parse(line->text, line->len, entry, &why);
	if (status == ERR_MEMORY)
		return error_set(err, ERR_MEMORY, "%s", why.message);
	const char *prev = jv_get_text(*entry, "prev");
	int64_t seq = jv_get_int(*entry, "seq", -1);
	if (status)
		snprintf(words, WORDS_SIZE, "it is not JSON");
	else if (seq < 1 || (uint64_t)seq != link->seq || chain_segment_of(link->seq) != segment)
		snprintf(words, WORDS_SIZE, "its number (seq) is not the one that comes next");
	else if (!prev || (before.is_known && strcmp(prev, before.digest)))
		snprintf(words, WORDS_SIZE,
			"it does not continue the line before; one of them was changed");
	if (words[0]) {
		jv_free(*entry);
		*entry = NULL;
	}
	return 0;
}

static int report_break(
	struct walk *walk, uint32_t segment, uint64_t row, const char *words, struct error *err)
{
	struct chain_state *state = walk->state;
	if (!state)
		return error_set(err, ERR_DAMAGED,
			"the log %s is damaged: %06u.jsonl, line %ju: %s; restore the log from "
			"another copy",
			walk->directory, segment, (uintmax_t)row, words);
	if (state->intact)
		state->bad_line = walk->link.seq;
	state->intact = false;
	return 0;
}

static int walk_line(struct walk *walk, uint32_t segment, uint64_t row,
	const struct chain_line *line, struct error *err)
{
	struct jv *entry = NULL;
	char words[WORDS_SIZE];
	int status = follow(&walk->link, segment, line, &entry, words, err);
	if (!status && words[0])
		status = report_break(walk, segment, row, words, err);
	else if (!status && walk->visit && walk->link.seq >= walk->first)
		status = walk->visit(walk->context, walk->link.seq, entry);
	if (!status && walk->state && line->whole) {
		walk->state->lines++;
		memcpy(walk->state->head, walk->link.digest, sizeof(walk->state->head));
	}
	jv_free(entry);
	return status;
}

static int walk_missing(struct walk *walk, uint32_t segment, struct error *err)
{
	walk->link = (struct chain_link){.seq = walk->link.seq + 1};
	int status = report_break(walk, segment, 1, "the whole segment is missing", err);
	walk->link.seq = (uint64_t)segment * CHAIN_LOG_SEGMENT_LINES;
	return status;
}

static int walk_segment(struct walk *walk, uint32_t segment, struct error *err)
{
	struct chain_reader reader;
	struct chain_line line;
	uint64_t row = 0;
	int status = chain_reader_open(&reader, walk->directory, segment, err);
	bool missing = status == ERR_NOT_FOUND, torn = false;
	while (!status && !torn) {
		status = chain_reader_next(&reader, &line, err);
		if (status || !line.text)
			break;
		torn = !line.whole && line.len <= CHAIN_LINE_MAX && segment == walk->newest;
		if (!torn)
			status = walk_line(walk, segment, ++row, &line, err);
	}
	chain_reader_close(&reader);
	if (torn && walk->state)
		walk->state->torn = true;
	return missing ? walk_missing(walk, segment, err) : status;
}

static int walk_log(struct walk *walk, struct error *err)
{
	uint64_t segment = chain_segment_of(walk->first);
	walk->link = (struct chain_link){
		.seq = (segment - 1) * CHAIN_LOG_SEGMENT_LINES,
		.digest = CHAIN_NO_LINE,
		.is_known = segment == 1,
	};
	int status = chain_segment_newest(walk->directory, &walk->newest, err);
	for (; !status && segment <= walk->newest; segment++)
		status = walk_segment(walk, (uint32_t)segment, err);
	return status;
}

int chain_log_each(const char *directory, uint64_t first,
	int (*visit)(void *context, uint64_t seq, const struct jv *entry), void *context,
	struct error *err)
{
	struct walk walk = {.directory = directory,
		.first = first ? first : 1,
		.visit = visit,
		.context = context};
	return walk_log(&walk, err);
}

int chain_log_check(const char *directory, struct chain_state *state, struct error *err)
{
	struct walk walk = {.directory = directory, .first = 1, .state = state};
	*state = (struct chain_state){.head = CHAIN_NO_LINE, .intact = true};
	return walk_log(&walk, err);
}
