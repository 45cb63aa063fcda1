/* steps_requests.c: the intermediates' requests are read and compared. Step kind requests; review and
 * sign are steps_review.c's. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"
#include "ceremony/flow/request_scan.h"
#include "ceremony/flow/requests.h"
#include "ceremony/flow/spoken.h"
#include "ceremony/flow/vet.h"
#include "ceremony/pki/pem.h"
#include "keytest/keytest.h"

/* ---- requests ------------------------------------------------------------------------ */

static const struct param requests_params[] = {
	{ "medium", PARAM_NAME, "requests", 0, 0, NULL, "the label of the medium that they come on" },
	{ "files", PARAM_TEXT, NULL, 0, 0, NULL, "their file names, separated by ', '; or *: every NAME.csr on the medium" },
	{ "existing", PARAM_CHOICE, "no", 0, 0, "no yes", "does each come with the certificate that its root has, NAME.crt beside NAME.csr, to be cross-certified?" },
	REQUEST_SCAN_PARAM,
	{ "renewal", PARAM_CHOICE, "no", 0, 0, "no yes", "may a key that is certified already get a new certificate for the same subject?" },
};

/* The n-th name of a list "a, b, c"; empty if there is none. */
struct bytes list_item(struct bytes list, unsigned n)
{
	struct bytes item = list, rest = list;

	for (unsigned i = 0;; i++) {
		if (!bytes_cut(rest, ',', &item, &rest)) {
			item = rest;
			rest.len = 0;
		}
		if (i == n || rest.len == 0)
			return i == n ? bytes_trim(item) : bytes_of(NULL, 0);
	}
}

static bool takes_all(const struct script_step *step)
{
	return step->kind == &step_kind_requests && bytes_is(script_param(step, "files"), "*");
}

unsigned script_num_requests(const struct script *s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->num_steps; i++)
		if (takes_all(&s->step[i]))
			return SCRIPT_MAX_REQUESTS;
		else if (s->step[i].kind == &step_kind_requests)
			while (list_item(script_param(&s->step[i], "files"), n).len)
				n++;
	return n;
}

static bool lists(const struct flow *f)
{
	return takes_all(now_step(f));
}

static unsigned num_files(const struct flow *f)
{
	return lists(f) ? (unsigned)f->num_listed : script_num_requests(f->script);
}

/* The n-th request's file. */
static struct bytes file_name(const struct flow *f, unsigned n)
{
	return lists(f) ? bytes_str(f->listed[n]) : list_item(script_param(now_step(f), "files"), n);
}

struct bytes request_file(const struct flow *f, unsigned n)
{
	return file_name(f, n);
}

/* A name that a medium and the record can hold, and not the root's own. */
static bool is_request_name(struct bytes name)
{
	return script_is_name(name) && name.len > 4 && !bytes_starts(name, "root.") &&
	       memcmp(name.p + name.len - 4, ".csr", 4) == 0;
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	struct bytes list = script_param(step, "files");

	if (!request_scan_fits(step, e))
		return false;
	if (takes_all(step))
		return true;
	for (unsigned i = 0; i < script_num_requests(s); i++) {
		struct bytes name = list_item(list, i);
		bool         good = is_request_name(name);
		for (unsigned k = 0; k < i; k++)
			good = good && !bytes_equal(name, list_item(list, k));
		if (!good)
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: \"%.*s\" is no name of a request: NAME.csr, none twice",
			               step->id, (int)name.len, (const char *)name.p);
	}
	return true;
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "Insert the medium that is labelled %s. Only these files are read, each by a process that can open "
	              "nothing else.", say_bytes(f, script_param(now_step(f), "medium")));
	if (lists(f))
		prompt_row(p, "Requests", "every file NAME.csr");
	for (unsigned i = 0; !lists(f) && i < num_files(f) && i < ROWS_SHOWN; i++)
		prompt_row(p, say(f, "Request %u", i + 1), say_bytes(f, file_name(f, i)));
	prompt_ask(p, ASK_CONFIRM, "inserted", "The medium is in");
}

/* Pages of the medium's list: one more while files are left. */
static unsigned num_pages(const struct flow *f)
{
	return f->num_pages + (f->num_pages == 0 || f->num_seen < f->num_on_medium);
}

static bool ask_list(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_u64(in, "from", f->num_seen);
	return true;
}

/* The names of a page, from 0; empty behind the last. */
static struct bytes listed_name(const struct fields *out, unsigned n)
{
	char key[24];

	(void)snprintf(key, sizeof key, "name.%u", n + 1);
	return fields_get(out, key);
}

