/* token_shares.c: the ops on shares and on what goes into them: dice, a passphrase, dealing, typing back. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/share/dice.h"
#include "ceremony/share/groups.h"
#include "ceremony/token/random.h"
#include "ceremony/token/token_ops.h"

/* ---- what goes into the secrets that are made here ---- */

bool token_op_dice(struct token *t, struct call *c, struct err *e)
{
	SECRET   rolls = { 0 };
	uint64_t num = 0;

	if (!fields_get_u64(&num, &c->in, "rolls", DICE_MAX_ROLLS) || num < 2)
		return token_missing(e, "rolls");
	if (!dice_parse(&rolls, c->secret_in, num, e))
		return false;
	secret_done(&t->custody.dice);
	secret_move(&t->custody.dice, &rolls);
	fields_u64(&c->out, "rolls", num);
	fields_str(&c->out, "bias", "none seen");
	return true;
}

bool token_op_passphrase(struct token *t, struct call *c, struct err *e)
{
	if (!custody_put_passphrase(&t->custody, c->secret_in, fields_is(&c->in, "new", "yes"), e))
		return false;
	fields_str(&c->out, "held", "yes");
	return true;
}

/* ---- a set, dealt ---- */

/* threshold and shares, or groups and group-threshold. */
static bool read_scheme(struct slip39_scheme *s, const struct fields *in, struct err *e)
{
	uint64_t threshold = 0, shares = 0;

	*s = (struct slip39_scheme){ .group_threshold = 1 };
	if (fields_find(in, "groups")) {
		if (!fields_get_u64(&threshold, in, "group-threshold", SLIP39_MAX_GROUPS))
			return token_missing(e, "group-threshold");
		s->group_threshold = (uint8_t)threshold;
		return groups_parse(s, NULL, fields_get(in, "groups"), e);
	}
	if (!fields_get_u64(&threshold, in, "threshold", CUSTODY_MAX_SHARES) ||
	    !fields_get_u64(&shares, in, "shares", CUSTODY_MAX_SHARES))
		return token_missing(e, "threshold or shares");
	s->num_groups = 1;
	s->group[0].threshold = (uint8_t)threshold;
	s->group[0].count = (uint8_t)shares;
	return true;
}

bool token_op_split(struct token *t, struct call *c, struct err *e)
{
	static const char *const said[] = { "threshold", "shares", "groups", "group-threshold" };
	struct random_source source = { token_session(t, c), &t->custody.dice };
	struct rng           rng = random_rng(&source);
	struct slip39_scheme scheme;

	if (!read_scheme(&scheme, &c->in, e) || !session_needs(token_session(t, c), SESSION_PUBLIC, e) ||
	    !custody_split(&t->custody, &c->out, &scheme, &rng, e))
		return false;
	for (size_t i = 0; i < COUNT_OF(said); i++) /* what was dealt, as it was asked for */
		if (fields_find(&c->in, said[i]))
			fields_put(&c->out, said[i], fields_get(&c->in, said[i]));
	fields_str(&c->out, "passphrase", t->custody.passphrase.len ? "yes" : "no");
	fields_str(&c->out, "sources", random_sources(&t->custody.dice));
	return true;
}

bool token_op_show(struct token *t, struct call *c, struct err *e)
{
	uint64_t number = 0;

	if (!fields_get_u64(&number, &c->in, "number", CUSTODY_MAX_SHARES))
		return token_missing(e, "number");
	if (!custody_show(&t->custody, c->secret_out, number, e))
		return false;
	fields_u64(&c->out, "number", number);
	size_t       words = 1;
	struct bytes w = secret_expose(c->secret_out);
	for (size_t i = 0; i < w.len; i++)
		words += w.p[i] == ' ';
	fields_u64(&c->out, "words", words);
	return true;
}

