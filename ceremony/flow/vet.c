/* vet.c: see vet.h. */
#include "ceremony/flow/vet.h"

#include "keytest/keytest.h"
#include "keytest/moduli.h"

struct vet {
	const struct ledger_cert **by_key, **by_subject; /* open addressing, at most half full */
	size_t                     mask;                 /* slots - 1, a power of two */
	struct key                *rsa;                  /* of the ledger's RSA certificates */
	size_t                     num_rsa;
	uint64_t                  *name;                 /* of the requests of this ceremony, by their numbers: name_hash_in_any_order */
	size_t                     num_names;
	struct moduli              past, day;            /* rsa, once it was needed; and the requests of this ceremony, by their numbers */
};

/* FNV-1a: who makes keys collide costs himself more than us. */
static size_t slot_of(struct bytes a)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (size_t i = 0; i < a.len; i++)
		h = (h ^ a.p[i]) * 0x100000001b3U;
	return (size_t)(h ^ h >> 32);
}

/* The place of what has this key: its certificate's, or an empty one. */
static const struct ledger_cert **place_of_key(const struct vet *v, struct bytes spki)
{
	size_t i = slot_of(spki) & v->mask;

	while (v->by_key[i] && !bytes_equal(v->by_key[i]->spki, spki))
		i = (i + 1) & v->mask;
	return &v->by_key[i];
}

/* Of what has this subject, in whatever letters (RFC 5280 7.1). */
static const struct ledger_cert **place_of_subject(const struct vet *v, struct bytes subject)
{
	const uint64_t h = name_value_hash(subject);
	size_t         i = (size_t)(h ^ h >> 32) & v->mask;

	while (v->by_subject[i] && !name_value_same(bytes_str(v->by_subject[i]->subject), subject))
		i = (i + 1) & v->mask;
	return &v->by_subject[i];
}

/* A revoked certificate stays in its place: its key is not made good by another one. */
static void add(struct vet *v, const struct ledger_cert *c)
{
	const struct ledger_cert **at = place_of_key(v, c->spki);

	if (!*at || !(*at)->revoked)
		*at = c;
	*place_of_subject(v, bytes_str(c->subject)) = c;
}

bool vet_make(struct flow *f, struct err *e)
{
	const struct ledger *l = f->before;
	struct vet          *v = arena_take(f->arena, sizeof *v);
	size_t               slots = 2, num_rsa = 0;
	struct key           k;

	while (slots < 2 * l->num_certs)
		slots *= 2;
	for (const struct ledger_cert *c = l->cert; c; c = c->next)
		num_rsa += c->spki.len > 200; /* no other kind of key is that long */
	if (v) {
		v->mask = slots - 1;
		v->by_key = arena_take(f->arena, slots * sizeof(void *));
		v->by_subject = arena_take(f->arena, slots * sizeof(void *));
		v->rsa = arena_take(f->arena, (num_rsa + 1) * sizeof *v->rsa);
		v->past.room = v->day.room = f->arena;
	}
	if (!v || !v->by_key || !v->by_subject || !v->rsa)
		return err_set(e, ERR_NO_MEMORY, "an index of %zu certificates", l->num_certs);
	for (const struct ledger_cert *c = l->cert; c; c = c->next) {
		add(v, c);
		if (c->spki.len > 200 && v->num_rsa < num_rsa && key_parse(&k, c->spki, e))
			v->rsa[v->num_rsa++] = k;
	}
	f->vet = v;
	return true;
}

const struct ledger_cert *vet_same_key(const struct flow *f, struct bytes spki)
{
	return *place_of_key(f->vet, spki);
}

const struct ledger_cert *vet_same_subject(const struct flow *f, struct bytes subject)
{
	return *place_of_subject(f->vet, subject);
}

const struct flow_request *vet_same_name(const struct flow *f, size_t which)
{
	struct vet *v = f->vet;

	if (!v->name && !(v->name = arena_take(f->arena, (f->num_requests + 1) * sizeof *v->name)))
		return NULL;
	for (; v->num_names < f->num_requests; v->num_names++) {
		const struct request *r = f->request[v->num_names].parsed;
		v->name[v->num_names] = r ? name_hash_in_any_order(&r->subject) : 0;
	}
	for (size_t i = 0; f->request[which].parsed && i < v->num_names; i++)
		if (i != which && v->name[i] == v->name[which] && f->request[i].parsed && !f->request[i].refused &&
		    name_same_in_any_order(&f->request[i].parsed->subject, &f->request[which].parsed->subject))
			return &f->request[i];
	return NULL;
}

/* ---- the rules ---------------------------------------------------------- */

bool vet_issuer(const struct flow *f, const struct request *r, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);

	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (bytes_equal(r->key.spki, f->root.key.spki) || bytes_equal(r->key.spki, f->record.key.spki))
		return err_set(e, ERR_REQUEST_ISSUER, "the key is this CA's own");
	if (!f->root_cert.len)
		return true;
	if (!certificate_parse(c, f->root_cert, e))
		return false;
	if (f->rehearsal)
		profile_forget_rehearsal(&c->subject);
	return request_is_apart(r, &c->subject, &c->key, e);
}

static bool vet_ledger(const struct flow *f, const struct request *r, bool renewal, struct err *e)
{
	const struct ledger_cert *c = vet_same_key(f, r->key.spki);
	struct certificate       *old = c ? arena_take(f->scratch, sizeof *old) : NULL;

	if (!c)
		return true;
	if (c->revoked)
		return err_set(e, ERR_REQUEST_REVOKED, "%s of ceremony %u", c->name, c->ceremony);
	if (!old || !certificate_parse(old, c->der, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (f->rehearsal)
		profile_forget_rehearsal(&old->subject);
	return (renewal && name_same(&old->subject, &r->subject)) ||
	       err_set(e, ERR_REQUEST_CERTIFIED, "%s of ceremony %u", c->name, c->ceremony);
}

static bool vet_shared(const struct flow *f, const struct request *r, size_t num, struct err *e)
{
	static const struct key none = { .alg = KEY_ED25519 };
	struct vet             *v = f->vet;

	if (r->key.alg != KEY_RSA)
		return true;
	if (f->root.key.spki.len && !keytest_shared(&r->key, &f->root.key, e))
		return false;
	while (v->past.num < v->num_rsa)
		if (!moduli_put(&v->past, v->past.num, &v->rsa[v->past.num], e))
			return false;
	for (size_t i = 0; i < num; i++)
		if (!moduli_put(&v->day, i, f->request[i].parsed ? &f->request[i].parsed->key : &none, e))
			return false;
	return moduli_apart(&v->past, v->num_rsa, &r->key, e) && moduli_apart(&v->day, num, &r->key, e);
}

bool vet_request(const struct flow *f, const struct request *r, size_t num, bool renewal, struct err *e)
{
	if (!vet_issuer(f, r, e) || !vet_ledger(f, r, renewal, e))
		return false;
	for (size_t i = 0; i < num; i++)
		if (f->request[i].parsed && bytes_equal(f->request[i].parsed->key.spki, r->key.spki))
			return err_set(e, ERR_REQUEST_CERTIFIED, "%s holds it too", f->request[i].file);
	return vet_shared(f, r, num, e);
}
