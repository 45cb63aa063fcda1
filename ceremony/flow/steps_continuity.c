/* steps_continuity.c: what was published and what was kept elsewhere is brought back and compared with
 * this record, before anything is signed. Step kind continuity. */
#include "ceremony/flow/continuity.h"
#include "ceremony/pki/pem.h"
#include "ceremony/pki/shard.h"

#define LIST_MAX       131072 /* octets: a line of the transcript holds it in base64 */
#define NEWEST_MAX     16384

static const struct param params[] = {
	{ "medium", PARAM_NAME, "last", 0, 0, NULL, "the label of the medium that they come on" },
	{ "insert", PARAM_CHOICE, "ask", 0, 0, "ask no", "no: the medium is in already, and is not asked for" },
	{ "crl", PARAM_TEXT, "none", 0, 0, NULL, "the file that holds the last list, as it is published, {shard} for its part's number; none: it is not compared" },
	{ "checkpoint", PARAM_CHOICE, "no", 0, 0, "no yes", "yes: the newest file checkpoint-NNNN is compared" },
};

static bool has_list(const struct flow *f)
{
	return !bytes_is(script_param(now_step(f), "crl"), "none");
}

static bool has_checkpoint(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "checkpoint"), "yes");
}

/* One round, and one more each time that something did not fit. */
static unsigned rounds(const struct flow *f)
{
	return f->brought.num_refused + 1;
}

static bool is_fine(const struct flow *f)
{
	return f->brought.num_refused == f->round;
}

static bool asks_medium(const struct flow *f)
{
	return f->round > 0 || bytes_is(script_param(now_step(f), "insert"), "ask");
}

static bool looks(const struct flow *f)
{
	return list_is_looked_at(f) || f->brought.large || shard_is_pattern(script_param(now_step(f), "crl"));
}

static bool reads_list(const struct flow *f)
{
	return has_list(f) && is_fine(f) && !looks(f);
}

/* One that the transcript does not hold is read piece by piece: where the record has such lists, or the file is so large. */
static bool looks_at_list(const struct flow *f)
{
	return has_list(f) && is_fine(f) && looks(f);
}

static bool reads_checkpoint(const struct flow *f)
{
	return has_checkpoint(f) && is_fine(f);
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	const struct err_text *t = err_text_of(f->brought.why);

	p->text = say(f, "Insert the medium that is labelled %s. What is on it is compared with this record.",
	              say_bytes(f, script_param(now_step(f), "medium")));
	if (f->round > 0) {
		p->title = "What was brought does not fit this record";
		p->text = say(f, "%s.\n%s. F10 ends the ceremony.", t->what, t->todo);
		prompt_row(p, "In detail", f->brought.detail)->mark = true;
	}
	if (has_list(f))
		prompt_row(p, "Last list", say_bytes(f, script_param(now_step(f), "crl")));
	if (has_checkpoint(f))
		prompt_row(p, "Last checkpoint", "the newest file checkpoint-NNNN");
	prompt_ask(p, ASK_CONFIRM, f->round ? say(f, "inserted.%u", f->round + 1) : "inserted", "The medium is in");
}

static void refuse(struct flow *f, const struct err *why)
{
	struct bytes detail = arena_copy(f->arena, bytes_str(why->detail));

	f->brought.num_refused++;
	f->brought.large = false;
	f->brought.why = why->id;
	f->brought.detail = detail.p ? (const char *)detail.p : "";
}

/* What the world could not do is tried again; what was brought and does not fit is a refusal. */
static bool is_refusal(const struct err *why)
{
	static const char *const no[] = { "ERR_LIST_", "ERR_MARK_", "ERR_CHECKPOINT_", "ERR_CRL_", "ERR_PEM_", "ERR_NAME_",
		                          "ERR_SIGNATURE_" };
	struct bytes name = bytes_str(err_text_of(why->id)->name);

	for (size_t i = 0; i < COUNT_OF(no); i++)
		if (bytes_starts(name, no[i]))
			return true;
	return false;
}

/* ---- the last list ------------------------------------------------------------------------- */

static bool ask_read(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_put(in, "name", script_param(now_step(f), "crl"));
	fields_u64(in, "max", LIST_MAX);
	fields_str(in, "of-more", "size");
	return true;
}

static bool check_content(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes content;
	char         hex[HASH_MAX * 2 + 1];

	return (fields_get_base64(&content, f->scratch, out, "content") && fields_is(out, "sha256", sha256_hex(hex, content))) ||
	       err_set(e, ERR_FLOW_FIELD, "content");
}

