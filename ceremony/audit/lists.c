/* lists.c: see lists.h: a list is read and sorted, a CRL is built and written. What goes to and from
 * media is lists_media.c's. */
#include "ceremony/audit/lists_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "ceremony/pki/certificate.h"
#include "ceremony/pki/revocations.h"

void lists_init(struct lists *l)
{
	*l = (struct lists){ .dir = -1, .sort_dir = -1, .sorted = { .fd = -1 }, .foreign = -1 };
}

void lists_done(struct lists *l)
{
	sorter_done(&l->sorted);
	if (l->sort_dir >= 0)
		(void)close(l->sort_dir);
	if (l->foreign >= 0)
		(void)close(l->foreign);
	l->sort_dir = l->foreign = -1;
	l->sorted_sha256[0] = 0;
}

static bool no_field(struct err *e, const char *key)
{
	return err_set(e, ERR_OP_FIELD, "%s", key);
}

/* ---- the lists before, and what else is known --------------------------------------------- */

static int by_serial(const void *a, const void *b)
{
	return revoked_compare(a, b);
}

/* SERIAL:REASON:DATE, as flow writes them. */
static bool take_hand(struct revoked *out, struct bytes one)
{
	struct bytes serial, reason, date;
	uint8_t      octets[SERIAL_MAX];
	struct buf   b = BUF_ON(octets);
	uint64_t     n = 0;
	int64_t      t = 0;

	if (!bytes_cut(one, ':', &serial, &one) || !bytes_cut(one, ':', &reason, &date) || !hex_decode(&b, serial) || !b.len ||
	    octets[0] == 0 || !bytes_to_u64(&n, reason, 10) || !utc_parse(&t, date) || t < 0)
		return false;
	revoked_pack(out, buf_bytes(&b), (uint8_t)n, t, 0, 0);
	return true;
}

/* What the ledger knows to be revoked, and what this ceremony revokes by hand; sorted, none twice. */
static bool put_hand(struct crl_sources *s, struct arena *a, const struct ledger *l, struct bytes hand, struct err *e)
{
	size_t          most = l->num_certs + hand.len / 2 + 2, num = 0, kept = 0;
	struct revoked *r = arena_take(a, most * sizeof *r);

	if (!r)
		return err_set(e, ERR_NO_MEMORY, "what is revoked by hand");
	for (const struct ledger_cert *c = l->cert; c; c = c->next)
		if (c->revoked)
			revoked_pack(&r[num++], c->serial, c->reason, c->revoked_at, c->invalidity, 0);
	while (hand.len) {
		struct bytes one = hand, rest = bytes_of(NULL, 0);
		if (!bytes_cut(hand, ' ', &one, &rest))
			one = hand;
		if (!take_hand(&r[num++], one))
			return no_field(e, "hand");
		hand = rest;
	}
	qsort(r, num, sizeof *r, by_serial);
	for (size_t i = 0; i < num; i++)
		if (!kept || revoked_compare(&r[kept - 1], &r[i]) != 0)
			r[kept++] = r[i];
	s->hand = r;
	s->num_hand = kept;
	return true;
}

static bool put_over(struct crl_sources *s, struct arena *a, const struct ledger *l, struct err *e)
{
	struct revoked *r = arena_take(a, (l->num_certs + 1) * sizeof *r);
	size_t          num = 0;

	if (!r)
		return err_set(e, ERR_NO_MEMORY, "what has expired");
	for (const struct ledger_cert *c = l->cert; c; c = c->next)
		if (c->revoked && ledger_is_over(l, c))
			revoked_pack(&r[num++], c->serial, c->reason, c->revoked_at, 0, 0);
	qsort(r, num, sizeof *r, by_serial);
	s->over = r;
	s->num_over = num;
	return true;
}

