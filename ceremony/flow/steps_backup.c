/* steps_backup.c: the root key's backup: wrapped under a key that is split among the
 * custodians, each share entered again before it leaves the room. Step kind backup. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/cards.h"
#include "ceremony/flow/groups.h"
#include "ceremony/flow/record_key.h"
#include "ceremony/flow/shares.h"
#include "ceremony/share/slip39.h"

#define DEAL_PARAMS                                                                                                    \
	{ "method", PARAM_CHOICE, "wrap", 0, 0, "wrap load vendor clone", "how the key leaves the token" },            \
	{ "set", PARAM_NAME, NULL, 0, 0, NULL, "the share set's name" }, GROUPS_PARAMS,                                \
	{ "dice", PARAM_CHOICE, "no", 0, 0, "no 50 100", "rolls of a die that a custodian types" }, CARDS_PARAM

static const struct param params[] = { DEAL_PARAMS }, reshare_params[] = { DEAL_PARAMS, SHARES_SCAN_PARAM };

static struct ledger_scheme scheme_of(const struct flow *f)
{
	struct ledger_scheme s;
	struct err           e;

	MUST(groups_read(&s, now_step(f), &e)); /* fits looked at it */
	return s;
}

static unsigned num_shares(const struct flow *f)
{
	struct ledger_scheme s = scheme_of(f);

	return groups_num_shares(&s);
}

static unsigned this_round(const struct flow *f)
{
	return f->round;
}

static void prompt_agree(const struct flow *f, struct prompt *p)
{
	struct ledger_scheme s = scheme_of(f);

	p->text = "The token wraps the root key under a fresh key, which is then split into shares. Each custodian will "
	          "see their own share, alone, write it on their card, and type it back.";
	p->irreversible = true;
	shares_prompt_void(f, p);
	prompt_row(p, "Share set", say(f, "%s, epoch %u", say_bytes(f, script_param(now_step(f), "set")), f->epoch + 1));
	prompt_row(p, "Shares", groups_say(f, &s));
	for (unsigned g = 0, n = 0; g < s.num_groups; g++) {
		const char *names = "";
		for (unsigned i = 0; i < s.group[g].count; i++, n++)
			names = say(f, "%s%s%s", names, i ? ", " : "", f->person[ROLE_CUSTODIAN][n]);
		prompt_row(p, s.num_groups > 1 ? say_bytes(f, s.group[g].name) : "Custodians", names);
	}
	prompt_officers(f, p);
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	struct ledger_scheme scheme;

	if (!groups_read(&scheme, step, e) || !cards_fit(s, step, e))
		return false;
	unsigned shares = groups_num_shares(&scheme);
	return shares <= s->num_people[ROLE_CUSTODIAN] ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s] makes %u shares for %u custodians", step->id, shares,
	               s->num_people[ROLE_CUSTODIAN]);
}

/* ---- dice -------------------------------------------------------------------------------------- */

static unsigned rolls_wanted(const struct flow *f)
{
	struct bytes dice = script_param(now_step(f), "dice");

	return bytes_is(dice, "no") ? 0 : (unsigned)script_number(now_step(f), "dice");
}

static bool wants_dice(const struct flow *f)
{
	return rolls_wanted(f) > 0;
}

static bool ask_dice(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_u64(in, "rolls", rolls_wanted(f));
	return true;
}

static void prompt_dice(const struct flow *f, struct prompt *p)
{
	p->title = say(f, "Roll a die %u times", rolls_wanted(f));
	p->text = "One custodian rolls, where nobody else and no camera can see the die, and types what it shows: digits from 1 "
	          "to 6, in the order in which they fall; blanks do no harm. The rolls are mixed with the token's random "
	          "numbers and the machine's: none of the three alone decides. Forget them afterwards.";
	prompt_row(p, "Rolls", say(f, "%u", rolls_wanted(f)));
	struct ask *a = prompt_ask(p, ASK_PIN, "dice", "What the die showed");
	a->shape = SHAPE_ROLLS;
	a->least = rolls_wanted(f);
}

static bool check_dice(const struct flow *f, const struct fields *out, struct err *e)
{
	uint64_t rolls = 0;

	return (fields_get_u64(&rolls, out, "rolls", UINT8_MAX) && rolls == rolls_wanted(f)) ||
	       err_set(e, ERR_FLOW_FIELD, "rolls");
}

