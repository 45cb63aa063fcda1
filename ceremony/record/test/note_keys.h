/* note_keys.h: the two test witnesses (seeds: RFC 8032 7.1, tests 2 and 3) and their hands. */
#pragma once

#include <sodium.h>

#include "ceremony/record/note.h"

struct hand {
	const char *seed_hex, *name, *file_base;
	int64_t     time;
};

static const struct hand hands[] = {
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "witness.example/auditor", "auditor",
	  1795251600 },
	{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "witness.example/officer-2", "officer-2",
	  1795251660 },
};

/* hand_sign: the cosignature of hand i over a body, and minisign's second signature. */
static inline bool hand_sign(struct cosignature *c, uint8_t global[64], const struct hand *h, struct bytes body)
{
	uint8_t    seed[32], key[64], text[COSIGNED_MAX];
	struct buf s = BUF_ON(seed), m = BUF_ON(text);

	*c = (struct cosignature){ .time = h->time };
	memcpy(c->witness.name, h->name, strlen(h->name));
	if (!hex_decode(&s, bytes_str(h->seed_hex)) || crypto_sign_seed_keypair(c->witness.public_key, key, seed) != 0)
		return false;
	cosigned_message(&m, body, c->time);
	if (!buf_ok(&m) || crypto_sign_detached(c->signature, NULL, m.p, m.len, key) != 0)
		return false;
	m.len = 0;
	minisign_message(&m, c);
	return buf_ok(&m) && crypto_sign_detached(global, NULL, m.p, m.len, key) == 0;
}
