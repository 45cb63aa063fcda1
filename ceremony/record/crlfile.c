/* crlfile.c: merging, writing and checking; see crlfile.h. Reading is crlfile_read.c's. */
#include "ceremony/record/crlfile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "ceremony/base/file.h"

#define TELL_EACH     65536 /* entries between two words of progress */
#define CRLFILE_LARGE ((int64_t)1 << 20)

/* ---- merging --------------------------------------------------------------------------- */

/* A list from a medium may stand in any number of shards; one serial's line may stand in it more than once. */
static bool next_of_list(struct crl_sources *s, struct err *e)
{
	struct revoked was = { .reason = 0 };
	bool           any = s->list_head != NULL;

	if (any)
		was = *s->list_head; /* the sorter may write over it */
	for (;; s->num_twice++) {
		if (!sorter_next(s->list, &s->list_head, e))
			return false;
		if (!any || !s->list_head || revoked_compare(&was, s->list_head) != 0)
			return true;
		if (!revoked_same(&was, s->list_head))
			return err_set(e, ERR_LIST_TWICE, "lines %u and %u", revoked_line(&was), revoked_line(s->list_head));
	}
}

bool crl_sources_begin(struct crl_sources *s, struct err *e)
{
	MUST(s->num_before <= CRLFILE_SHARDS && s->shards >= 1);
	s->num_entries = s->num_before_all = s->num_removed = s->num_hand_new = s->num_list_new = s->num_again = s->num_twice = 0;
	s->hand_at = s->over_at = 0;
	s->had_before = s->had_hand = s->had_list = false;
	s->list_head = NULL;
	for (size_t i = 0; i < s->num_before; i++) {
		crlfile_begin(&s->before[i]);
		s->had[i] = false;
		if (!crlfile_next(&s->before[i], &s->head[i], e))
			return false;
	}
	return !s->list || (sorter_begin(s->list, e) && next_of_list(s, e));
}

static const struct revoked *lesser(const struct revoked *a, const struct revoked *b)
{
	return !a || (b && revoked_compare(b, a) < 0) ? b : a;
}

static bool is_over(struct crl_sources *s, const struct revoked *r)
{
	while (s->over_at < s->num_over && revoked_compare(&s->over[s->over_at], r) < 0)
		s->over_at++;
	return s->over_at < s->num_over && revoked_compare(&s->over[s->over_at], r) == 0;
}

/* Passes over the one that was given out last, in every source that had it. */
static bool pass_over(struct crl_sources *s, struct err *e)
{
	for (size_t i = 0; s->had_before && i < s->num_before; i++)
		if (s->had[i] && !crlfile_next(&s->before[i], &s->head[i], e))
			return false;
	for (const struct revoked *was = s->had_hand ? &s->hand[s->hand_at++] : NULL; was && s->hand_at < s->num_hand; s->hand_at++)
		if (revoked_compare(&s->hand[s->hand_at], was) != 0)
			break;
	return !s->had_list || next_of_list(s, e);
}

static bool has(const struct revoked *head, const struct revoked *r)
{
	return head && (head == r || revoked_compare(head, r) == 0);
}

static bool before_has(struct crl_sources *s, const struct revoked *r)
{
	bool any = false;

	for (size_t i = 0; i < s->num_before; i++) {
		s->had[i] = has(s->head[i], r);
		any |= s->had[i];
	}
	return any;
}

/* The least serial of all sources, of this shard or not; the first source's entry. */
static bool next_of_all(struct crl_sources *s, const struct revoked **out, bool *goes, struct err *e)
{
	const struct revoked *least = NULL;

	if (!pass_over(s, e))
		return false;
	for (size_t i = 0; i < s->num_before; i++)
		least = lesser(least, s->head[i]);
	if (s->hand_at < s->num_hand)
		least = lesser(least, &s->hand[s->hand_at]);
	least = lesser(least, s->list_head);
	*out = least;
	const bool before = before_has(s, least), list = has(s->list_head, least);
	const bool hand = has(s->hand_at < s->num_hand ? &s->hand[s->hand_at] : NULL, least);
	s->had_before = before;
	s->had_hand = hand;
	s->had_list = list;
	*goes = !least || s->shards == 1 || shard_of(revoked_serial(least), s->shards) == s->shard;
	if (!least || !*goes)
		return true;
	const bool over = is_over(s, least);
	s->num_before_all += before;
	s->num_removed += before && over;
	s->num_again += list && (before || hand);
	s->num_hand_new += !before && hand && !over;
	s->num_list_new += !before && !hand && !over;
	*goes = !over;
	return true;
}

