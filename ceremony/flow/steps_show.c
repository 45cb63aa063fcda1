/* steps_show.c: what was made leaves the room by camera: each file is shown as QR codes. Step kind show. */
#include "ceremony/flow/carry.h"
#include "ceremony/flow/files.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"
#include "ceremony/flow/series.h"

static const struct param show_params[] = {
	{ "what", PARAM_CHOICE, "all", 0, 0, "all root crl certificates", "which of the results are shown" },
};

static bool wants(const struct flow *f, const char *what)
{
	struct bytes v = script_param(now_step(f), "what");

	return bytes_is(v, "all") || bytes_is(v, what);
}

static bool comes_before(const struct script *s, const struct script_step *step, const struct step_kind *kind)
{
	for (size_t i = 0; i < s->num_steps && &s->step[i] != step; i++)
		if (s->step[i].kind == kind)
			return true;
	return false;
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	struct bytes what = script_param(step, "what");

	if ((bytes_is(what, "crl") && !comes_before(s, step, &step_kind_crl)) ||
	    (bytes_is(what, "certificates") && !comes_before(s, step, &step_kind_sign)))
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s] (line %u): what = %.*s: no earlier step makes any", step->id, step->line,
		               (int)what.len, (const char *)what.p);
	return true;
}

static unsigned num_roots(const struct flow *f)
{
	return wants(f, "root");
}

static unsigned num_lists(const struct flow *f)
{
	if (!wants(f, "crl") || !comes_before(f->script, now_step(f), &step_kind_crl))
		return 0;
	return f->shard ? f->num_written : series_num(f);
}

/* The list of this round that lies as a file; NULL: it is none. */
static const struct flow_shard *large_list(const struct flow *f)
{
	const unsigned before = num_roots(f);

	return f->shard && f->round >= before && f->round < before + num_lists(f) ? &f->shard[f->round - before] : NULL;
}

static unsigned num_certificates(const struct flow *f)
{
	unsigned n = 0;

	for (size_t i = 0; wants(f, "certificates") && comes_before(f->script, now_step(f), &step_kind_sign) && i < f->num_requests; i++)
		n += f->request[i].approved;
	return n;
}

static unsigned num_shown(const struct flow *f)
{
	return num_roots(f) + num_lists(f) + num_certificates(f);
}

/* The file of this round. */
static bool item(const struct flow *f, struct flow_result *r, struct err *e)
{
	unsigned n = f->round;

	if (n < num_roots(f))
		return flow_result_at(f, 0, r, e);
	n -= num_roots(f);
	if (n < num_lists(f))
		return flow_list_at(f, n, r, e);
	n -= num_lists(f);
	return flow_result_at(f, flow_num_results(f) - f->num_certs + n, r, e);
}

static void prompt_show(const struct flow *f, struct prompt *p)
{
	struct flow_result r;
	struct err         e = { 0 };

	const struct flow_shard *s = large_list(f);
	if (s) {
		carry_prompt_file(f, p, s->file, say(f, "crls/%s", s->file), s->file_size, s->file_sha256);
		return;
	}
	MUST(item(f, &r, &e));
	carry_prompt(f, p, r.name, r.content);
}

static void more_show(const struct flow *f, const struct fields *answer, struct fields *data)
{
	struct flow_result r;
	struct err         e = { 0 };

	(void)answer;
	const struct flow_shard *s = large_list(f);
	if (s) {
		fields_str(data, "file", s->file);
		fields_u64(data, "size", s->file_size);
		fields_str(data, "sha256", s->file_sha256);
		return;
	}
	MUST(item(f, &r, &e));
	carry_more(data, r.name, r.content);
}

static const struct turn show_turns[] = {
	{ .name = "show", .role = ROLE_ADMINISTRATOR, .rounds = num_shown, .title = "Carry result {n} of {of} across by camera", .prompt = prompt_show, .take = carry_take, .more = more_show },
};

const struct step_kind step_kind_show = {
	.name = "show",
	.title = "Results by camera",
	.role = ROLE_ADMINISTRATOR,
	.needs = FACT(FACT_ROOT_CERT),
	.gives = FACT(FACT_SHOWN),
	.param = show_params,
	.num_params = COUNT_OF(show_params),
	.fits = fits,
	.turn = show_turns,
	.num_turns = COUNT_OF(show_turns),
	.what = "Each result is shown as QR codes; whoever needs it takes it over with a camera, and no medium goes from machine to machine.",
	.why = "A camera sees and cannot write. What it saw is right if both sides read the same words of its SHA-256.",
	.clause = "docs/formats/qr.md; BCR-2020-005, BCR-2024-001",
	.fail = "A code that is not read: larger ones (a larger window), a slower speed, more light. Else say that it is not carried this way.",
};
