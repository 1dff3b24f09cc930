/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/crash.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/disk.h"
#include "base/path.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CRASHED 100
#define CHANGES_MAX 4096

/* Something that is not on the medium yet. A change that is over has no path. */
struct change {
	enum { WRITTEN, MADE, MOVED, REMOVED } what;
	char *path; /* of the file; of a moved one, where it is now */
	char *from; /* where a moved one was */
	char *saved; /* in the attic: what was removed or replaced; NULL: a directory, or nothing */
	off_t size; /* of a written file when it was last synced */
};

/* One run, in the child. */
static struct run {
	enum crash_kind kind;
	unsigned at; /* 0: never */
	const char *attic;
	struct crash_outcome *outcome; /* shared with the parent */
	struct change changes[CHANGES_MAX];
	size_t count;
} run;

/* ---- what is not on the medium yet ---- */

static bool is_below(const char *path, const char *directory)
{
	size_t len = strlen(directory);
	return !strncmp(path, directory, len) && (path[len] == '\0' || path[len] == '/');
}

static struct change *note(int what, const char *path, const char *from)
{
	if (run.count == CHANGES_MAX)
		abort();
	struct change *change = &run.changes[run.count++];
	*change = (struct change){.what = what, .path = strdup(path)};
	change->from = from ? strdup(from) : NULL;
	return change;
}

static void forget(struct change *change)
{
	free(change->path);
	change->path = NULL;
}

static struct change *find_written(const char *path)
{
	for (size_t i = 0; i < run.count; i++)
		if (run.changes[i].path && run.changes[i].what == WRITTEN &&
			!strcmp(run.changes[i].path, path))
			return &run.changes[i];
	return NULL;
}

static void note_written(const char *path)
{
	struct stat st;
	if (!find_written(path))
		note(WRITTEN, path, NULL)->size = stat(path, &st) ? 0 : st.st_size;
}

static void note_synced(const char *path)
{
	struct change *change = find_written(path);
	if (change)
		forget(change);
}

/* A name is on the medium; what was in a directory that is gone for good is gone with it. */
static void settle(struct change *change)
{
	for (size_t i = 0; change->what == REMOVED && i < run.count; i++) {
		struct change *other = &run.changes[i];
		if (other != change && other->path && is_below(other->path, change->path))
			forget(other);
	}
	forget(change);
}

static void note_directory_synced(const char *directory)
{
	for (size_t i = 0; i < run.count; i++) {
		struct change *change = &run.changes[i];
		if (!change->path || change->what == WRITTEN)
			continue;
		char *parent = path_parent(change->path);
		if (strcmp(parent, directory) == 0)
			settle(change);
		free(parent);
	}
}

/* Keeps a file that is about to go, so that a power cut can bring it back. */
static char *keep(const char *path)
{
	char *saved = NULL;
	struct stat st;
	if (!run.attic || lstat(path, &st) || S_ISDIR(st.st_mode))
		return NULL;
	mkdir(run.attic, 0777);
	if (asprintf(&saved, "%s/%zu", run.attic, run.count) < 0 || link(path, saved))
		abort();
	return saved;
}

static void note_removed(const char *path)
{
	if (!path_exists(path))
		return;
	note_synced(path);
	char *saved = keep(path);
	note(REMOVED, path, NULL)->saved = saved;
}

/* What is known of `from` and below it is known of `to` from now on. */
static void follow(char **path, const char *from, const char *to)
{
	char *moved = NULL;
	if (!*path || !is_below(*path, from))
		return;
	if (asprintf(&moved, "%s%s", to, *path + strlen(from)) < 0)
		abort();
	free(*path);
	*path = moved;
}

static void follow_all(size_t count, const char *from, const char *to)
{
	for (size_t i = 0; i < count; i++) {
		follow(&run.changes[i].path, from, to);
		follow(&run.changes[i].from, from, to);
	}
}

static void note_moved(const char *from, const char *to)
{
	if (!path_exists(from))
		return;
	note_synced(to);
	char *saved = keep(to);
	follow_all(run.count, from, to);
	note(MOVED, to, from)->saved = saved;
}

/* ---- order ---- */

/* Renames go to the medium one after the other. */
static void check_renames_synced(const char *by)
{
	for (size_t i = 0; i < run.count; i++) {
		const struct change *change = &run.changes[i];
		if (change->path && change->what == MOVED && path_exists(change->path))
			snprintf(run.outcome->disorder, sizeof(run.outcome->disorder),
				"the rename of %s to %s was not synced before %s", change->from,
				change->path, by);
	}
}

