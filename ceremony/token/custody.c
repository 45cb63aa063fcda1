/* custody.c: see custody.h. */
#include "ceremony/token/custody.h"

#include <stdio.h>

#include "ceremony/base/hash.h"

/* 10000 * 2^exponent iterations: without a passphrase there is nothing to slow down. */
#define EXPONENT_NO_PASSPHRASE 0
#define EXPONENT_PASSPHRASE    4

static void forget_shares(struct custody *c)
{
	for (size_t i = 0; i < CUSTODY_MAX_SHARES; i++) {
		secret_done(&c->dealt[i]);
		secret_done(&c->entered[i]);
	}
	c->num_shares = 0;
}

static void forget_set(struct custody *c)
{
	forget_shares(c);
	secret_done(&c->passphrase);
	secret_done(&c->key);
	c->identifier = 0;
	c->has_identifier = false;
}

void custody_done(struct custody *c)
{
	forget_set(c);
	secret_done(&c->dice);
}

void custody_take(struct custody *c, struct secret *key)
{
	forget_set(c);
	secret_move(&c->key, key);
}

bool custody_put_passphrase(struct custody *c, const struct secret *typed, bool is_new, struct err *e)
{
	SECRET copy = { 0 };

	if (is_new && typed->len < CUSTODY_MIN_PASSPHRASE)
		return err_set(e, ERR_SHARE_PASSPHRASE_SHORT, "%zu characters", typed->len);
	if (!slip39_check_passphrase(typed, e) || !secret_set(&copy, secret_expose(typed), e))
		return false;
	secret_done(&c->passphrase);
	secret_move(&c->passphrase, &copy);
	return true;
}

void custody_key_check(uint8_t out[32], const struct secret *key)
{
	hmac_sha256(out, secret_expose(key), BYTES_LIT("ceremony share set check v1"));
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
	uint8_t             check[32];

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
	custody_key_check(check, &c->key);
	fields_hex(out, "key-check", bytes_of(check, sizeof check));
	return true;
}

bool custody_split(struct custody *c, struct fields *out, const struct slip39_scheme *scheme, const struct rng *rng,
                   struct err *e)
{
	struct slip39_scheme s = *scheme;
	size_t               num = 0;

	if (!c->key.len)
		return err_set(e, ERR_BACKUP_NONE, "%s", "");
	s.ext = true;
	s.id = c->has_identifier ? &c->identifier : NULL;
	s.exponent = c->passphrase.len ? EXPONENT_PASSPHRASE : EXPONENT_NO_PASSPHRASE;
	if (!slip39_scheme_check(&s, e))
		return false;
	if (slip39_num_shares(&s) > CUSTODY_MAX_SHARES)
		return err_set(e, ERR_SHARE_SCHEME, "%zu shares in all", slip39_num_shares(&s));
	forget_shares(c);
	if (!slip39_split(c->dealt, CUSTODY_MAX_SHARES, &num, &s, &c->key, &c->passphrase, rng, e))
		return false;
	c->num_shares = num;
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
	bool same = !c->key.len && c->num_shares == set->num_shares && c->identifier == set->identifier &&
	            !c->dealt[0].len;