static bool apply_dice(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->num_rolls = rolls_wanted(f);
	return f->has_dice = true;
}

/* What was made was made of all that the script asks for. */
static bool check_sources(const struct flow *f, const struct fields *out, struct err *e)
{
	return fields_is(out, "sources", wants_dice(f) ? "token, system, dice" : "token, system") ||
	       err_set(e, ERR_FLOW_FIELD, "sources");
}

static bool check_wrap(const struct flow *f, const struct fields *out, struct err *e)
{
	return shares_check_backup(f, out, e) && check_sources(f, out, e);
}

/* ---- wrapped ------------------------------------------------------------------------------------- */

static bool ask_wrap(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_put(in, "set", script_param(now_step(f), "set"));
	fields_u64(in, "epoch", f->epoch + 1);
	return true;
}

static bool apply_wrap(struct flow *f, const struct fields *data, struct err *e)
{
	if (!fields_get_base64(&f->blob, f->arena, data, "blob"))
		return err_set(e, ERR_TOO_LARGE, "a wrapped key");
	f->blob_format = keep(f, data, "format");
	f->set_name = shares_set_name(f);
	f->set_scheme = scheme_of(f);
	f->key_check = "";
	f->epoch++;
	f->wrapped = f->backup_secret = true;
	f->has_passphrase = false;
	memset(f->share, 0, sizeof f->share);
	return true;
}

/* ---- the passphrase, where the script asks for one ------------------------------------------------ */

static bool wants_passphrase(const struct flow *f)
{
	return scheme_of(f).passphrase;
}

static bool ask_passphrase(const struct flow *f, struct fields *in, struct err *e)
{
	(void)f;
	(void)e;
	fields_str(in, "new", "yes");
	return true;
}

static void prompt_passphrase(const struct flow *f, struct prompt *p)
{
	(void)f;
	p->title = "A passphrase for the share set";
	p->text = "The shares alone will not make the key: this passphrase is needed too. Write it down, seal it, keep it where no card "
	          "lies. If it is lost, the backup is lost.";
	p->irreversible = true;
	struct ask *a = prompt_ask(p, ASK_NEW_PIN, "new-passphrase", "Passphrase");
	a->least = 8;
	a->hint = "eight characters at least: letters, digits, blanks and signs of ASCII";
}

/* ---- split --------------------------------------------------------------------------------------- */

static bool ask_split(const struct flow *f, struct fields *in, struct err *e)
{
	struct ledger_scheme s = scheme_of(f);

	(void)e;
	groups_put(in, f, &s);
	return true;
}

static bool check_split(const struct flow *f, const struct fields *out, struct err *e)
{
	struct fields want = fields_on(f->scratch);

	for (unsigned i = 0; i < num_shares(f); i++) {
		char key[24];
		(void)snprintf(key, sizeof key, "commitment.%u", i + 1);
		if (fields_get(out, key).len != 64)
			return err_set(e, ERR_FLOW_FIELD, "%s", key);
	}
	if (!ask_split(f, &want, e))
		return false;
	for (size_t i = 0; i < want.num; i++)
		if (!bytes_equal(fields_get(out, (const char *)want.item[i].key.p), want.item[i].value))
			return err_set(e, ERR_FLOW_FIELD, "%s", (const char *)want.item[i].key.p);
	if (fields_get(out, "key-check").len != 64)
		return err_set(e, ERR_FLOW_FIELD, "key-check");
	if (!fields_is(out, "passphrase", wants_passphrase(f) ? "yes" : "no"))
		return err_set(e, ERR_FLOW_FIELD, "passphrase");
	return check_sources(f, out, e) && shares_check_identifier(f, out, e);
}

static bool apply_split(struct flow *f, const struct fields *data, struct err *e)
{
	(void)e;
	for (unsigned i = 0; i < num_shares(f); i++) {
		char key[24];
		(void)snprintf(key, sizeof key, "commitment.%u", i + 1);
		f->share[i].commitment = keep(f, data, key);
	}
	f->set_id = keep(f, data, "identifier");
	f->key_check = keep(f, data, "key-check");
	return true;
}

