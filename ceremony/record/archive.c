/* archive.c: see archive.h. */
#include "ceremony/record/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/record/ca.h"
#include "ceremony/record/personal.h"
#include "ceremony/record/sums.h"

#define BLOCK 512

struct archive {
	bool (*put)(void *ctx, struct bytes piece, struct err *e);
	void        *ctx;
	size_t       files;
	int          dir;         /* the folder that is being read */
	char         prefix[128]; /* of its names in the archive */
	struct arena room;        /* owned */
};

void archive_name(char out[ARCHIVE_NAME_MAX], unsigned number, struct bytes checkpoint)
{
	char hex[HASH_MAX * 2 + 1];

	(void)snprintf(out, ARCHIVE_NAME_MAX, "record-%04u-%.8s.tar", number, sha256_hex(hex, checkpoint));
}

/* ---- ustar ------------------------------------------------------------------------------- */

/* Where each field of a header begins, in POSIX.1-1988 10.1.1. */
enum { AT_NAME = 0, AT_MODE = 100, AT_UID = 108, AT_GID = 116, AT_SIZE = 124, AT_TIME = 136, AT_SUM = 148, AT_KIND = 156, AT_MAGIC = 257, AT_PREFIX = 345 };
#define NAME_MOST   100
#define PREFIX_MOST 155

static bool put_header(struct archive *a, const char *name, uint64_t size, struct err *e)
{
	char        h[BLOCK + 1] = "", path[256]; /* one more: for the NUL of snprintf */
	const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
	unsigned    sum = 0;

	(void)snprintf(path, sizeof path, "%s%.*s", a->prefix, slash ? (int)(slash - name) : 0, name);
	size_t len = strlen(path), last_len = strlen(last);
	if (len && path[len - 1] == '/')
		len--;
	if (len > PREFIX_MOST || last_len > NAME_MOST)
		return err_set(e, ERR_TOO_LARGE, "the name %s", name);
	memcpy(h + AT_NAME, last, last_len);
	(void)snprintf(h + AT_MODE, 8, "%07o", 0644u);
	(void)snprintf(h + AT_UID, 8, "%07o", 0u);
	(void)snprintf(h + AT_GID, 8, "%07o", 0u);
	(void)snprintf(h + AT_SIZE, 12, "%011llo", (unsigned long long)size);
	(void)snprintf(h + AT_TIME, 12, "%011o", 0u);
	memset(h + AT_SUM, ' ', 8); /* it is summed up as blanks */
	h[AT_KIND] = '0';
	memcpy(h + AT_MAGIC, "ustar\00000", 8);
	memcpy(h + AT_PREFIX, path, len);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (uint8_t)h[i];
	(void)snprintf(h + AT_SUM, 7, "%06o", sum);
	a->files++;
	return a->put(a->ctx, bytes_of(h, BLOCK), e);
}

static bool put_padding(struct archive *a, uint64_t size, struct err *e)
{
	static const uint8_t none[BLOCK];

	return size % BLOCK == 0 || a->put(a->ctx, bytes_of(none, (size_t)(BLOCK - size % BLOCK)), e);
}

static bool put_octets(struct archive *a, const char *name, struct bytes content, struct err *e)
{
	return put_header(a, name, content.len, e) && a->put(a->ctx, content, e) && put_padding(a, content.len, e);
}

static bool put_open_file(struct archive *a, int fd, const char *name, uint64_t size, struct err *e)
{
	uint8_t  piece[65536];
	uint64_t seen = 0;

	if (!put_header(a, name, size, e))
		return false;
	while (seen < size) {
		ssize_t n = read(fd, piece, size - seen < sizeof piece ? (size_t)(size - seen) : sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_FILE_READ, "%s", name);
		if (!a->put(a->ctx, bytes_of(piece, (size_t)n), e))
			return false;
		seen += (uint64_t)n;
	}
	return put_padding(a, size, e);
}

static bool put_file(void *ctx, const char *name, struct err *e)
{
	struct archive *a = ctx;
	struct stat     st;
	int             fd = openat(a->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, "%s: %s", name, strerror(errno));
	bool ok = (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) || err_set(e, ERR_FILE_READ, "%s", name);
	ok = ok && put_open_file(a, fd, name, (uint64_t)st.st_size, e);
	(void)close(fd);
	return ok;
}

/* ---- a record ---------------------------------------------------------------------------- */

static bool put_sums(struct archive *a, const struct bundle *b, bool last, struct err *e)
{
	struct bytes sums;

	if (b->state == BUNDLE_SEALED)
		return put_file(a, SUMS_NAME, e);
	if (!last || b->state != BUNDLE_CLOSED)
		return true;
	return sums_make(&sums, &a->room, b->fd, e) && put_octets(a, SUMS_NAME, sums, e);
}

static bool put_ceremony(struct archive *a, const struct record *r, unsigned number, bool last, struct err *e)
{
	struct bundle b = { .fd = -1 };

	if (!bundle_open(&b, r, number, e))
		return false;
	a->dir = b.fd;
	(void)snprintf(a->prefix, sizeof a->prefix, "record/ceremonies/%s/", b.name.text);
	bool ok = put_sums(a, &b, last, e) && sums_each(b.fd, put_file, a, e) &&
	          (!file_exists(b.fd, PERSONAL_NAME) || put_file(a, PERSONAL_NAME, e));
	bundle_done(&b);
	return ok;
}

static bool put_record(struct archive *a, const struct record *r, struct err *e)
{
	static const uint8_t end[2 * BLOCK];
	struct bundle_list   list;

	a->dir = r->fd;
	(void)snprintf(a->prefix, sizeof a->prefix, "record/");
	if (!put_file(a, CA_NAME, e) || !put_file(a, "root.pem", e) || !bundle_list(&list, &a->room, r, e))
		return false;
	for (size_t i = 0; i < list.num; i++)
		if (!put_ceremony(a, r, list.item[i].number, i + 1 == list.num, e))
			return false;
	return a->put(a->ctx, bytes_of(end, sizeof end), e);
}

bool archive_write(const struct record *r, size_t *files, bool (*put)(void *ctx, struct bytes piece, struct err *e), void *ctx,
                   struct err *e)
{
	struct archive a = { .put = put, .ctx = ctx, .room = arena_new((size_t)16 << 20) };
	bool           ok = (a.room.cap || err_set(e, ERR_NO_MEMORY, "an archive")) && put_record(&a, r, e);

	arena_free(&a.room);
	*files = a.files;
	return ok;
}
