/* crlfile_read.c: a revocation list in a file, piece by piece; see crlfile.h. */
#include "ceremony/record/crlfile.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* An element's header: what may stand far behind it is not needed. */
struct header {
	unsigned tag;
	int64_t  head, len; /* octets of the header; of the content */
};

static bool get_header(struct header *out, struct bytes a)
{
	size_t head = 0;

	if (!der_header(a, &out->tag, &head, &out->len))
		return false;
	out->head = (int64_t)head;
	return true;
}

static bool read_at(int fd, uint8_t *p, size_t len, int64_t at)
{
	while (len) {
		ssize_t n = pread(fd, p, len, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
		at += n;
	}
	return true;
}

static bool is_time(struct bytes a)
{
	return der_next_is(a, DER_UTC_TIME) || der_next_is(a, DER_GENERALIZED_TIME);
}

/* version, signature, issuer, thisUpdate, nextUpdate: all that stands before the entries. */
static bool skip_head(struct bytes *in)
{
	struct bytes content;
	unsigned     tag;
	uint32_t     version;

	if (!der_get_small(in, &version, 1) || version != 1)
		return false;
	for (int i = 0; i < 2; i++)
		if (!der_get_any(in, &tag, &content, NULL) || tag != DER_SEQUENCE)
			return false;
	for (int i = 0; i < 2; i++)
		if (!is_time(*in) || !der_get_any(in, &tag, &content, NULL))
			return false;
	return true;
}

/* The first octets of the file: where the TBS lies, its head, where the entries begin. */
static bool find_head(struct crlfile *f, struct bytes first, bool whole)
{
	struct header h;
	int64_t       at = 0;

	if (whole && (!get_header(&h, first) || h.tag != DER_SEQUENCE || h.head + h.len != f->size))
		return false;
	at = whole ? h.head : 0;
	f->tbs_at = at;
	if (!get_header(&h, bytes_skip(first, (size_t)at)) || h.tag != DER_SEQUENCE || h.head + h.len > f->size - at ||
	    (!whole && h.head + h.len != f->size))
		return false;
	f->tbs_len = h.head + h.len;
	at += h.head;
	int64_t      end = f->tbs_at + f->tbs_len;
	size_t       have = first.len < (size_t)end ? first.len : (size_t)end;
	struct bytes in = bytes_of(first.p + at, have - (size_t)at), start = in;
	if (!skip_head(&in))
		return false;
	f->head = bytes_first(start, start.len - in.len);
	at += (int64_t)f->head.len;
	if (!der_next_is(in, DER_SEQUENCE))
		return true;
	if (!get_header(&h, in) || h.len == 0 || at + h.head + h.len > end)
		return false;
	f->entries_at = at + h.head;
	f->entries_len = h.len;
	return true;
}

/* What stands behind the entries: the extensions, and in a whole list the algorithm and the signature. */
static bool find_tail(struct crlfile *f, struct bytes last, bool whole)
{
	struct bytes content, wrapped = last, extensions;
	unsigned     tag;
	int64_t      left = f->size - (f->tbs_at + f->tbs_len); /* octets behind the TBS */

	if (left < 0 || (size_t)left > last.len)
		return false;
	f->tail = extensions = bytes_first(last, last.len - (size_t)left);
	if (!der_get(&extensions, DER_CONTEXT_IN(0), &content) || extensions.len)
		return false;
	wrapped = bytes_skip(last, f->tail.len);
	if (!whole)
		return wrapped.len == 0;
	return der_get_any(&wrapped, &tag, &content, &f->algorithm) && tag == DER_SEQUENCE &&
	       der_get_bits(&wrapped, &f->signature) && f->signature.len && wrapped.len == 0;
}

static bool find_parts(struct crlfile *f, bool whole, struct err *e)
{
	struct stat st;

	if (fstat(f->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_FILE_READ, "a revocation list");
	f->size = st.st_size;
	size_t first = f->size < CRLFILE_MAX_EDGE ? (size_t)f->size : CRLFILE_MAX_EDGE;
	if (!read_at(f->fd, f->edge, first, 0))
		return err_set(e, ERR_FILE_READ, "a revocation list");
	if (!find_head(f, bytes_of(f->edge, first), whole))
		return err_set(e, ERR_CRL_DER, "what stands before its entries");
	int64_t from = f->entries_len ? f->entries_at + f->entries_len : f->tbs_at + f->tbs_len;
	if (!f->entries_len) { /* behind the head, wherever that ends */
		from = (int64_t)(f->head.p - f->edge) + (int64_t)f->head.len;
	}
	if (f->size - from > CRLFILE_MAX_EDGE)
		return err_set(e, ERR_CRL_DER, "what stands behind its entries");
	size_t last = (size_t)(f->size - from);
	if (!read_at(f->fd, f->edge + CRLFILE_MAX_EDGE, last, from))
		return err_set(e, ERR_FILE_READ, "a revocation list");
	return find_tail(f, bytes_of(f->edge + CRLFILE_MAX_EDGE, last), whole) ||
	       err_set(e, ERR_CRL_DER, "what stands behind its entries");
}

bool crlfile_open(struct crlfile *f, int fd, bool whole, struct err *e)
{
	f->fd = fd;
	f->entries_at = f->entries_len = 0;
	f->algorithm = f->signature = bytes_of(NULL, 0);
	f->hash_all = f->hash_tbs = NULL;
	if (!find_parts(f, whole, e)) {
		crlfile_done(f);
		return false;
	}
	crlfile_begin(f);
	return true;
}

void crlfile_done(struct crlfile *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	f->fd = -1;
}

void crlfile_begin(struct crlfile *f)
{
	f->at = f->entries_at;
	f->left = f->entries_len;
	f->have = f->next = 0;
	f->num = 0;
}

/* At least one whole entry, or all that is left, is in memory. */
static bool fill(struct crlfile *f, struct err *e)
{
	size_t rest = f->have - f->next;

	if (rest >= 512 || f->left == 0)
		return true;
	memmove(f->piece, f->piece + f->next, rest);
	size_t room = sizeof f->piece - rest, n = f->left < (int64_t)room ? (size_t)f->left : room;
	if (!read_at(f->fd, f->piece + rest, n, f->at))
		return err_set(e, ERR_FILE_READ, "a revocation list");
	if (f->hash_all)
		hash_put(f->hash_all, bytes_of(f->piece + rest, n));
	if (f->hash_tbs)
		hash_put(f->hash_tbs, bytes_of(f->piece + rest, n));
	f->next = 0;
	f->have = rest + n;
	f->at += (int64_t)n;
	f->left -= (int64_t)n;
	return true;
}

bool crlfile_next(struct crlfile *f, const struct revoked **out, struct err *e)
{
	struct revoked *r = &f->entry[f->num % 2];
	struct err      why; /* not zeroed a million times: it is read only where it was set */

	if (!fill(f, e))
		return false;
	struct bytes in = bytes_of(f->piece + f->next, f->have - f->next);
	if (!in.len) {
		*out = NULL;
		return true;
	}
	if (!revoked_get(&in, r, &why))
		return err_set(e, ERR_CRL_ENTRY, "entry %llu: %s", (unsigned long long)f->num + 1, why.detail);
	if (f->num && revoked_compare(&f->entry[1 - f->num % 2], r) >= 0)
		return err_set(e, ERR_CRL_ORDER, "entries %llu and %llu", (unsigned long long)f->num, (unsigned long long)f->num + 1);
	f->num++;
	f->next = f->have - in.len;
	*out = r;
	return true;
}