bool crl_sources_next(struct crl_sources *s, const struct revoked **out, struct err *e)
{
	bool goes = false;

	do {
		if (!next_of_all(s, out, &goes, e))
			return false;
	} while (!goes);
	s->num_entries += *out != NULL;
	return true;
}

static void tell(const struct crl_progress *p, const char *what, uint64_t done, int64_t octets, int64_t total)
{
	if (p && p->tell && done % TELL_EACH == 0)
		p->tell(p->ctx, what, (uint64_t)(octets < total ? octets : total), (uint64_t)total);
}

/* ---- writing ----------------------------------------------------------------------------- */

/* Of the one list that is being written. On the stack each of its pages would be touched, for the smallest list too. */
static uint8_t block[CRLFILE_BLOCK];

struct writer {
	int         fd;
	unsigned    with;
	struct hash sha256, hash;
	size_t      have; /* octets of the block */
	int64_t     len, room; /* room: octets before the TBS */
};

static bool write_failed(struct err *e)
{
	return err_set(e, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_FILE_WRITE, "a revocation list: %s",
	               strerror(errno));
}

static bool write_at(int fd, struct bytes c, int64_t at, struct err *e)
{
	while (c.len) {
		ssize_t n = pwrite(fd, c.p, c.len, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return write_failed(e);
		c = bytes_skip(c, (size_t)n);
		at += n;
	}
	return true;
}

static bool flush(struct writer *w, struct err *e)
{
	struct bytes c = bytes_of(block, w->have);

	if (w->with & CRLFILE_SHA256)
		hash_put(&w->sha256, c);
	hash_put(&w->hash, c);
	int64_t at = w->room + w->len;
	w->len += (int64_t)w->have;
	w->have = 0;
	return w->fd < 0 || write_at(w->fd, c, at, e);
}

static bool put(struct writer *w, struct bytes a, struct err *e)
{
	if (w->have + a.len > sizeof block && !flush(w, e))
		return false;
	MUST(a.len <= sizeof block);
	if (a.len)
		memcpy(block + w->have, a.p, a.len);
	w->have += a.len;
	return true;
}

/* A header in front of `len` octets that are not here. */
static struct bytes header(uint8_t out[8], unsigned tag, int64_t len)
{
	size_t n = 0, at = 8;

	for (int64_t v = len; len >= 0x80 && v; v >>= 8, n++)
		out[--at] = (uint8_t)(v & 0xff);
	out[--at] = (uint8_t)(n ? 0x80 | n : (unsigned)len);
	out[--at] = (uint8_t)tag;
	return bytes_of(out + at, 8 - at);
}

/* What the entries take if no serial is in two sources and none is over. */
static int64_t guess(const struct crl_sources *s)
{
	int64_t len = s->list ? (int64_t)s->list->der_len : 0;

	for (size_t i = 0; i < s->num_before; i++)
		len += s->before[i].entries_len;
	for (size_t i = 0; i < s->num_hand; i++)
		len += (int64_t)revoked_der_len(&s->hand[i]);
	return len / s->shards;
}

static bool put_entries(struct writer *w, struct crl_sources *s, const struct crl_progress *p, int64_t total, struct err *e)
{
	const struct revoked *r;

	if (!crl_sources_begin(s, e))
		return false;
	for (;;) {
		if (!crl_sources_next(s, &r, e))
			return false;
		if (!r)
			return true;
		if (w->have + REVOKED_DER_MAX > sizeof block && !flush(w, e))
			return false;
		w->have += revoked_der(block + w->have, r);
		tell(p, "writing the list", s->num_entries, w->len, total);
	}
}

int64_t crlfile_room(int64_t tbs_len)
{
	uint8_t room[8];

	return (int64_t)header(room, DER_SEQUENCE, tbs_len + 120).len; /* about what stands behind it, of P-384 */
}

/* A disk that is asked for all of it at once gives it cheaper than piece by piece. Where it cannot, or has not so much, the
 * writing will say. */
static void ask_for(int fd, int64_t len)
{
	if (fd >= 0 && len > CRLFILE_LARGE)
		(void)fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, len);
}

