/* steps_list.c: what is to be revoked comes as a list on a medium, is judged as a whole, and two people
 * confirm it. Step kind revoke-list. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"
#include "ceremony/pki/revocations.h"

#define NAMES_SHOWN 10 /* certificates that an imported list revokes, by name */

static const struct param params[] = {
	{ "medium", PARAM_NAME, "revocations", 0, 0, NULL, "the label of the medium that the list comes on" },
	{ "file", PARAM_NAME, "revocations.tsv", 0, 0, NULL, "its name: lines of text, or certificates (.pem, .crt, .cer, .der)" },
	{ "for", PARAM_CHOICE, "ca", 0, 0, "ca end-entity", "what the certificates are: it says which reasons are allowed" },
	{ "unknown", PARAM_CHOICE, "refuse", 0, 0, "refuse accept", "serials that the record does not know" },
	{ "reason", PARAM_CHOICE, "in-list", 0, 0, "in-list keyCompromise affiliationChanged superseded cessationOfOperation privilegeWithdrawn", "of all, where the list is of certificates" },
};

static bool is_of_certificates(struct bytes name)
{
	static const char *const endings[] = { ".pem", ".crt", ".cer", ".der" };

	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (name.len > 4 && memcmp(name.p + name.len - 4, endings[i], 4) == 0)
			return true;
	return false;
}

/* A revocation that no list carries is none; and certificates do not say why they are revoked. */
static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	bool certificates = is_of_certificates(script_param(step, "file"));
	bool in_list = bytes_is(script_param(step, "reason"), "in-list"), carried = false;

	for (size_t i = 0; i < s->num_steps; i++) {
		if (s->step[i].kind == step->kind && &s->step[i] != step)
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: one list in a ceremony", s->step[i].id);
		carried |= s->step[i].kind == &step_kind_crl && &s->step[i] > step;
	}
	if (!carried)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s] is not followed by a step of kind crl", step->id);
	return certificates != in_list ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: %s", step->id,
	               certificates ? "reason = is missing: certificates do not say why they are revoked" :
	                              "reason = is for certificates: a list of lines says it in each line");
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	const struct script_step *s = now_step(f);

	p->text = say(f, "Insert the medium that is labelled %s. One file is copied from it into the record and read, by a process that "
	              "can open nothing else. Nothing is revoked yet.", say_bytes(f, script_param(s, "medium")));
	prompt_row(p, "File", say_bytes(f, script_param(s, "file")));
	prompt_row(p, "Revokes", bytes_is(script_param(s, "for"), "ca") ? "CA certificates" : "end-entity certificates");
	prompt_row(p, "Unknown serials", bytes_is(script_param(s, "unknown"), "accept") ? "accepted" : "refused")->mark =
		bytes_is(script_param(s, "unknown"), "accept");
	prompt_ask(p, ASK_CONFIRM, "inserted", "The medium is in");
}

static const char *reason_asked(const struct flow *f)
{
	struct bytes r = script_param(now_step(f), "reason");

	return bytes_is(r, "in-list") ? "0" : say(f, "%.*s", (int)r.len, (const char *)r.p);
}

static bool ask_take(const struct flow *f, struct fields *in, struct err *e)
{
	const struct script_step *s = now_step(f);
	struct bytes              issuer;
	char                      now[24];
	enum hash_alg             ignored;

	if (!sig_hash(&ignored, sig_for(&f->root.key))) /* before anybody confirms what no list could carry */
		return err_set(e, ERR_LIST_ED25519, "%s", sig_name(sig_for(&f->root.key)));
	if (!plan_root_name(f, &issuer, e))
		return false;
	fields_put(in, "medium", script_param(s, "medium"));
	fields_put(in, "name", script_param(s, "file"));
	fields_put(in, "kind", script_param(s, "for"));
	fields_put(in, "unknown", script_param(s, "unknown"));
	fields_str(in, "now", utc_str(now, f->time));
	fields_str(in, "reason", reason_asked(f));
	fields_base64(in, "issuer", issuer);
	return true;
}

