/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rip/worker.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 1000
#define END_STEPS                                                                                  \
	200 /* of 10 ms, for a worker to end by itself, and once more after it is killed */

struct hello {
	int status;
	struct error error;
	struct source_facts facts;
};

struct request {
	struct extent extent;
	uint64_t offset; /* of the buffer in the shared memory */
};

struct reply {
	enum source_status status;
	struct error error;
	struct sector_note notes[SOURCE_MAX_READ]; /* as many as the request had sectors are sent */
};

static size_t reply_size(uint32_t sectors)
{
	return offsetof(struct reply, notes) + sectors * sizeof(struct sector_note);
}

struct worker {
	struct sector_source base;
	int fd;
	pid_t pid;
	uint8_t *memory;
	size_t size;
	int answer_seconds;
};

/* ---- the worker's side ---- */

static bool send_whole(int fd, const void *message, size_t len)
{
	ssize_t n;
	do
		n = send(fd, message, len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len;
}

static void serve(int fd, struct sector_source *source, uint8_t *memory)
{
	for (;;) {
		struct request request;
		ssize_t n = recv(fd, &request, sizeof(request), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(request))
			return;
		static struct reply reply;
		memset(&reply, 0, reply_size(0));
		reply.status = source_read_noted(
			source, request.extent, memory + request.offset, reply.notes, &reply.error);
		if (!send_whole(fd, &reply, reply_size(request.extent.count)))
			return;
	}
}

/* Leaves the process nothing but the socket, and lets it die with its parent; Ctrl-C is the parent's to handle. */
static void settle_in(int *fd, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (*fd != 3) {
		dup2(*fd, 3);
		*fd = 3;
	}
	close_range(4, ~0u, 0);
}

static _Noreturn void work(int fd, pid_t parent, const char *path, const struct rip_policy *policy,
	source_opener *opener, uint8_t *memory)
{
	struct sector_source *source = NULL;
	static struct hello hello;
	settle_in(&fd, parent);
	hello.status = opener(&source, path, policy, &hello.facts, &hello.error);
	if (!hello.status) {
		hello.facts.sectors = source->sectors;
		hello.facts.sector_size = source->sector_size;
		hello.facts.max_read = source->max_read;
		hello.facts.confirmation = source->confirmation;
	}
	if (send_whole(fd, &hello, sizeof(hello)) && !hello.status)
		serve(fd, source, memory);
	source_close(source);
	_exit(0);
}

/* ---- the caller's side ---- */

/* Waits for one message of the worker; false with the reason in err when there will be none. */
static bool await(struct worker *worker, void *message, size_t len, struct error *err)
{
	const double deadline = clock_monotonic() + worker->answer_seconds;
	struct pollfd poll_fd = {.fd = worker->fd, .events = POLLIN};
	for (;;) {
		/* at least once, with a moment's grace: the whole program may have been stopped meanwhile */
		double left = deadline - clock_monotonic();
		int ready = poll(&poll_fd, 1, left > 0 ? (int)(left * 1000) + 1 : GRACE_MS);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0) {
			kill(worker->pid, SIGKILL);
			error_set(err, ERR_IO,
				"the drive has not answered for %d seconds; open and close its "
				"tray, or "
				"switch it off and on",
				worker->answer_seconds);
			return false;
		}
		ssize_t n = recv(worker->fd, message, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == (ssize_t)len)
			return true;
		error_set(err, ERR_IO, "the process that reads the disc ended unexpectedly");
		return false;
	}
}

static enum source_status worker_read(struct sector_source *source, struct extent extent,
	uint8_t *buffer, struct sector_note *notes, struct error *err)
{
	struct worker *worker = (struct worker *)source;
	struct reply reply;
	size_t len = (size_t)extent.count * source->sector_size;
	if (extent.count > source->max_read || buffer < worker->memory || len > worker->size ||
		(size_t)(buffer - worker->memory) > worker->size - len) {
		error_set(err, ERR_USAGE, "a read outside the shared buffer");
		return SOURCE_GONE;
	}
	struct request request = {extent, (uint64_t)(buffer - worker->memory)};
	if (!send_whole(worker->fd, &request, sizeof(request))) {
		error_set(err, ERR_IO, "the process that reads the disc is gone");
		return SOURCE_GONE;
	}
	if (!await(worker, &reply, reply_size(extent.count), err))
		return SOURCE_GONE;
	memcpy(notes, reply.notes, extent.count * sizeof(*notes));
	if (err)
		*err = reply.error;
	return reply.status;
}

/* Waits a while for the process to end. */
static bool has_ended(pid_t pid)
{
	for (int i = 0; i < END_STEPS; i++) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return true;
		usleep(10000);
	}
	return false;
}

/* Gives the worker a moment to end by itself, which it does when the socket closes, unless an ioctl holds it. */
static void worker_close(struct sector_source *source)
{
	struct worker *worker = (struct worker *)source;
	close(worker->fd);
	if (!has_ended(worker->pid)) {
		kill(worker->pid, SIGKILL);
		has_ended(worker->pid); /* one that hangs in the kernel is left to it */
	}
	free(worker);
}

static int fork_worker(struct worker *worker, const char *path, const struct rip_policy *policy,
	source_opener *opener, struct error *err)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return error_set_errno(err, errno, "cannot make a socket for the reading process");
	const pid_t parent = getpid();
	worker->pid = fork();
	if (worker->pid == 0)
		work(ends[1], parent, path, policy, opener, worker->memory);
	close(ends[1]);
	worker->fd = ends[0];
	if (worker->pid > 0)
		return 0;
	close(ends[0]);
	return error_set_errno(err, errno, "cannot start the reading process");
}

int worker_start(struct sector_source **out, const char *path, const struct rip_policy *policy,
	source_opener *opener, uint8_t *memory, size_t size, int answer_seconds,
	struct source_facts *facts, struct error *err)
{
	static const struct sector_source_ops ops = {worker_read, worker_close};
	struct hello hello;
	struct worker *worker = calloc(1, sizeof(*worker));
	if (!worker)
		return error_set(err, ERR_MEMORY, "out of memory");
	worker->memory = memory;
	worker->size = size;
	worker->answer_seconds = answer_seconds;
	int status = fork_worker(worker, path, policy, opener, err);
	if (status) {
		free(worker);
		return status;
	}
	if (!await(worker, &hello, sizeof(hello), err)) {
		worker_close(&worker->base);
		return ERR_IO;
	}
	if (hello.status) {
		if (err)
			*err = hello.error;
		worker_close(&worker->base);
		return hello.status;
	}
	*facts = hello.facts;
	worker->base = (struct sector_source){
		.ops = &ops,
		.sectors = facts->sectors,
		.sector_size = facts->sector_size,
		.max_read = facts->max_read,
		.confirmation = facts->confirmation,
	};
	*out = &worker->base;
	return 0;
}