static bool ask_share(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_u64(in, "number", f->round + 1);
	return true;
}

static void prompt_show(const struct flow *f, struct prompt *p)
{
	if (f->set_scheme.num_groups > 1)
		prompt_row(p, "Group", groups_say_share(f, &f->set_scheme, f->round));
	p->text = "Only this custodian looks at the screen; all others turn away. Write every word on the card, in its "
	          "numbered place. DO NOT READ ALOUD.";
	prompt_row(p, "Share set", say(f, "%s, epoch %u, identifier %s", say_bytes(f, script_param(now_step(f), "set")), f->epoch, f->set_id));
	prompt_ask(p, ASK_CONFIRM, say(f, "written.%u", f->round + 1), "I have written down every word");
}

static bool apply_show(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->share[f->round].shown = true;
	return true;
}

static void prompt_enter(const struct flow *f, struct prompt *p)
{
	if (f->set_scheme.num_groups > 1)
		prompt_row(p, "Group", groups_say_share(f, &f->set_scheme, f->round));
	p->text = say(f, "%s types the words from the card, not from memory. A wrong word is named by its place. If the card "
	              "cannot be read, press Esc to see the share again.", p->who);
	struct ask *a = prompt_ask(p, ASK_WORDS, say(f, "words.%u", f->round + 1), "The words on the card");
	a->num_words = 33; /* a 256-bit secret (SLIP-0039) */
	a->wordlist = slip39_words;
	a->num_wordlist = SLIP39_NUM_WORDS;
}

static bool check_enter(const struct flow *f, const struct fields *out, struct err *e)
{
	(void)f;
	return fields_is(out, "match", "yes") || err_set(e, ERR_FLOW_FIELD, "match");
}

static bool apply_enter(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->share[f->round].entered = true;
	return true;
}

/* Split, shown, typed back, put on a card: the same for a first set and for the next. */
#define DICE_TURN \
	{ .name = "dice", .role = ROLE_CUSTODIAN, .when = wants_dice, .op = OP_BACKUP_DICE, .ask = ask_dice, .title = "Roll dice", .prompt = prompt_dice, .check = check_dice, .apply = apply_dice }
#define DEAL_TURNS \
	{ .name = "new-passphrase", .role = ROLE_OFFICER, .when = wants_passphrase, .op = OP_SHARE_PASSPHRASE, .ask = ask_passphrase, .title = "A passphrase for the share set", .prompt = prompt_passphrase, .apply = shares_apply_passphrase }, \
	{ .name = "split", .role = ROLE_ADMINISTRATOR, .op = OP_SHARE_SPLIT, .ask = ask_split, .check = check_split, .apply = apply_split }, \
	{ .name = "show", .role = ROLE_CUSTODIAN, .who = this_round, .rounds = num_shares, .reveal = OP_SHARE_SHOW, .ask = ask_share, .title = "Share {n} of {of}, for {who} alone", .prompt = prompt_show, .apply = apply_show }, \
	{ .name = "enter", .flags = TURN_BACK, .role = ROLE_CUSTODIAN, .who = this_round, .rounds = num_shares, .op = OP_SHARE_CHECK, .ask = ask_share, .title = "Share {n}: type it back from the card", .prompt = prompt_enter, .check = check_enter, .apply = apply_enter }, \
	CARDS_TURN(this_round, num_shares)

enum { TURN_AGREE, TURN_DICE, TURN_WRAP };

static const struct turn turns[] = {
	[TURN_AGREE] = { .name = "agree", .role = ROLE_OFFICER, .title = "Back up the root key", .two = true, .prompt = prompt_agree },
	[TURN_DICE] = DICE_TURN,
	[TURN_WRAP] = { .name = "wrap", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_WRAP, .ask = ask_wrap, .check = check_wrap, .apply = apply_wrap },
	DEAL_TURNS,
};

/* The set that is being dealt went with the process, or the dice did: a new one is made. */
static bool lacks(const struct flow *f, size_t *again)
{
	*again = f->turn == TURN_WRAP ? TURN_DICE : TURN_AGREE;
	return f->turn == TURN_WRAP ? wants_dice(f) && !f->has_dice : f->turn > TURN_WRAP && !f->backup_secret;
}

