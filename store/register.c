/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/register.h"

#include "base/uuid.h"
#include "store/chain_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINTED_PREFIX "disc-"
#define MINTED_DIGITS_MAX 9u
#define MINTED_MAX 999999999u

/* What the register says of one carrier, or of the next free number. */
struct search {
	const char *id; /* looked for; NULL: only the highest number is */
	bool found;
	char uuid[UUID_SIZE];
	struct buffer title; /* as last entered */
	struct buffer note;
	bool has_title, has_note, minted;
	uint64_t highest; /* number among the ids of the form that is minted */
	bool failed; /* memory ran out */
};

static void release_search(struct search *search)
{
	buffer_release(&search->title);
	buffer_release(&search->note);
}

/* The number in "disc-000012", 0 for any other id. */
static uint64_t minted_number(const char *id)
{
	size_t prefix = strlen(MINTED_PREFIX);
	if (strncmp(id, MINTED_PREFIX, prefix))
		return 0;
	size_t digits = strspn(id + prefix, "0123456789");
	if (!digits || digits > MINTED_DIGITS_MAX || id[prefix + digits])
		return 0;
	return strtoull(id + prefix, NULL, 10);
}

/*
 * Whether a line speaks of the carrier that is looked for: by its id when first entered, by its
 * UUID from then on.
 */
static bool is_wanted(const struct search *search, const char *uuid, const struct buffer *id)
{
	if (search->found)
		return !strcmp(uuid, search->uuid);
	return search->id && id->len == strlen(search->id) &&
	       !memcmp(buffer_text(id), search->id, id->len);
}

/* Takes the newest title or note. */
static bool read_words(const struct jv *entry, const char *key, struct buffer *out)
{
	buffer_clear(out);
	return jv_get_bytes(entry, key, out);
}

static int look_at(void *context, uint64_t seq, const struct jv *entry)
{
	struct search *search = context;
	struct buffer id = {0};
	const char *type = jv_get_text(entry, "type");
	const char *uuid = jv_get_text(entry, "uuid");
	(void)seq;
	if (!type || strcmp(type, "carrier") || !uuid || strlen(uuid) != UUID_SIZE - 1)
		return 0;
	jv_get_bytes(entry, "id", &id);
	uint64_t number = minted_number(buffer_text(&id));
	if (number > search->highest)
		search->highest = number;
	if (is_wanted(search, uuid, &id)) {
		search->found = true;
		memcpy(search->uuid, uuid, UUID_SIZE);
		search->minted = jv_get_bool(entry, "minted", false);
		search->has_title = read_words(entry, "title", &search->title);
		search->has_note = read_words(entry, "note", &search->note);
	}
	search->failed = search->failed || id.failed || search->title.failed || search->note.failed;
	buffer_release(&id);
	return search->failed ? ERR_MEMORY : 0;
}

static int search_register(const struct archive *archive, struct search *search, struct error *err)
{
	int status = chain_log_each(archive->reg, 1, look_at, search, err);
	return search->failed ? error_set(err, ERR_MEMORY, "out of memory") : status;
}

static int enter(const struct archive *archive, const struct carrier *carrier, bool minted,
	struct error *err)
{
	struct jv *entry = jv_new_object();
	jv_set_text(entry, "type", "carrier");
	jv_set_text(entry, "uuid", carrier->uuid);
	jv_set_string(entry, "id", carrier->id);
	jv_set_string(entry, "title", carrier->title);
	jv_set_string(entry, "note", carrier->note);
	jv_set_bool(entry, "minted", minted);
	return chain_log_append_locked(archive->reg, entry, NULL, err);
}

/* Whether words were given that the register does not have. */
static bool is_new(const char *given, bool known, const struct buffer *words)
{
	return given && (!known || strcmp(given, buffer_text(words)));
}

/* Gives the caller what the register knows and he did not say. */
static int fill_in(char **words, bool known, const struct buffer *from, struct error *err)
{
	if (*words || !known)
		return 0;
	*words = strdup(buffer_text(from));
	return *words ? 0 : error_set(err, ERR_MEMORY, "out of memory");
}

static int update_known(const struct archive *archive, struct carrier *carrier,
	const struct search *search, struct error *err)
{
	bool changed = is_new(carrier->title, search->has_title, &search->title) ||
		       is_new(carrier->note, search->has_note, &search->note);
	memcpy(carrier->uuid, search->uuid, UUID_SIZE);
	int status = fill_in(&carrier->title, search->has_title, &search->title, err);
	if (!status)
		status = fill_in(&carrier->note, search->has_note, &search->note, err);
	if (!status && changed)
		status = enter(archive, carrier, search->minted, err);
	return status;
}

static int enter_new(
	const struct archive *archive, struct carrier *carrier, uint64_t highest, struct error *err)
{
	bool minted = !carrier->id;
	if (minted && highest >= MINTED_MAX)
		return error_set(err, ERR_USAGE,
			"the ids " MINTED_PREFIX
			"... are used up to the last; name the carrier (--carrier)");
	if (minted && asprintf(&carrier->id, MINTED_PREFIX "%06ju", (uintmax_t)highest + 1) < 0) {
		carrier->id = NULL;
		return error_set(err, ERR_MEMORY, "out of memory");
	}
	int status = uuid_new(carrier->uuid, err);
	if (!status)
		status = enter(archive, carrier, minted, err);
	if (status && minted) {
		free(carrier->id);
		carrier->id = NULL;
	}
	return status;
}

int register_carrier(const struct archive *archive, struct carrier *carrier, struct error *err)
{
	int lock;
	struct search search = {.id = carrier->id};
	if (carrier->id && !*carrier->id)
		return error_set(err, ERR_USAGE, "a carrier's id cannot be empty");
	int status = chain_log_lock(archive->reg, &lock, err);
	if (status)
		return status;
	status = search_register(archive, &search, err);
	if (!status && search.found)
		status = update_known(archive, carrier, &search, err);
	else if (!status)
		status = enter_new(archive, carrier, search.highest, err);
	chain_log_unlock(lock);
	release_search(&search);
	return status;
}

int register_finding(const struct archive *archive, const struct finding *finding,
	struct event *event, struct error *err)
{
	struct jv *entry = event ? event_line(event) : jv_new_object();
	jv_set_text(entry, "type", "finding");
	jv_set_text(entry, "object", finding->object_id);
	jv_set_string(entry, "directory", finding->directory);
	if (finding->carrier_uuid)
		jv_set_text(entry, "carrier", finding->carrier_uuid);
	jv_set_text(entry, "verdict", finding->verdict);
	return chain_log_append(archive->reg, entry, NULL, err);
}

int register_each(const struct archive *archive, uint64_t first,
	int (*visit)(void *context, uint64_t seq, const struct jv *entry), void *context,
	struct error *err)
{
	return chain_log_each(archive->reg, first, visit, context, err);
}
