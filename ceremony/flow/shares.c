/* shares.c: see shares.h. */
#include "ceremony/flow/shares.h"

#include "ceremony/flow/groups.h"
#include "ceremony/flow/request_scan.h"
#include "ceremony/share/envelope.h"
#include "ceremony/share/slip39.h"

const char *shares_set_name(struct flow *f)
{
	struct bytes copy = arena_copy(f->arena, script_param(now_step(f), "set"));

	return copy.p ? (const char *)copy.p : "";
}

unsigned shares_round(const struct flow *f)
{
	return flow_nth(f, ROLE_CUSTODIAN, f->round);
}

/* Of the set that the backup in hand is of: an ended ceremony may have used up later epochs. */
static unsigned epoch_of_backup(const struct flow *f)
{
	return f->wrapped || !f->old_sets ? f->epoch : f->old_sets->epoch;
}

/* While a set takes another's place, shares are brought of the one that the ledger has. */
static struct ledger_set in_force(const struct flow *f)
{
	struct ledger_set s = { .name = f->set_name, .identifier = f->set_id, .epoch = epoch_of_backup(f), .scheme = f->set_scheme,
		                .num_shares = groups_num_shares(&f->set_scheme), .key_check = f->key_check };

	if (now_step(f)->kind == &step_kind_reshare)
		return *f->old_sets;
	for (unsigned i = 0; i < s.num_shares; i++)
		s.commitment[i] = f->share[i].commitment;
	return s;
}

unsigned shares_needed(const struct flow *f)
{
	struct ledger_set set = in_force(f);
	unsigned          n = f->num_entered + groups_wanted(&set.scheme, f->entered);

	if (n < groups_wanted(&set.scheme, 0) + f->num_more)
		n = groups_wanted(&set.scheme, 0) + f->num_more;
	return n < set.num_shares ? n : set.num_shares;
}

bool shares_are_away(const struct flow *f)
{
	return !f->backup_secret;
}

bool shares_passphrase_is_away(const struct flow *f)
{
	return in_force(f).scheme.passphrase && shares_are_away(f) && !f->has_passphrase;
}

bool shares_lacks(const struct flow *f, size_t bring, size_t last, size_t *again)
{
	unsigned wanted = f->turn == bring ? f->round : shares_needed(f);

	*again = bring;
	if (f->turn < bring || f->turn > last || f->backup_secret)
		return false;
	if (f->num_entered < wanted)
		return true;
	*again = bring + 1;
	return f->turn > bring + 1 && shares_passphrase_is_away(f);
}

/* ---- a share, from its card ---------------------------------------------------------- */

static bool may_scan(const struct flow *f)
{
	const struct step_kind *k = now_step(f)->kind;

	for (size_t i = 0; i < k->num_params; i++)
		if (strcmp(k->param[i].key, "scan") == 0)
			return bytes_is(now_step(f)->param[i], "yes");
	return false;
}

static const char *card_key(const struct flow *f)
{
	return say(f, "card.%u", f->round + 1);
}

static bool is_scanned(const struct flow *f)
{
	return may_scan(f) && fields_is(&f->answer, card_key(f), "camera");
}

bool shares_ask(const struct flow *f, struct fields *in, struct err *e)
{
	struct ledger_set set = in_force(f);
	unsigned          n = 0;

	(void)e;
	fields_str(in, "identifier", set.identifier);
	for (unsigned i = 0; i < set.num_shares; i++)
		fields_str(in, say(f, "commitment.%u", i + 1), set.commitment[i]);
	for (const struct ledger_set *s = f->old_sets; s && n < FLOW_MAX_SHARES; s = s->next)
		if (s->epoch != set.epoch)
			fields_fmt(in, say(f, "retired.%u", ++n), "%s %s, epoch %u", s->identifier, s->name, s->epoch);
	if (is_scanned(f))
		fields_str(in, "scan", card_key(f));
	return true;
}

