/* steps_export.c: the results' way out, to one medium or to two in turn: each file is written and read back; where media are
 * devices, all of them are read once more from the device itself before anybody is told to take it out. Step kind export. */
#include <stdio.h>

#include "ceremony/flow/files.h"
#include "ceremony/flow/media.h"

static const struct param export_params[] = {
	{ "medium", PARAM_NAME, "output", 0, 0, NULL, "the label of the medium that the results go to" },
	{ "copies", PARAM_NUMBER, "1", 1, 2, NULL, "2: the same files to a second medium, whose label ends in -2" },
	{ "insert", PARAM_CHOICE, "ask", 0, 0, "ask no", "no: the medium is in already, and is not asked for" },
	{ "names", PARAM_CHOICE, "plain", 0, 0, "plain numbered", "numbered: a list is root-7.crl, so that it can lie beside the last one" },
};

/* ---- which copy ---------------------------------------------------------------------------- */

#define NUM_TURNS 6 /* of one copy */

static bool is_second(const struct flow *f)
{
	return f->turn >= NUM_TURNS;
}

/* Whether the turn that is asked about, which the state is at, belongs to a copy that is made. */
static bool is_made(const struct flow *f)
{
	return !is_second(f) || script_number(now_step(f), "copies") == 2;
}

static const char *medium_now(const struct flow *f)
{
	return media_copy(f, now_step(f), is_second(f));
}

static const char *key_of(const struct flow *f, const char *key)
{
	return is_second(f) ? say(f, "%s-2", key) : key;
}

/* Discs are burned: files are staged first, and burned together. */
static bool is_disc(const struct flow *f)
{
	return is_made(f) && media_is_disc(f, medium_now(f));
}

/* ---- the files ----------------------------------------------------------------------------- */

static unsigned num_results(const struct flow *f)
{
	return is_made(f) ? (unsigned)flow_num_results(f) : 0;
}

/* Lists that lie as files, once all of them are written. */
static unsigned num_files(const struct flow *f)
{
	return is_made(f) ? f->num_written : 0;
}

/* Name and SHA-256 (hex) of number i of all of them. */
static bool file_at(const struct flow *f, unsigned i, const char **name, const char **sha256, struct err *e)
{
	struct flow_result r;
	char               hex[HASH_MAX * 2 + 1];

	if (i >= num_results(f)) {
		const struct flow_shard *s = &f->shard[i - num_results(f)];
		*name = flow_large_name(f, i - num_results(f));
		*sha256 = s->file_sha256;
		return true;
	}
	if (!flow_result_at(f, i, &r, e))
		return false;
	*name = r.name;
	*sha256 = say(f, "%s", sha256_hex(hex, r.content));
	return true;
}

static bool asks_medium(const struct flow *f)
{
	return is_made(f) && (is_second(f) || bytes_is(script_param(now_step(f), "insert"), "ask"));
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	p->text = say(f, is_disc(f) ? "Put a blank disc for %s into the drive. The files are burned to it together, it is closed, and each file is read back from it "
	                              "and compared." :
	                              "Insert the medium that is labelled %s. Each file is written, read back from the medium and compared.",
	              medium_now(f));
	for (unsigned i = 0; i < num_results(f) + num_files(f) && i < 40; i++) {
		const char *name = "", *sha256;
		struct err  why = { 0 };
		if (file_at(f, i, &name, &sha256, &why))
			prompt_row(p, say(f, "File %u", i + 1), name);
	}
	prompt_ask(p, ASK_CONFIRM, key_of(f, "inserted"), "The medium is in");
}

static bool ask_write(const struct flow *f, struct fields *in, struct err *e)
{
	struct flow_result r;

	if (!flow_result_at(f, f->round, &r, e))
		return false;
	fields_str(in, "medium", medium_now(f));
	fields_str(in, "name", r.name);
	fields_base64(in, "content", r.content);
	return true;
}

static bool check_write(const struct flow *f, const struct fields *out, struct err *e)
{
	struct flow_result r;
	char               hex[HASH_MAX * 2 + 1];

	if (!flow_result_at(f, f->round, &r, e))
		return false;
	return fields_is(out, "sha256", sha256_hex(hex, r.content)) ||
	       err_set(e, ERR_FLOW_FIELD, "what was read back differs");
}

static bool apply_write(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->num_exported++;
	f->num_staged += is_disc(f);
	return true;
}

static bool apply_deliver(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->num_staged += is_disc(f);
	return true;
}

static bool ask_deliver(const struct flow *f, struct fields *in, struct err *e)
{
	const struct flow_shard *s = &f->shard[f->round];

	(void)e;
	fields_str(in, "medium", medium_now(f));
	fields_str(in, "name", flow_large_name(f, f->round));
	fields_fmt(in, "file", "crls/%s", s->file);
	fields_u64(in, "size", s->file_size);
	fields_str(in, "sha256", s->file_sha256);
	return true;
}

static bool check_deliver(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct flow_shard *s = &f->shard[f->round];

	return (fields_is(out, "sha256", s->file_sha256) && fields_is(out, "size", say(f, "%llu", (unsigned long long)s->file_size))) ||
	       err_set(e, ERR_FLOW_FIELD, "what was read back differs");
}

