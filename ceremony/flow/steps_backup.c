/* steps_backup.c: the root key's backup: wrapped under a key that is split among the
 * custodians, each share entered again before it leaves the room. Step kind backup. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/shares.h"
#include "ceremony/share/slip39.h"

static const struct param params[] = {
	{ "method", PARAM_CHOICE, "wrap", 0, 0, "wrap", "how the key leaves the token" },
	{ "set", PARAM_NAME, NULL, 0, 0, NULL, "the share set's name" },
	{ "threshold", PARAM_NUMBER, "3", 2, 16, NULL, "shares that are needed" },
	{ "shares", PARAM_NUMBER, "5", 2, 16, NULL, "shares that are made, one a custodian" },
};

static unsigned num_shares(const struct flow *f)
{
	return (unsigned)script_number(now_step(f), "shares");
}

static unsigned this_round(const struct flow *f)
{
	return f->round;
}

static void prompt_agree(const struct flow *f, struct prompt *p)
{
	p->title = "Back up the root key";
	p->text = "The token wraps the root key under a fresh key, which is then split into shares. Each custodian will "
	          "see their own share, alone, write it on their card, and type it back.";
	p->irreversible = true;
	prompt_row(p, "Share set", say(f, "%s, epoch %u", say_bytes(f, script_param(now_step(f), "set")), f->epoch + 1));
	prompt_row(p, "Shares", say(f, "any %llu of %u", (unsigned long long)script_number(now_step(f), "threshold"), num_shares(f)));
	const char *names = f->person[ROLE_CUSTODIAN][0];
	for (unsigned i = 1; i < num_shares(f); i++)
		names = say(f, "%s, %s", names, f->person[ROLE_CUSTODIAN][i]);
	prompt_row(p, "Custodians", names);
	prompt_officers(f, p);
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	uint64_t shares = script_number(step, "shares"), threshold = script_number(step, "threshold");

	if (shares > s->num_people[ROLE_CUSTODIAN])
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s] makes %llu shares for %u custodians", step->id,
		               (unsigned long long)shares, s->num_people[ROLE_CUSTODIAN]);
	return threshold <= shares ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: a threshold of %llu of %llu", step->id,
	               (unsigned long long)threshold, (unsigned long long)shares);
}

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
	f->set_threshold = (unsigned)script_number(now_step(f), "threshold");
	f->set_shares = num_shares(f);
	f->epoch++;
	f->wrapped = f->backup_secret = true;
	memset(f->share, 0, sizeof f->share);
	return true;
}

static bool ask_split(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "threshold", script_param(now_step(f), "threshold"));
	fields_put(in, "shares", script_param(now_step(f), "shares"));
	return true;
}

static bool check_split(const struct flow *f, const struct fields *out, struct err *e)
{
	for (unsigned i = 0; i < num_shares(f); i++) {
		char key[24];
		(void)snprintf(key, sizeof key, "commitment.%u", i + 1);
		if (fields_get(out, key).len != 64)
			return err_set(e, ERR_FLOW_FIELD, "%s", key);
	}
	return shares_check_identifier(f, out, e);
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
	p->title = say(f, "Share %u of %u, for %s alone", f->round + 1, num_shares(f), p->who);
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
	p->title = say(f, "Share %u: type it back from the card", f->round + 1);
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

/* Split, shown, typed back: the same for a first set and for the next. */
#define DEAL_TURNS \
	{ .name = "split", .role = ROLE_ADMINISTRATOR, .op = OP_SHARE_SPLIT, .ask = ask_split, .check = check_split, .apply = apply_split }, \
	{ .name = "show", .role = ROLE_CUSTODIAN, .who = this_round, .rounds = num_shares, .reveal = OP_SHARE_SHOW, .ask = ask_share, .prompt = prompt_show, .apply = apply_show }, \
	{ .name = "enter", .flags = TURN_BACK, .role = ROLE_CUSTODIAN, .who = this_round, .rounds = num_shares, .op = OP_SHARE_CHECK, .ask = ask_share, .prompt = prompt_enter, .check = check_enter, .apply = apply_enter }

static const struct turn turns[] = {
	{ .name = "agree", .role = ROLE_OFFICER, .prompt = prompt_agree },
	{ .name = "wrap", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_WRAP, .ask = ask_wrap, .check = shares_check_backup, .apply = apply_wrap },
	DEAL_TURNS,
};

enum { TURN_AFTER_WRAP = 2 };

/* The set that is being dealt went with the process: a new one is made. */
static bool lacks(const struct flow *f, size_t *again)
{
	*again = 0;
	return f->turn >= TURN_AFTER_WRAP && !f->backup_secret;
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
	p->title = "The old share set is retired";
	p->text = "From now on its shares are refused by name. What they open is still in old copies of the record: collect the old "
	          "cards and destroy them before witnesses.";
	p->irreversible = true;
	prompt_row(p, "Retired", say(f, "%s, epoch %u, identifier %s", f->old_sets->name, f->old_sets->epoch,
	                             f->old_sets->identifier))->mark = true;
	prompt_row(p, "In force", say(f, "%s, epoch %u, identifier %s", f->set_name, f->epoch, f->set_id));
	prompt_officers(f, p);
}

enum { RESHARE_BRING, RESHARE_AGREE, RESHARE_WRAP };

static const struct turn reshare_turns[] = {
	[RESHARE_BRING] = SHARES_TURN_BRING,
	[RESHARE_AGREE] = { .name = "agree", .role = ROLE_OFFICER, .prompt = prompt_agree },
	[RESHARE_WRAP] = { .name = "wrap", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_REWRAP, .ask = ask_rewrap, .check = shares_check_backup, .apply = apply_wrap },
	DEAL_TURNS,
	{ .name = "prove", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_PROVE, .ask = ask_prove, .check = shares_check_prove },
	SHARES_TURN_FORGET,
	{ .name = "retire", .role = ROLE_OFFICER, .prompt = prompt_retire },
};

enum { RESHARE_FORGET = COUNT_OF(reshare_turns) - 2 };

/* Until the new set has proven itself, the old shares are what there is. */
static bool reshare_lacks(const struct flow *f, size_t *again)
{
	*again = RESHARE_BRING;
	if (f->turn > RESHARE_WRAP && f->turn < RESHARE_FORGET)
		return !f->backup_secret;
	return shares_lacks(f, RESHARE_BRING, RESHARE_WRAP, again);
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
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = reshare_turns,
	.num_turns = COUNT_OF(reshare_turns),
	.fits = reshare_fits,
	.lacks = reshare_lacks,
	.what = "The old shares open the backup; the key is wrapped anew and split among new custodians; the old set is retired.",
	.why = "People leave, and cards are lost: shares must not outlive the trust in those who hold them.",
	.clause = "BR 6.2.2, 6.2.4; SLIP-0039",
	.fail = "If the power fails here, the old set is still in force: its custodians enter their shares once more.",
};
