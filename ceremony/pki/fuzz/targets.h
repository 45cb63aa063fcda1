/* targets.h: what a fuzzer throws octets at: each reader of the pki room, and what must hold of whatever it takes.
 *
 * fuzz.c makes a libFuzzer program of one (`make fuzz T=request SECONDS=60`); fuzz_test.c runs all of them over
 * the fixtures and changes of them. A broken promise stops the program. */
#pragma once

#include "ceremony/base/text.h"
#include "ceremony/pki/crl_foreign.h"
#include "ceremony/pki/ext.h"
#include "ceremony/pki/lint.h"
#include "ceremony/pki/pem.h"

#define FUZZ_ROOM ((size_t)8 << 20)

/* Whether `part` lies within `whole`, as a span that borrows does. */
static inline bool fuzz_is_within(struct bytes part, struct bytes whole)
{
	return part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len);
}

static inline void fuzz_request(struct bytes in, struct arena *a)
{
	static uint8_t subject[REQUEST_MAX_SUBJECT], asked[REQUEST_MAX_ASKED];
	struct buf     s = BUF_ON(subject), w = BUF_ON(asked);
	struct request r;
	struct bytes   der;
	struct err     e = { .id = ERR_NONE };

	if (!pem_decode(&der, a, "CERTIFICATE REQUEST", in, &e) || !request_read(&r, der, &e)) {
		MUST(e.id != ERR_NONE);
		return;
	}
	MUST(der_is_whole(r.subject.der) && fuzz_is_within(r.tbs, der) && fuzz_is_within(r.key.spki, r.tbs));
	for (size_t i = 0; i < r.num_exts; i++)
		MUST(fuzz_is_within(r.ext[i].value, r.tbs));
	MUST(name_same(&r.subject, &r.subject));
	if (request_words(&s, &w, &r, &e))
		MUST(text_is_plain(buf_bytes(&s)));
	if (!request_prove(&r, &e))
		MUST(e.id != ERR_NONE);
}

static inline void fuzz_certificate(struct bytes in, struct arena *a)
{
	struct lint_finding finding[4];
	struct certificate  c;
	struct issuer       issuer;
	struct bytes        der;
	struct err          e = { .id = ERR_NONE };
	uint8_t             text[4096];

	if (!pem_decode(&der, a, "CERTIFICATE", in, &e) || !certificate_parse(&c, der, &e)) {
		MUST(e.id != ERR_NONE);
		return;
	}
	MUST(fuzz_is_within(c.tbs, der) && fuzz_is_within(c.subject_key_id, c.tbs) && c.num_exts <= CERTIFICATE_MAX_EXTS);
	for (size_t i = 0; i < c.num_exts; i++) {
		struct buf b = BUF_ON(text);
		MUST(fuzz_is_within(c.ext[i].value, c.tbs));
		ext_put_text(&b, &c.ext[i]);
		MUST(!buf_ok(&b) || text_is_plain(buf_bytes(&b)));
	}
	(void)lint_certificate(finding, COUNT_OF(finding), &c, &c);
	if (!issuer_of(&issuer, &c, &e))
		MUST(e.id != ERR_NONE);
}

/* Whatever is read strictly is read leniently as the same, and nothing is odd but a point. */
static inline void fuzz_foreign_crl(struct bytes der, const struct crl *strict)
{
	struct crl_entry entry;
	struct crl       c;
	struct err       e = { .id = ERR_NONE };
	unsigned         odd = 0, again = 0;
	size_t           num = 0;

	if (!crl_read(&c, &odd, der, &e)) {
		MUST(e.id != ERR_NONE && (!strict || e.id == ERR_CRL_EXT));
		return;
	}
	for (struct bytes rest = c.revoked; rest.len; num++)
		MUST(crl_read_next(&rest, &entry, &again, &e) && entry.serial_len <= SERIAL_MAX);
	MUST(num == c.num_entries && !(again & ~odd) && c.next_update >= c.this_update);
	MUST(!strict || (!(odd & ~(1u << CRL_ODD_POINT)) && crl_number_compare(c.number, strict->number) == 0 && num == strict->num_entries));
}

static inline void fuzz_crl(struct bytes in, struct arena *a)
{
	struct lint_finding finding[4];
	struct crl_entry    entry;
	struct crl          c;
	struct bytes        der;
	struct err          e = { .id = ERR_NONE };
	size_t              num = 0;

	if (!pem_decode(&der, a, "X509 CRL", in, &e)) {
		MUST(e.id != ERR_NONE);
		return;
	}
	if (!crl_parse(&c, der, &e)) {
		MUST(e.id != ERR_NONE);
		fuzz_foreign_crl(der, NULL);
		return;
	}
	fuzz_foreign_crl(der, &c);
	for (struct bytes rest = c.revoked; rest.len; num++)
		MUST(crl_next(&rest, &entry, &e) && entry.serial_len <= SERIAL_MAX);
	MUST(num == c.num_entries);
	(void)lint_crl(finding, COUNT_OF(finding), &c, NULL);
}

/* What is read and written again is read again as the same. */
static inline void fuzz_pem(struct bytes in, struct arena *a)
{
	struct bytes der, again;
	struct err   e = { .id = ERR_NONE };

	if (!pem_decode(&der, a, "X", in, &e)) {
		MUST(e.id != ERR_NONE);
		return;
	}
	void *p = arena_take(a, 2 * der.len + 256);
	if (!p || der.len == 0)
		return;
	struct buf b = buf_init(p, 2 * der.len + 256);
	pem_encode(&b, "X", der);
	MUST(buf_ok(&b));
	if (pem_decode(&again, a, "X", buf_bytes(&b), &e))
		MUST(bytes_equal(again, der));
	else
		MUST(e.id == ERR_TOO_LARGE);
}

static inline void fuzz_profile(struct bytes in, struct arena *a)
{
	const struct profile *p = NULL;
	struct err            e = { .id = ERR_NONE };

	if (profile_parse(&p, a, "fuzz.ini", in, &e))
		MUST(profile_name(p).len > 0 && profile_follows(p).len > 0);
	else
		MUST(e.id != ERR_NONE && !p);
}
