/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog/catalog_file.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/disk.h"
#include "base/path.h"
#include "catalog/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

char *catalog_file_beside(const char *path, const char *suffix)
{
	struct buffer name = {0};
	buffer_puts(&name, path);
	buffer_puts(&name, suffix);
	return buffer_steal(&name);
}

/* Opens the file, or makes it; another process may make it in between. */
static int open_or_create(const char *name, int *fd, struct error *err)
{
	*fd = open(name, O_RDWR | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	if (errno != ENOENT)
		return error_set_errno(err, errno, "opening %s", name);
	int rc = disk_create(name, fd, err);
	if (rc != ERR_EXISTS)
		return rc;
	*fd = open(name, O_RDWR | O_CLOEXEC);
	return *fd >= 0 ? 0 : error_set_errno(err, errno, "opening %s", name);
}

int catalog_lock_open(int *fd, const char *path, bool writable, struct error *err)
{
	*fd = -1;
	char *name = catalog_file_beside(path, CATALOG_LOCK_SUFFIX);
	if (!name)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = 0;
	if (!writable)
		*fd = open(name, O_RDONLY | O_CLOEXEC);
	if (*fd < 0) {
		rc = open_or_create(name, fd, err);
		if (rc && !writable)
			rc = 0;
	}
	free(name);
	return rc;
}

static int try_lock(int fd, enum catalog_lock_byte byte, enum catalog_lock_kind kind)
{
	static const short types[] = {
		[CATALOG_UNLOCKED] = F_UNLCK,
		[CATALOG_SHARED] = F_RDLCK,
		[CATALOG_EXCLUSIVE] = F_WRLCK,
	};
	struct flock lock = {
		.l_type = types[kind],
		.l_whence = SEEK_SET,
		.l_start = (off_t)byte,
		.l_len = 1,
	};
	return fcntl(fd, F_OFD_SETLK, &lock) ? errno : 0;
}

int catalog_lock(int fd, const char *path, enum catalog_lock_byte byte, enum catalog_lock_kind kind,
	double seconds, struct error *err)
{
	static const char *const who[] = {
		[CATALOG_LOCK_WRITE] = "another theca adds to it or makes it anew",
		[CATALOG_LOCK_OPEN] = "another theca has it open",
		[CATALOG_LOCK_PUBLISH] = "another theca publishes it",
	};
	const struct timespec pause = {.tv_nsec = 20000000L};
	if (fd < 0)
		return 0;
	double end = clock_monotonic() + seconds;
	int failed;
	while ((failed = try_lock(fd, byte, kind)) != 0) {
		bool held = failed == EAGAIN || failed == EACCES;
		if (!held && failed != EINTR)
			return error_set_errno(err, failed, "locking %s" CATALOG_LOCK_SUFFIX, path);
		if (held && clock_monotonic() >= end)
			return error_set(err, ERR_BUSY,
				"the catalogue %s is in use: %s; try again when it has ended", path,
				who[byte]);
		nanosleep(&pause, NULL);
	}
	return 0;
}

const char *catalog_network_name(long file_system_type)
{
	/* linux/magic.h, and statfs(2) for those that it leaves out */
	static const struct {
		uint32_t type;
		const char *name;
	} networks[] = {
		{0x6969, "NFS"},
		{0x517B, "SMB"},
		{0xFF534D42, "CIFS"},
		{0xFE534D42, "SMB"},
		{0x5346414F, "AFS"},
		{0x73757245, "Coda"},
		{0x00C36400, "Ceph"},
	};
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		if (networks[i].type == (uint32_t)file_system_type)
			return networks[i].name;
	return NULL;
}

/* A link would part the database from its log and lock; something else was never ours. */
static int check_kind(const char *path, struct error *err)
{
	struct stat st;
	if (lstat(path, &st) || S_ISREG(st.st_mode))
		return 0;
	return error_set(err, ERR_UNSUPPORTED,
		"%s is not a regular file and is left alone; name the catalogue's own file with "
		"`catalogue = PATH` in theca.ini",
		path);
}

int catalog_file_check_place(const char *path, struct error *err)
{
	struct statfs st;
	char *directory = path_parent(path);
	if (!directory)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = 0;
	const char *network = NULL;
	if (statfs(directory, &st))
		rc = error_set_errno(
			err, errno, "looking at the catalogue's directory %s", directory);
	else
		network = catalog_network_name((long)st.f_type);
	if (network)
		rc = error_set(err, ERR_UNSUPPORTED,
			"%s lies on a network file system (%s), where a catalogue would be "
			"damaged; put "
			"`catalogue = PATH` in theca.ini on a local disk, then run `theca reindex`",
			path, network);
	free(directory);
	return rc ? rc : check_kind(path, err);
}

/* The first 100 bytes of an SQLite database (https://sqlite.org/fileformat.html, 1.3). */
struct db_header {
	uint8_t magic[16];
	uint8_t settings[52];
	uint8_t application_id[4]; /* big-endian */
	uint8_t more[28];
};
_Static_assert(sizeof(struct db_header) == 100, "the header of a database has 100 bytes");

/* Whether the file is a catalogue by its first bytes, or holds nothing that could be lost: absent or empty. */
static bool is_ours_or_nobodys(const char *path)
{
	struct db_header header = {0};
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	ssize_t got = read(fd, &header, sizeof(header));
	close(fd);
	return got == 0 ||
	       (got == (ssize_t)sizeof(header) && !memcmp(header.magic, "SQLite format 3", 16) &&
		       bytes_be32(header.application_id) == MIGRATE_APPLICATION_ID);
}

int catalog_file_check_owner(const char *path, struct error *err)
{
	static const char *const suffixes[] = {"", CATALOG_NEW_SUFFIX, CATALOG_SNAPSHOT_SUFFIX,
		CATALOG_SNAPSHOT_SUFFIX CATALOG_NEW_SUFFIX};
	int rc = 0;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && !rc; i++) {
		char *name = catalog_file_beside(path, suffixes[i]);
		if (!name)
			return error_set(err, ERR_MEMORY, "out of memory");
		if (!is_ours_or_nobodys(name))
			rc = error_set(err, ERR_UNSUPPORTED,
				"%s is not a catalogue of Theca and is left alone; move it away, "
				"or give "
				"the catalogue another place with `catalogue = PATH` in theca.ini",
				name);
		free(name);
	}
	return rc;
}