static bool open_before(struct lists_sources *out, struct lists *l, struct err *e)
{
	const struct ledger_list *from = l->before->crl_from;
	struct bundle             b = { .fd = -1 };
	bool                      ok = true;

	if (!from)
		return true;
	const unsigned parts = from->num_parts ? from->num_parts : 1;
	out->before = arena_take(&out->room, parts * sizeof *out->before);
	if (!out->before)
		return err_set(e, ERR_NO_MEMORY, "the lists before");
	if (!bundle_open(&b, l->record, from->ceremony, e))
		return false;
	for (unsigned i = 0; ok && i < parts; i++) {
		char name[112];
		(void)snprintf(name, sizeof name, "crls/%s", from->num_parts ? from->part[i].file : from->file);
		int fd = -1;
		if (from->foreign) {
			ok = lists_foreign(l, b.fd, from, &fd, e);
		} else {
			fd = openat(b.fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
			ok = fd >= 0 || err_set(e, ERR_FILE_OPEN, "%s/%s: %s", b.name.text, name, strerror(errno));
		}
		ok = ok && crlfile_open(&out->before[i], fd, !from->foreign, e);
		out->s.num_before += ok;
	}
	bundle_done(&b);
	out->s.before = out->before;
	return ok;
}

bool lists_sources_open(struct lists_sources *out, struct lists *l, struct bytes hand, bool with_list, struct err *e)
{
	size_t room = CRLFILE_SHARDS * (sizeof *out->before + 64) +
	              (2 * l->before->num_certs + hand.len + 64) * sizeof(struct revoked);

	*out = (struct lists_sources){ .room = arena_new(room) };
	out->s.shards = 1;
	out->s.list = with_list ? &l->sorted : NULL;
	bool ok = (out->room.cap || err_set(e, ERR_NO_MEMORY, "%zu octets", room)) && open_before(out, l, e) &&
	          put_hand(&out->s, &out->room, l->before, hand, e) && put_over(&out->s, &out->room, l->before, e);
	if (!ok)
		lists_sources_done(out);
	return ok;
}

void lists_sources_done(struct lists_sources *s)
{
	for (size_t i = 0; i < s->s.num_before; i++)
		crlfile_done(&s->before[i]);
	s->s.num_before = 0;
	arena_free(&s->room);
}

/* ---- the CRL -------------------------------------------------------------------------------- */

/* What crl-build and crl-write share: how the list is named, and what it is made of. */
struct making {
	char          file[104], path[112], work[128]; /* a name has up to 100 octets (bundle_names.c) */
	struct bytes  head, tail;
	enum sig_alg  sig;
	enum hash_alg hash;
	struct lists_sources sources;
	uint8_t       room[2 * CRLFILE_MAX_EDGE + SIG_MAX];
	struct arena  arena;
};

static bool making_init(struct making *m, struct lists *l, struct call *c, struct err *e)
{
	char     list[80], sha256[HASH_MAX * 2 + 1], seen[HASH_MAX * 2 + 1];
	uint64_t shard = 0, shards = 0;

	m->arena = ARENA_ON(m->room);
	(void)snprintf(m->path, sizeof m->path, "crls/%s", lists_text(m->file, sizeof m->file, &c->in, "file"));
	/* Such a name goes with what a power cut leaves (sums.h). */
	(void)snprintf(m->work, sizeof m->work, "crls/%s.tbs.crl.tmp", m->file);
	if (!m->file[0] || !bundle_allows(m->path))
		return no_field(e, "file");
	if (!fields_get_base64(&m->head, &m->arena, &c->in, "head") || !fields_get_base64(&m->tail, &m->arena, &c->in, "tail") ||
	    m->head.len > CRLFILE_MAX_EDGE / 2 || m->tail.len > CRLFILE_MAX_EDGE / 2)
		return no_field(e, "head, tail");
	if (!sig_by_name(&m->sig, fields_get(&c->in, "algorithm")) || !sig_hash(&m->hash, m->sig))
		return no_field(e, "algorithm");
	if (!fields_get_u64(&shards, &c->in, "shards", CRLFILE_SHARDS) || !shards ||
	    !fields_get_u64(&shard, &c->in, "shard", shards - 1))
		return no_field(e, "shard, shards");
	bool with_list = fields_find(&c->in, "list") != NULL;
	if (with_list && !lists_sorted(l, lists_text(list, sizeof list, &c->in, "list"),
	                               lists_text(sha256, sizeof sha256, &c->in, "list-sha256"), c, NULL, seen, e))
		return false;
	if (!lists_sources_open(&m->sources, l, fields_get(&c->in, "hand"), with_list, e))
		return false;
	m->sources.s.shard = (unsigned)shard;
	m->sources.s.shards = (unsigned)shards;
	return true;
}

static int open_new(int dir, const char *path, struct err *e)
{
	if (mkdirat(dir, "crls", 0755) != 0 && errno != EEXIST)
		return (void)err_set(e, ERR_FILE_WRITE, "crls: %s", strerror(errno)), -1;
	(void)unlinkat(dir, path, 0);
	int fd = openat(dir, path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		(void)err_set(e, errno == ENOSPC ? ERR_DISK_FULL : ERR_FILE_WRITE, "%s: %s", path, strerror(errno));
	return fd;
}

static void put_counts(struct fields *out, const struct crl_sources *s)
{
	fields_u64(out, "entries", s->num_entries);
	fields_u64(out, "before", s->num_before_all);
	fields_u64(out, "hand", s->num_hand_new);
	fields_u64(out, "listed", s->num_list_new);
	fields_u64(out, "again", s->num_again);
	fields_u64(out, "removed", s->num_removed);
}

static void put_digest(struct fields *out, const char *key, const struct digest *d)
{
	char hex[HASH_MAX * 2 + 1];

	fields_str(out, key, digest_hex(hex, d));
}

static bool build_in(struct making *m, struct lists *l, struct call *c, struct err *e)
{
	const struct crl_progress p = { c->progress, c->progress_ctx };
	struct crl_made           made;
	int                       fd = l->again ? -1 : open_new(l->dir, m->work, e);

	if (fd < 0 && !l->again)
		return false;
	bool ok = crlfile_tbs(&made, fd, m->head, m->tail, &m->sources.s, m->hash, CRLFILE_SHA256 | CRLFILE_ROOM, &p, e);
	if (fd >= 0 && close(fd) != 0 && ok)
		ok = err_set(e, ERR_FILE_WRITE, "%s: %s", m->work, strerror(errno));
	if (!ok) {
		if (!l->again)
			(void)unlinkat(l->dir, m->work, 0);
		return false;
	}
	put_counts(&c->out, &m->sources.s);
	fields_u64(&c->out, "size", (uint64_t)made.len);
	put_digest(&c->out, "sha256", &made.sha256);
	put_digest(&c->out, "digest", &made.digest);
	return true;
}

/* In another file, where the list's header is not as long as the room that was left for it. */
static bool join(struct making *m, struct lists *l, const char *tmp, int tbs, struct bytes signature, int64_t tbs_len, struct err *e)
{
	int  fd = open_new(l->dir, tmp, e);
	bool ok = fd >= 0 && crlfile_join(fd, tbs, tbs_len, m->sig, signature, e);

	if (fd >= 0 && close(fd) != 0 && ok)
		ok = err_set(e, ERR_FILE_WRITE, "%s: %s", tmp, strerror(errno));
	return ok;
}

/* The finished list under its own name: made of what was signed, or there already after a crash. */
static bool finish(struct making *m, struct lists *l, struct bytes signature, int64_t tbs_len, struct err *e)
{
	char tmp[128];
	bool in_place = true;
	int  tbs = openat(l->dir, m->work, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

	if (tbs < 0)
		return (errno == ENOENT && file_exists(l->dir, m->path)) || err_set(e, ERR_FILE_OPEN, "%s: %s", m->work, strerror(errno));
	(void)snprintf(tmp, sizeof tmp, "%s.tmp", m->path);
	bool ok = crlfile_finish(tbs, &in_place, tbs_len, m->sig, signature, e) &&
	          (in_place || join(m, l, tmp, tbs, signature, tbs_len, e));
	if (close(tbs) != 0 && ok)
		ok = err_set(e, ERR_FILE_WRITE, "%s: %s", m->work, strerror(errno));
	int folder = ok ? openat(l->dir, "crls", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (ok && (folder < 0 || renameat(l->dir, in_place ? m->work : tmp, l->dir, m->path) != 0 || fsync(folder) != 0))
		ok = err_set(e, ERR_FILE_WRITE, "%s: %s", m->path, strerror(errno));
	if (folder >= 0)
		(void)close(folder);
	return ok;
}

static bool write_in(struct making *m, struct lists *l, struct call *c, struct err *e)
{
	const struct crl_progress p = { c->progress, c->progress_ctx };
	struct crl_made           made;
	struct digest             sha256;
	struct bytes              signature;
	struct stat               st;
	uint64_t                  tbs_len = 0;

	if (!fields_get_base64(&signature, &m->arena, &c->in, "signature") || !signature.len)
		return no_field(e, "signature");
	if (!fields_get_u64(&tbs_len, &c->in, "tbs-size", UINT32_MAX))
		return no_field(e, "tbs-size");
	if (!l->again && !finish(m, l, signature, (int64_t)tbs_len, e))
		return false;
	int fd = openat(l->dir, m->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		(void)err_set(e, ERR_FILE_OPEN, "%s: %s", m->path, strerror(errno));
		return fd >= 0 ? (void)close(fd), false : false;
	}
	if (!crlfile_check(&made, &sha256, fd, m->head, m->tail, &m->sources.s, m->sig, signature, &p, e))
		return false;
	if (!l->again)
		(void)unlinkat(l->dir, m->work, 0);
	fields_u64(&c->out, "entries", made.num_entries);
	fields_u64(&c->out, "size", (uint64_t)st.st_size);
	put_digest(&c->out, "sha256", &sha256);
	put_digest(&c->out, "digest", &made.digest);
	return true;
}

static bool make_crl(struct lists *l, struct call *c, struct err *e)
{
	struct making *m = calloc(1, sizeof *m);

	if (!m)
		return err_set(e, ERR_NO_MEMORY, "a revocation list");
	bool ok = making_init(m, l, c, e);
	if (ok) {
		ok = c->op == OP_CRL_BUILD ? build_in(m, l, c, e) : write_in(m, l, c, e);
		lists_sources_done(&m->sources);
	}
	free(m);
	return ok;
}

/* ---- the calls --------------------------------------------------------------------------------- */

static bool (*const ops[OP_COUNT_])(struct lists *l, struct call *c, struct err *e) = {
	[OP_LIST_TAKE] = lists_take,
	[OP_CRL_LOOK] = lists_look,
	[OP_CRL_ADOPT] = lists_adopt,
	[OP_CRL_BUILD] = make_crl,
	[OP_CRL_WRITE] = make_crl,
	[OP_FILE_DELIVER] = lists_deliver,
};

bool lists_knows(enum op op)
{
	return ops[op] != NULL;
}

bool lists_call(struct lists *l, struct call *c, struct err *e)
{
	MUST(lists_knows(c->op));
	l->now = c;
	bool ok = ops[c->op](l, c, e);
	l->now = NULL;
	return ok;
}

bool lists_agree(struct lists *l, struct call *c, const struct fields *said, struct err *e)
{
	if (!lists_call(l, c, e))
		return false;
	if (c->out.failed)
		return err_set(e, ERR_TOO_LARGE, "%s", op_text_of(c->op)->name);
	for (size_t i = 0; i < c->out.num; i++) {
		const char *key = (const char *)c->out.item[i].key.p;
		if (!bytes_equal(c->out.item[i].value, fields_get(said, key)))
			return err_set(e, ERR_AUDIT_FILE, "%s: the files say another %s", op_text_of(c->op)->name, key);
	}
	return true;
}
