/* custody.c: see custody.h. */
#include "ceremony/token/custody.h"

#include <stdio.h>

#include "ceremony/base/hash.h"
#include "ceremony/share/slip39.h"

#define ITERATION_EXPONENT 0 /* 10000 rounds: without a passphrase there is nothing to slow down */

static void forget_shares(struct custody *c)
{
	for (size_t i = 0; i < CUSTODY_MAX_SHARES; i++) {
		secret_done(&c->dealt[i]);
		secret_done(&c->entered[i]);
	}
	c->num_shares = c->threshold = 0;
}

void custody_done(struct custody *c)
{
	forget_shares(c);
	secret_done(&c->key);
	c->has_identifier = false;
}

void custody_take(struct custody *c, struct secret *key)
{
	custody_done(c);
	secret_move(&c->key, key);
}

static size_t count_words(struct bytes mnemonic)
{
	size_t n = 1;

	for (size_t i = 0; i < mnemonic.len; i++)
		n += mnemonic.p[i] == ' ';
	return n;
}

static bool describe(const struct custody *c, struct fields *out, struct err *e)
{
	struct slip39_share first = { 0 };

	if (!slip39_parse(&first, &c->dealt[0], e))
		return false;
	fields_u64(out, "identifier", first.id);
	slip39_share_done(&first);
	for (size_t i = 0; i < c->num_shares; i++) {
		char          key[32];
		struct digest d = hash_of(HASH_SHA256, secret_expose(&c->dealt[i]));

		(void)snprintf(key, sizeof key, "commitment.%zu", i + 1);
		fields_hex(out, key, digest_bytes(&d));
	}
	fields_u64(out, "words", count_words(secret_expose(&c->dealt[0])));
	return true;
}

bool custody_split(struct custody *c, struct fields *out, size_t threshold, size_t num_shares, const struct rng *rng,
                   struct err *e)
{
	struct slip39_scheme scheme = {
		.exponent = ITERATION_EXPONENT, .ext = true, .group_threshold = 1, .num_groups = 1
	};
	size_t num = 0;

	if (!c->key.len)
		return err_set(e, ERR_BACKUP_NONE, "%s", "");
	MUST(threshold <= UINT8_MAX && num_shares <= UINT8_MAX);
	scheme.id = c->has_identifier ? &c->identifier : NULL;
	scheme.group[0].threshold = (uint8_t)threshold;
	scheme.group[0].count = (uint8_t)num_shares;
	if (!slip39_scheme_check(&scheme, e))
		return false;
	forget_shares(c);
	if (!slip39_split(c->dealt, CUSTODY_MAX_SHARES, &num, &scheme, &c->key, NULL, rng, e))
		return false;
	c->num_shares = num;
	c->threshold = threshold;
	if (describe(c, out, e))
		return true;
	forget_shares(c);
	return false;
}

static bool has_share(const struct custody *c, size_t number, struct err *e)
{
	if (!c->num_shares)
		return err_set(e, ERR_BACKUP_NONE, "nothing is split");
	if (number < 1 || number > c->num_shares)
		return err_set(e, ERR_OP_FIELD, "number: there are %zu shares", c->num_shares);
	return true;
}

