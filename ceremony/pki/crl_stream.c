/* crl_stream.c: see crl_stream.h. */
#include "ceremony/pki/crl_stream.h"

#include "ceremony/base/utc.h"
#include "ceremony/pki/crl_parts.h"
#include "ceremony/pki/der.h"

#define PIECE (CRL_STREAM_ROOM / 2)

static struct bytes waiting(const struct crl_stream *s)
{
	return bytes_of(s->room, s->have);
}

/* What was looked at leaves the room; of it, what is of the TBS goes into the digest. */
static void pass(struct crl_stream *s, size_t len)
{
	size_t of_tbs = s->tbs_end - s->pos < (int64_t)len ? (size_t)(s->tbs_end - s->pos) : len;

	if (s->hashing)
		hash_put(&s->hash, bytes_of(s->room, of_tbs));
	memmove(s->room, s->room + len, s->have - len);
	s->have -= len;
	s->pos += (int64_t)len;
}

/* From the list's first octet to the first entry's. All of it is in the room, or there is no more of it. */
static bool take_head(struct crl_stream *s, struct err *e)
{
	struct bytes  in = waiting(s);
	enum hash_alg alg;
	unsigned      tag = 0;
	size_t        outer = 0, inner = 0;
	int64_t       len = 0, tbs_len = 0;

	if (!der_header(in, &tag, &outer, &len) || tag != DER_SEQUENCE || !der_header(bytes_skip(in, outer), &tag, &inner, &tbs_len) ||
	    tag != DER_SEQUENCE || (int64_t)inner + tbs_len > len)
		return err_set(e, ERR_CRL_DER, "its three parts");
	s->all_end = (int64_t)outer + len;
	s->tbs_end = (int64_t)(outer + inner) + tbs_len;
	s->pos = 0;
	size_t here = s->tbs_end < (int64_t)in.len ? (size_t)s->tbs_end : in.len;
	here = here < sizeof s->head ? here : sizeof s->head;
	memcpy(s->head, in.p, here); /* the issuer stays there */
	in = bytes_of(s->head + outer + inner, here - outer - inner);
	if (!crl_odd_head(&in, &s->list, NULL, &s->odd, e))
		return false;
	size_t begin = here - in.len;
	s->entries_end = (int64_t)begin;
	if (der_next_is(in, DER_SEQUENCE)) {
		if (!der_header(in, &tag, &inner, &len) || (int64_t)(begin + inner) + len > s->tbs_end)
			return err_set(e, ERR_CRL_DER, "revokedCertificates");
		begin += inner;
		s->entries_end = (int64_t)begin + len;
		s->odd |= len ? 0 : CRL_ODD_BIT(CRL_ODD_EMPTY);
	}
	s->hashing = sig_hash(&alg, s->list.sig);
	if (s->hashing)
		hash_init(&s->hash, alg);
	memmove(s->room, s->room + outer, s->have - outer); /* the outer header is in no digest */
	s->have -= outer;
	s->pos = (int64_t)outer;
	pass(s, begin - outer);
	s->at = s->pos < s->entries_end ? CRL_STREAM_ENTRIES : CRL_STREAM_TAIL;
	return true;
}

static bool take_entry(struct crl_stream *s, struct bytes one, struct err *e)
{
	struct crl_entry entry;
	struct revoked   r;
	struct err       why = { 0 };
	const size_t     n = s->list.num_entries + 1;

	if (!crl_read_next(&one, &entry, &s->odd, &why))
		return err_set(e, ERR_CRL_ENTRY, "entry %zu: %s", n, why.detail);
	if (entry.date < 0 || n > UINT32_MAX)
		return err_set(e, ERR_CRL_ENTRY, "entry %zu: revocation date", n);
	revoked_pack(&r, bytes_of(entry.serial, entry.serial_len), entry.reason, entry.date, entry.invalidity, (uint32_t)n);
	s->list.num_entries = n;
	return s->each(s->ctx, &r, e);
}

