/* qualify.c: see qualify.h. The algorithms, the PIN's counter, and the order of it all. */
#include "ceremony/token/qualify.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "ceremony/token/ckr.h"
#include "ceremony/token/pin.h"
#include "ceremony/token/sign.h"

#define SPEED_MS   300 /* signing is timed for so long */
#define SPEED_MOST 50  /* signatures */
#define ALIKE      4   /* keys of one kind, which must all be unlike */

static const char *const algorithms[] = { "P-256", "P-384", "P-521", "Ed25519", "RSA-3072", "RSA-4096" };

void qualify_say(struct trial *t, const char *name, const char *what, const char *fmt, ...)
{
	char       key[48], text[256];
	struct buf b = BUF_ON(text);
	va_list    ap;

	(void)snprintf(key, sizeof key, "%s%s%s", name, what[0] ? "." : "", what);
	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	if (!fields_find(t->out, key))
		fields_str(t->out, key, buf_cstr(&b));
}

static void tell(struct trial *t, const char *what, uint64_t done)
{
	if (t->call->progress)
		t->call->progress(t->call->progress_ctx, what, done, COUNT_OF(algorithms) + 3);
}

static int64_t now_ms(void)
{
	struct timespec ts = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- keys that pass ---- */

bool qualify_make(struct keypair *k, struct trial *t, const char *algorithm, bool extractable, struct err *e)
{
	uint8_t             id[8];
	char                name[24];
	bool                removed = false;
	struct keypair_plan plan = { .extractable = extractable, .passing = t->passing };

	MUST(key_alg_by_name(&plan.alg, &plan.bits, bytes_str(algorithm)));
	random_fill(id, sizeof id);
	plan.id = bytes_of(id, sizeof id);
	plan.label = bytes_str(QUALIFY_LABEL);
	bool ok = keypair_generate(k, &removed, t->a, t->s, &plan, e);
	if (!ok && plan.passing && !t->num_made) { /* perhaps a token that makes no session objects */
		plan.passing = false;
		ok = keypair_generate(k, &removed, t->a, t->s, &plan, NULL);
		t->passing = !ok;
	}
	if (!ok)
		return false;
	t->num_made++;
	(void)snprintf(name, sizeof name, "spki.%u", ++t->num_spki);
	fields_base64(t->out, name, k->key.spki);
	return true;
}

void qualify_drop(struct trial *t, const struct keypair *k)
{
	(void)t->s->module.fn->C_DestroyObject(t->s->handle, k->private_key);
	(void)t->s->module.fn->C_DestroyObject(t->s->handle, k->public_key);
}

/* Destroys what bears the label; false, with how many, if some stays. */
static bool sweep(const struct session *s, unsigned *stays)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };
	struct bytes                 label = BYTES_LIT(QUALIFY_LABEL), none = bytes_of(NULL, 0);

	*stays = 0;
	for (size_t i = 0; i < COUNT_OF(classes); i++)
		for (unsigned tries = 0;; tries++) {
			size_t           num = 0;
			CK_OBJECT_HANDLE h = 0;

			if (!keypair_count(&num, &h, s, classes[i], none, label, NULL))
				return false;
			if (!num)
				break;
			if (tries == 64 || s->module.fn->C_DestroyObject(s->handle, h) != CKR_OK) {
				*stays += (unsigned)num;
				break;
			}
		}
	return *stays == 0;
}

/* ---- what it can sign with ---- */

/* Signatures a second, each verified. False if one is not good. */
static bool time_signing(unsigned *rate, struct trial *t, const struct keypair *k, enum sig_alg alg, struct err *e)
{
	int64_t  start = now_ms();
	unsigned num = 0;

	do {
		uint8_t    storage[SIG_MAX], message[16];
		struct buf b = BUF_ON(storage);
		random_fill(message, sizeof message);
		if (!sign_message(&b, t->s, k->private_key, &k->key, alg, bytes_of(message, sizeof message), e))
			return false;
	} while (++num < SPEED_MOST && now_ms() - start < SPEED_MS);
	int64_t ms = now_ms() - start;
	*rate = (unsigned)(num * 1000 / (uint64_t)(ms > 0 ? ms : 1));
	return true;
}