/* In order and none twice, over all pages; at the end there must be some requests, and not too many. */
static bool check_list(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes before = bytes_str(f->num_listed ? f->listed[f->num_listed - 1] : ""), name;
	uint64_t     files = 0;
	size_t       requests = f->num_listed;
	unsigned     n = 0;

	for (; (name = listed_name(out, n)).len; n++) {
		if (!is_request_name(name))
			continue;
		if (bytes_compare(before, name) >= 0)
			return err_set(e, ERR_FLOW_FIELD, "name.%u", n + 1);
		before = name;
		requests++;
	}
	if (!fields_get_u64(&files, out, "files", UINT16_MAX) || f->num_seen + n > files ||
	    (n == 0 && f->num_seen < files))
		return err_set(e, ERR_FLOW_FIELD, "files");
	if (requests > SCRIPT_MAX_REQUESTS)
		return err_set(e, ERR_TOO_LARGE, "more than %d requests", SCRIPT_MAX_REQUESTS);
	return requests || f->num_seen + n < files || err_set(e, ERR_MEDIUM_FILE, "NAME.csr");
}

static bool apply_list(struct flow *f, const struct fields *data, struct err *e)
{
	uint64_t files = 0;
	unsigned n = 0;

	for (struct bytes name; (name = listed_name(data, n)).len; n++) {
		struct bytes copy = is_request_name(name) ? arena_copy(f->arena, name) : bytes_of("", 0);
		if (!copy.p)
			return err_set(e, ERR_TOO_LARGE, "a list");
		if (copy.len)
			f->listed[f->num_listed++] = (const char *)copy.p;
	}
	MUST(fields_get_u64(&files, data, "files", UINT16_MAX));
	f->num_on_medium = files;
	f->num_seen += n;
	f->num_pages++;
	return true;
}

static bool ask_read(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_put(in, "name", file_name(f, f->round));
	fields_u64(in, "max", REQUEST_MAX_FILE);
	return true;
}

static bool apply_read(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];
	struct bytes         name = arena_copy(f->arena, file_name(f, f->round));

	if (!name.p || !fields_get_base64(&r->content, f->arena, data, "content"))
		return err_set(e, ERR_TOO_LARGE, "a request");
	r->file = (const char *)name.p;
	f->num_requests = f->round + 1;
	return true;
}

static bool apply_scan(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];

	r->on_medium = fields_is(data, "scanned", "no");
	return r->on_medium || apply_read(f, data, e);
}

static bool asks_for_medium(const struct flow *f)
{
	return !request_scans(f);
}

/* A file that is too large was not read: of it there is only its name. */
static void refuse_read(struct flow *f, const struct err *why)
{
	struct bytes name = arena_copy(f->arena, request_file(f, f->round));

	f->request[f->round].file = name.p ? (const char *)name.p : "a request";
	f->num_requests = f->round + 1;
	request_refuse(f, why);
}

static bool ask_parse(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_base64(in, "content", f->request[f->round].content);
	return true;
}

/* What the parser said is derived again: the DER must be in the content, and say the same. */
static bool check_parse(const struct flow *f, const struct fields *out, struct err *e)
{
	struct request *r = arena_take(f->scratch, sizeof *r);
	struct bytes    der, again;
	char            hex[HASH_MAX * 2 + 1];

	if (!r || !fields_get_base64(&der, f->scratch, out, "der") || !fields_is(out, "sha256", sha256_hex(hex, der)))
		return err_set(e, ERR_FLOW_FIELD, "der");
	if (!pem_decode(&again, f->scratch, "CERTIFICATE REQUEST", f->request[f->round].content, e) ||
	    !bytes_equal(again, der))
		return err_set(e, ERR_FLOW_FIELD, "the parsed request is not the one that was read");
	if (!request_read(r, der, e) || !keytest_key(&r->key, e) || !request_prove(r, e))
		return false;
	if (!fields_is(out, "spki-sha256", sha256_hex(hex, r->key.spki)))
		return err_set(e, ERR_FLOW_FIELD, "spki-sha256");
	return vet_request(f, r, f->round, bytes_is(script_param(now_step(f), "renewal"), "yes"), e);
}

static bool apply_parse(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];

	struct request      *parsed = arena_take(f->arena, sizeof *parsed);

	if (!parsed || !fields_get_base64(&r->der, f->arena, data, "der"))
		return err_set(e, ERR_TOO_LARGE, "a request");
	if (!request_read(parsed, r->der, e)) /* check_parse has proved it */
		return false;
	r->parsed = parsed;
	memcpy(r->pick, f->chain, sizeof r->pick);
	r->sha256 = keep(f, data, "sha256");
	r->subject = keep(f, data, "subject-text");
	return true;
}

void request_refuse(struct flow *f, const struct err *why)
{
	struct flow_request *r = &f->request[f->round];
	struct bytes         detail = arena_copy(f->arena, bytes_str(why->detail));

	r->refused = true;
	r->why = why->id;
	r->detail = detail.p ? (const char *)detail.p : "";
}

static bool was_refused(const struct flow *f)
{
	return f->request[f->round].refused;
}

bool request_taken(const struct flow *f)
{
	return !f->request[f->round].refused;
}