/* Everything, with the length of the entries as it is believed to be; *len: as it is. */
static bool write_tbs(struct writer *w, struct bytes head, struct bytes tail, struct crl_sources *s, int64_t believed, int64_t *len,
                      const struct crl_progress *p, struct err *e)
{
	uint8_t      outer[8], inner[8];
	struct bytes list = believed ? header(inner, DER_SEQUENCE, believed) : bytes_of(NULL, 0);
	int64_t      whole = (int64_t)head.len + (int64_t)list.len + believed + (int64_t)tail.len;
	struct bytes first = header(outer, DER_SEQUENCE, whole);

	w->room = w->with & CRLFILE_ROOM ? crlfile_room((int64_t)first.len + whole) : 0;
	ask_for(w->fd, w->room + (int64_t)first.len + whole);
	if (!put(w, first, e) || !put(w, head, e) || !put(w, list, e))
		return false;
	int64_t before = w->len + (int64_t)w->have;
	if (!put_entries(w, s, p, believed, e))
		return false;
	*len = w->len + (int64_t)w->have - before;
	if (*len > UINT32_MAX - 2 * CRLFILE_MAX_EDGE)
		return err_set(e, ERR_TOO_LARGE, "a list of 4 GiB");
	return put(w, tail, e) && flush(w, e);
}

/* One pass, from the beginning of the file, with its digests. */
static bool write_hashed(struct writer *w, struct crl_made *made, struct bytes head, struct bytes tail, struct crl_sources *s,
                         enum hash_alg hash, int64_t believed, int64_t *len, const struct crl_progress *p, struct err *e)
{
	w->len = 0;
	w->have = 0;
	if (w->fd >= 0 && ftruncate(w->fd, 0) != 0)
		return write_failed(e);
	hash_init(&w->sha256, HASH_SHA256);
	hash_init(&w->hash, hash);
	bool ok = write_tbs(w, head, tail, s, believed, len, p, e);
	made->digest = hash_end(&w->hash);
	made->sha256 = hash_end(&w->sha256);
	return ok;
}

static bool synced(int fd, const struct crl_progress *p, struct err *e)
{
	return fd_sync(fd, p ? p->tell : NULL, p ? p->ctx : NULL) || write_failed(e);
}

bool crlfile_tbs(struct crl_made *made, int out, struct bytes head, struct bytes tail, struct crl_sources *s,
                 enum hash_alg hash, unsigned with, const struct crl_progress *p, struct err *e)
{
	struct writer   w;
	struct crl_made m = { .num_entries = 0 };
	int64_t         believed = guess(s), len = believed;

	w.fd = out;
	w.with = with;
	do {
		believed = len;
		if (!write_hashed(&w, &m, head, tail, s, hash, believed, &len, p, e))
			return false;
	} while (len != believed);
	if (out >= 0 && !synced(out, p, e))
		return false;
	m.num_entries = s->num_entries;
	m.len = w.len;
	if (!(with & CRLFILE_SHA256))
		m.sha256 = (struct digest){ .len = 0 };
	*made = m;
	return true;
}

/* What stands around the TBS of a signed list. */
struct around {
	uint8_t      room[SIG_MAX + 256], outer[8];
	struct bytes before, behind;
};

static void around_init(struct around *a, int64_t tbs_len, enum sig_alg sig, struct bytes signature)
{
	struct der d = der_on(a->room, sizeof a->room);

	der_bits(&d, signature);
	der_put(&d, sig_der(sig));
	MUST(!d.failed);
	a->behind = der_bytes(&d);
	a->before = header(a->outer, DER_SEQUENCE, tbs_len + (int64_t)a->behind.len);
}

bool crlfile_finish(int fd, bool *fits, int64_t tbs_len, enum sig_alg sig, struct bytes signature, struct err *e)
{
	const int64_t room = crlfile_room(tbs_len);
	struct around a;

	around_init(&a, tbs_len, sig, signature);
	*fits = (int64_t)a.before.len == room;
	if (!*fits)
		return true;
	return write_at(fd, a.before, 0, e) && write_at(fd, a.behind, room + tbs_len, e) &&
	       (ftruncate(fd, room + tbs_len + (int64_t)a.behind.len) == 0 || write_failed(e)) && synced(fd, NULL, e);
}

