/* file.c: see file.h. */
#include "ceremony/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_failed(struct err *e, const char *name)
{
	enum err_id id = errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_FILE_WRITE;

	return err_set(e, id, "%s: %s", name, strerror(errno));
}

static bool read_all(int fd, uint8_t *p, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = read(fd, p + at, len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

/* The whole of what is open, and closes it. */
static bool read_whole(struct bytes *out, struct arena *a, int fd, const char *name, size_t max, struct err *e)
{
	struct stat st;

	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, "%s: %s", name, errno == ELOOP ? "a symbolic link" : strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(e, ERR_FILE_OPEN, "%s: not a regular file", name);
	}
	size_t   len = (size_t)st.st_size;
	uint8_t *p = len > max ? NULL : arena_take(a, len + 1);
	if (!p) {
		(void)close(fd);
		return err_set(e, ERR_TOO_LARGE, "%s: %zu octets", name, len);
	}
	bool ok = read_all(fd, p, len);
	(void)close(fd);
	if (!ok)
		return err_set(e, ERR_FILE_READ, "%s", name);
	*out = bytes_of(p, len);
	return true;
}

bool file_read(struct bytes *out, struct arena *a, int dir, const char *name, size_t max, struct err *e)
{
	return read_whole(out, a, openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK), name, max, e);
}

bool file_read_named(struct bytes *out, struct arena *a, const char *name, size_t max, struct err *e)
{
	return read_whole(out, a, open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK), name, max, e);
}

bool fd_write(int fd, struct bytes octets)
{
	while (octets.len) {
		ssize_t n = write(fd, octets.p, octets.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC; /* a file takes nothing only when nothing more fits */
		if (n <= 0)
			return false;
		octets = bytes_skip(octets, (size_t)n);
	}
	return true;
}

#define SYNC_PIECE ((int64_t)4 << 20)

bool fd_sync(int fd, void (*tell)(void *ctx, const char *what, uint64_t done, uint64_t total), void *ctx)
{
	struct stat st;

	if (!tell || fstat(fd, &st) != 0)
		return fsync(fd) == 0;
	for (int64_t at = 0; st.st_size > SYNC_PIECE && at < st.st_size; at += SYNC_PIECE) {
		if (sync_file_range(fd, at, SYNC_PIECE, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER) != 0) {
			if (errno != ENOSYS && errno != EPERM)
				return false; /* the kernel tells once of a write that failed: fsync would know nothing of it any more */
			break;
		}
		tell(ctx, "writing to the disk", (uint64_t)(at + SYNC_PIECE < st.st_size ? at + SYNC_PIECE : st.st_size), (uint64_t)st.st_size);
	}
	return fsync(fd) == 0;
}

/* The folder that holds `name`, as a descriptor of its own, for its fsync. */
static int parent_of(int dir, const char *name)
{
	char        path[4096];
	const char *slash = strrchr(name, '/');

	if (!slash)
		return openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t n = (size_t)(slash - name) + 1;
	if (n >= sizeof path)
		return -1;
	memcpy(path, name, n);
	path[n] = 0;
	return openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A device or a link under that name is not ours to replace: renaming over /dev/stdout would take it from everybody. */
static bool is_in_the_way(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st.st_mode);
}

/* Always a file of its own: what a power cut left there goes, and so does a pipe that somebody put there, which would hold us up. */
static int open_new(int dir, const char *tmp, unsigned mode)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int       fd = openat(dir, tmp, flags, mode);

	return fd < 0 && errno == EEXIST && unlinkat(dir, tmp, 0) == 0 ? openat(dir, tmp, flags, mode) : fd;
}

/* Under a name of its own first: `sync`, before it gets the other. */
static bool put(int dir, const char *name, struct bytes content, unsigned mode, bool sync, struct err *e)
{
	char tmp[4096];

	if (is_in_the_way(dir, name))
		return err_set(e, ERR_FILE_WRITE, "%s is there, and no regular file", name);

	if (snprintf(tmp, sizeof tmp, "%s.tmp", name) >= (int)sizeof tmp)
		return err_set(e, ERR_FILE_WRITE, "the name is too long");
	int fd = open_new(dir, tmp, mode);
	if (fd < 0)
		return write_failed(e, name);
	bool ok = fd_write(fd, content) && (!sync || fsync(fd) == 0);
	if (!ok)
		(void)write_failed(e, name);
	if (close(fd) != 0 && ok)
		ok = write_failed(e, name);
	if (ok && renameat(dir, tmp, dir, name) != 0)
		ok = write_failed(e, name);
	if (!ok) {
		(void)unlinkat(dir, tmp, 0);
		return false;
	}
	return true;
}

bool file_put(int dir, const char *name, struct bytes content, unsigned mode, struct err *e)
{
	return put(dir, name, content, mode, false, e);
}

bool file_sync_all(int dir, struct err *e)
{
	return syncfs(dir) == 0 || write_failed(e, "files that were written");
}

bool file_write(int dir, const char *name, struct bytes content, unsigned mode, struct err *e)
{
	if (!put(dir, name, content, mode, true, e))
		return false;
	int  parent = parent_of(dir, name);
	bool ok = (parent >= 0 && fsync(parent) == 0) || write_failed(e, name);
	if (parent >= 0)
		(void)close(parent);
	return ok;
}

bool file_is(int dir, const char *name, struct bytes content)
{
	uint8_t     piece[65536];
	struct stat st;
	int         fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;
	bool same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == content.len;
	while (same && content.len) {
		size_t n = content.len < sizeof piece ? content.len : sizeof piece;
		same = read_all(fd, piece, n) && bytes_equal(bytes_of(piece, n), bytes_first(content, n));
		content = bytes_skip(content, n);
	}
	(void)close(fd);
	return same;
}

bool file_renew(int dir, const char *name, struct bytes content, unsigned mode, struct err *e)
{
	return file_is(dir, name, content) || file_write(dir, name, content, mode, e);
}

bool file_exists(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int dir_open(int dir, const char *name, bool make, struct err *e)
{
	if (make && mkdirat(dir, name, 0755) != 0 && errno != EEXIST) {
		(void)write_failed(e, name);
		return -1;
	}
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		(void)err_set(e, ERR_FILE_OPEN, "%s: %s", name, strerror(errno));
	return fd;
}
