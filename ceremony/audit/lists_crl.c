/* lists_crl.c: CRLs that another program may have made, of any length: looked at on a medium, taken over, and read again as
 * what the next list goes on from. See lists.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceremony/audit/lists_helper.h"
#include "ceremony/base/file.h"
#include "ceremony/base/utc.h"
#include "ceremony/pki/crl_stream.h"
#include "ceremony/pki/pem_stream.h"

#define REASON_HOLD   6 /* RFC 5280 5.3.1: it may come back */
#define REASON_REMOVE 8 /* it has come back: of a delta list */

/* One reading of a CRL, here or in ceremony-parse. */
struct reading {
	const struct lists *l;
	struct lists_ask    ask;
	struct crl_stream   here;
	struct pem_stream   pem;  /* from a medium */
	struct sorter      *into; /* NULL: its entries are passed over */
	uint8_t             instead; /* the reason of entries that have none that counts */
	bool                begun;
	int64_t             size;
	struct hash         sha256;
	struct fields      *said; /* what it is, once it was read */
	uint8_t             der[LISTS_PIECE + 8];
};

/* ---- entries ------------------------------------------------------------------------------ */

static bool take_entry(void *ctx, const struct revoked *was, struct err *e)
{
	struct reading *r = ctx;
	struct revoked  x = *was;

	if (!r->into)
		return true;
	if (x.reason == REASON_HOLD || x.reason == REASON_REMOVE)
		return err_set(e, ERR_ADOPT_HOLD, "entry %u: reason %u", revoked_line(&x), x.reason);
	if (!crl_is_reason(x.reason)) {
		if (!r->instead)
			return err_set(e, ERR_ADOPT_REASON, "entry %u: reason %u", revoked_line(&x), x.reason);
		x.reason = r->instead;
	}
	return sorter_put(r->into, &x, e);
}

/* What the parser said of a piece: its entries, checked for form. */
static bool take_packed(struct reading *r, struct err *e)
{
	struct bytes packed = fields_get(&r->ask.c.out, "packed");

	if (packed.len % sizeof(struct revoked))
		return err_set(e, ERR_OP_FIELD, "packed");
	for (; packed.len; packed = bytes_skip(packed, sizeof(struct revoked))) {
		struct revoked x;
		memcpy(&x, packed.p, sizeof x);
		if (!x.key[0] || x.key[0] > SERIAL_MAX || !x.key[1] || x.reason > 10)
			return err_set(e, ERR_OP_FIELD, "packed");
		if (!take_entry(r, &x, e))
			return false;
	}
	return true;
}

static bool ask_parser(struct reading *r, struct bytes piece, const char *which, struct err *e)
{
	lists_ask_new(&r->ask, OP_PARSE_CRL);
	fields_put(&r->ask.c.in, "content", piece);
	fields_str(&r->ask.c.in, "piece", which);
	return helper_call(r->l->parse, &r->ask.c, e) && take_packed(r, e);
}

/* ---- pieces ------------------------------------------------------------------------------- */

static bool reading_init(struct reading *r, const struct lists *l, const struct call *c, struct sorter *into, uint8_t instead, struct fields *said, struct err *e)
{
	*r = (struct reading){ .l = l, .here = { .each = take_entry, .ctx = r }, .pem = { .label = "X509 CRL" }, .into = into,
		               .instead = instead, .said = said };
	if (!lists_ask_init(&r->ask, c, e))
		return false;
	hash_init(&r->sha256, HASH_SHA256);
	return true;
}

static void reading_done(struct reading *r)
{
	(void)hash_end(&r->sha256);
	crl_stream_done(&r->here);
	arena_free(&r->ask.room);
}

static bool feed(struct reading *r, struct bytes der, struct err *e)
{
	hash_put(&r->sha256, der);
	r->size += (int64_t)der.len;
	if (r->l->again)
		return crl_stream_feed(&r->here, der, e);
	bool ok = ask_parser(r, der, r->begun ? "middle" : "first", e);
	r->begun = true;
	return ok;
}