static bool check_list_content(const struct flow *f, const struct fields *out, struct err *e)
{
	return file_is_more(out, LIST_MAX) || check_content(f, out, e);
}

static bool apply_read(struct flow *f, const struct fields *data, struct err *e)
{
	f->brought.large = file_is_more(data, LIST_MAX);
	if (f->brought.large)
		return true;
	return fields_get_base64(&f->brought.content, f->arena, data, "content") ||
	       err_set(e, ERR_TOO_LARGE, "a revocation list");
}

static bool ask_parse(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_base64(in, "content", f->brought.content);
	return true;
}

static bool check_list(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes der;
	char         hex[HASH_MAX * 2 + 1];

	if (!pem_decode(&der, f->scratch, "X509 CRL", f->brought.content, e))
		return false;
	if (!fields_is(out, "sha256", sha256_hex(hex, der)))
		return err_set(e, ERR_FLOW_FIELD, "sha256");
	return list_check(f, der, e);
}

static bool ask_look(const struct flow *f, struct fields *in, struct err *e)
{
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	return list_look_ask(f, script_param(now_step(f), "crl"), in, e);
}

static bool check_look(const struct flow *f, const struct fields *out, struct err *e)
{
	return list_look_check(f, script_param(now_step(f), "crl"), out, e);
}

static bool apply_look(struct flow *f, const struct fields *data, struct err *e)
{
	struct fields said;

	if (!list_said_split(&said, f, data, 1, e))
		return false;
	f->brought.list = keep(f, &said, "number");
	return true;
}

static bool apply_list(struct flow *f, const struct fields *data, struct err *e)
{
	(void)e;
	f->brought.list = keep(f, data, "number");
	return true;
}

/* ---- the last checkpoint --------------------------------------------------------------------- */

static bool ask_newest(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_str(in, "prefix", "checkpoint-");
	fields_u64(in, "max", NEWEST_MAX);
	return true;
}

static bool check_newest(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes content;

	return check_content(f, out, e) && fields_get_base64(&content, f->scratch, out, "content") &&
	       checkpoint_check(f, fields_get(out, "name"), content, e);
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	if (!s->continues)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: nothing can be continued without continues = yes", step->id);
	if (!script_is_file(script_param(step, "crl")))
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: crl: letters, digits, '.', '-', '_', and {shard} once; 64 at most", step->id);
	return !bytes_is(script_param(step, "crl"), "none") || bytes_is(script_param(step, "checkpoint"), "yes") ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: neither crl nor checkpoint says what to compare", step->id);
}

static const struct turn turns[] = {
	{ .name = "insert", .role = ROLE_ADMINISTRATOR, .rounds = rounds, .when = asks_medium, .title = "Insert the medium with what was published last", .prompt = prompt_insert },
	{ .name = "read", .role = ROLE_ADMINISTRATOR, .rounds = rounds, .when = reads_list, .op = OP_MEDIA_READ, .ask = ask_read, .check = check_list_content, .apply = apply_read },
	{ .name = "list", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = rounds, .when = reads_list, .op = OP_PARSE_LIST, .ask = ask_parse, .check = check_list, .apply = apply_list, .refuse = refuse, .verdict = is_refusal },
	{ .name = "look", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = rounds, .when = looks_at_list, .op = OP_CRL_LOOK, .ask = ask_look, .check = check_look, .apply = apply_look, .refuse = refuse, .verdict = is_refusal },
	{ .name = "checkpoint", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = rounds, .when = reads_checkpoint, .op = OP_MEDIA_NEWEST, .ask = ask_newest, .check = check_newest, .refuse = refuse, .verdict = is_refusal },
};

const struct step_kind step_kind_continuity = {
	.name = "continuity",
	.title = "What was last",
	.role = ROLE_ADMINISTRATOR,
	.needs = FACT(FACT_PEOPLE) | FACT(FACT_ROOT_CERT),
	.gives = FACT(FACT_CONTINUITY),
	.param = params,
	.num_params = COUNT_OF(params),
	.fits = fits,
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.what = "The list that is published and the last checkpoint that was kept elsewhere are compared with this record.",
	.why = "An old copy of the record would make a list without the newest entries, under a number that is used already.",
	.clause = "RFC 5280 5.2.3 (CRL number); BR 4.9.7",
	.fail = "If they do not fit, the words say which copy is newer. Fetch that one; nothing has been signed.",
};
