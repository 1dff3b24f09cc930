/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest_ring.h"

#include "base/bytes.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define RING_BYTES ((size_t)DIGEST_RING_SLOTS * DIGEST_RING_SLOT_SIZE)

enum consumer_kind { CONSUME_WHOLE, CONSUME_PIECES, CONSUME_SPANS };

/* One digest walking behind the producer on its own thread. */
struct consumer {
	enum consumer_kind kind;
	struct digest_ring *ring;
	pthread_t thread;
	enum digest_algorithm algorithm;
	struct digest *digest;
	struct digest *crc; /* beside SHA-256, for spans */
	struct digest_span *spans;
	size_t span_count, span; /* the one under way */
	uint64_t position; /* bytes consumed */
	size_t piece_size;
	size_t piece_fill; /* bytes of the piece under way */
	uint8_t (*pieces)[32];
	size_t piece_count, piece_capacity;
	uint64_t passed; /* slots done with; guarded by the ring's lock */
	double cpu_seconds;
	struct error error;
};

struct digest_ring {
	uint8_t *memory;
	size_t len[DIGEST_RING_SLOTS];
	pthread_mutex_t lock;
	pthread_cond_t published_more; /* consumers wait for it */
	pthread_cond_t passed_more; /* the producer waits for it */
	uint64_t published;
	bool ended;
	struct consumer consumers[DIGEST_COUNT + 2];
	size_t consumer_count;
	double cpu_seconds;
};

int digest_ring_new(struct digest_ring **out, struct error *err)
{
	struct digest_ring *ring = calloc(1, sizeof(*ring));
	if (!ring)
		return error_set(err, ERR_MEMORY, "out of memory");
	ring->memory =
		mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ring->memory == MAP_FAILED) {
		free(ring);
		return error_set(err, ERR_MEMORY, "out of memory for the read buffer");
	}
	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->published_more, NULL);
	pthread_cond_init(&ring->passed_more, NULL);
	*out = ring;
	return 0;
}

uint8_t *digest_ring_memory(struct digest_ring *ring)
{
	return ring->memory;
}

/* Closes the piece under way and keeps its digest. */
static bool finish_piece(struct consumer *consumer)
{
	if (consumer->piece_count == consumer->piece_capacity) {
		size_t capacity = consumer->piece_capacity ? 2 * consumer->piece_capacity : 1024;
		void *pieces = realloc(consumer->pieces, capacity * sizeof(*consumer->pieces));
		if (!pieces) {
			error_set(&consumer->error, ERR_MEMORY, "out of memory");
			return false;
		}
		consumer->pieces = pieces;
		consumer->piece_capacity = capacity;
	}
	uint8_t raw[DIGEST_MAX_BYTES];
	if (digest_finish(consumer->digest, raw, &consumer->error))
		return false;
	memcpy(consumer->pieces[consumer->piece_count++], raw, 32);
	consumer->piece_fill = 0;
	return true;
}

static bool consume_pieces(struct consumer *consumer, const uint8_t *bytes, size_t len)
{
	while (len) {
		size_t room = consumer->piece_size - consumer->piece_fill;
		size_t take = len < room ? len : room;
		digest_update(consumer->digest, bytes, take);
		consumer->piece_fill += take;
		bytes += take;
		len -= take;
		if (consumer->piece_fill == consumer->piece_size && !finish_piece(consumer))
			return false;
	}
	return true;
}

/* Closes the span under way and keeps its digests. */
static bool finish_span(struct consumer *consumer)
{
	struct digest_values *values = &consumer->spans[consumer->span++].values;
	uint8_t raw[DIGEST_MAX_BYTES];
	if (digest_finish(consumer->digest, raw, &consumer->error))
		return false;
	bytes_to_hex(raw, digest_size(DIGEST_SHA256), values->hex[DIGEST_SHA256]);
	if (digest_finish(consumer->crc, raw, &consumer->error))
		return false;
	bytes_to_hex(raw, digest_size(DIGEST_CRC32), values->hex[DIGEST_CRC32]);
	return true;
}