static void try_pss(char *text, size_t len, struct trial *t, const struct keypair *k)
{
	uint8_t    storage[SIG_MAX];
	struct buf b = BUF_ON(storage);
	struct err why = { 0 };

	if (sign_message(&b, t->s, k->private_key, &k->key, SIG_PSS_SHA384, BYTES_LIT("ceremony qualifies"), &why))
		(void)snprintf(text, len, ", PKCS#1 and PSS");
	else
		(void)snprintf(text, len, ", PKCS#1; no PSS: %s", why.detail);
}

/* One algorithm: made, signed with, verified, timed. True if all was good. */
static bool try_algorithm(struct trial *t, const char *name)
{
	struct keypair k;
	struct err     why = { 0 };
	char           pss[224] = "";
	unsigned       rate = 0;
	int64_t        start = now_ms();

	if (!qualify_make(&k, t, name, false, &why)) {
		bool unfit = why.id == ERR_TOKEN_KEY_UNFIT;
		qualify_say(t, "algorithm", name, "%s%s", unfit ? "bad: " : "absent: ", why.detail);
		return false;
	}
	int64_t made = now_ms() - start;
	bool    ok = time_signing(&rate, t, &k, sig_for(&k.key), &why);
	if (ok && k.key.alg == KEY_RSA)
		try_pss(pss, sizeof pss, t, &k);
	if (ok)
		qualify_say(t, "algorithm", name, "good: made in %lld ms, %u signatures a second, each verified%s",
		            (long long)made, rate, pss);
	else
		qualify_say(t, "algorithm", name, "%s%s", why.id == ERR_TOKEN_SIGNATURE ? "bad: " : "absent: ", why.detail);
	qualify_drop(t, &k);
	return ok;
}

/* More of one kind, to be compared. */
static void make_alike(struct trial *t, const char *algorithm)
{
	for (unsigned i = 1; i < ALIKE; i++) {
		struct keypair k;

		if (!qualify_make(&k, t, algorithm, false, NULL))
			return;
		qualify_drop(t, &k);
	}
}

/* ---- the PIN's counter ---- */

/* Another PIN of the same length. */
static bool wrong_pin(struct secret *out, const struct secret *pin, struct err *e)
{
	if (!secret_set(out, secret_expose(pin), e))
		return false;
	out->p[0] = out->p[0] == '1' ? '2' : '1';
	return true;
}

/* The right PIN has just been taken, so that the wrong one cannot lock anybody out: the right one sets
 * the counter back. Not where one counter serves several tokens, nor where a pad is typed on. */
static bool count_wrong(struct trial *t, const struct secret *pin, struct err *e)
{
	struct session   *s = t->s;
	CK_FUNCTION_LIST *fn = s->module.fn;
	SECRET            wrong = { 0 };
	char              after[8] = "", name[40];

	if (!pin->len || s->quirk->one_lockout || strcmp(session_tries(&s->info), "ok") != 0) {
		qualify_say(t, "pin-counter", "", "skipped: %s",
		            !pin->len              ? "the PIN is typed on the token" :
		            s->quirk->one_lockout ? "a wrong PIN counts for every token of the device" :
		                                    "tries have been used up already");
		return true;
	}
	if (!wrong_pin(&wrong, pin, e) || !ckr_ok(fn->C_Logout(s->handle), "C_Logout", e))
		return false;
	s->user = SESSION_PUBLIC;
	CK_RV rv = fn->C_Login(s->handle, CKU_USER, wrong.p, wrong.len);
	if (rv == CKR_OK) {
		s->user = SESSION_USER;
		qualify_say(t, "pin-counter", "", "bad: a wrong PIN was taken");
		return true;
	}
	if (ckr_ok(fn->C_GetTokenInfo(s->slot, &s->info), "C_GetTokenInfo", NULL))
		(void)snprintf(after, sizeof after, "%s", session_tries(&s->info));
	if (!ckr_ok(fn->C_Login(s->handle, CKU_USER, pin->p, pin->len), "C_Login", e) ||
	    !ckr_ok(fn->C_GetTokenInfo(s->slot, &s->info), "C_GetTokenInfo", e))
		return false;
	s->user = SESSION_USER;
	const char *again = session_tries(&s->info);
	bool        counts = strcmp(after, "low") == 0 && strcmp(again, "ok") == 0;
	qualify_say(t, "pin-counter", "", "%stries after a wrong PIN (%s): %s; after the right one: %s",
	            counts ? "good: " : "claimed: the token does not show that it counts: ", ckr_name(name, rv), after, again);
	return true;
}