const struct step_kind step_kind_backup = {
	.name = "backup",
	.title = "Backup and shares",
	.role = ROLE_CUSTODIAN,
	.needs = FACT(FACT_ROOT_KEY),
	.gives = FACT(FACT_SHARES),
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.fits = fits,
	.lacks = lacks,
	.what = "The root key is wrapped; the wrapping key is split by SLIP-0039; each share is typed back from its card.",
	.why = "A share that was never read back may be unreadable on the day when it is needed.",
	.clause = "BR 6.2.2, 6.2.4, 6.2.6; SLIP-0039",
	.fail = "If the power fails here, the shares of this set are worthless: a new set, with the next epoch, is made.",
};

/* ---- load: the key is made outside, and given to the token -------------------------------------- */

static void prompt_load(const struct flow *f, struct prompt *p)
{
	prompt_agree(f, p);
	p->text = "The root key is made in locked memory, sealed under a fresh secret, and wiped. The secret is split into shares, which "
	          "each custodian writes down and types back; then the key is loaded into the token from those shares alone.";
	prompt_row(p, "Algorithm", f->root.algorithm);
}

static bool ask_make(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "algorithm", f->root.algorithm);
	fields_put(in, "set", script_param(now_step(f), "set"));
	fields_u64(in, "epoch", f->epoch + 1);
	return true;
}

/* A key of the algorithm that the script wants, and an envelope that is its own. */
static bool check_make(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes spki;
	struct key   key;
	char         name[16];

	if (!fields_get_base64(&spki, f->scratch, out, "spki") || !key_parse(&key, spki, e))
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "its public key cannot be read");
	if (strcmp(key_name(name, &key), f->root.algorithm) != 0)
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "it is not a key of %s", f->root.algorithm);
	return shares_check_backup_of(f, spki, out, e) && check_sources(f, out, e);
}

static bool apply_make(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes spki;

	if (!fields_get_base64(&spki, f->arena, data, "spki"))
		return err_set(e, ERR_TOO_LARGE, "a public key");
	return key_parse(&f->root.key, spki, e) && apply_wrap(f, data, e);
}

static const struct turn load_turns[] = {
	[TURN_AGREE] = { .name = "agree", .role = ROLE_OFFICER, .title = "Make the root key, and its backup", .two = true, .prompt = prompt_load },
	[TURN_DICE] = DICE_TURN,
	[TURN_WRAP] = { .name = "make", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_MAKE, .ask = ask_make, .check = check_make, .apply = apply_make },
	DEAL_TURNS,
	{ .name = "load", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_RESTORE, .ask = shares_ask_restore, .check = shares_check_restore },
	SHARES_TURN_PROVE(TOKEN_ROOT),
	{ .name = "fingerprint", .role = ROLE_OFFICER, .title = "The root key has been made", .prompt = root_key_prompt_made },
};

enum { TURN_LOAD = COUNT_OF(load_turns) - 3 };

/* Until the key is in the token, it can be made anew; from then on it is the one. */
static bool load_lacks(const struct flow *f, size_t *again)
{
	return f->turn <= TURN_LOAD && lacks(f, again);
}

/* It makes the key, so nothing may have made one before. */
static bool load_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	if (s->continues || step == s->step || strcmp(step[-1].kind->name, "root-key") != 0)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: a backup by load comes right after the root-key step", step->id);
	return fits(s, step, e);
}

const struct step_kind step_kind_backup_load = {
	.name = "backup",
	.method = "load",
	.title = "Root key, backup and shares",
	.role = ROLE_CUSTODIAN,
	.needs = FACT(FACT_ROOT_KEY),
	.gives = FACT(FACT_SHARES),
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = load_turns,
	.num_turns = COUNT_OF(load_turns),
	.fits = load_fits,
	.lacks = load_lacks,
	.what = "The root key is made in locked memory and sealed; the secret is split; the key is loaded into the token from the shares.",
	.why = "A card that cannot give its key away for a backup must be given one of which there is a backup already.",
	.clause = "BR 6.1.1.1, 6.2.2, 6.2.4, 6.2.6; SLIP-0039; PKCS #11 C_CreateObject",
	.fail = "If the power fails before the key is in the token, it is made anew, with a new set: no token has had the old one.",
};

