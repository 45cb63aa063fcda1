/* prove.c: see prove.h. The line is the result of the signing: it holds the SHA-256 of what was signed (TBSCertificate or
 * TBSCertList) and the signature itself, so it is of exactly one certificate. */
#include "ceremony/audit/prove.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/pki/der.h"
#include "ceremony/pki/key.h"
#include "ceremony/pki/pem.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/proof.h"
#include "ceremony/record/transcript.h"

#define ROOM ((size_t)512 << 20) /* pages that are never touched cost nothing */

/* ---- what is proved -------------------------------------------------------------------- */

/* The parts of a certificate or list that the transcript holds. */
struct signed_parts {
	char         sha256[HASH_MAX * 2 + 1]; /* of the TBS */
	struct bytes signature;
};

static bool take_parts(struct signed_parts *out, struct arena *a, struct bytes file, struct err *e)
{
	struct bytes der, rest, whole, content, tbs, algorithm;
	unsigned     tag = 0;
	struct err   why = { 0 };

	if (!pem_decode(&der, a, "CERTIFICATE", file, &why) && !pem_decode(&der, a, "X509 CRL", file, &why))
		return err_set(e, ERR_PROOF_OTHER, "it is no certificate and no revocation list: %s", why.detail);
	rest = der;
	if (!der_get(&rest, DER_SEQUENCE, &whole) || rest.len || !der_get_any(&whole, &tag, &content, &tbs) ||
	    !der_get(&whole, DER_SEQUENCE, &algorithm) || !der_get_bits(&whole, &out->signature) || whole.len)
		return err_set(e, ERR_PROOF_OTHER, "it is no certificate and no revocation list");
	(void)sha256_hex(out->sha256, tbs);
	return true;
}

static bool is_of(const struct event *ev, struct arena *a, const struct signed_parts *want)
{
	struct bytes signature;

	return ev->type == EVENT_RESULT && fields_is(&ev->data, "op", "key-sign") && fields_is(&ev->data, "sha256", want->sha256) &&
	       fields_get_base64(&signature, a, &ev->data, "signature") && bytes_equal(signature, want->signature);
}

/* ---- made ------------------------------------------------------------------------------------ */

/* One transcript being searched. */
struct search {
	const struct signed_parts *want;
	struct arena              *a;
	struct proof               proof;
	uint8_t                  (*leaf)[32];
	uint64_t                   num, cap;
	bool                       found;
};

static bool look(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct search *s = ctx;

	if (s->num == s->cap) { /* grows in the arena, from which nothing is given back: twice as much each time */
		const uint64_t cap = s->cap ? s->cap * 2 : 1024;
		uint8_t      (*more)[32] = arena_take(s->a, (size_t)cap * 32);
		if (!more)
			return err_set(e, ERR_TOO_LARGE, "the transcript");
		memcpy(more, s->leaf ? s->leaf : more, (size_t)s->num * 32);
		s->leaf = more;
		s->cap = cap;
	}
	merkle_leaf(s->leaf[s->num++], line);
	if (!s->found && is_of(ev, s->a, s->want)) {
		s->found = true;
		s->proof.index = ev->n;
		s->proof.line = arena_copy(s->a, line);
	}
	return true;
}

/* Signatures that stand beside the checkpoint: W.vkey of our own type, W.message, W.bin. */
static bool add_detached(struct search *s, int dir, struct bytes vkey_file, const char *stem, struct err *e)
{
	struct proof_signature *d = &s->proof.detached[s->proof.num_detached];
	struct bytes            message, line, rest;
	struct vkey             k;
	uint64_t                when = 0;
	char                    path[128];

	if (!vkey_parse(&k, s->a, bytes_trim(vkey_file), e))
		return false;
	if (k.type != VKEY_SPKI)
		return true;
	(void)snprintf(path, sizeof path, "witnesses/%s.message", stem);
	if (!file_read(&message, s->a, dir, path, COSIGNED_MAX, e) || !bytes_cut(message, '\n', &line, &rest) ||
	    !bytes_cut(rest, '\n', &line, &rest) || !bytes_starts(line, "time ") ||
	    !bytes_to_u64(&when, bytes_skip(line, 5), INT64_MAX))
		return err_set(e, ERR_PROOF_NONE, "%s", path);
	(void)snprintf(path, sizeof path, "witnesses/%s.bin", stem);
	const int64_t signed_at = (int64_t)when;
	*d = (struct proof_signature){ .name = k.name, .spki = k.key, .time = signed_at };
	s->proof.num_detached++;
	return file_read(&d->signature, s->a, dir, path, SIG_MAX, e);
}