/* Removes what SQLite may have left beside a database that nobody has open. */
static int remove_logs(const char *path, struct error *err)
{
	static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
	int rc = 0;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]) && !rc; i++) {
		char *name = catalog_file_beside(path, suffixes[i]);
		rc = name ? disk_remove(name, err) : error_set(err, ERR_MEMORY, "out of memory");
		free(name);
	}
	return rc;
}

static int sync_parent(const char *path, struct error *err)
{
	char *directory = path_parent(path);
	if (!directory)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = disk_sync_directory(directory, err);
	free(directory);
	return rc;
}

static int sync_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(err, errno, "opening %s", path);
	int rc = disk_sync(fd, path, err);
	close(fd);
	return rc;
}

/* An empty file for SQLite to fill: made here, it has the mode of everything else in the archive. */
static int create_empty(const char *path, struct error *err)
{
	int fd;
	int rc = remove_logs(path, err);
	if (!rc)
		rc = disk_remove(path, err);
	if (!rc)
		rc = disk_create(path, &fd, err);
	if (!rc)
		close(fd);
	return rc;
}

int catalog_file_begin(const char *path, struct db **db, struct error *err)
{
	*db = NULL;
	char *name = catalog_file_beside(path, CATALOG_NEW_SUFFIX);
	if (!name)
		return error_set(err, ERR_MEMORY, "out of memory");
	int rc = create_empty(name, err);
	if (!rc)
		rc = db_open(db, name, DB_CREATE, err);
	if (!rc)
		rc = db_use_no_sync(*db, err);
	if (!rc)
		rc = migrate_run(*db, migrate_released(), name, err);
	if (rc) {
		catalog_file_abandon(path, *db);
		*db = NULL;
	}
	free(name);
	return rc;
}