/* As many entries as are there as a whole. */
static bool take_entries(struct crl_stream *s, struct err *e)
{
	size_t done = 0;

	while (s->pos + (int64_t)done < s->entries_end) {
		struct bytes in = bytes_skip(waiting(s), done);
		unsigned     tag = 0;
		size_t       head = 0;
		int64_t      len = 0, left = s->entries_end - s->pos - (int64_t)done;
		if (in.len < 6 && (int64_t)in.len < left)
			break;
		if (!der_header(in, &tag, &head, &len) || (int64_t)head + len > left || (int64_t)head + len > CRL_STREAM_HEAD)
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: not a SEQUENCE, or too long", s->list.num_entries + 1);
		size_t whole = head + (size_t)len;
		if (whole > in.len)
			break;
		if (!take_entry(s, bytes_first(in, whole), e))
			return false;
		done += whole;
	}
	pass(s, done);
	if (s->pos == s->entries_end)
		s->at = CRL_STREAM_TAIL;
	return true;
}

static bool step(struct crl_stream *s, bool last, struct err *e)
{
	if (s->at == CRL_STREAM_BEGIN && (last || s->have >= CRL_STREAM_HEAD) && !take_head(s, e))
		return false;
	if (s->at == CRL_STREAM_ENTRIES && !take_entries(s, e))
		return false;
	return s->have <= PIECE || err_set(e, ERR_CRL_DER, "what stands behind its entries");
}

bool crl_stream_feed(struct crl_stream *s, struct bytes piece, struct err *e)
{
	while (piece.len) {
		size_t room = sizeof s->room - s->have, n = piece.len < PIECE ? piece.len : PIECE;
		n = n < room ? n : room;
		memcpy(s->room + s->have, piece.p, n);
		s->have += n;
		piece = bytes_skip(piece, n);
		if (!step(s, false, e))
			return false;
	}
	return true;
}

/* The extensions, the algorithm once more, and the signature; nothing is behind them. */
static bool take_tail(struct crl_stream *s, struct err *e)
{
	struct bytes rest = waiting(s), tail, content, algorithm;
	unsigned     tag;
	enum sig_alg outer;

	if (s->at != CRL_STREAM_TAIL || s->pos + (int64_t)s->have != s->all_end || s->tbs_end - s->pos > (int64_t)rest.len)
		return err_set(e, ERR_CRL_DER, "it is cut short, or something is behind it");
	tail = bytes_first(rest, (size_t)(s->tbs_end - s->pos));
	rest = bytes_skip(rest, tail.len);
	if (!crl_odd_extensions(&tail, &s->list, &s->odd, e))
		return false;
	if (!der_get_any(&rest, &tag, &content, &algorithm) || !der_get_bits(&rest, &s->list.signature) || rest.len)
		return err_set(e, ERR_CRL_DER, "its three parts");
	return (sig_find(&outer, algorithm) && outer == s->list.sig) || err_set(e, ERR_CRL_SIGALG, "%s", "");
}

bool crl_stream_end(struct crl_stream *s, struct err *e)
{
	if (!step(s, true, e) || !take_tail(s, e))
		return false;
	if (s->hashing) {
		hash_put(&s->hash, bytes_first(waiting(s), (size_t)(s->tbs_end - s->pos)));
		s->digest = hash_end(&s->hash);
		s->hashing = false;
	}
	return true;
}

void crl_stream_say(const struct crl_stream *s, struct fields *out)
{
	const struct crl *c = &s->list;
	char              text[CRL_ODD_MAX], at[24], number[CRL_NUMBER_TEXT];
	struct buf        said = BUF_ON(text);

	fields_str(out, "number", crl_number_str(number, c->number));
	fields_base64(out, "issuer", c->issuer.der);
	fields_str(out, "this-update", utc_str(at, c->this_update));
	fields_str(out, "next-update", utc_str(at, c->next_update));
	fields_u64(out, "entries", c->num_entries);
	fields_str(out, "algorithm", sig_name(c->sig));
	if (s->digest.len)
		fields_hex(out, "digest", digest_bytes(&s->digest));
	fields_base64(out, "signature", c->signature);
	fields_u64(out, "odd-bits", s->odd);
	crl_odd_put(&said, s->odd);
	if (s->odd)
		fields_put(out, "odd", buf_bytes(&said));
}

void crl_stream_done(struct crl_stream *s)
{
	if (s->hashing)
		(void)hash_end(&s->hash);
	s->hashing = false;
}
