/* files.c: see files.h and flow_files in flow.h. */
#include "ceremony/flow/files.h"

#include "ceremony/flow/adopt.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/series.h"
#include "ceremony/pki/pem.h"
#include "ceremony/record/note.h"
#include "ceremony/record/policy.h"

static struct bytes as_pem(const struct flow *f, const char *label, struct bytes der, struct err *e)
{
	size_t   cap = der.len * 2 + 128;
	uint8_t *p = arena_take(f->scratch, cap);

	if (!p) {
		(void)err_set(e, ERR_TOO_LARGE, "%s", label);
		return bytes_of(NULL, 0);
	}
	struct buf b = buf_init(p, cap);
	pem_encode(&b, label, der);
	return buf_bytes(&b);
}

/* "intermediate-1.csr" becomes "intermediate-1". */
static const char *stem(const struct flow *f, const char *file)
{
	const char *dot = strrchr(file, '.');

	return say(f, "%.*s", (int)(dot && dot != file ? (size_t)(dot - file) : strlen(file)), file);
}

/* On the output medium a list is there twice, as DER and as PEM, unless it is so large that nobody reads PEM. */
#define LIST_AS_PEM ((size_t)1 << 20)

static size_t num_forms(struct bytes der)
{
	return der.len <= LIST_AS_PEM ? 2 : 1;
}

static size_t num_list_files(const struct flow *f)
{
	size_t num = 0;

	for (unsigned i = 0; i < f->num_crls; i++)
		num += num_forms(f->crl[i]);
	return num;
}

static bool is_numbered(const struct flow *f)
{
	for (size_t i = 0; i < f->script->num_steps; i++)
		if (f->script->step[i].kind == &step_kind_export)
			return bytes_is(script_param(&f->script->step[i], "names"), "numbered");
	return false;
}

size_t flow_num_results(const struct flow *f)
{
	return (f->root_cert.len > 0) + num_list_files(f) + f->num_certs;
}

static const char *list_name(const struct flow *f, unsigned list, bool pem)
{
	const char *number = is_numbered(f) ? say(f, "-%s", say_list(f, 0)) : "";

	return series_is(f) ? series_file(f, list, pem) : say(f, pem ? "root%s-crl.pem" : "root%s.crl", number);
}

/* The n-th file of the lists. */
static struct flow_result list_result(const struct flow *f, size_t n, struct err *e)
{
	unsigned list = 0;

	while (n >= num_forms(f->crl[list]))
		n -= num_forms(f->crl[list++]);
	return (struct flow_result){ .name = list_name(f, list, n),
		                     .content = n ? as_pem(f, "X509 CRL", f->crl[list], e) : f->crl[list] };
}

bool flow_list_at(const struct flow *f, unsigned i, struct flow_result *out, struct err *e)
{
	if (i >= f->num_crls)
		return err_set(e, ERR_FLOW_ORDER, "there are only %u lists", f->num_crls);
	*out = (struct flow_result){ .name = list_name(f, i, false), .content = f->crl[i] };
	return true;
}

const char *flow_list_file(const struct flow *f, unsigned i)
{
	return series_is(f) ? series_file(f, i, false) : "root.crl";
}

const char *flow_large_name(const struct flow *f, unsigned n)
{
	const char *number = say_list(f, 0);

	if (series_is(f) || !is_numbered(f))
		return f->shard[n].file;
	return f->num_files > 1 ? say(f, "root-%s-part-%u.crl", number, n) : say(f, "root-%s.crl", number);
}

bool flow_result_at(const struct flow *f, size_t i, struct flow_result *out, struct err *e)
{
	struct flow_result r = { .name = "root.pem" };

	if (i == 0) {
		r.content = as_pem(f, "CERTIFICATE", f->root_cert, e);
	} else if (i <= num_list_files(f)) {
		r = list_result(f, i - 1, e);
	} else {
		const size_t n = i - 1 - num_list_files(f);
		if (n >= f->num_certs)
			return err_set(e, ERR_FLOW_ORDER, "there are only %zu results", flow_num_results(f));
		const struct flow_request *q = &f->request[f->certified[n]];
		r.name = say(f, "%s.pem", stem(f, q->file));
		r.content = as_pem(f, "CERTIFICATE", q->cert, e);
	}
	if (!r.content.p)
		return false;
	*out = r;
	return true;
}

/* ---- the bundle ------------------------------------------------------------------------- */

struct out {
	const struct flow *f;
	bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e);
	void *ctx;
};

static bool put(const struct out *o, const char *name, struct bytes content, struct err *e)
{
	return o->each(o->ctx, name, content, e);
}

