/* lists_helper.c: see lists_helper.h. */
#include "ceremony/audit/lists_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/pki/pem_stream.h"

#define ROOM ((size_t)4 << 20) /* for one call of a helper, both ways */

bool lists_ask_init(struct lists_ask *a, const struct call *of, struct err *e)
{
	*a = (struct lists_ask){ .room = arena_new(ROOM), .of = of };
	return a->room.cap || err_set(e, ERR_NO_MEMORY, "%zu octets", ROOM);
}

void lists_ask_new(struct lists_ask *a, enum op op)
{
	a->room.len = 0;
	a->c = (struct call){ .op = op, .in = fields_on(&a->room), .out = fields_on(&a->room) };
	if (a->of) { /* the helper's own: of one that answers at once nothing is told */
		a->c.progress = a->of->progress;
		a->c.progress_ctx = a->of->progress_ctx;
	}
}

const char *lists_text(char *out, size_t cap, const struct fields *in, const char *key)
{
	struct buf b = buf_init(out, cap);

	buf_put(&b, fields_get(in, key));
	(void)buf_cstr(&b);
	return buf_ok(&b) ? out : (out[0] = 0, out);
}

void lists_tell(const struct call *c, const char *what, int64_t done, int64_t total)
{
	if (c->progress && total > (int64_t)(4 * LISTS_PIECE))
		c->progress(c->progress_ctx, what, (uint64_t)done, (uint64_t)total);
}

bool lists_go_on(const struct call *c, const char *what, struct err *e)
{
	return !c->stop || !c->stop(c->progress_ctx) || err_set(e, ERR_STOPPED_BY_KEY, "%s", what);
}

void lists_put_medium(struct fields *to, const struct fields *from)
{
	fields_put(to, "medium", fields_get(from, "medium"));
	if (fields_find(from, "device"))
		fields_put(to, "device", fields_get(from, "device"));
}

/* ---- from a medium --------------------------------------------------------------------------- */

static bool pieces_from_medium(struct lists_ask *a, const struct lists *l, const struct call *c, struct bytes name,
                               bool (*each)(void *ctx, struct bytes piece, struct err *e), void *ctx, struct err *e)
{
	uint64_t size = 0, seen = 0;

	do {
		lists_ask_new(a, OP_MEDIA_READ_PART);
		lists_put_medium(&a->c.in, &c->in);
		fields_put(&a->c.in, "name", name);
		fields_u64(&a->c.in, "from", seen);
		if (!helper_call(l->media, &a->c, e))
			return false;
		uint64_t     now = 0;
		struct bytes content = fields_get(&a->c.out, "content");
		if (!fields_get_u64(&now, &a->c.out, "size", INT64_MAX) || (seen && now != size) || (!content.len && seen < now))
			return err_set(e, ERR_FILE_READ, "%.*s changes while it is read", (int)name.len, (const char *)name.p);
		size = now;
		if (size > (uint64_t)LISTS_MAX_FILE)
			return err_set(e, ERR_TOO_LARGE, "%llu octets; %lld can be read", (unsigned long long)size, (long long)LISTS_MAX_FILE);
		if (!each(ctx, content, e))
			return false;
		seen += content.len;
		lists_tell(c, "reading the medium", (int64_t)seen, (int64_t)size);
		if (!lists_go_on(c, "reading the medium", e))
			return false;
	} while (seen < size);
	return true;
}

bool lists_from_medium(const struct lists *l, const struct call *c, struct bytes name,
                       bool (*each)(void *ctx, struct bytes piece, struct err *e), void *ctx, struct err *e)
{
	struct lists_ask a;

	if (!lists_ask_init(&a, c, e))
		return false;
	bool ok = pieces_from_medium(&a, l, c, name, each, ctx, e);
	arena_free(&a.room);
	return ok;
}

/* ---- from a medium into the folder ------------------------------------------------------- */

static bool write_failed(struct err *e, const char *path)
{
	return err_set(e, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_FILE_WRITE, "%s: %s", path, strerror(errno));
}

struct fetching {
	int               fd;
	const char       *path;
	bool              crl;
	struct pem_stream pem;
	uint8_t           der[LISTS_PIECE + 8];
};

