/* steps_token.c: the token is taken in, and the root key is made in it. Step kinds token,
 * root-key. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/continuity.h"
#include "ceremony/flow/intake.h"
#include "ceremony/flow/loose.h"
#include "ceremony/flow/qualified.h"
#include "ceremony/flow/record_key.h"

/* ---- token ------------------------------------------------------------------------ */

static const struct param token_params[] = {
	INTAKE_PARAMS,
	QUALIFIED_PARAM,
};

/* ---- a CA that has its key already: is it still there, and is it the one? ---- */

static bool is_continued(const struct flow *f)
{
	return f->continued;
}

static bool ask_present(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_str(in, "label", f->root.label);
	return true;
}

static bool check_present(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes spki;

	if (!fields_is(out, "found", "yes"))
		return err_set(e, ERR_TOKEN_KEY_NONE, "%s", f->root.label);
	return (fields_get_base64(&spki, f->scratch, out, "spki") && bytes_equal(spki, f->root.key.spki)) ||
	       err_set(e, ERR_TOKEN_KEY_UNFIT, "its public key is not the root certificate's");
}

static const struct turn token_turns[] = {
	INTAKE_TURNS(TOKEN_ROOT),
	QUALIFIED_TURNS(TOKEN_ROOT),
	{ .name = "present", .role = ROLE_ADMINISTRATOR, .op = OP_KEY_FIND, .when = is_continued, .ask = ask_present, .check = check_present, .apply = loose_apply },
	LOOSE_TURN,
	MARK_LOOK_TURNS,
};

const struct step_kind step_kind_token = {
	.name = "token",
	.title = "The token",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_TOKEN),
	.param = token_params,
	.num_params = COUNT_OF(token_params),
	.turn = token_turns,
	.num_turns = COUNT_OF(token_turns),
	.lacks = intake_lacks,
	.what = "The token is found by its serial number, initialised if it is new, and read out.",
	.why = "The root key will live in it: everyone must know which piece of metal that is.",
	.clause = "BR 6.2.1, 6.2.6; PKCS #11 C_GetTokenInfo",
	.fail = "A token that will not read: take it out, clean the contacts, put it back, try again.",
};

/* ---- root-key --------------------------------------------------------------------------- */

static const struct param root_key_params[] = {
	{ "algorithm", PARAM_CHOICE, "P-384", 0, 0, "P-256 P-384 P-521 RSA-3072 RSA-4096 Ed25519", "the root key's" },
	{ "extractable", PARAM_CHOICE, "until-backup", 0, 0, "until-backup never", "may it be wrapped out for the backup?" },
};

/* The key is made by the backup step, in locked memory, and loaded into the token. */
static bool is_loaded(const struct script *s)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_backup_load)
			return true;
	return false;
}

/* Nothing can be done with the key before it is there; and it is never wrapped out. */
static bool load_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	const struct script_step *next = step + 1;

	if (!bytes_is(script_param(step, "extractable"), "never"))
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: extractable = never, where the backup's method is load", step->id);
	if (bytes_is(script_param(step, "algorithm"), "Ed25519"))
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: Ed25519 cannot be made outside of a token", step->id);
	return (next < s->step + s->num_steps && next->kind == &step_kind_backup_load) ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: the backup by load, which makes the key, must be the next step", step->id);
}

static bool is_made_here(const struct flow *f)
{
	return !is_loaded(f->script);
}

/* A key that may be wrapped out until its backup is there needs the backup, and a step that locks it. */
static bool root_key_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	bool wrapped = bytes_is(script_param(step, "extractable"), "until-backup"), backup = false, locked = false;

	for (size_t i = 0; i < s->num_steps; i++)
		backup |= s->step[i].kind == &step_kind_backup || s->step[i].kind == &step_kind_backup_clone;
	for (size_t i = 0; i < s->num_steps; i++)
		locked |= s->step[i].kind == &step_kind_backup_clone;
	if (is_loaded(s))
		return load_fits(s, step, e);
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_backup_vendor) /* the device's own way may have its own rules for what leaves it */
			return true;
	for (size_t i = 0; i < s->num_steps; i++)
		locked |= s->step[i].kind == &step_kind_restore || s->step[i].kind == &step_kind_waive_restore;
	if (wrapped && backup && !locked)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: extractable = until-backup, and no restore step locks the key",
		               step->id);
	if (wrapped && !backup)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: extractable = until-backup, and no backup step",
		               step->id);
	return wrapped || !backup ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: extractable = never, and a backup step wraps the key", step->id);
}

static void set_key(struct flow *f, struct flow_key *k, const char *what, const char *algorithm)
{
	struct hash   h;
	struct digest d;
	char          hex[HASH_MAX * 2 + 1];

	hash_init(&h, HASH_SHA256);
	hash_put(&h, bytes_str(what));
	hash_put(&h, bytes_str(f->token[TOKEN_ROOT].serial));
	hash_put(&h, f->script->text);
	d = hash_end(&h);
	d.len = 8;
	struct bytes id = arena_copy(f->arena, bytes_str(digest_hex(hex, &d)));
	char         label[64];
	(void)snprintf(label, sizeof label, "%s %s", f->script->slug, what);
	struct bytes name = arena_copy(f->arena, bytes_str(label)), alg = arena_copy(f->arena, bytes_str(algorithm));
	MUST(id.p && name.p && alg.p);
	*k = (struct flow_key){ .id = (const char *)id.p, .label = (const char *)name.p, .algorithm = (const char *)alg.p };
}