static bool put_pem(const struct out *o, const char *name, const char *label, struct bytes der, struct err *e)
{
	struct bytes pem = as_pem(o->f, label, der, e);

	return pem.p && put(o, name, pem, e);
}

static bool put_script(const struct out *o, struct err *e)
{
	const struct script *s = o->f->script;

	if (!put(o, "script.ini", s->text, e))
		return false;
	for (size_t i = 0; i < s->num_profiles; i++)
		if (!put(o, say(o->f, "profiles/%s.ini", s->profile[i].name), s->profile[i].text, e))
			return false;
	return true;
}

static bool put_request(const struct out *o, const struct flow_request *r, struct err *e)
{
	if (!r->content.p) /* too large: it was not read */
		return true;
	return put(o, say(o->f, "requests/%s", r->file), r->content, e) &&
	       (!r->existing.len || put(o, say(o->f, "requests/%s.crt", stem(o->f, r->file)), r->existing, e)) &&
	       (!r->cert.len ||
	        put_pem(o, say(o->f, "certificates/%s.pem", stem(o->f, r->file)), "CERTIFICATE", r->cert, e));
}

static bool put_signed(const struct out *o, struct err *e)
{
	const struct flow *f = o->f;

	if (f->root_cert.len && !f->continued && !put_pem(o, "certificates/root.pem", "CERTIFICATE", f->root_cert, e))
		return false;
	for (unsigned i = 0; i < f->num_crls; i++)
		if (!put(o, say(f, "crls/%s", flow_list_file(f, i)), f->crl[i], e))
			return false;
	return true;
}

static bool put_keys(const struct out *o, struct err *e)
{
	const struct flow *f = o->f;

	if (f->root.key.spki.len && !f->continued && !put_pem(o, "backup/root-key.pem", "PUBLIC KEY", f->root.key.spki, e))
		return false;
	if (f->record.key.spki.len && !put_pem(o, "witnesses/record-key.pem", "PUBLIC KEY", f->record.key.spki, e))
		return false;
	if (f->wrapped && !put(o, "backup/root-key.backup", f->blob, e))
		return false;
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		if (f->witness[i].sealed.len && !put(o, say(f, "witnesses/%s.key", f->witness[i].slug), f->witness[i].sealed, e))
			return false;
	return true;
}

static void cosignature_of(const struct flow *f, size_t i, struct cosignature *out)
{
	const struct flow_witness *w = &f->witness[i];

	flow_cosignature(f, i, w->time, out);
	memcpy(out->signature, w->signature, 64);
}

/* What was signed, and the bare signature: openssl takes both, of every kind of key. */
static bool put_bare(const struct out *o, size_t i, struct bytes signature, struct err *e)
{
	const struct flow         *f = o->f;
	const struct flow_witness *w = &f->witness[i];
	char                       text[2][1024];
	struct buf                 body = BUF_ON(text[0]), message = BUF_ON(text[1]);

	flow_checkpoint_body(f, &body);
	cosigned_message(&message, buf_bytes(&body), w->time);
	MUST(buf_ok(&body) && buf_ok(&message));
	return put(o, say(f, "witnesses/%s.bin", w->slug), signature, e) &&
	       put(o, say(f, "witnesses/%s.message", w->slug), buf_bytes(&message), e);
}

/* A witness whose key is no Ed25519. */
static bool put_detached(const struct out *o, size_t i, struct err *e)
{
	const struct flow_witness *w = &o->f->witness[i];
	const char                *name = say(o->f, "%s/%s", o->f->script->origin, w->slug);
	const struct vkey          k = { bytes_str(name), VKEY_SPKI, w->key.spki };
	uint8_t                    text[POLICY_MAX_KEY * 2];
	char                       said[COSIGNED_MAX * 2];
	struct buf                 b = BUF_ON(text), heard = BUF_ON(said);

	flow_heard_message(o->f, i, w->time, &heard);
	vkey_put(&b, &k);
	buf_str(&b, "\n");
	if (!buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "the key of %s", w->slug);
	return put(o, say(o->f, "witnesses/%s.vkey", w->slug), buf_bytes(&b), e) &&
	       put_pem(o, say(o->f, "witnesses/%s.pem", w->slug), "PUBLIC KEY", w->key.spki, e) && put_bare(o, i, w->detached, e) &&
	       put(o, say(o->f, "witnesses/%s.heard", w->slug), buf_bytes(&heard), e) &&
	       put(o, say(o->f, "witnesses/%s.heard-bin", w->slug), w->heard, e);
}