static bool feed_end(struct reading *r, struct err *e)
{
	char          hex[HASH_MAX * 2 + 1];
	struct digest d;

	if (r->l->again) {
		if (!crl_stream_end(&r->here, e))
			return false;
		crl_stream_say(&r->here, r->said);
	} else {
		if (!ask_parser(r, bytes_of(NULL, 0), "last", e))
			return false;
		for (size_t i = 0; i < r->ask.c.out.num; i++)
			if (!bytes_is(r->ask.c.out.item[i].key, "packed"))
				fields_put(r->said, (const char *)r->ask.c.out.item[i].key.p, r->ask.c.out.item[i].value);
	}
	d = hash_end(&r->sha256);
	hash_init(&r->sha256, HASH_SHA256); /* each init has its end */
	fields_u64(r->said, "size", (uint64_t)r->size);
	fields_str(r->said, "sha256", digest_hex(hex, &d));
	return true;
}

/* ---- looked at on a medium ---------------------------------------------------------------------- */

static bool look_piece(void *ctx, struct bytes piece, struct err *e)
{
	struct reading *r = ctx;

	for (; piece.len; piece = bytes_skip(piece, piece.len < LISTS_PIECE ? piece.len : LISTS_PIECE)) {
		struct buf b = BUF_ON(r->der);
		if (!pem_stream_feed(&r->pem, &b, bytes_first(piece, piece.len < LISTS_PIECE ? piece.len : LISTS_PIECE), e) ||
		    (b.len && !feed(r, buf_bytes(&b), e)))
			return false;
	}
	return true;
}

static bool look(struct lists *l, struct call *c, struct bytes name, unsigned n, struct err *e)
{
	struct reading *r = calloc(1, sizeof *r);
	uint8_t         room[16384], words[16384];
	struct arena    a = ARENA_ON(room);
	struct fields   said = fields_on(&a);
	struct buf      b = BUF_ON(words);
	char            key[24];

	if (!r)
		return err_set(e, ERR_NO_MEMORY, "a revocation list");
	bool ok = reading_init(r, l, c, NULL, 0, &said, e);
	if (ok) {
		ok = lists_from_medium(l, c, name, look_piece, r, e) && pem_stream_end(&r->pem, e) && feed_end(r, e);
		reading_done(r);
	}
	free(r);
	/* A line holds 64 parts, but not all that is said of each in fields of its own; what is odd, in words, follows from odd-bits. */
	for (size_t i = 0; ok && i < said.num; i++) {
		if (bytes_is(said.item[i].key, "odd"))
			continue;
		buf_str(&b, b.len ? " " : "");
		buf_put(&b, said.item[i].key);
		buf_str(&b, "=");
		buf_put(&b, said.item[i].value);
	}
	(void)snprintf(key, sizeof key, "list.%u", n);
	fields_put(&c->out, key, buf_bytes(&b));
	return ok && ((!said.failed && buf_ok(&b)) || err_set(e, ERR_TOO_LARGE, "a revocation list"));
}

bool lists_look(struct lists *l, struct call *c, struct err *e)
{
	char key[24];

	for (unsigned n = 1; !l->again; n++) { /* for the verifier the medium has left */
		(void)snprintf(key, sizeof key, "name.%u", n);
		const struct bytes *name = fields_find(&c->in, key);
		if (!name)
			return n > 1 || err_set(e, ERR_OP_FIELD, "name.1");
		if (!look(l, c, *name, n, e))
			return false;
	}
	return true;
}

/* ---- taken over ------------------------------------------------------------------------------- */

static bool folder_piece(void *ctx, struct bytes piece, bool first, bool last, struct err *e)
{
	(void)first;
	return feed(ctx, piece, e) && (!last || feed_end(ctx, e));
}

/* Reads a CRL of a ceremony's folder into a sorter. */
static bool read_sorted(const struct lists *l, const struct call *c, int dir, const char *path, struct sorter *into, uint8_t instead,
                        struct fields *said, struct err *e)
{
	struct reading *r = calloc(1, sizeof *r);
	struct digest   ignored;
	int64_t         size = 0;

