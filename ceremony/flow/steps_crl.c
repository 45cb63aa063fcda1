/* steps_crl.c: the certificate revocation list. Step kind crl. */
#include <stdio.h>

#include "ceremony/flow/crl_diff.h"
#include "ceremony/flow/crl_large.h"
#include "ceremony/flow/crl_words.h"
#include "ceremony/flow/plans.h"
#include "ceremony/flow/series.h"
#include "ceremony/record/crlfile.h"

/* ---- crl -------------------------------------------------------------------------------- */

static const struct param crl_params[] = {
	{ "profile", PARAM_PROFILE, "crl-ca", 0, 0, NULL, "the profile" },
	{ "shards", PARAM_NUMBER, "1", 1, CRLFILE_SHARDS, NULL, "parts of the list: a certificate belongs to part (serial mod shards)" },
	{ "distribution", PARAM_TEXT, "", 0, 0, NULL, "the http URI of a part, {shard} for its number: where shards is above 1" },
	{ "begin", PARAM_CHOICE, "ask", 0, 0, "ask no", "no: a list that is alone takes its date from the moment at which the step begins, and nobody is asked" },
	{ "series", PARAM_NUMBER, "1", 1, FLOW_MAX_LISTS, NULL, "how many lists are signed: those beyond the first ahead of their time" },
	{ "every", PARAM_TEXT, "", 0, 0, NULL, "where series is above 1: from one list's begin to the next one's, as 3 months, 13 weeks" },
	{ "store", PARAM_CHOICE, "auto", 0, 0, "auto file", "file: as a file of the record, not in the transcript, though it is small" },
};

/* Parts have names that tell them apart, and a list that is whole has none (RFC 5280 5.2.5). */
static bool parts_fit(const struct script_step *step, struct err *e)
{
	struct bytes uri = script_param(step, "distribution");
	bool         parts = script_number(step, "shards") > 1;

	if (!parts && uri.len)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: distribution = is for a list in parts", step->id);
	if (parts && (!shard_is_pattern(uri) || !bytes_starts(uri, "http://")))
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: distribution = http://... with {shard} in it once is wanted", step->id);
	return true;
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	return parts_fit(step, e) && script_profile_suits(s, step, PROFILE_FOR_LIST, e) && series_fits(s, step, e) &&
	       script_root_fits(s, step, false, e);
}

static bool asks_begin(const struct flow *f)
{
	return series_is_not(f) && bytes_is(script_param(now_step(f), "begin"), "ask");
}

static void prompt_begin(const struct flow *f, struct prompt *p)
{
	(void)f;
	p->title = f->before->list || !crl_number_is_zero(f->crl_number) ? "Make the next revocation list" : "Make the first revocation list";
	p->text = "The list takes its date from the moment at which this is confirmed.";
	prompt_ask(p, ASK_CONFIRM, "begin", "Go on");
}

static bool apply_begin(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->crl_time = f->time;
	return true;
}

static bool make_tbs(const struct flow *f, unsigned i, struct crl_plan *plan, struct bytes *tbs, struct err *e)
{
	return flow_plan_crl(f, i, plan, e) && plan_crl_tbs(f, plan, tbs, e);
}

/* Of one list, of what is signed; of several, of their SHA-256 in hex, one behind the other. */
static bool digest_of(const struct flow *f, struct digest *out, struct err *e)
{
	struct hash all;
	char        hex[HASH_MAX * 2 + 1];

	hash_init(&all, HASH_SHA256);
	for (unsigned i = 0; i < series_num(f); i++) {
		struct crl_plan plan;
		struct bytes    tbs;
		if (!make_tbs(f, i, &plan, &tbs, e))
			return false;
		*out = hash_of(HASH_SHA256, tbs);
		hash_put(&all, bytes_str(digest_hex(hex, out)));
	}
	if (series_is(f))
		*out = hash_end(&all);
	return true;
}

static void small_rows(const struct flow *f, struct prompt *p, const struct digest *d, size_t num_entries)
{
	crl_diff_rows(f, p, CRL_DIFF_ROWS);
	prompt_row(p, "Revoked before", say(f, "%zu", num_entries - f->num_revocations));
	prompt_row(p, "Revoked in all", say(f, "%zu", num_entries));
	series_rows(f, p);
	if (series_is(f))
		prompt_row(p, "All of them", "the same entries; SHA-256 of their SHA-256, in hex, one behind the other:");
	prompt_row(p, "SHA-256 of it", say_hex(f, digest_bytes(d)));
	p->aloud = say_words(f, digest_bytes(d), 8);
}