static bool is_hex64(struct bytes v)
{
	uint8_t    octets[32];
	struct buf b = BUF_ON(octets);

	return hex_decode(&b, v) && b.len == sizeof octets;
}

/* What is not said here is said again by the verifier, from the file (ceremony/audit/lists.h). */
static bool check_take(const struct flow *f, const struct fields *out, struct err *e)
{
	uint64_t entries = 0, unknown = 0, twice = 0, already = 0;
	char     now[24];

	if (!is_hex64(fields_get(out, "sha256")) || !fields_is(out, "now", utc_str(now, f->time)))
		return err_set(e, ERR_FLOW_FIELD, "sha256, now");
	if (!fields_get_u64(&entries, out, "entries", REVOCATIONS_MAX) || !entries ||
	    !fields_get_u64(&twice, out, "twice", REVOCATIONS_MAX) || !fields_get_u64(&already, out, "already", entries) ||
	    !fields_get_u64(&unknown, out, "unknown", entries))
		return err_set(e, ERR_FLOW_FIELD, "entries");
	if (unknown && !bytes_is(script_param(now_step(f), "unknown"), "accept"))
		return err_set(e, ERR_LIST_UNKNOWN, "%llu", (unsigned long long)unknown);
	static const char *const texts[] = { "reasons", "first", "last", "earliest", "latest" };
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (!need(out, texts[i], e))
			return false;
	return fields_find(out, "known") || err_set(e, ERR_FLOW_FIELD, "known");
}

static bool apply_take(struct flow *f, const struct fields *data, struct err *e)
{
	struct fields *said = arena_take(f->arena, sizeof *said);
	struct bytes   file = arena_copy(f->arena, script_param(now_step(f), "file"));
	struct bytes   kind = arena_copy(f->arena, script_param(now_step(f), "for"));
	struct bytes   reason = arena_copy(f->arena, bytes_str(reason_asked(f)));

	if (!said || !file.p || !kind.p || !reason.p)
		return err_set(e, ERR_TOO_LARGE, "a list");
	*said = fields_on(f->arena);
	fields_add_all(said, data);
	f->list = (struct flow_list){ .file = (const char *)file.p,
		                      .kind = (const char *)kind.p,
		                      .reason = (const char *)reason.p,
		                      .sha256 = keep(f, data, "sha256"),
		                      .now = keep(f, data, "now"),
		                      .reasons = keep(f, data, "reasons"),
		                      .known = keep(f, data, "known"),
		                      .said = said };
	return (!said->failed && fields_get_u64(&f->list.entries, data, "entries", REVOCATIONS_MAX)) ||
	       err_set(e, ERR_TOO_LARGE, "a list");
}

static void reason_rows(const struct flow *f, struct prompt *p)
{
	struct bytes rest = bytes_str(f->list.reasons);

	while (rest.len && p->num_rows < PROMPT_MAX_ROWS - 16) {
		struct bytes one = rest, number, count;
		uint64_t     n = 0;
		if (!bytes_cut(rest, ' ', &one, &rest)) {
			one = rest;
			rest.len = 0;
		}
		if (bytes_cut(one, '=', &number, &count) && bytes_to_u64(&n, number, 10))
			prompt_row(p, reason_name((uint8_t)n), say_bytes(f, count));
	}
}

/* Of the list's "SERIAL:REASON:DATE", the record's certificate, if it is not revoked yet. */
static const struct ledger_cert *cert_of(const struct flow *f, struct bytes one, uint64_t *reason)
{
	struct bytes serial, number, date;
	uint8_t      octets[SERIAL_MAX];
	struct buf   b = BUF_ON(octets);

	if (!bytes_cut(one, ':', &serial, &one) || !bytes_cut(one, ':', &number, &date) || !hex_decode(&b, serial) ||
	    !bytes_to_u64(reason, number, 10))
		return NULL;
	for (const struct ledger_cert *c = f->before->cert; c; c = c->next)
		if (!c->revoked && bytes_equal(c->serial, buf_bytes(&b)))
			return c;
	return NULL;
}