	if (!r)
		return err_set(e, ERR_NO_MEMORY, "a revocation list");
	bool ok = reading_init(r, l, c, into, instead, said, e);
	if (ok) {
		ok = lists_from_folder(c, dir, path, "reading the list", folder_piece, r, &size, &ignored, e);
		reading_done(r);
	}
	free(r);
	return ok;
}

static int by_serial(const void *a, const void *b)
{
	return revoked_compare(a, b);
}

/* The serials of the field, sorted; in `a`. */
static bool get_serials(struct revoked **out, size_t *num, struct arena *a, struct bytes text, struct err *e)
{
	struct revoked *r = arena_take(a, (text.len / 2 + 1) * sizeof *r);

	if (!r)
		return err_set(e, ERR_NO_MEMORY, "the certificates");
	for (*num = 0; text.len; (*num)++) {
		uint8_t      octets[SERIAL_MAX];
		struct buf   b = BUF_ON(octets);
		struct bytes one = text, rest = bytes_of(NULL, 0);
		if (!bytes_cut(text, ' ', &one, &rest))
			one = text;
		if (!hex_decode(&b, one) || !b.len)
			return err_set(e, ERR_OP_FIELD, "serials");
		revoked_pack(&r[*num], buf_bytes(&b), 0, 0, 0, 0);
		text = rest;
	}
	qsort(r, *num, sizeof *r, by_serial);
	*out = r;
	return true;
}

static void put_known(struct buf *b, const struct revoked *x)
{
	char date[24];

	buf_str(b, b->len ? " " : "");
	buf_hex(b, revoked_serial(x));
	buf_fmt(b, ":%u:%s", x->reason, utc_str(date, revoked_date(x)));
}

/* Through all entries: those that stand twice, and those of the certificates that were brought. */
static bool match(struct sorter *s, const struct revoked *serial, size_t num, struct buf *known, uint64_t *entries, uint64_t *twice, struct err *e)
{
	const struct revoked *x;
	struct revoked        was = { .reason = 0 };
	size_t                at = 0;

	*entries = *twice = 0;
	if (!sorter_begin(s, e))
		return false;
	for (;;) {
		if (!sorter_next(s, &x, e))
			return false;
		if (!x)
			return buf_ok(known) || err_set(e, ERR_TOO_LARGE, "more revoked certificates at once than a line holds");
		if (*entries && revoked_compare(&was, x) == 0) {
			if (!revoked_same(&was, x))
				return err_set(e, ERR_LIST_TWICE, "entries %u and %u", revoked_line(&was), revoked_line(x));
			(*twice)++;
			continue;
		}
		was = *x;
		(*entries)++;
		while (at < num && revoked_compare(&serial[at], x) < 0)
			at++;
		if (at < num && revoked_compare(&serial[at], x) == 0)
			put_known(known, x);
	}
}

#define KNOWN_MAX ((size_t)192 << 10) /* octets of the field "known" */

static bool say_match(struct sorter *s, struct call *c, struct err *e)
{
	struct bytes    text = fields_get(&c->in, "serials");
	struct arena    a = arena_new((text.len / 2 + 2) * sizeof(struct revoked) + KNOWN_MAX + 64);
	uint8_t        *room = arena_take(&a, KNOWN_MAX);
	struct buf      known = buf_init(room, room ? KNOWN_MAX : 0);
	struct revoked *serial = NULL;
	size_t          num = 0;
	uint64_t        entries = 0, twice = 0;
	bool            ok = room || err_set(e, ERR_NO_MEMORY, "the certificates");

	ok = ok && get_serials(&serial, &num, &a, text, e) && match(s, serial, num, &known, &entries, &twice, e);
	if (ok) {
		fields_u64(&c->out, "distinct", entries);
		fields_u64(&c->out, "twice", twice);
		fields_put(&c->out, "known", buf_bytes(&known));
	}
	arena_free(&a);
	return ok;
}