/* Whatever is renamed must be on the medium as a whole. */
static void check_order(const char *from)
{
	static const char *const done[] = {"written", "made", "moved there", "removed"};
	if (!run.outcome->reached) /* else a sync may have failed, and may be tried again */
		check_renames_synced(from);
	for (size_t i = 0; i < run.count; i++) {
		const struct change *change = &run.changes[i];
		if (!change->path || !is_below(change->path, from))
			continue;
		if (change->what != WRITTEN && strcmp(change->path, from) == 0)
			continue; /* its own name goes now */
		snprintf(run.outcome->disorder, sizeof(run.outcome->disorder),
			"%s is renamed, but %s was not synced after it was %s", from, change->path,
			done[change->what]);
	}
}

/* ---- the power cut ---- */

static void lose_data(void)
{
	for (size_t i = 0; i < run.count; i++) {
		struct change *change = &run.changes[i];
		struct stat st;
		if (change->path && change->what == WRITTEN && !stat(change->path, &st) &&
			st.st_size > change->size &&
			truncate(change->path, change->size + (st.st_size - change->size) / 2))
			abort();
	}
}

static void undo(struct change *change)
{
	switch (change->what) {
	case MADE:
		scratch_delete(change->path);
		break;
	case MOVED:
		if (rename(change->path, change->from) ||
			(change->saved && rename(change->saved, change->path)))
			abort();
		follow_all((size_t)(change - run.changes), change->path, change->from);
		break;
	case REMOVED:
		if (change->saved ? rename(change->saved, change->path) : mkdir(change->path, 0777))
			abort();
		break;
	case WRITTEN:
		break;
	}
}

static void lose_names(void)
{
	for (size_t i = run.count; i-- > 0;)
		if (run.changes[i].path)
			undo(&run.changes[i]);
}

static _Noreturn void crash(void)
{
	if (run.kind != CRASH_KILL)
		lose_data();
	if (run.kind == CRASH_POWER_NAMES)
		lose_names();
	_exit(CRASHED);
}

/* ---- the hook ---- */

static void note_call(enum disk_call call, const char *path, const char *to)
{
	switch (call) {
	case DISK_CREATE:
	case DISK_MAKE_DIRECTORY:
		if (!path_exists(path))
			note(MADE, path, NULL);
		break;
	case DISK_WRITE:
	case DISK_TRUNCATE:
		note_written(path);
		break;
	case DISK_SYNC:
		note_synced(path);
		break;
	case DISK_SYNC_DIRECTORY:
		note_directory_synced(path);
		break;
	case DISK_RENAME:
		check_order(path);
		note_moved(path, to);
		break;
	case DISK_REMOVE:
		note_removed(path);
		break;
	}
}

static int meet(void *context, enum disk_call call, const char *path, const char *to)
{
	(void)context;
	if (++run.outcome->calls == run.at) {
		run.outcome->reached = true;
		if (run.kind == CRASH_FAIL)
			return run.at % 2 ? EIO : ENOSPC;
		crash();
	}
	note_call(call, path, to);
	return 0;
}

/* ---- the process ---- */

static _Noreturn void be_the_child(crash_work *work, void *context)
{
	/* cmocka catches these, and would go on with the parent's tests. */
	static const int signals[] = {SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGSYS};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (!getenv("THECA_TEST_LOUD"))
		dup2(null, STDERR_FILENO);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	disk_set_hook(meet, NULL);
	int status = work(context);
	if (!run.at && !status)
		check_renames_synced("the end");
	if (run.kind == CRASH_FAIL)
		exit(status); /* with what a sanitizer says about leaks on the way out */
	_exit(status);
}

struct crash_outcome crash_run(
	enum crash_kind kind, unsigned at, const char *attic, crash_work *work, void *context)
{
	int status;
	struct crash_outcome *shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		run = (struct run){.kind = kind, .at = at, .outcome = shared};
		run.attic = kind == CRASH_POWER_NAMES ? attic : NULL;
		be_the_child(work, context);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	struct crash_outcome outcome = *shared;
	munmap(shared, sizeof(*shared));
	outcome.crashed = WIFEXITED(status) && WEXITSTATUS(status) == CRASHED;
	outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (attic)
		scratch_delete(attic);
	return outcome;
}

struct crash_outcome crash_not(crash_work *work, void *context)
{
	return crash_run(CRASH_KILL, 0, NULL, work, context);
}

const char *crash_name(enum crash_kind kind)
{
	static const char *const names[CRASH_KINDS] = {
		[CRASH_KILL] = "kill",
		[CRASH_POWER_DATA] = "power cut, data lost",
		[CRASH_POWER_NAMES] = "power cut, data and names lost",
		[CRASH_FAIL] = "one failure",
	};
	return names[kind];
}
