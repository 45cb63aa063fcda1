/* moduli.c: see moduli.h. Everything here is public; GMP multiplies and divides. */
#include "keytest/moduli.h"

#include <gmp.h>

#include "keytest/keytest.h"

#define PACK_KEYS   64
#define PACK_OCTETS 16384 /* of moduli: 64 of RSA-2048, 8 of RSA-16384 */
#define PACK_LIMBS  (PACK_OCTETS / sizeof(mp_limb_t) + PACK_KEYS)

struct pack {
	struct pack *next;
	size_t       num;
	size_t       len[PACK_KEYS]; /* octets; 0 of a key that is not RSA */
	size_t       octets_len;
	uint8_t      octets[PACK_OCTETS]; /* the moduli, one behind the other */
	mp_size_t    limbs;
	mp_limb_t    product[PACK_LIMBS]; /* of those that have octets */
};

static struct bytes modulus_of(const struct pack *p, size_t i)
{
	const uint8_t *at = p->octets;

	for (size_t j = 0; j < i; j++)
		at += p->len[j];
	return bytes_of(at, p->len[i]);
}

static void import(mpz_t out, struct bytes n)
{
	mpz_import(out, n.len, 1, 1, 1, 0, n.p);
}

static void multiply(struct pack *p, struct bytes modulus)
{
	mpz_t n, made, now;

	mpz_inits(n, made, NULL);
	import(n, modulus);
	mpz_mul(made, n, mpz_roinit_n(now, p->product, p->limbs));
	MUST(mpz_size(made) <= PACK_LIMBS);
	p->limbs = (mp_size_t)mpz_size(made);
	memcpy(p->product, mpz_limbs_read(made), mpz_size(made) * sizeof(mp_limb_t));
	mpz_clears(n, made, NULL);
}

static void empty(struct pack *p)
{
	p->num = p->octets_len = 0;
	p->limbs = 1;
	p->product[0] = 1;
}

static bool has_room(const struct pack *p, struct bytes modulus)
{
	return p->num < PACK_KEYS && p->octets_len + modulus.len <= PACK_OCTETS;
}

static void append(struct pack *p, struct bytes modulus)
{
	if (modulus.len) {
		memcpy(p->octets + p->octets_len, modulus.p, modulus.len);
		multiply(p, modulus);
	}
	p->octets_len += modulus.len;
	p->len[p->num++] = modulus.len;
}

/* Keeps the first `num` of a pack, and nothing of those behind it. */
static void cut(struct pack *p, size_t num)
{
	for (struct pack *q = p->next; q; q = q->next)
		empty(q);
	if (num == p->num)
		return;
	empty(p);
	for (size_t i = 0; i < num; i++) {
		struct bytes kept = bytes_of(p->octets + p->octets_len, p->len[i]);
		if (kept.len)
			multiply(p, kept);
		p->octets_len += kept.len;
		p->num++;
	}
}

static struct pack *new_pack(struct arena *room)
{
	struct pack *p = arena_take(room, sizeof *p);

	if (p)
		empty(p);
	return p;
}

bool moduli_put(struct moduli *m, size_t at, const struct key *k, struct err *e)
{
	const struct bytes modulus = k->alg == KEY_RSA ? k->modulus : bytes_of(NULL, 0);
	size_t             i = at;

	MUST(at <= m->num && modulus.len <= PACK_OCTETS);
	if (!m->first && !(m->first = new_pack(m->room)))
		return err_set(e, ERR_NO_MEMORY, "an index of moduli");
	struct pack *p = m->first;
	while (i >= p->num && p->next && p->next->num) {
		i -= p->num;
		p = p->next;
	}
	if (i < p->num && bytes_equal(modulus_of(p, i), modulus))
		return true;
	cut(p, i);
	m->num = at;
	if (!has_room(p, modulus)) {
		if (!p->next && !(p->next = new_pack(m->room)))
			return err_set(e, ERR_NO_MEMORY, "an index of moduli");
		p = p->next;
	}
	append(p, modulus);
	m->num++;
	return true;
}

/* One by one: which of the first `num` of a pack, if any, has a factor of k's that is not all of it. */
static bool apart_from_each(const struct pack *p, size_t num, const struct key *k, struct err *e)
{
	struct key other = { .alg = KEY_RSA };

	for (size_t i = 0; i < num; i++) {
		other.modulus = modulus_of(p, i);
		if (other.modulus.len && !keytest_shared(k, &other, e))
			return false;
	}
	return true;
}

/* rest = the pack's product modulo n. */
static void divide(mpz_t rest, const struct pack *p, const mpz_t n)
{
	mpz_t product;

	mpz_tdiv_r(rest, mpz_roinit_n(product, p->product, p->limbs), n);
}

/* No whole pack among the first `num` has a factor of n: one common divisor for all of them. */
static bool apart_from_packs(const struct moduli *m, size_t num, const mpz_t n)
{
	mpz_t rest, all;

	mpz_init(rest);
	mpz_init_set_ui(all, 1);
	for (const struct pack *p = m->first; p && p->num && num >= p->num; p = p->next) {
		divide(rest, p, n);
		mpz_mul(all, all, rest);
		mpz_tdiv_r(all, all, n);
		num -= p->num;
	}
	mpz_gcd(all, all, n);
	const bool apart = mpz_cmp_ui(all, 1) == 0;
	mpz_clears(rest, all, NULL);
	return apart;
}

/* This one pack. */
static bool apart_from_pack(const struct pack *p, const mpz_t n)
{
	mpz_t rest;

	mpz_init(rest);
	divide(rest, p, n);
	mpz_gcd(rest, rest, n);
	const bool apart = mpz_cmp_ui(rest, 1) == 0;
	mpz_clear(rest);
	return apart;
}

/* A pack that is counted in part is gone through one by one, and so is one whose product has a factor of n: it may be
 * n itself, which a key may share with its own older certificate. */
bool moduli_apart(const struct moduli *m, size_t num, const struct key *k, struct err *e)
{
	mpz_t n;
	bool  good = true;

	MUST(num <= m->num);
	if (k->alg != KEY_RSA)
		return true;
	mpz_init(n);
	import(n, k->modulus);
	const bool all = apart_from_packs(m, num, n);
	for (const struct pack *p = m->first; good && num; p = p->next) {
		const size_t here = num < p->num ? num : p->num;
		good = (here == p->num && (all || apart_from_pack(p, n))) || apart_from_each(p, here, k, e);
		num -= here;
	}
	mpz_clear(n);
	return good;
}
