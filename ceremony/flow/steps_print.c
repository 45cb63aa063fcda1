/* steps_print.c: what the room needs on paper is printed: the script, or the report so far. Nothing secret is: a print queue keeps
 * what goes through it (docs/adr/0015-printing.md). Step kind print. */
#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"

static const struct param print_params[] = {
	{ "printer", PARAM_NAME, NULL, 0, 0, NULL, "the printer, as lpstat -p names it" },
	{ "what", PARAM_CHOICE, "script", 0, 0, "script report", "the script on paper, or the report as it is at this point" },
};

static bool prints_report(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "what"), "report");
}

static const char *what_of(const struct flow *f)
{
	return prints_report(f) ? "the report of what has been done so far" : "the script, with room to initial each step";
}

static void prompt_print(const struct flow *f, struct prompt *p)
{
	static const char *const choices[] = { "yes", "The printer is on: print it", "no", "It is not printed" };

	p->text = say(f, "Printed on %s: %s. A printer and its queue may keep what they printed: no secret goes there.",
	              say_bytes(f, script_param(now_step(f), "printer")), what_of(f));
	struct ask *a = prompt_ask(p, ASK_CHOICE, "print", "Print it?");
	a->choice = choices;
	a->num_choices = COUNT_OF(choices) / 2;
}

static bool ask_print(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "printer", script_param(now_step(f), "printer"));
	fields_put(in, "what", script_param(now_step(f), "what"));
	fields_put(in, "wanted", fields_get(&f->answer, "print"));
	return true;
}

static bool is_sha256(struct bytes hex)
{
	uint8_t    digest[32];
	struct buf b = BUF_ON(digest);

	return hex_decode(&b, hex) && b.len == sizeof digest;
}

/* The digest of a report is personal (personal.def): nothing may look into it. */
static bool check_print(const struct flow *f, const struct fields *out, struct err *e)
{
	const bool wanted = fields_is(&f->answer, "print", "yes"), report = prints_report(f);

	if (!fields_is(out, "printed", wanted ? "yes" : "no"))
		return err_set(e, ERR_FLOW_FIELD, "printed");
	return !wanted || (bytes_equal(fields_get(out, "printer"), script_param(now_step(f), "printer")) &&
	                   fields_is(out, "document", report ? "ceremony report" : "ceremony script") &&
	                   (report ? fields_get(out, "report-sha256").len > 0 : is_sha256(fields_get(out, "sha256")))) ||
	       err_set(e, ERR_FLOW_FIELD, "printer, document, sha256");
}

static bool apply_print(struct flow *f, const struct fields *data, struct err *e)
{
	(void)e;
	f->printed = fields_is(data, "printed", "yes");
	f->printed_sha256 = f->printed && !prints_report(f) ? keep(f, data, "sha256") : NULL;
	f->print_job = keep(f, data, "job");
	return true;
}

static bool is_printed(const struct flow *f)
{
	return f->printed;
}

static void prompt_collected(const struct flow *f, struct prompt *p)
{
	uint8_t    digest[32];
	struct buf b = BUF_ON(digest);

	p->text = "Fetch the pages, all of them. That the printer has taken the document says nothing of the paper. Esc prints it again.";
	prompt_row(p, "Printer", say_bytes(f, script_param(now_step(f), "printer")));
	prompt_row(p, "Job", say_bytes(f, bytes_str(f->print_job)));
	if (f->printed_sha256) {
		MUST(hex_decode(&b, bytes_str(f->printed_sha256)));
		prompt_row(p, "SHA-256", say_hex(f, buf_bytes(&b)));
	}
	prompt_ask(p, ASK_CONFIRM, "collected", "All pages are here");
}

static const struct turn print_turns[] = {
	{ .name = "print", .role = ROLE_ADMINISTRATOR, .op = OP_HOST_PRINT, .title = "Print what the room needs on paper", .prompt = prompt_print, .ask = ask_print, .check = check_print, .apply = apply_print },
	{ .name = "collected", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .when = is_printed, .title = "Fetch the pages", .prompt = prompt_collected },
};

const struct step_kind step_kind_print = {
	.name = "print",
	.title = "Printing",
	.role = ROLE_ADMINISTRATOR,
	.needs = FACT(FACT_PEOPLE),
	.param = print_params,
	.num_params = COUNT_OF(print_params),
	.turn = print_turns,
	.num_turns = COUNT_OF(print_turns),
	.what = "A document is printed, and its SHA-256 and the printer stand in the record.",
	.why = "People initial paper, and an auditor asks what was on it.",
	.clause = "",
	.fail = "If the printer fails, put it right and try again, or go on without: nothing depends on the paper.",
};