/* ---- burned --------------------------------------------------------------------------------- */

static bool ask_burn(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "medium", medium_now(f));
	fields_str(in, "label", media_volume(f, medium_now(f)));
	return true;
}

static bool check_burn(const struct flow *f, const struct fields *out, struct err *e)
{
	return (fields_is(out, "medium", medium_now(f)) && fields_is(out, "files", say(f, "%u", num_results(f) + num_files(f)))) ||
	       err_set(e, ERR_FLOW_FIELD, "files");
}

static bool apply_burn(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->num_staged = 0;
	return true;
}

/* What was staged went with the process that was killed. */
static bool lacks(const struct flow *f, size_t *again)
{
	const size_t first = is_second(f) ? NUM_TURNS + 1 : 1, turn = f->turn - first; /* 0: write, 1: deliver, 2: burn */

	if (!is_disc(f) || f->turn < first || turn > 2)
		return false;
	*again = first;
	return f->num_staged != (turn == 0 ? f->round : turn == 1 ? num_results(f) + f->round : num_results(f) + num_files(f));
}

/* ---- read back from the device --------------------------------------------------------------- */

#define PAGE 40 /* files that one op compares */

static unsigned num_pages(const struct flow *f)
{
	return f->devices ? (num_results(f) + num_files(f) + PAGE - 1) / PAGE : 0;
}

static unsigned of_page(const struct flow *f)
{
	unsigned left = num_results(f) + num_files(f) - f->round * PAGE;

	return left < PAGE ? left : PAGE;
}

static bool ask_back(const struct flow *f, struct fields *in, struct err *e)
{
	fields_str(in, "medium", medium_now(f));
	for (unsigned i = 0; i < of_page(f); i++) {
		const char *name = "", *sha256 = "";
		if (!file_at(f, f->round * PAGE + i, &name, &sha256, e))
			return false;
		fields_str(in, say(f, "name.%u", i + 1), name);
		fields_str(in, say(f, "sha256.%u", i + 1), sha256);
	}
	return true;
}

static bool check_back(const struct flow *f, const struct fields *out, struct err *e)
{
	return (fields_is(out, "medium", medium_now(f)) && fields_is(out, "files", say(f, "%u", of_page(f)))) ||
	       err_set(e, ERR_FLOW_FIELD, "files");
}

static bool comes_out(const struct flow *f)
{
	return f->devices && is_made(f);
}

static void prompt_out(const struct flow *f, struct prompt *p)
{
	p->text = say(f, is_disc(f) ? "%s is burned and closed. All files were read back from the disc itself and are what was to be burned. Take it out and write "
	                              "on it which it is." :
	                              "%s is safe to remove. All files were read once more from the device itself, after the system had forgotten "
	                              "them, and are what was written; it is unmounted.", medium_now(f));
	prompt_row(p, "Files", say(f, "%u", num_results(f) + num_files(f)));
	prompt_ask(p, ASK_CONFIRM, key_of(f, "removed"), say(f, "%s is out", medium_now(f)));
}

#define COPY(end, another)                                                                                             \
	{ .name = "insert" end, .role = ROLE_ADMINISTRATOR, .when = asks_medium, .title = "Insert the " another "output medium", .prompt = prompt_insert }, \
	{ .name = "write" end, .role = ROLE_ADMINISTRATOR, .rounds = num_results, .op = OP_MEDIA_WRITE, .medium = medium_now, .ask = ask_write, .check = check_write, .apply = apply_write }, \
	{ .name = "deliver" end, .role = ROLE_ADMINISTRATOR, .rounds = num_files, .op = OP_FILE_DELIVER, .medium = medium_now, .ask = ask_deliver, .check = check_deliver, .apply = apply_deliver }, \
	{ .name = "burn" end, .role = ROLE_ADMINISTRATOR, .when = is_disc, .op = OP_MEDIA_BURN, .medium = medium_now, .ask = ask_burn, .check = check_burn, .apply = apply_burn }, \
	{ .name = "read-back" end, .role = ROLE_ADMINISTRATOR, .rounds = num_pages, .op = OP_MEDIA_RELEASE, .medium = medium_now, .ask = ask_back, .check = check_back }, \
	{ .name = "remove" end, .role = ROLE_ADMINISTRATOR, .when = comes_out, .title = "Take the " another "output medium out", .prompt = prompt_out }

static const struct turn export_turns[] = { COPY("", ""), COPY("-2", "second ") };
_Static_assert(COUNT_OF(export_turns) == 2 * NUM_TURNS, "the second copy's turns begin there");

const struct step_kind step_kind_export = {
	.name = "export",
	.title = "Results out",
	.role = ROLE_ADMINISTRATOR,
	.needs = FACT(FACT_ROOT_CERT),
	.gives = FACT(FACT_EXPORTED),
	.param = export_params,
	.num_params = COUNT_OF(export_params),
	.turn = export_turns,
	.num_turns = COUNT_OF(export_turns),
	.lacks = lacks,
	.what = "The certificates and the revocation list are copied to the output medium and read back.",
	.why = "A copy that was not read back may not be there.",
	.clause = "",
	.fail = "If the medium fails, take another one and try again: nothing is lost, and what had been written is written again.",
};