	if (same)
		return;
	forget_set(c);
	c->num_shares = set->num_shares;
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
	unsigned group = share.group_index + 1U, member = share.member_index + 1U;
	slip39_share_done(&share);
	if (id != set->identifier) {
		if (other)
			*other = id;
		return err_set(e, ERR_SHARE_SET, "its identifier is %u, the set's is %u", id, set->identifier);
	}
	if (!find_commitment(&n, set, secret_expose(&words)))
		return err_set(e, ERR_SHARE_UNKNOWN, "it says that it is share %u of group %u of set %u", member, group, id);
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

/* The entered shares, with their numbers. */
struct hand {
	struct slip39_share share[CUSTODY_MAX_SHARES];
	size_t              number[CUSTODY_MAX_SHARES], num;
};

static void hand_done(struct hand *h)
{
	shares_done(h->share);
}

static bool hand_take(struct hand *h, const struct custody *c, struct err *e)
{
	for (size_t i = 0; i < c->num_shares; i++) {
		if (!c->entered[i].len)
			continue;
		if (!slip39_parse(&h->share[h->num], &c->entered[i], e))
			return false;
		h->number[h->num++] = i + 1;
	}
	return true;
}

static size_t num_of_group(const struct hand *h, unsigned group)
{
	size_t n = 0;

	for (size_t i = 0; i < h->num; i++)
		n += h->share[i].group_index == group;
	return n;
}

/* Whether enough groups are complete; what is of the others is put away. */
static bool hand_complete(struct hand *h, struct err *e)
{
	size_t   needed = h->num ? h->share[0].group_threshold : 1, kept = 0;
	unsigned complete = 0;
	bool     one_group = h->num && h->share[0].num_groups == 1;

	for (unsigned g = 0; g < SLIP39_MAX_GROUPS; g++)
		for (size_t i = 0; i < h->num; i++)
			if (h->share[i].group_index == g) {
				complete += num_of_group(h, g) >= h->share[i].member_threshold;
				break;
			}
	if (complete < needed)
		return one_group ? err_set(e, ERR_BACKUP_SHARES, "%zu of %u", h->num, h->share[0].member_threshold)
		                 : err_set(e, ERR_BACKUP_SHARES, "%u of %zu groups are complete", complete, needed);
	bool keep[CUSTODY_MAX_SHARES];
	for (size_t i = 0; i < h->num; i++)
		keep[i] = num_of_group(h, h->share[i].group_index) >= h->share[i].member_threshold;
	for (size_t i = 0; i < h->num; i++) {
		if (!keep[i]) {
			slip39_share_done(&h->share[i]);
			continue;
		}
		struct slip39_share moved = h->share[i];
		h->share[i] = (struct slip39_share){ 0 };
		h->number[kept] = h->number[i];
		h->share[kept++] = moved;
	}
	h->num = kept;
	return true;
}

bool custody_combine(const struct custody *c, struct secret *out, size_t *num_used, struct err *e)
{
	__attribute__((cleanup(hand_done))) struct hand h = { 0 };
	bool       forged[CUSTODY_MAX_SHARES] = { false };
	struct err why = { 0 };

	if (!c->num_shares)
		return err_set(e, ERR_BACKUP_NONE, "nothing is split");
	if (!hand_take(&h, c, e) || !hand_complete(&h, e))
		return false;
	if (slip39_combine_all(out, forged, h.share, h.num, &c->passphrase, &why)) {
		*num_used = h.num;
		return true;
	}
	if (why.id == ERR_SHARE_FORGED)
		name_forged(forged, h.number, h.num, e);
	else
		*e = why;
	return false;
}

bool custody_join(struct custody *c, size_t *num_used, struct bytes key_check, struct err *e)
{
	SECRET  key = { 0 };
	uint8_t check[32];
	char    hex[2 * sizeof check + 1];
	struct buf b = BUF_ON(hex);

	if (!custody_combine(c, &key, num_used, e)) {
		if (e->id == ERR_SHARE_FORGED || e->id == ERR_SHARE_DIGEST)
			for (size_t i = 0; i < CUSTODY_MAX_SHARES; i++)
				secret_done(&c->entered[i]);
		return false;
	}
	custody_key_check(check, &key);
	buf_hex(&b, bytes_of(check, sizeof check));
	if (!key_check.len || bytes_equal(buf_bytes(&b), key_check))
		return true;
	bool typed = c->passphrase.len > 0;
	secret_done(&c->passphrase);
	return err_set(e, ERR_SHARE_KEY, "%s", typed ? "under the passphrase that was typed" : "without a passphrase");
}