void shares_prompt(const struct flow *f, struct prompt *p)
{
	struct ledger_set set = in_force(f);

	p->text = "A custodian types the words from the card, alone at the keyboard; all others turn away. DO NOT READ ALOUD. A "
	          "word that cannot be right is named by its place.";
	if (set.scheme.num_groups > 1)
		p->who = "whoever holds a card of a group that is not complete";
	prompt_row(p, "Share set", say(f, "%s, epoch %u, identifier %s", set.name, set.epoch, set.identifier));
	groups_rows(f, p, &set.scheme, f->entered);
	if (f->forgot_entered)
		prompt_row(p, "After the break", "shares that were typed before it are typed again")->mark = true;
	if (f->num_more)
		prompt_row(p, "One more", "than is needed: then the one that does not fit can be named")->mark = true;
	struct ask *a = prompt_ask(p, ASK_WORDS, card_key(f), "The words on the card");
	a->camera = may_scan(f);
	if (a->camera)
		prompt_row(p, "By camera", "type nothing: the card's code is held before the camera, which no other person sees");
	a->num_words = 33; /* a 256-bit secret (SLIP-0039) */
	a->wordlist = slip39_words;
	a->num_wordlist = SLIP39_NUM_WORDS;
}

bool shares_check(const struct flow *f, const struct fields *out, struct err *e)
{
	uint64_t number = 0;

	if (!fields_is(out, "match", "yes") || !fields_get_u64(&number, out, "number", in_force(f).num_shares) || !number)
		return err_set(e, ERR_FLOW_FIELD, "match or number");
	if (is_scanned(f) ? !fields_is(out, "scanned", "yes") : fields_find(out, "scanned") || fields_find(out, "source"))
		return err_set(e, ERR_FLOW_FIELD, "scanned");
	if (is_scanned(f) && !scan_seen_by(f, out, e))
		return false;
	return !(f->entered >> (number - 1) & 1) || err_set(e, ERR_SHARE_TWICE, "share %u", (unsigned)number);
}

bool shares_apply(struct flow *f, const struct fields *data, struct err *e)
{
	uint64_t number = 0;

	if (!fields_get_u64(&number, data, "number", FLOW_MAX_SHARES) || !number)
		return err_set(e, ERR_FLOW_FIELD, "number");
	f->entered |= 1U << (number - 1);
	f->num_entered++;
	return true;
}

/* ---- the backup -------------------------------------------------------------------------- */

void shares_put_backup(const struct flow *f, struct fields *in)
{
	fields_base64(in, "spki", f->root.key.spki);
	fields_base64(in, "blob", f->blob);
	fields_str(in, "set", f->set_name);
	fields_u64(in, "epoch", epoch_of_backup(f));
}

bool shares_check_backup(const struct flow *f, const struct fields *out, struct err *e)
{
	return shares_check_backup_of(f, f->root.key.spki, out, e);
}

bool shares_check_backup_of(const struct flow *f, struct bytes spki, const struct fields *out, struct err *e)
{
	struct bytes    file;
	struct envelope env;
	char            hex[HASH_MAX * 2 + 1];

	if (!fields_get_base64(&file, f->scratch, out, "blob"))
		return err_set(e, ERR_FLOW_FIELD, "blob");
	if (!envelope_parse(&env, f->scratch, file, e) ||
	    !envelope_is_of(&env, spki, script_param(now_step(f), "set"), f->epoch + 1, e))
		return false;
	if (!fields_is(out, "format", env.format))
		return err_set(e, ERR_FLOW_FIELD, "format");
	return fields_is(out, "blob-sha256", sha256_hex(hex, file)) || err_set(e, ERR_FLOW_FIELD, "blob-sha256");
}

bool shares_check_identifier(const struct flow *f, const struct fields *out, struct err *e)
{
	struct envelope env;
	uint64_t        identifier = 0;

	return (envelope_parse(&env, f->scratch, f->blob, e) && fields_get_u64(&identifier, out, "identifier", 0x7fff) &&
	        identifier == env.identifier) ||
	       err_set(e, ERR_FLOW_FIELD, "identifier");
}

/* ---- the passphrase, and whether it all fits ------------------------------------------- */

void shares_prompt_passphrase(const struct flow *f, struct prompt *p)
{
	struct ledger_set set = in_force(f);

	p->title = "The share set's passphrase";
	p->text = "Whoever knows it types it so that nobody can watch. The shares alone do not make the key.";
	prompt_row(p, "Share set", say(f, "%s, epoch %u, identifier %s", set.name, set.epoch, set.identifier));
	prompt_ask(p, ASK_PIN, "passphrase", "Passphrase");
}

bool shares_apply_passphrase(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	return f->has_passphrase = true;
}

bool shares_ask_join(const struct flow *f, struct fields *in, struct err *e)
{
	const char *check = in_force(f).key_check;

	(void)e;
	if (check && *check)
		fields_str(in, "key-check", check);
	return true;
}