static bool put_witness(const struct out *o, size_t i, struct err *e)
{
	const struct flow         *f = o->f;
	const struct flow_witness *w = &f->witness[i];
	struct cosignature         c;
	char                       text[5][1024];
	struct buf b[5] = { BUF_ON(text[0]), BUF_ON(text[1]), BUF_ON(text[2]), BUF_ON(text[3]), BUF_ON(text[4]) };
	static const char *const endings[5] = { "vkey", "pub", "minisig", "sig", "pem" };

	if (!flow_cosigns(w))
		return put_detached(o, i, e);
	cosignature_of(f, i, &c);
	witness_vkey(&b[0], &c.witness);
	witness_pub(&b[1], &c.witness);
	witness_minisig(&b[2], &c, w->global);
	witness_sig(&b[3], &c, w->slug);
	witness_spki(&b[4], &c.witness);
	for (size_t k = 0; k < COUNT_OF(endings); k++) {
		MUST(buf_ok(&b[k]));
		if (!put(o, say(f, "witnesses/%s.%s", w->slug, endings[k]), buf_bytes(&b[k]), e))
			return false;
	}
	return put_bare(o, i, bytes_of(w->signature, 64), e);
}

bool flow_make_checkpoint(const struct flow *f, struct buf *out)
{
	struct cosignature cosig[FLOW_MAX_WITNESSES];
	char               text[1024];
	struct buf         body = BUF_ON(text);

	size_t             num = 0;

	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		if (flow_cosigns(&f->witness[i]))
			cosignature_of(f, i, &cosig[num++]);
	flow_checkpoint_body(f, &body);
	checkpoint_put(out, buf_bytes(&body), cosig, num);
	return buf_ok(&body) && buf_ok(out);
}

static bool put_seal(const struct out *o, struct err *e)
{
	const struct flow *f = o->f;

	if (!f->checkpoint_sig.len)
		return true;
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		if (!put_witness(o, i, e))
			return false;
	return put(o, "checkpoint", f->checkpoint, e) && put(o, "checkpoint.token.sig", f->checkpoint_sig, e);
}

bool flow_files(const struct flow *f, bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e),
                void *ctx, struct err *e)
{
	struct out o = { f, each, ctx };

	if (!put_script(&o, e) || !put_signed(&o, e) || !put_keys(&o, e))
		return false;
	for (size_t i = 0; i < f->num_requests; i++)
		if (!put_request(&o, &f->request[i], e))
			return false;
	if (f->adopt && !adopt_files(f, each, ctx, e))
		return false;
	return put_seal(&o, e);
}

/* A thousand requests are a thousand files twice over: each event is asked for its own alone. */
bool flow_files_after(const struct flow *f, const struct event *ev,
                      bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e), void *ctx,
                      struct err *e)
{
	struct out o = { f, each, ctx };

	for (size_t i = 0; i < f->script->num_steps; i++) {
		const struct step_kind *k = f->script->step[i].kind;
		if (bytes_is(ev->step, f->script->step[i].id) && (k == &step_kind_requests || k == &step_kind_sign))
			return ev->round >= f->num_requests || put_request(&o, &f->request[ev->round], e);
		if (bytes_is(ev->step, f->script->step[i].id) && k == &step_kind_adopt && f->adopt && f->adopt->agreed &&
		    !adopt_files(f, each, ctx, e))
			return false;
	}
	return put_signed(&o, e) && put_keys(&o, e) && put_seal(&o, e);
}

bool flow_large_files(const struct flow *f, bool (*each)(void *ctx, const char *name, const char *sha256, struct err *e),
                      void *ctx, struct err *e)
{
	if (f->list.file && !each(ctx, say(f, "revocations/%s", f->list.file), f->list.sha256, e))
		return false;
	if (f->adopt && f->adopt->large.sha256 && !each(ctx, "crls/" ADOPT_LIST_FILE, f->adopt->large.sha256, e))
		return false;
	for (unsigned i = 0; i < f->num_written; i++)
		if (!each(ctx, say(f, "crls/%s", f->shard[i].file), f->shard[i].file_sha256, e))
			return false;
	return true;
}

void flow_ca(const struct flow *f, struct ca *out)
{
	struct digest d = hash_of(HASH_SHA256, f->root_cert);

	*out = (struct ca){
		.legal_name = bytes_str(f->script->organisation),
		.record_key = f->record.key.spki,
		.token = { bytes_str(f->token[TOKEN_ROOT].serial), bytes_str(f->copy_serial ? f->copy_serial : "") },
		.num_tokens = f->copy_serial ? 2 : 1,
	};
	memcpy(out->root_sha256, d.p, sizeof out->root_sha256);
}

bool flow_root_pem(const struct flow *f, struct bytes *out, struct err *e)
{
	*out = as_pem(f, "CERTIFICATE", f->root_cert, e);
	return out->p;
}
