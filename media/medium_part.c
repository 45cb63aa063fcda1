/* medium_part.c: files too large for one message, a piece at a time; see medium.h. */
#include "media/medium.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "media/media.h"

static bool failed(struct err *e, const char *name)
{
	return err_set(e, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_FILE_WRITE, "%s: %s", name, strerror(errno));
}

/* A regular file of the medium, open for reading; -1 and e. */
static int open_file(int medium, const char *name, struct stat *st, struct err *e)
{
	int fd = openat(medium, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, st) != 0 || !S_ISREG(st->st_mode))
		(void)err_set(e, ERR_MEDIUM_FILE, "%s", name);
	else if ((uint64_t)st->st_size > MEDIA_MAX_LARGE)
		(void)err_set(e, ERR_TOO_LARGE, "%s: %lld octets", name, (long long)st->st_size);
	else
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

bool medium_read_part(struct bytes *out, uint64_t *size, struct arena *a, int medium, struct bytes name, uint64_t from,
                      struct err *e)
{
	char        path[MEDIA_MAX_NAME + 1];
	struct stat st;

	if (!medium_name(path, name, e))
		return false;
	int fd = open_file(medium, path, &st, e);
	if (fd < 0)
		return false;
	uint64_t whole = (uint64_t)st.st_size, left = from < whole ? whole - from : 0;
	size_t   len = left < MEDIUM_PART ? (size_t)left : MEDIUM_PART, got = 0;
	uint8_t *p = arena_take(a, len + 1);
	ssize_t  n = 1;
	while (p && got < len && n > 0) {
		n = pread(fd, p + got, len - got, (off_t)(from + got));
		got += n > 0 ? (size_t)n : 0;
	}
	(void)close(fd);
	if (!p || got < len)
		return err_set(e, p ? ERR_FILE_READ : ERR_NO_MEMORY, "%s", path);
	*out = bytes_of(p, len);
	*size = whole;
	return true;
}

/* The SHA-256 of a file as it is on the medium. */
static bool sha256_of(char hex[HASH_MAX * 2 + 1], uint64_t *size, int medium, const char *name, struct err *e)
{
	uint8_t     piece[65536];
	struct hash h;
	struct stat st;
	ssize_t     n;
	int         fd = open_file(medium, name, &st, e);

	if (fd < 0)
		return false;
	hash_init(&h, HASH_SHA256);
	*size = 0;
	while ((n = read(fd, piece, sizeof piece)) > 0) {
		hash_put(&h, bytes_of(piece, (size_t)n));
		*size += (uint64_t)n;
	}
	(void)close(fd);
	struct digest d = hash_end(&h);
	(void)digest_hex(hex, &d);
	return n == 0 || err_set(e, ERR_FILE_READ, "%s", name);
}

bool medium_hash(char hex[HASH_MAX * 2 + 1], uint64_t *size, int medium, struct bytes name, struct err *e)
{
	char path[MEDIA_MAX_NAME + 1];

	return medium_name(path, name, e) && sha256_of(hex, size, medium, path, e);
}

static bool write_at(int medium, const char *part, const char *name, uint64_t from, struct bytes c, bool last, struct err *e)
{
	struct stat st;

	if (from == 0)
		(void)unlinkat(medium, part, 0); /* of a write that a power cut ended */
	int fd = openat(medium, part, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | (from ? O_APPEND : O_CREAT | O_EXCL), 0644);
	if (fd < 0)
		return failed(e, name);
	bool ok = fstat(fd, &st) == 0 && (uint64_t)st.st_size == from;
	if (!ok)
		(void)err_set(e, ERR_MEDIUM_BACK, "%s is not as long as what was written", name);
	if (ok && (!fd_write(fd, c) || (last && fsync(fd) != 0)))
		ok = failed(e, name);
	if (last)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); /* so that reading it back asks the medium */
	if (close(fd) != 0 && ok)
		ok = failed(e, name);
	return ok;
}

bool medium_write_part(int medium, struct bytes name, uint64_t from, struct bytes piece, struct bytes sha256, struct err *e)
{
	char path[MEDIA_MAX_NAME + 1], part[MEDIA_MAX_NAME + 16], hex[HASH_MAX * 2 + 1];
	uint64_t size = 0;
	bool last = sha256.len > 0;

	if (!medium_name(path, name, e))
		return false;
	(void)snprintf(part, sizeof part, ".%s.part", path);
	bool ok = write_at(medium, part, path, from, piece, last, e);
	if (ok && last)
		ok = sha256_of(hex, &size, medium, part, e) && (bytes_is(sha256, hex) || err_set(e, ERR_MEDIUM_BACK, "%s", path));
	if (ok && last && file_exists(medium, path)) {
		ok = sha256_of(hex, &size, medium, path, e) && (bytes_is(sha256, hex) || err_set(e, ERR_FILE_EXISTS, "%s", path));
		(void)unlinkat(medium, part, 0);
		return ok;
	}
	if (ok && last)
		ok = medium_rename(medium, part, path, e) && medium_sync(medium, path, e);
	if (!ok)
		(void)unlinkat(medium, part, 0);
	return ok;
}
