/* steps_restore.c: what makes a root live: its key restored into a second token, or the recorded decision
 * to do without that. Step kinds restore, waive-restore. */
#include "ceremony/flow/aside.h"
#include "ceremony/flow/intake.h"
#include "ceremony/flow/qualified.h"
#include "ceremony/flow/restored.h"
#include "ceremony/flow/shares.h"

/* ---- what both do: the original is locked ------------------------------------------------- */

bool restored_ask_lock(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	return true;
}

bool restored_check_lock(const struct flow *f, const struct fields *out, struct err *e)
{
	(void)f;
	bool shown = fields_is(out, "wrap-refused", "yes") || fields_is(out, "wrap-refused", "untried");
	if (!fields_is(out, "CKA_EXTRACTABLE", "false") || !shown)
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "the root key can still be wrapped out");
	return true;
}

bool restored_apply_lock(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	if (f->restored)
		f->copy_serial = f->token[TOKEN_SECOND].serial;
	return f->live = true;
}

/* ---- restore --------------------------------------------------------------------------------- */

static const struct param restore_params[] = { INTAKE_PARAMS, QUALIFIED_PARAM, SHARES_SCAN_PARAM };

static void prompt_agree(const struct flow *f, struct prompt *p)
{
	p->text = "The root key is unwrapped into this token and stays there, where it cannot be taken out again. Then it "
	          "signs a random challenge, the secrets are forgotten, and the first token's key is locked for good.";
	p->irreversible = true;
	prompt_row(p, "First token", f->token[TOKEN_ROOT].serial);
	prompt_row(p, "Second token", f->token[TOKEN_SECOND].serial);
	prompt_row(p, "Share set", say(f, "%s, epoch %u", f->set_name, f->epoch));
	prompt_officers(f, p);
}

enum { RESTORE_AGREE = INTAKE_NUM_TURNS + QUALIFIED_NUM_TURNS, RESTORE_BRING, RESTORE_PASSPHRASE, RESTORE_JOIN, RESTORE_RESTORE };

static const struct turn restore_turns[] = {
	INTAKE_TURNS(TOKEN_SECOND),
	QUALIFIED_TURNS(TOKEN_SECOND),
	[RESTORE_AGREE] = { .name = "agree", .role = ROLE_OFFICER, .title = "Restore the root key into the second token", .two = true, .prompt = prompt_agree },
	[RESTORE_BRING] = SHARES_TURN_BRING,
	[RESTORE_PASSPHRASE] = SHARES_TURN_PASSPHRASE,
	[RESTORE_JOIN] = SHARES_TURN_JOIN,
	[RESTORE_RESTORE] = SHARES_TURN_RESTORE(TOKEN_SECOND),
	SHARES_TURN_PROVE(TOKEN_SECOND),
	SHARES_TURN_FORGET,
	{ .name = "lock", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_LOCK, .ask = restored_ask_lock, .check = restored_check_lock, .apply = restored_apply_lock },
};

static bool restore_lacks(const struct flow *f, size_t *again)
{
	return intake_lacks(f, again) || (!f->restored && shares_lacks(f, RESTORE_BRING, RESTORE_RESTORE, again));
}

const struct step_kind step_kind_restore = {
	.name = "restore",
	.title = "Restore into a second token",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_SHARES) | FACT(FACT_TOKEN),
	.gives = FACT(FACT_BACKUP) | FACT(FACT_LIVE),
	.param = restore_params,
	.num_params = COUNT_OF(restore_params),
	.turn = restore_turns,
	.num_turns = COUNT_OF(restore_turns),
	.lacks = restore_lacks,
	.what = "The shares that were typed back restore the root key into a second token, which signs a challenge.",
	.why = "A backup that was never restored is a hope. Only now is the root live, and only now is the original locked.",
	.clause = "BR 6.2.2, 6.2.4, 6.2.6; PKCS #11 C_UnwrapKey",
	.fail = "If the power fails here, the token is asked whether the key is there; if not, the custodians enter their shares.",
};

/* ---- waive-restore --------------------------------------------------------------------------------- */

static void prompt_waive(const struct flow *f, struct prompt *p)
{
	p->text = "Nobody will have seen this root key come back into another token. Whoever answers for that says why, in "
	          "words; both stand in the record as an exception.";
	p->irreversible = true;
	prompt_row(p, "Backup", f->blob.len ? "made; it will be opened in the same token only" : "none")->mark = true;
	prompt_ask(p, ASK_TEXT, "approver", "Who approves it")->hint = "given name and family name, and the office";
	prompt_ask(p, ASK_TEXT, "reason", "Why")->hint = "in words";
	prompt_officers(f, p);
}

static bool apply_waive(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->waived = f->live = true;
	return true;
}

static bool has_backup(const struct flow *f)
{
	return f->blob.len > 0;
}

static bool ask_prove(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	shares_put_backup(f, in);
	return true;
}

enum { WAIVE_AGREE, WAIVE_BRING, WAIVE_PASSPHRASE, WAIVE_JOIN, WAIVE_PROVE };

static unsigned waive_needed(const struct flow *f)
{
	return has_backup(f) ? shares_needed(f) : 0;
}

static bool waive_passphrase(const struct flow *f)
{
	return has_backup(f) && shares_passphrase_is_away(f);
}

static const struct turn waive_turns[] = {
	[WAIVE_AGREE] = { .name = "waive", .flags = TURN_EXCEPTION, .more = exception_more, .role = ROLE_OFFICER, .title = "Go without a restore into a second token", .two = true, .prompt = prompt_waive, .take = take_in_words, .apply = apply_waive },
	[WAIVE_BRING] = { .name = "share", .role = ROLE_CUSTODIAN, .who = shares_round, .rounds = waive_needed, .when = shares_are_away, .op = OP_SHARE_ENTER, .ask = shares_ask, .prompt = shares_prompt, .check = shares_check, .apply = shares_apply },
	[WAIVE_PASSPHRASE] = { .name = "passphrase", .role = ROLE_OFFICER, .when = waive_passphrase, .op = OP_SHARE_PASSPHRASE, .prompt = shares_prompt_passphrase, .apply = shares_apply_passphrase },
	[WAIVE_JOIN] = { .name = "join", .flags = TURN_AGAIN, .role = ROLE_ADMINISTRATOR, .when = has_backup, .op = OP_SHARE_JOIN, .ask = shares_ask_join, .check = shares_check_join, .refuse = shares_refuse_join, .verdict = shares_verdict_join },
	[WAIVE_PROVE] = { .name = "prove", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_PROVE, .when = has_backup, .ask = ask_prove, .check = shares_check_prove },
	{ .name = "forget", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_FORGET, .when = has_backup, .apply = shares_forget },
	{ .name = "lock", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_LOCK, .when = has_backup, .ask = restored_ask_lock, .check = restored_check_lock, .apply = restored_apply_lock },
};

static bool waive_lacks(const struct flow *f, size_t *again)
{
	return has_backup(f) && shares_lacks(f, WAIVE_BRING, WAIVE_PROVE, again);
}

const struct step_kind step_kind_waive_restore = {
	.name = "waive-restore",
	.title = "No second token",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_KEY) | FACT(FACT_TOKEN),
	.gives = FACT(FACT_LIVE),
	.turn = waive_turns,
	.num_turns = COUNT_OF(waive_turns),
	.lacks = waive_lacks,
	.what = "The root goes live without a restore into a second token; who decided that, and why, is recorded.",
	.why = "Some tokens cannot give a key away, and some CAs have but one. That is for people to answer for.",
	.clause = "BR 6.2.4",
	.fail = "Pause, and bring a second token: a restore step is the better way.",
};
