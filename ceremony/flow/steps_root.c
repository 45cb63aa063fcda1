/* steps_root.c: the root's own certificate. Step kind root-certificate. */
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"

static const struct param params[] = {
	{ "profile", PARAM_PROFILE, "tls-root", 0, 0, NULL, "the profile" },
	{ "subject", PARAM_TEXT, NULL, 0, 0, NULL, "C=.., O=.., CN=.." },
};

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	return script_profile_suits(s, step, PROFILE_FOR_ROOT, e) && script_root_fits(s, step, true, e);
}

static bool ask_random(const struct flow *f, struct fields *in, struct err *e)
{
	(void)f;
	(void)e;
	fields_u64(in, "len", 20);
	return true;
}

static bool check_random(const struct flow *f, const struct fields *out, struct err *e)
{
	uint8_t    octets[32];
	struct buf b = BUF_ON(octets);

	(void)f;
	return (hex_decode(&b, fields_get(out, "random")) && b.len == 20) || err_set(e, ERR_FLOW_FIELD, "random");
}

static bool apply_random(struct flow *f, const struct fields *data, struct err *e)
{
	uint8_t    octets[32];
	struct buf b = BUF_ON(octets);

	MUST(hex_decode(&b, fields_get(data, "random")));
	f->root_random = arena_copy(f->arena, buf_bytes(&b));
	f->root_time = f->time;
	return f->root_random.p || err_set(e, ERR_TOO_LARGE, "a serial number");
}

static void prompt_review(const struct flow *f, struct prompt *p)
{
	struct plan *plan = arena_take(f->scratch, sizeof *plan);
	struct err   why = { 0 };
	struct bytes tbs;

	if (!plan || !flow_plan_root(f, plan, &why) || !plan_tbs(f, plan, &tbs, &why)) {
		const struct err_text *t = err_text_of(why.id);
		p->text = say(f, "The profile does not allow it. %s. %s.", t->what, t->todo);
		prompt_row(p, "Rule", t->name)->mark = true;
		prompt_row(p, "In detail", say(f, "%s", why.detail));
		prompt_ask(p, ASK_TYPE_BACK, "approved", "It cannot be approved. F10 ends the ceremony")->expect = "-";
		return;
	}
	struct digest d = hash_of(HASH_SHA256, tbs);
	p->text = "Exactly this will be signed, by the root key, with its own name as issuer. Read every line.";
	plan_rows(p, plan);
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	p->aloud = say_words(f, digest_bytes(&d), 8);
	struct ask *a = prompt_ask(p, ASK_TYPE_BACK, "approved", "To approve, type the first two words");
	a->shape = SHAPE_SPOKEN;
	a->expect = say(f, "%s", say_words(f, digest_bytes(&d), 2));
	prompt_officers(f, p);
}

static bool ask_sign(const struct flow *f, struct fields *in, struct err *e)
{
	struct plan *plan = arena_take(f->scratch, sizeof *plan);
	struct bytes tbs;

	if (!plan)
		return err_set(e, ERR_TOO_LARGE, "a plan");
	return flow_plan_root(f, plan, e) && plan_tbs(f, plan, &tbs, e) &&
	       sign_fields(f, in, plan->sig, "certificate", tbs);
}

static bool make(const struct flow *f, const struct fields *out, struct bytes *der, struct err *e)
{
	struct plan *plan = arena_take(f->scratch, sizeof *plan);

	if (!plan)
		return err_set(e, ERR_TOO_LARGE, "a plan");
	return flow_plan_root(f, plan, e) && certificate_of(f, plan, &f->root.key, out, der, e);
}

static bool check_sign(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes der;

	return make(f, out, &der, e);
}

static bool apply_sign(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes der;

	if (!make(f, data, &der, e))
		return false;
	f->root_cert = arena_copy(f->arena, der);
	return f->root_cert.p || err_set(e, ERR_TOO_LARGE, "a certificate");
}

static const struct turn turns[] = {
	{ .name = "random", .role = ROLE_ADMINISTRATOR, .op = OP_TOKEN_RANDOM, .ask = ask_random, .check = check_random, .apply = apply_random },
	{ .name = "review", .role = ROLE_OFFICER, .title = "Review the root certificate", .two = true, .prompt = prompt_review },
	{ .name = "sign", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_SIGN, .ask = ask_sign, .check = check_sign, .apply = apply_sign },
};

const struct step_kind step_kind_root_certificate = {
	.name = "root-certificate",
	.title = "Root certificate",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_KEY) | FACT(FACT_CLOCK),
	.gives = FACT(FACT_ROOT_CERT),
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.fits = fits,
	.what = "The root's self-signed certificate is planned by its profile, reviewed, and signed.",
	.why = "Relying parties will carry this certificate for decades.",
	.clause = "BR 7.1.2.1; RFC 5280 4.1",
	.fail = "If a field is wrong, do not approve: press F10 to end the ceremony. Nothing has been signed.",
};