void catalog_file_abandon(const char *path, struct db *db)
{
	db_close(db);
	char *name = catalog_file_beside(path, CATALOG_NEW_SUFFIX);
	if (name) {
		remove_logs(name, NULL);
		disk_remove(name, NULL);
	}
	free(name);
}

/* The first of PATH.damaged, PATH.damaged-2, ... that is free: what was set aside once is not displaced. The caller frees. */
static char *name_aside(const char *path)
{
	char *name = catalog_file_beside(path, CATALOG_ASIDE_SUFFIX);
	for (unsigned n = 2; name && path_exists(name); n++) {
		struct buffer next = {0};
		buffer_printf(&next, "%s" CATALOG_ASIDE_SUFFIX "-%u", path, n);
		free(name);
		name = buffer_steal(&next);
	}
	return name;
}

/*
 * Leaves the old database complete in one file, or sets aside what cannot be recognised as one (*aside is then its new name). A
 * catalogue too damaged for that is replaced as it is.
 */
static int retire(const char *path, char **aside, struct error *err)
{
	struct stat st;
	struct db *old;
	bool ours;
	int rc = migrate_peek(path, migrate_released(), &ours, err);
	if (rc || !path_exists(path))
		return rc;
	if (ours && !db_open(&old, path, DB_WRITE, NULL)) {
		db_checkpoint(old, NULL);
		db_close(old);
	}
	if (ours || stat(path, &st) || !st.st_size)
		return 0;
	char *name = name_aside(path);
	rc = name ? disk_rename(path, name, err) : error_set(err, ERR_MEMORY, "out of memory");
	if (rc)
		free(name);
	else
		*aside = name;
	return rc;
}

/* The old log goes first: a crash then finds the old database, whole without it, or the new one; never the new one with the old log. */
static int replace(const char *path, const char *name, char **aside, struct error *err)
{
	int rc = retire(path, aside, err);
	if (!rc)
		rc = remove_logs(path, err);
	if (!rc)
		rc = sync_parent(path, err);
	if (!rc)
		rc = disk_rename(name, path, err);
	return rc ? rc : sync_parent(path, err);
}

int catalog_file_install(
	const char *path, int lock_fd, struct db *db, char **aside, struct error *err)
{
	char *name = catalog_file_beside(path, CATALOG_NEW_SUFFIX);
	int rc = name ? db_use_wal(db, err) : error_set(err, ERR_MEMORY, "out of memory");
	db_close(db);
	if (!rc)
		rc = sync_file(name, err);
	if (!rc)
		rc = catalog_lock(lock_fd, path, CATALOG_LOCK_OPEN, CATALOG_EXCLUSIVE,
			CATALOG_LOCK_SECONDS, err);
	if (!rc) {
		rc = replace(path, name, aside, err);
		catalog_lock(lock_fd, path, CATALOG_LOCK_OPEN, CATALOG_UNLOCKED, 0, NULL);
	}
	if (rc)
		catalog_file_abandon(path, NULL);
	free(name);
	return rc;
}

int catalog_file_publish(const char *path, struct db *db, struct error *err)
{
	char *snapshot = catalog_file_beside(path, CATALOG_SNAPSHOT_SUFFIX);
	char *name = catalog_file_beside(path, CATALOG_SNAPSHOT_SUFFIX CATALOG_NEW_SUFFIX);
	int rc = snapshot && name ? disk_remove(name, err)
				  : error_set(err, ERR_MEMORY, "out of memory");
	if (!rc)
		rc = db_copy_into(db, name, err);
	if (!rc)
		rc = sync_file(name, err);
	if (!rc)
		rc = disk_rename(name, snapshot, err);
	if (!rc)
		rc = sync_parent(path, err);
	if (rc && name)
		disk_remove(name, NULL);
	free(name);
	free(snapshot);
	return rc;
}