/* Where what does not fit into memory goes: a record may be where nothing can be written. */
static bool sort_dir(struct lists *l, int *out, struct err *e)
{
	if (l->again && l->sort_dir < 0)
		l->sort_dir = dir_open(AT_FDCWD, "/tmp", false, e);
	*out = l->again ? l->sort_dir : l->dir;
	return *out >= 0;
}

bool lists_adopt(struct lists *l, struct call *c, struct err *e)
{
	char          file[80], path[100];
	struct sorter s = { .fd = -1 };
	uint64_t      instead = 0;
	int           dir = -1;

	(void)snprintf(path, sizeof path, "crls/%s", lists_text(file, sizeof file, &c->in, "file"));
	if (!file[0] || !bundle_allows(path) || !fields_get_u64(&instead, &c->in, "reason", 10))
		return err_set(e, ERR_OP_FIELD, "file, reason");
	if ((!l->again && !lists_fetch(l, c, "crls", path, true, e)) || !sort_dir(l, &dir, e) || !sorter_init(&s, dir, e))
		return false;
	bool ok = read_sorted(l, c, l->dir, path, &s, (uint8_t)instead, &c->out, e) && say_match(&s, c, e);
	sorter_done(&s);
	return ok;
}

/* ---- read again ---------------------------------------------------------------------------------- */

/* What stands around entries, so that crlfile.h's reader takes them; nobody signs it, and nobody sees it. */
static void put_edges(struct bytes *head, struct bytes *tail, uint8_t room[128])
{
	struct der before = der_on(room, 64), behind = der_on(room + 64, 64);
	size_t     mark = der_mark(&behind);

	der_time(&before, 1);
	der_time(&before, 0);
	der_tlv(&before, DER_SEQUENCE, bytes_of(NULL, 0));
	der_put(&before, sig_der(SIG_ED25519));
	der_small(&before, 1);
	der_wrap(&behind, DER_CONTEXT_IN(0), mark);
	MUST(!before.failed && !behind.failed);
	*head = der_bytes(&before);
	*tail = der_bytes(&behind);
}

/* The entries, sorted and each once, in a file without a name. It was read in ceremony-parse when it came; that it is the
 * same file, its SHA-256 says. */
static bool write_again(struct lists *l, int bundle, const struct ledger_list *from, int dir, int out, struct err *e)
{
	char               path[100];
	uint8_t            room[16384], edges[128];
	struct arena       a = ARENA_ON(room);
	struct fields      said = fields_on(&a);
	struct sorter      s = { .fd = -1 };
	struct crl_sources sources = { .list = &s, .shards = 1 };
	struct crl_made    made;
	struct bytes       head, tail;
	const bool         again = l->again;

	const struct crl_progress p = { l->now->progress, l->now->progress_ctx };
	(void)snprintf(path, sizeof path, "crls/%s", from->part[0].file);
	if (!sorter_init(&s, dir, e))
		return false;
	l->again = true; /* in this process */
	bool ok = read_sorted(l, l->now, bundle, path, &s, from->reason, &said, e);
	l->again = again;
	if (ok && !fields_is(&said, "sha256", from->part[0].sha256))
		ok = err_set(e, ERR_LIST_CHANGED, "%s", path);
	put_edges(&head, &tail, edges);
	ok = ok && crlfile_tbs(&made, out, head, tail, &sources, HASH_SHA256, 0, &p, e);
	sorter_done(&s);
	return ok;
}

bool lists_foreign(struct lists *l, int bundle, const struct ledger_list *from, int *fd, struct err *e)
{
	int dir = -1;

	if (l->foreign < 0) {
		if (!sort_dir(l, &dir, e))
			return false;
		int out = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (out < 0)
			return err_set(e, ERR_FILE_WRITE, "a file without a name: %s", strerror(errno));
		if (!write_again(l, bundle, from, dir, out, e)) {
			(void)close(out);
			return false;
		}
		l->foreign = out;
	}
	*fd = fcntl(l->foreign, F_DUPFD_CLOEXEC, 0);
	return *fd >= 0 || err_set(e, ERR_FILE_OPEN, "a file without a name: %s", strerror(errno));
}