bool token_op_check(struct token *t, struct call *c, struct err *e)
{
	uint64_t number = 0;

	if (!fields_get_u64(&number, &c->in, "number", CUSTODY_MAX_SHARES))
		return token_missing(e, "number");
	if (!custody_check(&t->custody, number, c->secret_in, e))
		return false;
	fields_u64(&c->out, "number", number);
	fields_str(&c->out, "match", "yes");
	return true;
}

/* ---- shares that were dealt in another process ---- */

static bool read_set(struct custody_set *set, const struct fields *in, struct err *e)
{
	uint64_t identifier = 0;

	*set = (struct custody_set){ .num_shares = 0 };
	if (!fields_get_u64(&identifier, in, "identifier", 0x7fff))
		return token_missing(e, "identifier");
	for (size_t i = 0; i < CUSTODY_MAX_SHARES; i++) {
		char          key[24];
		struct digest d = { .len = 0 };
		struct buf    b = buf_init(d.p, sizeof d.p);

		(void)snprintf(key, sizeof key, "commitment.%zu", i + 1);
		if (!fields_find(in, key))
			break;
		if (!hex_decode(&b, fields_get(in, key)) || b.len != 32)
			return token_missing(e, key);
		d.len = b.len;
		set->commitment[set->num_shares++] = d;
	}
	set->identifier = (uint16_t)identifier;
	return set->num_shares || token_missing(e, "commitment.1");
}

/* Names the retired set that a share is of, if it is of one. */
static void name_retired(const struct fields *in, uint16_t identifier, struct err *e)
{
	for (size_t i = 0; i < in->num; i++) {
		struct bytes id, name;
		uint64_t     n = 0;

		if (bytes_starts(in->item[i].key, "retired.") && bytes_cut(in->item[i].value, ' ', &id, &name) &&
		    bytes_to_u64(&n, id, 0x7fff) && n == identifier && text_is_plain(name))
			(void)err_set(e, ERR_SHARE_RETIRED, "%.*s", (int)name.len, (const char *)name.p);
	}
}

bool token_op_card_key(struct token *t, struct call *c, struct err *e)
{
	secret_done(&t->card_key);
	if (!seal_key_new(t->card_public, &t->card_key, e))
		return false;
	fields_hex(&c->out, "public", bytes_of(t->card_public, SEAL_PUBLIC));
	return true;
}

/* The words: as they were typed, or out of the box that a camera's process filled. The key serves once. */
static bool open_words(struct secret *words, struct token *t, const struct call *c, struct err *e)
{
	struct bytes box;

	if (!fields_find(&c->in, "sealed"))
		return secret_set(words, secret_expose(c->secret_in), e);
	bool ok = c->secret_in->len == 0 && fields_get_base64(&box, &t->work, &c->in, "sealed");
	ok = ok ? seal_open(words, box, t->card_public, &t->card_key, e) : token_missing(e, "sealed");
	secret_done(&t->card_key);
	return ok;
}

bool token_op_enter(struct token *t, struct call *c, struct err *e)
{
	struct custody_set set;
	size_t             number = 0;
	uint16_t           other = 0;
	struct err         why = { 0 };
	SECRET             words = { 0 };

	if (!read_set(&set, &c->in, e) || !open_words(&words, t, c, e))
		return false;
	if (!custody_enter(&t->custody, &number, &other, &set, &words, &why)) {
		if (why.id == ERR_SHARE_SET)
			name_retired(&c->in, other, &why);
		*e = why;
		return false;
	}
	fields_u64(&c->out, "number", number);
	fields_str(&c->out, "match", "yes");
	if (fields_find(&c->in, "sealed"))
		fields_str(&c->out, "scanned", "yes");
	return true;
}

/* The entered shares make the set's key, before anything is done with it. What they cannot have been is
 * forgotten, so that it can be entered anew. */
bool token_op_join(struct token *t, struct call *c, struct err *e)
{
	size_t num = 0;

	if (!custody_join(&t->custody, &num, fields_get(&c->in, "key-check"), e))
		return false;
	fields_u64(&c->out, "shares", num);
	if (fields_find(&c->in, "key-check"))
		fields_str(&c->out, "key-check", "right");
	return true;
}
