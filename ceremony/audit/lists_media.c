/* lists_media.c: a revocation list comes from a medium and is read; a file goes to one. See lists.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/audit/lists_helper.h"
#include "ceremony/base/file.h"
#include "ceremony/base/utc.h"
#include "ceremony/pki/revocations.h"

/* ---- reading it ------------------------------------------------------------------------------ */

/* What one reading of a list needs, here or in ceremony-parse. */
struct reading {
	struct lists      *l;
	struct call       *c;
	struct lists_ask   ask;
	struct revocations here;
	uint8_t            issuer[4096];
};

static bool put_here(void *ctx, const struct revoked *r, struct err *e)
{
	return sorter_put(ctx, r, e);
}

static bool set_up(struct reading *r, struct err *e)
{
	const struct fields *in = &r->c->in;
	struct arena         a = ARENA_ON(r->issuer);
	struct revocations  *h = &r->here;

	h->end_entity = fields_is(in, "kind", "end-entity");
	h->each = put_here;
	h->ctx = &r->l->sorted;
	if (!fields_get_base64(&h->issuer, &a, in, "issuer") || !utc_parse(&h->now, fields_get(in, "now")))
		return err_set(e, ERR_OP_FIELD, "issuer, now");
	return revocations_reason(&h->reason, fields_get(in, "reason"), true) || err_set(e, ERR_OP_FIELD, "reason");
}

/* What the parser said of a piece: its entries, checked for form, and its bad lines. */
static bool take_packed(struct reading *r, struct err *e)
{
	const struct fields *out = &r->ask.c.out;
	struct bytes         packed = fields_get(out, "packed");
	uint64_t             num_bad = 0;
	char                 key[24];

	if (packed.len % sizeof(struct revoked) || !fields_get_u64(&num_bad, out, "bad", UINT32_MAX))
		return err_set(e, ERR_OP_FIELD, "packed, bad");
	for (; packed.len; packed = bytes_skip(packed, sizeof(struct revoked))) {
		struct revoked x;
		memcpy(&x, packed.p, sizeof x);
		if (!revoked_sound(&x) || revoked_date(&x) > r->here.now)
			return err_set(e, ERR_OP_FIELD, "packed");
		r->here.num++;
		if (!sorter_put(&r->l->sorted, &x, e))
			return false;
	}
	for (unsigned i = 0; i < REVOCATIONS_MAX_BAD; i++) {
		uint64_t     line, why;
		struct bytes a, b;
		(void)snprintf(key, sizeof key, "bad.%u", i + 1);
		if (!fields_find(out, key))
			break;
		if (!bytes_cut(fields_get(out, key), ' ', &a, &b) || !bytes_to_u64(&line, a, UINT32_MAX) ||
		    !bytes_to_u64(&why, b, REVOCATIONS_WHYS_COUNT_ - 1))
			return err_set(e, ERR_OP_FIELD, "%s", key);
		if (i < COUNT_OF(r->here.bad))
			r->here.bad[i] = (struct revocations_bad){ (uint32_t)line, (enum revocations_why)why };
	}
	r->here.num_bad = num_bad;
	return true;
}

static bool feed_one(struct reading *r, struct bytes piece, const char *which, struct err *e)
{
	lists_ask_new(&r->ask, OP_PARSE_REVOCATIONS);
	fields_put(&r->ask.c.in, "content", piece);
	fields_str(&r->ask.c.in, "piece", which);
	static const char *const same[] = { "kind", "now", "reason", "issuer" };
	for (size_t i = 0; i < COUNT_OF(same); i++)
		fields_put(&r->ask.c.in, same[i], fields_get(&r->c->in, same[i]));
	return helper_call(r->l->parse, &r->ask.c, e) && take_packed(r, e);
}

static bool feed(void *ctx, struct bytes piece, bool first, bool last, struct err *e)
{
	struct reading *r = ctx;

	if (r->l->again)
		return revocations_feed(&r->here, piece, e) && (!last || revocations_end(&r->here, e));
	return (!first || feed_one(r, bytes_of(NULL, 0), "first", e)) && feed_one(r, piece, last ? "last" : "middle", e);
}

/* All bad lines are told to whoever looks on; as many as fit stand in the error, and in the transcript. */
static bool say_bad(const struct reading *r, struct err *e)
{
	const struct revocations *h = &r->here;
	char                      text[160];
	struct buf                b = BUF_ON(text);

	for (size_t i = 0; i < h->num_bad && i < REVOCATIONS_MAX_BAD; i++) {
		char line[200];
		(void)snprintf(line, sizeof line, "line %u: %s", h->bad[i].line, revocations_why(h->bad[i].why));
		if (r->c->progress)
			r->c->progress(r->c->progress_ctx, line, i + 1, h->num_bad);
		if (b.len < sizeof text - 24 && i)
			buf_fmt(&b, ", %u", h->bad[i].line);
		else if (!i)
			buf_fmt(&b, "%s", line);
	}
	(void)buf_cstr(&b);
	return err_set(e, ERR_LIST_LINES, "%llu in all: %s", (unsigned long long)h->num_bad, text);
}