/* ---- reshare: the same key, new custodians --------------------------------------------------- */

static bool ask_rewrap(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_base64(in, "spki", f->root.key.spki);
	fields_base64(in, "blob", f->old_sets->blob);
	fields_str(in, "old-set", f->old_sets->name);
	fields_u64(in, "old-epoch", f->old_sets->epoch);
	fields_put(in, "set", script_param(now_step(f), "set"));
	fields_u64(in, "epoch", f->epoch + 1);
	return true;
}

static bool ask_prove(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	shares_put_backup(f, in);
	return true;
}

static void prompt_retire(const struct flow *f, struct prompt *p)
{
	p->text = "From now on its shares are refused by name. What they open is still in old copies of the record: collect the old "
	          "cards and destroy them before witnesses.";
	p->irreversible = true;
	prompt_row(p, "Retired", say(f, "%s, epoch %u, identifier %s", f->old_sets->name, f->old_sets->epoch,
	                             f->old_sets->identifier))->mark = true;
	prompt_row(p, "In force", say(f, "%s, epoch %u, identifier %s", f->set_name, f->epoch, f->set_id));
	prompt_officers(f, p);
}

enum { RESHARE_BRING, RESHARE_PASSPHRASE, RESHARE_JOIN, RESHARE_AGREE, RESHARE_DICE, RESHARE_WRAP };

static const struct turn reshare_turns[] = {
	[RESHARE_BRING] = SHARES_TURN_BRING,
	[RESHARE_PASSPHRASE] = SHARES_TURN_PASSPHRASE,
	[RESHARE_JOIN] = SHARES_TURN_JOIN,
	[RESHARE_AGREE] = { .name = "agree", .role = ROLE_OFFICER, .title = "Make new shares of the backup", .two = true, .prompt = prompt_agree },
	[RESHARE_DICE] = DICE_TURN,
	[RESHARE_WRAP] = { .name = "wrap", .flags = TURN_AGAIN, .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_REWRAP, .ask = ask_rewrap, .check = check_wrap, .apply = apply_wrap, .refuse = shares_refuse_join, .verdict = shares_verdict_gone },
	DEAL_TURNS,
	{ .name = "prove", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_PROVE, .ask = ask_prove, .check = shares_check_prove },
	SHARES_TURN_FORGET,
	{ .name = "retire", .role = ROLE_OFFICER, .title = "The old share set is retired", .two = true, .prompt = prompt_retire },
};

enum { RESHARE_FORGET = COUNT_OF(reshare_turns) - 2 };

/* Until the new set has proven itself, the old shares are what there is. */
static bool reshare_lacks(const struct flow *f, size_t *again)
{
	*again = RESHARE_BRING;
	if (f->turn > RESHARE_WRAP && f->turn < RESHARE_FORGET)
		return !f->backup_secret;
	if (shares_lacks(f, RESHARE_BRING, RESHARE_WRAP, again))
		return true;
	*again = RESHARE_DICE;
	return f->turn == RESHARE_WRAP && wants_dice(f) && !f->has_dice;
}

static bool reshare_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	if (!s->continues)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s] is for a script with continues = yes", step->id);
	return fits(s, step, e);
}

const struct step_kind step_kind_reshare = {
	.name = "reshare",
	.title = "Shares for new custodians",
	.role = ROLE_CUSTODIAN,
	.needs = FACT(FACT_CLOCK) | FACT(FACT_ENVIRONMENT) | FACT(FACT_SHARES) | FACT(FACT_TOKEN),
	.gives = FACT(FACT_RESHARED),
	.param = reshare_params,
	.num_params = COUNT_OF(reshare_params),
	.turn = reshare_turns,
	.num_turns = COUNT_OF(reshare_turns),
	.fits = reshare_fits,
	.lacks = reshare_lacks,
	.what = "The old shares open the backup; the key is wrapped anew and split among new custodians; the old set is retired.",
	.why = "People leave, and cards are lost: shares must not outlive the trust in those who hold them.",
	.clause = "BR 6.2.2, 6.2.4; SLIP-0039",
	.fail = "If the power fails here, the old set is still in force: its custodians enter their shares once more.",
};