static bool consume_spans(struct consumer *consumer, const uint8_t *bytes, size_t len)
{
	const uint64_t begin = consumer->position, end = begin + len;
	consumer->position = end;
	while (consumer->span < consumer->span_count) {
		const struct digest_span *span = &consumer->spans[consumer->span];
		uint64_t from = span->offset > begin ? span->offset : begin;
		uint64_t span_end = span->offset + span->size, to = span_end < end ? span_end : end;
		if (from < to) {
			digest_update(
				consumer->digest, bytes + (from - begin), (size_t)(to - from));
			digest_update(consumer->crc, bytes + (from - begin), (size_t)(to - from));
		}
		if (span_end > end)
			return true;
		if (!finish_span(consumer))
			return false;
	}
	return true;
}

/* Waits for the next slot; false when the run has ended and all is consumed. */
static bool next_slot(struct consumer *consumer, size_t *slot)
{
	struct digest_ring *ring = consumer->ring;
	pthread_mutex_lock(&ring->lock);
	while (consumer->passed == ring->published && !ring->ended)
		pthread_cond_wait(&ring->published_more, &ring->lock);
	bool more = consumer->passed < ring->published;
	pthread_mutex_unlock(&ring->lock);
	*slot = (size_t)(consumer->passed % DIGEST_RING_SLOTS);
	return more;
}

static void pass_slot(struct consumer *consumer)
{
	struct digest_ring *ring = consumer->ring;
	pthread_mutex_lock(&ring->lock);
	consumer->passed++;
	pthread_cond_signal(&ring->passed_more);
	pthread_mutex_unlock(&ring->lock);
}

static void *consume(void *argument)
{
	struct consumer *consumer = argument;
	struct digest_ring *ring = consumer->ring;
	size_t slot;
	while (next_slot(consumer, &slot)) {
		const uint8_t *bytes = ring->memory + slot * DIGEST_RING_SLOT_SIZE;
		if (consumer->kind == CONSUME_WHOLE)
			digest_update(consumer->digest, bytes, ring->len[slot]);
		else if (consumer->kind == CONSUME_PIECES && !consumer->error.code)
			consume_pieces(consumer, bytes, ring->len[slot]);
		else if (!consumer->error.code)
			consume_spans(consumer, bytes, ring->len[slot]);
		pass_slot(consumer);
	}
	struct timespec cpu;
	if (!clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu))
		consumer->cpu_seconds = (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9;
	return NULL;
}

/* Starts the thread of a consumer that is filled in but for its digests. */
static int add_consumer(struct digest_ring *ring, const struct consumer *made, struct error *err)
{
	struct consumer *consumer = &ring->consumers[ring->consumer_count];
	*consumer = *made;
	consumer->ring = ring;
	int status = digest_new(&consumer->digest, made->algorithm, err);
	if (!status && made->kind == CONSUME_SPANS)
		status = digest_new(&consumer->crc, DIGEST_CRC32, err);
	int failed = status ? 0 : pthread_create(&consumer->thread, NULL, consume, consumer);
	if (failed)
		status = error_set_errno(
			err, failed, "cannot start a thread for %s", digest_name(made->algorithm));
	if (status) {
		digest_free(consumer->digest);
		digest_free(consumer->crc);
		return status;
	}
	ring->consumer_count++;
	return 0;
}

int digest_ring_start(struct digest_ring *ring, unsigned algorithms, size_t piece_size,
	struct digest_span *spans, size_t span_count, struct error *err)
{
	const struct consumer pieces = {
		.kind = CONSUME_PIECES, .algorithm = DIGEST_SHA256, .piece_size = piece_size};
	const struct consumer of_spans = {.kind = CONSUME_SPANS,
		.algorithm = DIGEST_SHA256,
		.spans = spans,
		.span_count = span_count};
	digest_ring_cancel(ring);
	ring->published = 0;
	ring->ended = false;
	int status = 0;
	for (int i = 0; i < DIGEST_COUNT && !status; i++) {
		struct consumer whole = {
			.kind = CONSUME_WHOLE, .algorithm = (enum digest_algorithm)i};
		if (algorithms & DIGEST_BIT(i))
			status = add_consumer(ring, &whole, err);
	}
	if (!status && piece_size)
		status = add_consumer(ring, &pieces, err);
	if (!status && span_count)
		status = add_consumer(ring, &of_spans, err);
	if (status)
		digest_ring_cancel(ring);
	return status;
}

