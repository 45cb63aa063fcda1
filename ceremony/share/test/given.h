/* given.h: what the tests of this room begin with. Include it after cmocka.h. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/share/slip39.h"

/* Octets that can be repeated: xorshift. */
static inline bool fill_repeatably(void *context, uint8_t *out, size_t len, struct err *e)
{
	uint64_t *x = context;

	(void)e;
	for (size_t i = 0; i < len; i++) {
		*x ^= *x << 13;
		*x ^= *x >> 7;
		*x ^= *x << 17;
		out[i] = (uint8_t)(*x >> 32);
	}
	return true;
}

static inline void secret_is(struct secret *s, struct bytes octets)
{
	struct err e;

	assert_true(secret_set(s, octets, &e));
}

static inline void secret_is_hex(struct secret *s, struct bytes hex)
{
	uint8_t    octets[SLIP39_MAX_SECRET];
	struct buf b = BUF_ON(octets);

	assert_true(hex_decode(&b, hex));
	secret_is(s, buf_bytes(&b));
}

static inline bool parse_text(struct slip39_share *out, struct bytes text, struct err *e)
{
	SECRET s = { 0 };

	secret_is(&s, text);
	return slip39_parse(out, &s, e);
}

/* A set of mnemonics that was split, and parsed again. */
struct set {
	struct secret       text[SLIP39_MAX_SHARES];
	struct slip39_share share[SLIP39_MAX_SHARES];
	size_t              num;
};

static inline void set_done(struct set *s)
{
	for (size_t i = 0; i < SLIP39_MAX_SHARES; i++) {
		secret_done(&s->text[i]);
		slip39_share_done(&s->share[i]);
	}
}

#define SET __attribute__((cleanup(set_done))) struct set

static inline void set_make(struct set *s, const struct slip39_scheme *scheme, const struct secret *master,
                     const struct secret *passphrase, uint64_t seed)
{
	struct rng rng = { fill_repeatably, &seed };
	struct err e = { 0 };

	assert_true(slip39_split(s->text, SLIP39_MAX_SHARES, &s->num, scheme, master, passphrase, &rng, &e));
	assert_int_equal(s->num, slip39_num_shares(scheme));
	for (size_t i = 0; i < s->num; i++)
		assert_true(slip39_parse(&s->share[i], &s->text[i], &e));
}

static inline void master_of(struct secret *master, size_t len)
{
	uint64_t   seed = 0x9e3779b97f4a7c15 + len;
	struct err e;

	assert_true(secret_new(master, len, &e));
	assert_true(fill_repeatably(&seed, secret_extend(master, len), len, &e));
}

static inline struct slip39_scheme plain_scheme(uint8_t threshold, uint8_t count)
{
	return (struct slip39_scheme){
		.ext = true, .group_threshold = 1, .num_groups = 1, .group = { { threshold, count } }
	};
}