bool shares_check_join(const struct flow *f, const struct fields *out, struct err *e)
{
	const char *check = in_force(f).key_check;

	return !check || !*check || fields_is(out, "key-check", "right") || err_set(e, ERR_SHARE_KEY, "%s", "");
}

bool shares_verdict_join(const struct err *why)
{
	return why->id == ERR_SHARE_KEY || why->id == ERR_SHARE_FORGED || why->id == ERR_SHARE_DIGEST ||
	       why->id == ERR_BACKUP_SHARES;
}

bool shares_verdict_gone(const struct err *why)
{
	return why->id == ERR_BACKUP_SHARES;
}

/* What did not fit is brought anew: the passphrase, if it can be that, else the cards, and where nobody could be
 * named, one more of them. */
void shares_refuse_join(struct flow *f, const struct err *why)
{
	if (why->id == ERR_SHARE_KEY && f->has_passphrase) {
		f->has_passphrase = false;
		return;
	}
	f->num_entered = f->entered = 0;
	f->num_more = why->id == ERR_SHARE_DIGEST;
}

/* ---- the key, restored ------------------------------------------------------------------ */

bool shares_ask_restore(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_str(in, "label", f->root.label);
	shares_put_backup(f, in);
	return true;
}

bool shares_check_restore(const struct flow *f, const struct fields *out, struct err *e)
{
	static const struct {
		const char *name, *value;
	} must[] = { { "CKA_TOKEN", "true" }, { "CKA_PRIVATE", "true" }, { "CKA_SENSITIVE", "true" },
		     { "CKA_EXTRACTABLE", "false" } };
	struct bytes spki;

	if (!fields_get_base64(&spki, f->scratch, out, "spki") || !bytes_equal(spki, f->root.key.spki))
		return err_set(e, ERR_BACKUP_PROOF, "its public key is another");
	for (size_t i = 0; i < COUNT_OF(must); i++)
		if (!fields_is(out, must[i].name, must[i].value))
			return err_set(e, ERR_TOKEN_KEY_UNFIT, "%s does not read %s", must[i].name, must[i].value);
	return true;
}

bool shares_apply_restore(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->restored = true;
	return true;
}

bool shares_ask_prove(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_base64(in, "spki", f->root.key.spki);
	return true;
}

bool shares_check_prove(const struct flow *f, const struct fields *out, struct err *e)
{
	static const char words[] = CHALLENGE_WORDS;
	struct bytes      said = fields_get(out, "challenge"), signature;
	uint8_t           text[sizeof words - 1 + CHALLENGE_LEN];
	struct buf        challenge = BUF_ON(text);

	if (!fields_is(out, "verified", "yes"))
		return err_set(e, ERR_FLOW_FIELD, "verified");
	if (!f->tells_prompts) /* the old format does not keep what was signed */
		return need(out, "challenge", e);
	if (!hex_decode(&challenge, said) || challenge.len != sizeof text || memcmp(text, words, sizeof words - 1) != 0)
		return err_set(e, ERR_FLOW_FIELD, "challenge");
	if (!fields_get_base64(&signature, f->scratch, out, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "signature");
	return sig_verify(&f->root.key, sig_for(&f->root.key), buf_bytes(&challenge), signature, NULL) ||
	       err_set(e, ERR_BACKUP_PROOF, "the signature over its challenge");
}

bool shares_forget(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->backup_secret = f->has_passphrase = f->has_dice = f->forgot_entered = false;
	f->num_entered = f->entered = f->num_more = 0;
	return true;
}

void shares_prompt_void(const struct flow *f, struct prompt *p)
{
	const unsigned from = f->before ? f->before->epoch : 0;
	const char    *names = "";

	if (f->epoch == from || (from == 0 && (f->facts & FACT(FACT_BACKUP))))
		return;
	for (unsigned i = 0; i < FLOW_MAX_SHARES && i < f->script->num_people[ROLE_CUSTODIAN]; i++)
		if (f->share[i].shown)
			names = say(f, "%s%s%s", names, names[0] ? ", " : "", f->person[ROLE_CUSTODIAN][i]);
	if (names[0])
		prompt_row(p, "Void", say(f, "every card of epoch %u: %s. Destroy them now, in sight of all", f->epoch, names))->mark = true;
}