/* Witnesses are numbered without gaps, so their files can be asked for. */
static bool add_all_detached(struct search *s, int dir, struct err *e)
{
	static const char *const roles[] = { "witness", "auditor" };
	char                     stem[40], path[80];
	struct bytes             file;

	for (size_t r = 0; r < COUNT_OF(roles); r++)
		for (unsigned i = 1; i <= NOTE_MAX_WITNESSES; i++) {
			(void)snprintf(stem, sizeof stem, "%s-%u", roles[r], i);
			(void)snprintf(path, sizeof path, "witnesses/%s.vkey", stem);
			if (!file_exists(dir, path))
				break;
			if (!file_read(&file, s->a, dir, path, POLICY_MAX_KEY * 2, e) || !add_detached(s, dir, file, stem, e))
				return false;
		}
	return true;
}

static bool cut_out(struct search *s, int dir, struct err *e)
{
	struct bytes pem;

	s->proof.path_len = merkle_prove(s->proof.path, (const uint8_t(*)[32])s->leaf, s->num, s->proof.index);
	return file_read(&s->proof.checkpoint, s->a, dir, "checkpoint", CHECKPOINT_MAX, e) &&
	       file_read(&s->proof.record_sig, s->a, dir, "checkpoint.token.sig", SIG_MAX, e) &&
	       file_read(&pem, s->a, dir, "witnesses/record-key.pem", CHECKPOINT_MAX, e) &&
	       pem_decode(&s->proof.record_key, s->a, "PUBLIC KEY", pem, e) && add_all_detached(s, dir, e);
}

static bool search_record(struct search *s, const char *path, struct err *e)
{
	struct record      r = { -1, -1 };
	struct bundle_list list = { 0 };
	bool               ok = record_open(&r, AT_FDCWD, path, false, e) && bundle_list(&list, s->a, &r, e);

	for (size_t i = 0; ok && !s->found && i < list.num; i++) {
		struct bundle b = { .fd = -1 };
		s->num = 0;
		ok = bundle_open(&b, &r, list.item[i].number, e);
		if (ok && b.state == BUNDLE_SEALED && file_exists(b.fd, "checkpoint")) /* an aborted one has none */
			ok = transcript_each(b.fd, look, s, e) && (!s->found || cut_out(s, b.fd, e));
		bundle_done(&b);
	}
	record_done(&r);
	return ok && (s->found || err_set(e, ERR_PROOF_NONE, "SHA-256 of what was signed: %s", s->want->sha256));
}

bool audit_prove(struct buf *out, const char *path, struct bytes file, struct err *e)
{
	struct arena        a = arena_new(ROOM);
	struct signed_parts want;
	struct search       s = { .want = &want, .a = &a };
	bool                ok = a.cap || err_set(e, ERR_NO_MEMORY, "the proof");

	ok = ok && take_parts(&want, &a, file, e) && audit_record(path, NULL, NULL, e) && search_record(&s, path, e);
	if (ok)
		proof_put(out, &s.proof);
	ok = ok && (buf_ok(out) || err_set(e, ERR_TOO_LARGE, "the proof"));
	arena_free(&a);
	return ok;
}

bool audit_find_serial(struct bytes *der, struct arena *a, const char *path, struct bytes serial, struct err *e)
{
	struct ledger             l;
	struct arena              room = arena_new(ROOM);
	const struct ledger_cert *c = NULL;
	bool                      ok = room.cap || err_set(e, ERR_NO_MEMORY, "the ledger");

	ok = ok && audit_ledger(&l, &room, path, false, NULL, e);
	for (c = ok ? l.cert : NULL; c && !bytes_equal(c->serial, serial);)
		c = c->next;
	if (ok && !c)
		ok = err_set(e, ERR_PROOF_NONE, "no certificate of that serial");
	if (ok) {
		*der = arena_copy(a, c->der);
		ok = der->p || err_set(e, ERR_NO_MEMORY, "a certificate");
	}
	arena_free(&room);
	return ok;
}