static uint64_t slowest(const struct digest_ring *ring)
{
	uint64_t passed = ring->published;
	for (size_t i = 0; i < ring->consumer_count; i++)
		if (ring->consumers[i].passed < passed)
			passed = ring->consumers[i].passed;
	return passed;
}

uint8_t *digest_ring_acquire(struct digest_ring *ring)
{
	pthread_mutex_lock(&ring->lock);
	while (ring->published - slowest(ring) == DIGEST_RING_SLOTS)
		pthread_cond_wait(&ring->passed_more, &ring->lock);
	size_t slot = (size_t)(ring->published % DIGEST_RING_SLOTS);
	pthread_mutex_unlock(&ring->lock);
	return ring->memory + slot * DIGEST_RING_SLOT_SIZE;
}

void digest_ring_publish(struct digest_ring *ring, size_t len)
{
	pthread_mutex_lock(&ring->lock);
	ring->len[ring->published % DIGEST_RING_SLOTS] = len;
	ring->published++;
	pthread_cond_broadcast(&ring->published_more);
	pthread_mutex_unlock(&ring->lock);
}

/* Lets the threads run to the end of what was published. */
static void join_consumers(struct digest_ring *ring)
{
	pthread_mutex_lock(&ring->lock);
	ring->ended = true;
	pthread_cond_broadcast(&ring->published_more);
	pthread_mutex_unlock(&ring->lock);
	ring->cpu_seconds = 0;
	for (size_t i = 0; i < ring->consumer_count; i++) {
		pthread_join(ring->consumers[i].thread, NULL);
		ring->cpu_seconds += ring->consumers[i].cpu_seconds;
	}
}

/* Forgets the consumers, whose threads have ended. */
static void release_consumers(struct digest_ring *ring)
{
	for (size_t i = 0; i < ring->consumer_count; i++) {
		digest_free(ring->consumers[i].digest);
		digest_free(ring->consumers[i].crc);
		free(ring->consumers[i].pieces);
	}
	ring->consumer_count = 0;
}

static int collect(struct consumer *consumer, struct digest_values *values, struct error *err)
{
	uint8_t raw[DIGEST_MAX_BYTES];
	if (consumer->kind != CONSUME_WHOLE) {
		if (!consumer->error.code && consumer->piece_fill)
			finish_piece(consumer);
		if (!consumer->error.code && consumer->span < consumer->span_count)
			error_set(&consumer->error, ERR_INVALID,
				"a stretch to be checksummed lies past the end of the data");
		if (!consumer->error.code)
			return 0;
		return error_set(err, consumer->error.code, "%s", consumer->error.message);
	}
	int status = digest_finish(consumer->digest, raw, err);
	if (!status)
		bytes_to_hex(
			raw, digest_size(consumer->algorithm), values->hex[consumer->algorithm]);
	return status;
}

int digest_ring_finish(struct digest_ring *ring, struct digest_values *values,
	uint8_t (**pieces)[32], size_t *piece_count, struct error *err)
{
	int status = 0;
	*values = (struct digest_values){0};
	if (pieces) {
		*pieces = NULL;
		*piece_count = 0;
	}
	join_consumers(ring);
	for (size_t i = 0; i < ring->consumer_count && !status; i++) {
		struct consumer *consumer = &ring->consumers[i];
		status = collect(consumer, values, err);
		if (!status && consumer->kind == CONSUME_PIECES && pieces) {
			*pieces = consumer->pieces;
			*piece_count = consumer->piece_count;
			consumer->pieces = NULL;
		}
	}
	release_consumers(ring);
	return status;
}

void digest_ring_cancel(struct digest_ring *ring)
{
	if (!ring->consumer_count)
		return;
	join_consumers(ring);
	release_consumers(ring);
}

double digest_ring_cpu_seconds(const struct digest_ring *ring)
{
	return ring->cpu_seconds;
}

void digest_ring_free(struct digest_ring *ring)
{
	if (!ring)
		return;
	digest_ring_cancel(ring);
	munmap(ring->memory, RING_BYTES);
	pthread_mutex_destroy(&ring->lock);
	pthread_cond_destroy(&ring->published_more);
	pthread_cond_destroy(&ring->passed_more);
	free(ring);
}
