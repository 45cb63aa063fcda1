/* ct.c: what `make ct` runs under valgrind: a split and a combination with secrets that are
 * marked as undefined, so that each branch or index that depends on one is reported.
 *
 * With three groups of which two are needed, with and without a passphrase; and dice.
 *
 * Built with CEREMONY_CT by scripts/ct. With an argument it branches on a secret on
 * purpose: valgrind must complain of that, or it complains of nothing. */
#include <stdio.h>

#include "ceremony/base/secret.h"
#include "ceremony/share/ct.h"
#include "ceremony/share/dice.h"
#include "ceremony/share/slip39.h"

#define NUM_SHARES 9

static void make_secret(struct secret *s, const char *content)
{
	struct err e;

	MUST(secret_set(s, bytes_str(content), &e));
	CT_SECRET(s->p, s->len);
}

static void leak(void)
{
	SECRET s = { 0 };

	make_secret(&s, "a secret");
	if (s.p[3] & 1)
		(void)puts("ct: this branch depends on a secret");
}

/* All shares, read again from letters that are secret. */
static void read_shares(struct slip39_share *share, struct secret *mnemonic, size_t num)
{
	struct err e;

	for (size_t i = 0; i < num; i++) {
		CT_SECRET(mnemonic[i].p, mnemonic[i].len);
		MUST(slip39_parse(&share[i], &mnemonic[i], &e));
	}
}

/* Puts another word in the last one's place. */
static void find_a_wrong_word(struct secret *mnemonic)
{
	struct err          e = { 0 };
	struct slip39_share share = { 0 };
	size_t              place = 0, at = mnemonic->len;

	CT_PUBLIC(mnemonic->p, mnemonic->len);
	while (mnemonic->p[at - 1] != ' ')
		at--;
	bool is_acid = mnemonic->len - at == 4 && memcmp(mnemonic->p + at, "acid", 4) == 0;
	mnemonic->len = at;
	MUST(secret_put(mnemonic, bytes_str(is_acid ? "acne" : "acid")));
	CT_SECRET(mnemonic->p, mnemonic->len);
	MUST(!slip39_parse(&share, mnemonic, &e) && e.id == ERR_SHARE_CHECKSUM);
	MUST(slip39_wrong_word(&place, mnemonic) && place == 32);
}

static void roll_dice(void)
{
	SECRET     rolls = { 0 }, none = { 0 }, typed = { 0 }, sixes = { 0 };
	struct err e = { 0 };

	make_secret(&typed, "4135262614 5234165213 6316452431 1452663524 1635242316");
	MUST(dice_parse(&rolls, &typed, 50, &e) && rolls.len == 50);
	make_secret(&sixes, "66666666666666666666666666666666666666666666666666");
	MUST(!dice_parse(&none, &sixes, 50, &e) && e.id == ERR_DICE_BIAS);
}

static void split_and_combine(bool ext, const char *with)
{
	static const char    text[] = "0123456789abcdef0123456789ABCDEF";
	struct slip39_scheme scheme = {
		.ext = ext, .group_threshold = 2, .num_groups = 3, .group = { { 2, 3 }, { 1, 1 }, { 3, 5 } }
	};
	struct secret       mnemonic[NUM_SHARES] = { 0 };
	struct slip39_share share[NUM_SHARES] = { 0 };
	bool                forged[NUM_SHARES];
	SECRET              master = { 0 }, passphrase = { 0 }, again = { 0 };
	struct err          e;
	size_t              num = 0;

	make_secret(&master, text);
	make_secret(&passphrase, with);
	MUST(slip39_split(mnemonic, NUM_SHARES, &num, &scheme, &master, &passphrase, &rng_system, &e));
	read_shares(share, mnemonic, num);
	MUST(slip39_combine(&again, share + 1, 3, &passphrase, &e));
	CT_PUBLIC(again.p, again.len);
	MUST(again.len == sizeof text - 1 && memcmp(again.p, text, again.len) == 0);
	secret_done(&again);
	share[6].value.p[7] ^= 1;
	MUST(!slip39_combine_all(&again, forged, share, num, &passphrase, &e) && forged[6]);
	find_a_wrong_word(&mnemonic[0]);
	for (size_t i = 0; i < num; i++) {
		secret_done(&mnemonic[i]);
		slip39_share_done(&share[i]);
	}
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		leak();
		return 0;
	}
	split_and_combine(false, "TREZOR");
	split_and_combine(true, "");
	split_and_combine(true, "a longer passphrase, of two groups of three");
	roll_dice();
	return 0;
}