static void prompt_review(const struct flow *f, struct prompt *p)
{
	struct crl_plan plan;
	struct digest   d;
	struct err      why = { 0 };
	char            from[24], to[24];
	bool            large = crl_is_large(f);

	if (large ? !crl_large_plan(f, 0, &plan, &why) : !flow_plan_crl(f, 0, &plan, &why) || !digest_of(f, &d, &why)) {
		const struct err_text *t = err_text_of(why.id);
		p->text = say(f, "The profile does not allow it. %s. %s.", t->what, t->todo);
		prompt_row(p, "Rule", t->name)->mark = true;
		prompt_row(p, "In detail", say(f, "%s", why.detail));
		prompt_ask(p, ASK_TYPE_BACK, "approved", "It cannot be approved. F10 ends the ceremony")->expect = "-";
		return;
	}
	p->text = series_is(f) ? "The lists that the root key will sign. Those but the first are signed ahead of their time." :
	                         "The list that the root key will sign.";
	prompt_row(p, "CRL number", say_number(f, plan.number));
	prompt_row(p, "thisUpdate", say(f, "%s", utc_str(from, plan.this_update)));
	prompt_row(p, "nextUpdate", say(f, "%s", utc_str(to, plan.next_update)));
	prompt_row(p, "Signature", sig_name(plan.sig));
	if (large) {
		crl_large_rows(f, p);
		series_rows(f, p);
	} else {
		small_rows(f, p, &d, plan.num_entries);
	}
	prompt_officers(f, p);
}

/* What was reviewed keeps its date, whatever begins later. */
static bool apply_review(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->crl_time = series_from(f, 0);
	return true;
}

static bool ask_sign(const struct flow *f, struct fields *in, struct err *e)
{
	struct crl_plan plan;
	struct bytes    tbs;

	return make_tbs(f, f->round, &plan, &tbs, e) && sign_fields(f, in, plan.sig, "crl", tbs);
}

static bool make(const struct flow *f, const struct fields *out, struct bytes *der, struct err *e)
{
	struct crl_plan plan;

	return flow_plan_crl(f, f->round, &plan, e) && crl_of(f, &plan, out, der, e);
}

static bool check_sign(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes der;

	return make(f, out, &der, e);
}

static bool apply_sign(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes der, kept;

	if (!make(f, data, &der, e))
		return false;
	kept = arena_copy(f->arena, der);
	if (!kept.p)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	f->crl[f->num_crls++] = kept;
	return true;
}

static bool is_small(const struct flow *f)
{
	return !crl_is_large(f);
}

static const struct turn crl_turns[] = {
	{ .name = "begin", .role = ROLE_ADMINISTRATOR, .when = asks_begin, .title = "Make the revocation list", .prompt = prompt_begin, .apply = apply_begin },
	{ .name = "ahead", .role = ROLE_OFFICER, .two = true, .when = series_is, .title_of = series_title, .prompt = series_prompt, .more = series_more, .apply = apply_begin },
	{ .name = "build", .role = ROLE_ADMINISTRATOR, .rounds = crl_num_files, .when = crl_is_large, .op = OP_CRL_BUILD, .ask = crl_large_ask_build, .check = crl_large_check_build, .apply = crl_large_apply_build },
	{ .name = "review", .role = ROLE_OFFICER, .title = "Review the revocation list", .two = true, .prompt = prompt_review, .more = series_more_review, .apply = apply_review },
	{ .name = "sign", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .rounds = series_num, .when = is_small, .op = OP_KEY_SIGN, .ask = ask_sign, .check = check_sign, .apply = apply_sign },
	{ .name = "sign-file", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .rounds = crl_num_files, .when = crl_is_large, .op = OP_KEY_SIGN, .ask = crl_large_ask_sign, .check = crl_large_check_sign, .apply = crl_large_apply_sign },
	{ .name = "write", .role = ROLE_ADMINISTRATOR, .rounds = crl_num_files, .when = crl_is_large, .op = OP_CRL_WRITE, .ask = crl_large_ask_write, .check = crl_large_check_write, .apply = crl_large_apply_write },
	{ .name = "words", .role = ROLE_ADMINISTRATOR, .title = "Read the words of what was signed aloud", .prompt = crl_words_prompt, .more = crl_words_more },
};

const struct step_kind step_kind_crl = {
	.name = "crl",
	.title = "Revocation list",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_CERT) | FACT(FACT_TOKEN) | FACT(FACT_LIVE),
	.gives = FACT(FACT_CRL),
	.param = crl_params,
	.num_params = COUNT_OF(crl_params),
	.turn = crl_turns,
	.num_turns = COUNT_OF(crl_turns),
	.fits = fits,
	.risk = series_risk,
	.what = "The root's certificate revocation list is made and signed.",
	.why = "Relying parties need a current list, and the first is due within 24 hours of the first certificate.",
	.clause = "BR 4.9.7, 7.2; RFC 5280 5",
	.fail = "If the power fails inside the signature, it is made again over the same octets.",
};