/* ---- all of it ---- */

static void say_who(struct trial *t)
{
	char text[129];

	fields_str(t->out, "module", t->s->module.path);
	fields_str(t->out, "module-sha256", t->s->module.sha256);
	fields_fmt(t->out, "library", "%s %u.%u", session_text(text, sizeof text, t->s->module.info.libraryDescription, 32),
	           t->s->module.info.libraryVersion.major, t->s->module.info.libraryVersion.minor);
	fields_str(t->out, "manufacturer", session_text(text, sizeof text, t->s->info.manufacturerID, 32));
	fields_str(t->out, "model", session_text(text, sizeof text, t->s->info.model, 16));
	fields_str(t->out, "label", session_text(text, sizeof text, t->s->info.label, 32));
	fields_str(t->out, "serial", session_text(text, sizeof text, t->s->info.serialNumber, 16));
	fields_str(t->out, "software", t->s->quirk->software ? "yes" : "no");
}

static void measure(struct trial *t)
{
	const char *guarded = NULL;
	char        what[64];

	for (size_t i = 0; i < COUNT_OF(algorithms); i++) {
		size_t mark = t->a->len;
		(void)snprintf(what, sizeof what, "trying keys of %s", algorithms[i]);
		tell(t, what, i);
		if (try_algorithm(t, algorithms[i]) && !guarded)
			guarded = algorithms[i];
		t->a->len = mark;
	}
	tell(t, "trying to get a key out of it", COUNT_OF(algorithms));
	if (guarded) {
		qualify_guard(t, guarded);
		make_alike(t, guarded); /* last: tpm2-pkcs11 keeps the TPM's memory of each key */
	}
	tell(t, "looking at random octets", COUNT_OF(algorithms) + 1);
	qualify_random(t);
}

bool qualify_token(struct call *c, struct arena *a, struct session *s, struct bytes serial, struct err *e)
{
	struct trial t = { .s = s, .a = a, .out = &c->out, .call = c, .passing = true };
	unsigned     stays = 0;

	if (!session_needs(s, SESSION_PUBLIC, e))
		return false;
	if (s->user == SESSION_USER) { /* so that the PIN is asked of the token */
		if (!ckr_ok(s->module.fn->C_Logout(s->handle), "C_Logout", e))
			return false;
		s->user = SESSION_PUBLIC;
	}
	if (!session_login(s, serial, false, c->secret_in, e))
		return false;
	say_who(&t);
	if (!count_wrong(&t, c->secret_in, e))
		return false;
	(void)sweep(s, &stays); /* of an earlier time; what stays is told at the end */
	measure(&t);
	bool gone = sweep(s, &stays);
	qualify_say(&t, "removed", "", gone ? "good: nothing stays of the %u keys that were made" : "bad: %u objects stay",
	            gone ? t.num_made : stays);
	return !c->out.failed || err_set(e, ERR_TOO_LARGE, "the findings");
}