bool custody_show(const struct custody *c, struct secret *out, size_t number, struct err *e)
{
	return has_share(c, number, e) && secret_set(out, secret_expose(&c->dealt[number - 1]), e);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* As typed into as written: lower case, single blanks. Both live in locked memory. */
static bool normalise(struct secret *out, const struct secret *typed, struct err *e)
{
	struct bytes in = secret_expose(typed);

	if (!secret_new(out, in.len, e))
		return false;
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = in.p[i];

		if (is_blank(c)) {
			if (out->len && out->p[out->len - 1] != ' ')
				out->p[out->len++] = ' ';
			continue;
		}
		out->p[out->len++] = (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	if (out->len && out->p[out->len - 1] == ' ')
		out->len--;
	return true;
}

/* Eats one word. */
static struct bytes word(struct bytes *in)
{
	struct bytes head = *in, tail = bytes_of(NULL, 0);

	if (!bytes_cut(*in, ' ', &head, &tail))
		head = *in;
	*in = tail;
	return head;
}

/* Each octet of a word looked at, whatever the first ones were. */
static bool words_equal(struct bytes a, struct bytes b)
{
	uint8_t differs = a.len != b.len;

	for (size_t i = 0; i < a.len && i < b.len; i++)
		differs |= a.p[i] ^ b.p[i];
	return differs == 0;
}

/* The place (from 1) of the first wrong word; 0 if there is none. All words are compared, so that
 * the time does not tell the place to anyone who is not told it anyway. */
static size_t first_wrong(struct bytes typed, struct bytes dealt)
{
	size_t wrong = 0;

	for (size_t place = 1; dealt.len || typed.len; place++) {
		struct bytes t = word(&typed), d = word(&dealt);

		if (!words_equal(t, d) && !wrong)
			wrong = place;
	}
	return wrong;
}

bool custody_check(struct custody *c, size_t number, const struct secret *typed, struct err *e)
{
	SECRET words = { 0 };

	if (!has_share(c, number, e) || !normalise(&words, typed, e))
		return false;
	size_t wrong = first_wrong(secret_expose(&words), secret_expose(&c->dealt[number - 1]));
	if (wrong)
		return err_set(e, ERR_SHARE_DIFFERS, "word %zu", wrong);
	secret_done(&c->entered[number - 1]);
	secret_move(&c->entered[number - 1], &words);
	return true;
}

static void shares_done(struct slip39_share *share)
{
	for (size_t i = 0; i < CUSTODY_MAX_SHARES; i++)
		slip39_share_done(&share[i]);
}

static void begin_set(struct custody *c, const struct custody_set *set)
{
	bool same = !c->key.len && c->num_shares == set->num_shares && c->threshold == set->threshold &&
	            c->identifier == set->identifier && !c->dealt[0].len;

	if (same)
		return;
	custody_done(c);
	c->num_shares = set->num_shares;
	c->threshold = set->threshold;
	c->identifier = set->identifier;
}

static bool find_commitment(size_t *number, const struct custody_set *set, struct bytes words)
{
	struct digest d = hash_of(HASH_SHA256, words);

	for (size_t i = 0; i < set->num_shares; i++)
		if (bytes_equal(digest_bytes(&d), digest_bytes(&set->commitment[i]))) {
			*number = i + 1;
			return true;
		}
	return false;
}

bool custody_enter(struct custody *c, size_t *number, uint16_t *other, const struct custody_set *set,
                   const struct secret *typed, struct err *e)
{
	SECRET              words = { 0 };
	struct slip39_share share = { 0 };
	size_t              n = 0;

	MUST(set->num_shares <= CUSTODY_MAX_SHARES);
	if (!normalise(&words, typed, e) || !slip39_parse(&share, &words, e))
		return false;
	uint16_t id = share.id;
	slip39_share_done(&share);
	if (id != set->identifier) {
		if (other)
			*other = id;
		return err_set(e, ERR_SHARE_SET, "its identifier is %u, the set's is %u", id, set->identifier);
	}
	if (!find_commitment(&n, set, secret_expose(&words)))
		return err_set(e, ERR_SHARE_UNKNOWN, "identifier %u", id);
	begin_set(c, set);
	if (c->entered[n - 1].len)
		return err_set(e, ERR_SHARE_TWICE, "share %zu", n);
	secret_done(&c->entered[n - 1]);
	secret_move(&c->entered[n - 1], &words);
	*number = n;
	return true;
}

/* Which of the entered shares, by its number, the others contradict. */
static void name_forged(const bool *forged, const size_t *number, size_t n, struct err *e)
{
	char       text[80];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < n; i++)
		if (forged[i])
			buf_fmt(&b, "%s%zu", b.len ? ", " : "share ", number[i]);
	(void)err_set(e, ERR_SHARE_FORGED, "%s", buf_cstr(&b));
}

bool custody_combine(const struct custody *c, struct secret *out, size_t *num_used, struct err *e)
{
	struct slip39_share share[CUSTODY_MAX_SHARES] = { 0 };
	size_t              n = 0, number[CUSTODY_MAX_SHARES];
	bool                ok = true, forged[CUSTODY_MAX_SHARES] = { false };
	struct err          why = { 0 };

	if (!c->num_shares)
		return err_set(e, ERR_BACKUP_NONE, "nothing is split");
	for (size_t i = 0; ok && i < c->num_shares; i++)
		if (c->entered[i].len) {
			number[n] = i + 1;
			ok = slip39_parse(&share[n++], &c->entered[i], &why);
		}
	if (ok && n < c->threshold)
		ok = err_set(&why, ERR_BACKUP_SHARES, "%zu of %zu", n, c->threshold);
	ok = ok && slip39_combine_all(out, forged, share, n, NULL, &why);
	shares_done(share);
	if (ok)
		*num_used = n;
	else if (why.id == ERR_SHARE_FORGED)
		name_forged(forged, number, n, e);
	else
		*e = why;
	return ok;
}
