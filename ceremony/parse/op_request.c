/* op_request.c: see parse.h. */
#include "ceremony/parse/parse.h"

#include "ceremony/pki/pem.h"
#include "ceremony/pki/request.h"

static void put_sha256(struct fields *out, const char *key, struct bytes octets)
{
	char hex[HASH_MAX * 2 + 1];

	fields_str(out, key, sha256_hex(hex, octets));
}

bool parse_request(struct fields *out, struct parser *p, struct bytes foreign, struct err *e)
{
	struct request r;
	struct bytes   der;
	char           key[16], text[REQUEST_MAX_SUBJECT], asked[REQUEST_MAX_ASKED];
	struct buf     subject = BUF_ON(text), lines = BUF_ON(asked);

	if (!pem_decode(&der, p->scratch, "CERTIFICATE REQUEST", foreign, e) || !request_read(&r, der, e) ||
	    !keytest_all(&r.key, &p->lists, e) || !request_agrees(&r, e) || /* the conductor proves it: docs/adr/0016-one-proof-of-possession.md */
	    !request_words(&subject, &lines, &r, e))
		return false;
	fields_base64(out, "der", der);
	put_sha256(out, "sha256", der);
	fields_base64(out, "subject", r.subject.der);
	fields_put(out, "subject-text", buf_bytes(&subject));
	fields_base64(out, "spki", r.key.spki);
	put_sha256(out, "spki-sha256", r.key.spki);
	fields_str(out, "key", key_name(key, &r.key));
	fields_str(out, "signature", sig_name(r.sig));
	fields_put(out, "asked", buf_bytes(&lines));
	return true;
}

/* ---- serving ------------------------------------------------------------ */

static bool serve(void *ctx, struct call *c, struct err *e)
{
	struct parser *p = ctx;
	struct bytes   foreign;

	p->scratch->len = 0;
	if (c->op == OP_SCAN_NEXT || c->op == OP_SCAN_TAKE || c->op == OP_SCAN_CARD)
		return err_set(e, ERR_OP_FIELD, "this process does not scan");
	if (c->op == OP_PARSE_REVOCATIONS)
		return parse_revocations(&c->out, p, &c->in, e);
	if (c->op == OP_PARSE_CRL)
		return parse_crl(&c->out, p, &c->in, e);
	if (!fields_get_base64(&foreign, p->scratch, &c->in, "content"))
		return err_set(e, ERR_OP_FIELD, "content");
	if (c->op == OP_PARSE_CERTIFICATE)
		return parse_certificate(&c->out, p->scratch, foreign, e);
	if (c->op == OP_PARSE_LIST)
		return parse_list(&c->out, p->scratch, foreign, e);
	MUST(c->op == OP_PARSE_REQUEST); /* the other op of this port */
	return parse_request(&c->out, p, foreign, e);
}

struct helper parse_helper(struct parser *p)
{
	return (struct helper){ .call = serve, .ctx = p };
}