bool crlfile_join(int out, int tbs, int64_t tbs_len, enum sig_alg sig, struct bytes signature, struct err *e)
{
	const int64_t room = crlfile_room(tbs_len);
	struct around a;

	around_init(&a, tbs_len, sig, signature);
	const int64_t first = (int64_t)a.before.len;
	if (!write_at(out, a.before, 0, e))
		return false;
	for (int64_t at = 0; at < tbs_len;) {
		int64_t left = tbs_len - at;
		ssize_t n = pread(tbs, block, left < (int64_t)sizeof block ? (size_t)left : sizeof block, room + at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_FILE_READ, "what was signed");
		if (!write_at(out, bytes_of(block, (size_t)n), first + at, e))
			return false;
		at += n;
	}
	return write_at(out, a.behind, first + tbs_len, e) && synced(out, NULL, e);
}

/* ---- checking ------------------------------------------------------------------------------ */

static bool same_entries(struct crlfile *f, struct crl_sources *s, const struct crl_progress *p, struct err *e)
{
	const struct revoked *is, *want;

	crlfile_begin(f);
	if (s && !crl_sources_begin(s, e))
		return false;
	for (;;) {
		if (!crlfile_next(f, &is, e) || (s && !crl_sources_next(s, &want, e)))
			return false;
		if (!s)
			want = is;
		if (!is && !want)
			return true;
		if (!is || !want || !revoked_same(is, want))
			return err_set(e, ERR_CRL_DIFFERS, "entry %llu", (unsigned long long)f->num);
		tell(p, "reading the list back", f->num, f->entries_len - f->left, f->entries_len);
	}
}

/* Octets of the file that stand before or behind its entries, from `at` on. */
static void hash_edge(struct crlfile *f, struct bytes c, int64_t at)
{
	const int64_t last = at + (int64_t)c.len, end = f->tbs_at + f->tbs_len;
	const int64_t from = at > f->tbs_at ? at : f->tbs_at, to = last < end ? last : end;

	if (f->hash_all)
		hash_put(f->hash_all, c);
	if (from < to)
		hash_put(f->hash_tbs, bytes_of(c.p + (from - at), (size_t)(to - from)));
}

/* Digests of the file and of the TBS in it, from the very octets that the reader reads, once and from end to end. */
static bool digest_and_compare(struct crl_made *made, struct digest *sha256, struct crlfile *f, struct crl_sources *s,
                               enum hash_alg alg, const struct crl_progress *p, struct err *e)
{
	struct hash  all, tbs;
	struct bytes first = bytes_of(f->edge, (size_t)(f->head.p - f->edge) + f->head.len), last = f->tail;

	if (f->entries_len)
		first.len = (size_t)f->entries_at;
	last.len = (size_t)(f->size - f->entries_len) - first.len;
	hash_init(&all, HASH_SHA256);
	hash_init(&tbs, alg);
	f->hash_all = sha256 ? &all : NULL;
	f->hash_tbs = &tbs;
	hash_edge(f, first, 0);
	bool ok = same_entries(f, s, p, e);
	hash_edge(f, last, f->size - (int64_t)last.len);
	struct digest whole = hash_end(&all);
	if (ok && sha256)
		*sha256 = whole;
	*made = (struct crl_made){ .num_entries = f->num, .len = f->tbs_len, .digest = hash_end(&tbs) };
	return ok;
}

bool crlfile_check(struct crl_made *made, struct digest *sha256, int fd, struct bytes head, struct bytes tail,
                   struct crl_sources *s, enum sig_alg sig, struct bytes signature, const struct crl_progress *p,
                   struct err *e)
{
	static struct crlfile f; /* as the block above */
	struct crl_made       m;
	enum hash_alg         alg = HASH_SHA256;

	if (!crlfile_open(&f, fd, true, e))
		return false;
	bool        ok = sig_hash(&alg, sig) || err_set(e, ERR_CRL_SIGALG, "%s", sig_name(sig));
	const char *field = !bytes_equal(f.head, head)                 ? "what stands before the entries"
	                  : !bytes_equal(f.tail, tail)                 ? "the extensions"
	                  : !bytes_equal(f.algorithm, sig_der(sig))    ? "signatureAlgorithm"
	                  : !bytes_equal(f.signature, signature)       ? "signature"
	                                                               : NULL;
	if (ok && field)
		ok = err_set(e, ERR_CRL_DIFFERS, "%s", field);
	ok = ok && digest_and_compare(&m, sha256, &f, s, alg, p, e);
	crlfile_done(&f);
	if (ok)
		*made = m;
	return ok;
}