void record_key_name(struct flow *f)
{
	set_key(f, &f->record, "record key", strcmp(f->root.algorithm, "Ed25519") == 0 ? "Ed25519" : "P-384");
}

static void prompt_make(const struct flow *f, struct prompt *p)
{
	p->text = is_made_here(f) ? "The token makes the root key inside itself. It is the one act that the ceremony is for: the "
	                            "key can be destroyed, not made again." :
	                            "The token makes the record key inside itself. The root key is made in the next step, in locked "
	                            "memory, since this token cannot give one away for a backup.";
	p->irreversible = true;
	prompt_row(p, "Token", say(f, "%s", f->token[TOKEN_ROOT].serial));
	prompt_row(p, "Algorithm", say_bytes(f, script_param(now_step(f), "algorithm")));
	prompt_row(p, "May leave it", bytes_is(script_param(now_step(f), "extractable"), "never") ? "never" :
	                              "only wrapped, for the backup");
	prompt_officers(f, p);
}

static bool apply_agreed(struct flow *f, const struct fields *data, struct err *e)
{
	char         algorithm[16] = "";
	struct bytes a = script_param(now_step(f), "algorithm");

	(void)data;
	(void)e;
	(void)snprintf(algorithm, sizeof algorithm, "%.*s", (int)a.len, (const char *)a.p);
	set_key(f, &f->root, "root key", algorithm);
	record_key_name(f);
	return true;
}

static bool ask_key(const struct flow_key *k, const char *extractable, struct fields *in)
{
	fields_str(in, "id", k->id);
	fields_str(in, "label", k->label);
	fields_str(in, "algorithm", k->algorithm);
	fields_str(in, "extractable", extractable);
	return true;
}

static bool ask_root(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	return ask_key(&f->root, bytes_is(script_param(now_step(f), "extractable"), "until-backup") ? "yes" : "no", in);
}

bool record_key_ask(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	return ask_key(&f->record, "no", in);
}

static bool check_key(const struct flow *f, const struct flow_key *k, const struct fields *out, struct err *e)
{
	struct bytes spki;
	struct key   key;
	enum key_alg alg;
	unsigned     bits = 0;

	if (!fields_get_base64(&spki, f->scratch, out, "spki") || !key_parse(&key, spki, e))
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "its public key cannot be read");
	MUST(key_alg_by_name(&alg, &bits, bytes_str(k->algorithm)));
	if (key.alg != alg || (alg == KEY_RSA && key.bits != bits))
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "it is not a key of %s", k->algorithm);
	if (!fields_is(out, "CKA_SENSITIVE", "true") || !fields_is(out, "CKA_PRIVATE", "true") ||
	    !fields_is(out, "CKA_TOKEN", "true"))
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "the token did not keep its attributes");
	return true;
}

static bool check_root(const struct flow *f, const struct fields *out, struct err *e)
{
	return check_key(f, &f->root, out, e);
}

bool record_key_check(const struct flow *f, const struct fields *out, struct err *e)
{
	if (!check_key(f, &f->record, out, e))
		return false;
	return fields_is(out, "CKA_EXTRACTABLE", "false") ||
	       err_set(e, ERR_TOKEN_KEY_UNFIT, "the record key can be extracted");
}

static bool apply_key(struct flow *f, struct flow_key *k, const struct fields *data, struct err *e)
{
	struct bytes spki;

	if (!fields_get_base64(&spki, f->arena, data, "spki"))
		return err_set(e, ERR_TOO_LARGE, "a public key");
	return key_parse(&k->key, spki, e);
}

static bool apply_root(struct flow *f, const struct fields *data, struct err *e)
{
	return apply_key(f, &f->root, data, e);
}

bool record_key_apply(struct flow *f, const struct fields *data, struct err *e)
{
	return apply_key(f, &f->record, data, e);
}

void root_key_prompt_made(const struct flow *f, struct prompt *p)
{
	struct digest d = hash_of(HASH_SHA256, f->root.key.spki);

	p->text = "The officer reads the fingerprint aloud; every witness writes it down.";
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	p->aloud = say_words(f, digest_bytes(&d), 16);
	prompt_ask(p, ASK_CONFIRM, "read-aloud", "It has been read aloud and written down");
}

static const struct turn root_key_turns[] = {
	{ .name = "agree", .role = ROLE_OFFICER, .title = "Make the root key", .two = true, .prompt = prompt_make, .apply = apply_agreed },
	{ .name = "make-root", .when = is_made_here, .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_GENERATE, .ask = ask_root, .check = check_root, .apply = apply_root },
	RECORD_KEY_TURN,
	{ .name = "fingerprint", .role = ROLE_OFFICER, .title = "The root key has been made", .when = is_made_here, .prompt = root_key_prompt_made },
};

const struct step_kind step_kind_root_key = {
	.name = "root-key",
	.title = "Root key",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_PEOPLE) | FACT(FACT_CLOCK) | FACT(FACT_ENVIRONMENT) | FACT(FACT_TOKEN),
	.gives = FACT(FACT_ROOT_KEY),
	.param = root_key_params,
	.num_params = COUNT_OF(root_key_params),
	.turn = root_key_turns,
	.num_turns = COUNT_OF(root_key_turns),
	.fits = root_key_fits,
	.what = "The token makes the root key, and the record key that will sign this ceremony's checkpoint.",
	.why = "Both keys are born in the token; the root key leaves it only wrapped, for the backup.",
	.clause = "BR 6.1.1.1, 6.1.5, 6.2.1",
	.fail = "If the power fails here, start again: the token is asked whether the key exists.",
};