bool lists_sorted(struct lists *l, const char *file, const char *sha256, struct call *c, int64_t *size,
                  char sha256_out[HASH_MAX * 2 + 1], struct err *e)
{
	char          path[96];
	struct digest d;
	int64_t       len = 0;

	if (sha256 && l->sorted_sha256[0] && strcmp(sha256, l->sorted_sha256) == 0)
		return true;
	sorter_done(&l->sorted);
	l->sorted_sha256[0] = 0;
	if (l->again && l->sort_dir < 0) {
		l->sort_dir = dir_open(AT_FDCWD, "/tmp", false, e); /* a record may be where nothing can be written */
		if (l->sort_dir < 0)
			return false;
	}
	(void)snprintf(path, sizeof path, "revocations/%s", file);
	struct reading *r = calloc(1, sizeof *r);
	if (!r)
		return err_set(e, ERR_NO_MEMORY, "a list");
	r->l = l;
	r->c = c;
	bool ok = sorter_init(&l->sorted, l->again ? l->sort_dir : l->dir, e) && (l->again || lists_ask_init(&r->ask, c, e)) &&
	          set_up(r, e) && lists_from_folder(c, l->dir, path, "reading the list", feed, r, &len, &d, e);
	if (ok && r->here.num_bad)
		ok = say_bad(r, e);
	arena_free(&r->ask.room);
	free(r);
	if (!ok)
		return false;
	(void)digest_hex(sha256_out, &d);
	if (sha256 && strcmp(sha256, sha256_out) != 0)
		return err_set(e, ERR_LIST_CHANGED, "%s", path);
	(void)snprintf(l->sorted_sha256, sizeof l->sorted_sha256, "%s", sha256_out);
	if (size)
		*size = len;
	return true;
}

bool lists_take(struct lists *l, struct call *c, struct err *e)
{
	char    name[80], path[100], sha256[HASH_MAX * 2 + 1];
	int64_t size = 0;

	(void)snprintf(path, sizeof path, "revocations/%s", lists_text(name, sizeof name, &c->in, "name"));
	if (!name[0] || !bundle_allows(path))
		return err_set(e, ERR_MEDIUM_NAME, "%.60s", name);
	l->sorted_sha256[0] = 0; /* of that name there may be another by now */
	if ((!l->again && !lists_fetch(l, c, "revocations", path, false, e)) || !lists_sorted(l, name, NULL, c, &size, sha256, e))
		return false;
	fields_u64(&c->out, "size", (uint64_t)size);
	fields_str(&c->out, "sha256", sha256);
	fields_put(&c->out, "now", fields_get(&c->in, "now"));
	return lists_judge(l, c, e);
}

/* ---- to a medium ------------------------------------------------------------------------------------ */

static bool deliver_pieces(struct lists_ask *a, const struct lists *l, struct call *c, int fd, int64_t size, struct err *e)
{
	uint8_t *piece = malloc(LISTS_PIECE);
	int64_t  seen = 0;
	bool     ok = piece || err_set(e, ERR_NO_MEMORY, "a piece of a file");

	while (ok && seen <= size) {
		size_t  want = (size_t)(size - seen < (int64_t)LISTS_PIECE ? size - seen : (int64_t)LISTS_PIECE);
		ssize_t n = want ? pread(fd, piece, want, seen) : 0;
		if (n < 0 || (want && n == 0)) {
			ok = err_set(e, ERR_FILE_READ, "a file of the ceremony's folder");
			break;
		}
		lists_ask_new(a, OP_MEDIA_WRITE_PART);
		lists_put_medium(&a->c.in, &c->in);
		fields_put(&a->c.in, "name", fields_get(&c->in, "name"));
		fields_u64(&a->c.in, "from", (uint64_t)seen);
		fields_put(&a->c.in, "content", bytes_of(piece, (size_t)n));
		seen += n;
		if (seen == size)
			fields_put(&a->c.in, "sha256", fields_get(&c->in, "sha256"));
		ok = helper_call(l->media, &a->c, e);
		lists_tell(c, "writing to the medium", seen, size);
		if (seen == size)
			break;
		ok = ok && lists_go_on(c, "writing to the medium", e);
	}
	free(piece);
	return ok;
}

bool lists_deliver(struct lists *l, struct call *c, struct err *e)
{
	char          file[128];
	struct lists_ask a;
	struct stat   st;

	if (l->again) { /* the medium has left; what was written is what the transcript says of the file */
		fields_put(&c->out, "size", fields_get(&c->in, "size"));
		fields_put(&c->out, "sha256", fields_get(&c->in, "sha256"));
		return true;
	}
	if (!bundle_allows(lists_text(file, sizeof file, &c->in, "file")))
		return err_set(e, ERR_OP_FIELD, "file");
	int fd = openat(l->dir, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, "%s: %s", file, strerror(errno));
	bool ok = (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) || err_set(e, ERR_FILE_READ, "%s", file);
	ok = ok && lists_ask_init(&a, c, e);
	if (ok) {
		ok = deliver_pieces(&a, l, c, fd, st.st_size, e);
		arena_free(&a.room);
	}
	(void)close(fd);
	if (ok) {
		fields_u64(&c->out, "size", (uint64_t)st.st_size);
		fields_put(&c->out, "sha256", fields_get(&c->in, "sha256"));
	}
	return ok;
}