static bool fetch_piece(void *ctx, struct bytes piece, struct err *e)
{
	struct fetching *f = ctx;

	if (!f->crl)
		return fd_write(f->fd, piece) || write_failed(e, f->path);
	for (; piece.len; piece = bytes_skip(piece, piece.len < LISTS_PIECE ? piece.len : LISTS_PIECE)) {
		struct buf b = BUF_ON(f->der);
		if (!pem_stream_feed(&f->pem, &b, bytes_first(piece, piece.len < LISTS_PIECE ? piece.len : LISTS_PIECE), e))
			return false;
		if (!fd_write(f->fd, buf_bytes(&b)))
			return write_failed(e, f->path);
	}
	return true;
}

static bool fetch_into(const struct lists *l, const struct call *c, int fd, const char *path, bool crl, struct err *e)
{
	struct fetching *f = calloc(1, sizeof *f);

	if (!f)
		return err_set(e, ERR_NO_MEMORY, "a piece of a file");
	*f = (struct fetching){ .fd = fd, .path = path, .crl = crl, .pem = { .label = "X509 CRL" } };
	bool ok = lists_from_medium(l, c, fields_get(&c->in, "name"), fetch_piece, f, e) && (!crl || pem_stream_end(&f->pem, e)) &&
	          (fd_sync(fd, c->progress, c->progress_ctx) || write_failed(e, path));
	free(f);
	return ok;
}

bool lists_fetch(const struct lists *l, const struct call *c, const char *folder, const char *path, bool crl, struct err *e)
{
	char tmp[128];

	(void)snprintf(tmp, sizeof tmp, "%s.tmp", path);
	if (mkdirat(l->dir, folder, 0755) != 0 && errno != EEXIST)
		return write_failed(e, folder);
	(void)unlinkat(l->dir, tmp, 0);
	int fd = openat(l->dir, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return write_failed(e, path);
	bool ok = fetch_into(l, c, fd, path, crl, e);
	if (close(fd) != 0 && ok)
		ok = write_failed(e, path);
	int in = openat(l->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ok && (in < 0 || renameat(l->dir, tmp, l->dir, path) != 0 || fsync(in) != 0 || fsync(l->dir) != 0))
		ok = write_failed(e, path);
	if (in >= 0)
		(void)close(in);
	if (!ok)
		(void)unlinkat(l->dir, tmp, 0);
	return ok;
}

/* ---- from the folder ------------------------------------------------------------------------ */

static bool read_piece(int fd, uint8_t *piece, size_t want)
{
	for (size_t got = 0; got < want;) {
		ssize_t n = read(fd, piece + got, want - got);
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return true;
}

static bool pieces_of_file(const struct call *c, int fd, const char *what, bool (*each)(void *ctx, struct bytes piece, bool first, bool last, struct err *e),
                           void *ctx, int64_t *size, struct digest *sha256, uint8_t piece[LISTS_PIECE], struct err *e)
{
	struct hash h;
	struct stat st;
	int64_t     seen = 0;
	bool        ok = true;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > LISTS_MAX_FILE)
		return err_set(e, ERR_FILE_READ, "the revocation list");
	hash_init(&h, HASH_SHA256);
	do {
		size_t n = (size_t)(st.st_size - seen < (int64_t)LISTS_PIECE ? st.st_size - seen : (int64_t)LISTS_PIECE);
		ok = read_piece(fd, piece, n) || err_set(e, ERR_FILE_READ, "the revocation list");
		if (!ok)
			break;
		hash_put(&h, bytes_of(piece, n));
		bool first = seen == 0;
		seen += (int64_t)n;
		ok = each(ctx, bytes_of(piece, n), first, seen == st.st_size, e);
		lists_tell(c, what, seen, st.st_size);
		ok = ok && lists_go_on(c, what, e);
	} while (ok && seen < st.st_size);
	*size = st.st_size;
	*sha256 = hash_end(&h);
	return ok;
}

bool lists_from_folder(const struct call *c, int dir, const char *path, const char *what,
                       bool (*each)(void *ctx, struct bytes piece, bool first, bool last, struct err *e), void *ctx,
                       int64_t *size, struct digest *sha256, struct err *e)
{
	int      fd = openat(dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	uint8_t *piece = malloc(LISTS_PIECE);
	bool     ok = fd >= 0 || err_set(e, ERR_FILE_OPEN, "%s: %s", path, strerror(errno));

	ok = ok && (piece || err_set(e, ERR_NO_MEMORY, "a piece of a file"));
	ok = ok && pieces_of_file(c, fd, what, each, ctx, size, sha256, piece, e);
	free(piece);
	if (fd >= 0)
		(void)close(fd);
	return ok;
}