/* ---- checked -------------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void tell(const struct audit_say *say, const char *fmt, ...)
{
	char       text[256];
	struct buf b = BUF_ON(text);
	va_list    ap;

	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	say->say(say->ctx, buf_cstr(&b));
}

static bool check_line(const struct proof *p, struct arena *a, const struct signed_parts *want, struct err *e)
{
	struct event ev;

	if (!event_parse(&ev, a, p->line, e))
		return false;
	if (ev.n != p->index)
		return err_set(e, ERR_PROOF_PATH, "the line says that it is number %llu", (unsigned long long)ev.n);
	return is_of(&ev, a, want) || err_set(e, ERR_PROOF_OTHER, "SHA-256 of what was signed: %s", want->sha256);
}

static bool check_record_key(const struct proof *p, struct err *e)
{
	struct key key;
	struct err why = { 0 };

	return (key_parse(&key, p->record_key, &why) && sig_verify(&key, sig_for(&key), p->checkpoint, p->record_sig, &why)) ||
	       err_set(e, ERR_CHECKPOINT_SIGNATURE, "of the record key: %s", why.detail);
}

/* Those of the policy's keys that have signed, each verified here: a name in the proof says nothing. */
static size_t find_signers(struct vkey *signer, const struct proof *p, const struct checkpoint *c, const struct policy *policy)
{
	size_t num = 0;

	for (size_t i = 0; i < policy->num_names; i++) {
		const struct policy_name *n = &policy->name[i];
		bool                      good = false;
		for (size_t k = 0; !n->group && n->witness.type == VKEY_COSIGNATURE && !good && k < c->num_cosigners; k++) {
			struct witness     w = { .numbered = false };
			struct cosignature found;
			struct err         why = { 0 };
			memcpy(w.name, c->cosigner[k].name, sizeof w.name);
			memcpy(w.public_key, n->witness.key.p, sizeof w.public_key);
			good = checkpoint_signed_by(&found, c, &w, &why);
		}
		for (size_t k = 0; !n->group && n->witness.type == VKEY_SPKI && !good && k < p->num_detached; k++) {
			const struct proof_signature *d = &p->detached[k];
			char                          text[COSIGNED_MAX];
			struct buf                    m = BUF_ON(text);
			struct key                    key;
			struct err                    why = { 0 };
			cosigned_message(&m, c->body, d->time);
			good = buf_ok(&m) && bytes_equal(d->spki, n->witness.key) && key_parse(&key, d->spki, &why) &&
			       sig_verify(&key, sig_for(&key), buf_bytes(&m), d->signature, &why);
		}
		if (good)
			signer[num++] = n->witness;
	}
	return num;
}

bool audit_proof(struct bytes file, struct bytes certificate, const struct policy *policy, const struct audit_say *say,
                 struct err *e)
{
	static struct vkey  signer[POLICY_MAX_NAMES];
	struct arena        a = arena_new(ROOM);
	struct proof        p;
	struct checkpoint   c;
	struct signed_parts want;
	char                hex[HASH_MAX * 2 + 1];
	bool                ok = a.cap || err_set(e, ERR_NO_MEMORY, "the proof");

	ok = ok && take_parts(&want, &a, certificate, e) && proof_parse(&p, &a, file, e) && proof_leads(&p, &c, e) &&
	     check_line(&p, &a, &want, e) && check_record_key(&p, e) &&
	     (!policy || policy_judge(policy, c.origin, p.record_key, signer, find_signers(signer, &p, &c, policy), e));
	if (ok) {
		tell(say, "ok  line %llu of %llu of %.*s tells of this signature", (unsigned long long)p.index + 1,
		     (unsigned long long)c.size, (int)c.origin.len, (const char *)c.origin.p);
		tell(say, "ok  the checkpoint is signed by the record key, sha256 %s", sha256_hex(hex, p.record_key));
		tell(say, policy ? "ok  its signatures are those that the policy asks for" :
		                   "--  no policy was given: is that the record key of this CA (record-key-sha256 in ca.ini)?");
	}
	arena_free(&a);
	return ok;
}
