/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paranoia in a process of its own: a drive that never answers costs that process, and its reader the time that it allows. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "rip/paranoia.h"
#include "rip/worker.h"
#include "tests/unit/faulty_audio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define SECTORS 1500u
#define MEMORY_BYTES ((size_t)AUDIO_SECTORS * DISC_RAW_SECTOR_SIZE)
#define AUDIO_SECTORS 75u

static const struct audio_fault hang = {.lba = 1300, .kind = AUDIO_HANG};
static const struct faulty_audio spec = {
	.sectors = SECTORS, .seed = 4, .faults = &hang, .fault_count = 1};

/* The disc stays in the worker: its facts have the one that the source borrows. */
static int open_disc(struct sector_source **out, const char *path, const struct rip_policy *policy,
	struct source_facts *facts, struct error *err)
{
	(void)path;
	(void)policy;
	disc_init_single(&facts->disc, DISC_CD, TRACK_AUDIO, SECTORS);
	return paranoia_source_new(
		out, faulty_audio_new(&spec), &facts->disc, &paranoia_default_policy, err);
}

static void a_drive_that_never_answers(void **state)
{
	static const struct {
		struct extent extent;
		enum source_status status;
	} reads[] = {
		{{1500 - AUDIO_SECTORS, 5}, SOURCE_OK}, /* few, and away from it */
		{{1250, AUDIO_SECTORS}, SOURCE_GONE},
		{{0, 1}, SOURCE_GONE},
	};
	struct sector_source *source = NULL;
	struct source_facts *facts = calloc(1, sizeof(*facts));
	struct error err = {0};
	(void)state;
	uint8_t *memory =
		mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_non_null(facts);
	assert_int_equal(
		worker_start(&source, "x", NULL, open_disc, memory, MEMORY_BYTES, 2, facts, &err),
		0);
	assert_int_equal(source->max_read, AUDIO_SECTORS);
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		const double before = clock_monotonic();
		assert_int_equal(
			source_read(source, reads[i].extent, memory, &err), reads[i].status);
		assert_true(clock_monotonic() - before < 4);
	}
	source_close(source);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	munmap(memory, MEMORY_BYTES);
	free(facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drive_that_never_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