void prompt_request_refused(const struct flow *f, struct prompt *p)
{
	const struct flow_request *r = &f->request[f->round];
	const struct err_text     *t = err_text_of(r->why);

	p->title = say(f, "%s is refused", r->file);
	p->text = say(f, "%s.\n%s.", t->what, t->todo);
	prompt_row(p, "Rule", t->name)->mark = true;
	if (r->detail[0])
		prompt_row(p, "In detail", r->detail);
	if (t->clause[0])
		prompt_row(p, "Clause", t->clause);
	prompt_ask(p, ASK_CONFIRM, say(f, "without.%u", f->round + 1), "Go on without this request");
}

/* Which two follows from the transcript and the request, and nobody could know it before the request was read. */
static void pick_words(size_t at[SPOKEN_PICKED], const struct flow_request *r)
{
	uint8_t       octets[2 * HASH_MAX];
	struct buf    b = BUF_ON(octets);
	struct digest d = hash_of(HASH_SHA256, r->der);

	buf_put(&b, bytes_of(r->pick, sizeof r->pick));
	buf_put(&b, digest_bytes(&d));
	d = hash_of(HASH_SHA256, buf_bytes(&b));
	spoken_pick(at, &d);
}

static void prompt_compare(const struct flow *f, struct prompt *p)
{
	const struct flow_request *r = &f->request[f->round];
	struct digest              d = hash_of(HASH_SHA256, r->der);
	size_t                     at[SPOKEN_PICKED];

	pick_words(at, r);
	p->text = f->rehearsal ? "The operator's sheet came by another way. Its words are read aloud from the paper while the "
	                         "auditor follows on the screen, and two of them are typed."
	                       : "The operator's sheet came by another way. Its words are read aloud from the paper while the "
	                         "auditor follows on the screen. Two of them are not shown: they are typed from the paper.";
	prompt_row(p, "Subject", r->subject);
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	prompt_existing(f, p);
	p->aloud = f->rehearsal ? say_words(f, digest_bytes(&d), SPOKEN_WORDS) : spoken_but(f, digest_bytes(&d), at);
	struct ask *a = spoken_ask(f, p, say(f, "words.%u", f->round + 1), "the sheet", digest_bytes(&d), at);
	if (f->rehearsal)
		a->hint = "a rehearsal without a sheet: the words on the screen are the sheet's";
}

static const struct turn requests_turns[] = {
	{ .name = "insert", .role = ROLE_ADMINISTRATOR, .when = asks_for_medium, .title = "Insert the request medium", .prompt = prompt_insert },
	{ .name = "list", .role = ROLE_ADMINISTRATOR, .rounds = num_pages, .when = lists, .op = OP_MEDIA_LIST, .ask = ask_list, .check = check_list, .apply = apply_list },
	{ .name = "scan", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_files, .when = request_scans, .title = "Read request {n} of {of} by camera", .prompt = request_scan_prompt, .op = OP_QR_SCAN, .ask = request_scan_ask, .check = request_scan_check, .apply = apply_scan, .refuse = refuse_read, .verdict = foreign_is_too_large },
	{ .name = "read", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_files, .when = request_is_on_medium, .op = OP_MEDIA_READ, .ask = ask_read, .check = foreign_check, .apply = apply_read, .refuse = refuse_read, .verdict = foreign_is_too_large },
	{ .name = "parse", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_files, .when = request_taken, .op = OP_PARSE_REQUEST, .ask = ask_parse, .check = check_parse, .apply = apply_parse, .refuse = request_refuse },
	{ .name = "existing", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_files, .when = existing_comes, .op = OP_MEDIA_READ, .ask = existing_ask, .check = foreign_check, .apply = existing_apply, .refuse = existing_refuse, .verdict = foreign_is_too_large },
	{ .name = "existing-parse", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_files, .when = existing_comes, .op = OP_PARSE_CERTIFICATE, .ask = existing_ask_parse, .check = existing_check_parse, .apply = existing_apply_parse, .refuse = existing_refuse },
	{ .name = "refused", .role = ROLE_OFFICER, .rounds = num_files, .when = was_refused, .prompt = prompt_request_refused },
	{ .name = "compare", .role = ROLE_AUDITOR, .rounds = num_files, .when = request_taken, .title = "Compare {file} with its sheet", .prompt = prompt_compare },
};

const struct step_kind step_kind_requests = {
	.name = "requests",
	.title = "Requests",
	.role = ROLE_ADMINISTRATOR,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_REQUESTS),
	.param = requests_params,
	.num_params = COUNT_OF(requests_params),
	.fits = fits,
	.turn = requests_turns,
	.num_turns = COUNT_OF(requests_turns),
	.what = "The intermediate CAs' requests are read from a medium, or by a camera, checked, and compared with their sheets.",
	.why = "Whoever can swap a request can have their own key certified.",
	.clause = "BR 3.2.1 (possession of the key), 4.2; RFC 2986",
	.fail = "A request that is refused is named with its rule. The others can still be signed.",
};