/* Those that this record has signed, by their names: a serial number tells nobody whose service stops. */
static void name_rows(const struct flow *f, struct prompt *p)
{
	struct bytes rest = bytes_str(f->list.known);
	unsigned     named = 0, more = 0;
	uint64_t     reason = 0;

	while (rest.len) {
		struct bytes one = rest;
		if (!bytes_cut(rest, ' ', &one, &rest)) {
			one = rest;
			rest.len = 0;
		}
		const struct ledger_cert *c = cert_of(f, one, &reason);
		if (c && named < NAMES_SHOWN)
			prompt_row(p, "Stops working", say(f, "%s (%s)", c->subject, reason_name((uint8_t)reason)))->mark = true;
		more += c && named == NAMES_SHOWN;
		named += c && named < NAMES_SHOWN;
	}
	if (more)
		prompt_row(p, "Stop working too", say(f, "%u more that this record knows", more))->mark = true;
}

static void prompt_confirm(const struct flow *f, struct prompt *p)
{
	static const struct {
		const char *label, *key;
		bool        mark; /* where it is not 0 */
	} rows[] = {
		{ "First serial", "first", false },     { "Last serial", "last", false },
		{ "Earliest date", "earliest", false }, { "Latest date", "latest", false },
		{ "Said twice, the same", "twice", true }, { "Revoked already", "already", true },
		{ "Not known to the record", "unknown", true },
	};
	uint8_t    octets[32];
	struct buf b = BUF_ON(octets);

	p->text = "Every certificate that the list names is refused by whoever reads the next revocation list, and so is everything "
	          "below it. What is revoked already keeps the reason and the date that it has. It cannot be taken back.";
	p->irreversible = true;
	prompt_row(p, "Certificates", say(f, "%llu", (unsigned long long)f->list.entries))->mark = true;
	name_rows(f, p);
	reason_rows(f, p);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes v = fields_get(f->list.said, rows[i].key);
		prompt_row(p, rows[i].label, say_bytes(f, v))->mark = rows[i].mark && !bytes_is(v, "0");
	}
	MUST(hex_decode(&b, bytes_str(f->list.sha256)));
	prompt_row(p, "SHA-256 of the file", say_hex(f, buf_bytes(&b)));
	p->aloud = say_words(f, buf_bytes(&b), 8);
	p->role = "officers";
	prompt_two(f, p, flow_person(f, ROLE_OFFICER, 0), flow_person(f, ROLE_OFFICER, 1));
	for (unsigned i = 0; i < 2; i++) {
		struct ask *a = prompt_ask(p, ASK_TYPE_BACK, say(f, "count.%u", i + 1),
		                           say(f, "%s: how many", flow_person(f, ROLE_OFFICER, i)));
		a->hint = "each of the two types how many certificates die";
		a->expect = say(f, "%llu", (unsigned long long)f->list.entries);
	}
}

static bool apply_confirm(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->list.confirmed = true;
	return true;
}

static const struct turn turns[] = {
	{ .name = "insert", .role = ROLE_ADMINISTRATOR, .title = "Insert the medium with the revocation list", .prompt = prompt_insert },
	{ .name = "take", .role = ROLE_ADMINISTRATOR, .op = OP_LIST_TAKE, .ask = ask_take, .check = check_take, .apply = apply_take },
	{ .name = "confirm", .role = ROLE_OFFICER, .title = "What stops working", .two = true, .prompt = prompt_confirm, .apply = apply_confirm },
};

const struct step_kind step_kind_revoke_list = {
	.name = "revoke-list",
	.title = "Revocation by a list",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_CERT) | FACT(FACT_PEOPLE) | FACT(FACT_CLOCK),
	.gives = FACT(FACT_REVOKED) | FACT(FACT_LISTED),
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.fits = fits,
	.what = "A list of certificates to be revoked is copied from a medium into the record, judged as a whole, and confirmed.",
	.why = "After a compromise there may be a million of them, and none may be forgotten or typed wrong.",
	.clause = "BR 4.9.1, 7.2.2; RFC 5280 5.3",
	.fail = "If a line is bad nothing is taken: correct the list where it was made, bring it again, and try again.",
};
