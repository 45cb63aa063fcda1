/* steps_revoke.c: certificates are chosen from the ledger, with their reason and date, and two
 * people confirm by typing back their names. Step kind revoke. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"

/* What BR 7.2.2 lets a CA certificate be revoked for; never certificateHold (6). Pairs for the
 * choice: key, text; the number beside it. */
static const char *const reasons[] = {
	"keyCompromise",        "its private key was or may have been known to others",
	"affiliationChanged",   "its name or owner has changed",
	"superseded",           "another certificate takes its place",
	"cessationOfOperation", "the CA has stopped",
	"privilegeWithdrawn",   "it may no longer do what it was allowed to",
};
static const uint8_t reason_numbers[] = { 1, 3, 4, 5, 9 };

const char *reason_name(uint8_t reason)
{
	for (size_t i = 0; i < COUNT_OF(reason_numbers); i++)
		if (reason_numbers[i] == reason)
			return reasons[2 * i];
	return "unspecified";
}

static unsigned rounds(const struct flow *f)
{
	return f->num_revocations + (f->revoked_all ? 0 : 1);
}

static bool is_chosen(const struct flow *f)
{
	return f->round < f->num_revocations;
}

static bool is_revoked(const struct flow *f, const struct ledger_cert *c)
{
	for (unsigned i = 0; i < f->num_revocations; i++)
		if (f->revocation[i].cert == c)
			return true;
	return c->revoked;
}

static const char *serial_of(const struct flow *f, const struct ledger_cert *c)
{
	char       hex[2 * SERIAL_MAX + 1];
	struct buf b = BUF_ON(hex);

	buf_hex(&b, c->serial);
	return say(f, "%s", buf_cstr(&b));
}

/* What names a certificate in the record: the ceremony that signed it, and its request's name. */
static const char *ledger_name(const struct flow *f, const struct ledger_cert *c)
{
	return say(f, "%u/%.*s", c->ceremony, (int)(strlen(c->name) - 4), c->name); /* without ".csr" */
}

static void prompt_choose(const struct flow *f, struct prompt *p)
{
	size_t       cap = 2 * (f->before->num_certs + 1);
	const char **choice = arena_take(f->scratch, cap * sizeof *choice);
	size_t       num = 0;

	MUST(choice);
	p->title = f->round == 0 ? "Which certificate is to be revoked?" : "Is there another one to be revoked?";
	p->text = "These are the certificates that this root has signed and not revoked. A revocation cannot be taken back.";
	p->irreversible = true;
	for (const struct ledger_cert *c = f->before->cert; c; c = c->next) {
		if (is_revoked(f, c))
			continue;
		choice[2 * num] = ledger_name(f, c);
		choice[2 * num++ + 1] = c->subject;
	}
	choice[2 * num] = "none";
	choice[2 * num++ + 1] = f->round == 0 ? "none: revoke nothing" : "none: that is all";
	struct ask *a = prompt_ask(p, ASK_CHOICE, say(f, "certificate.%u", f->round + 1), "Certificate");
	a->choice = choice;
	a->num_choices = num;
}

static bool apply_choose(struct flow *f, const struct fields *data, struct err *e)
{
	char key[32];

	(void)e;
	(void)snprintf(key, sizeof key, "certificate.%u", f->round + 1);
	f->revoked_all = fields_is(data, key, "none");
	for (const struct ledger_cert *c = f->before->cert; c && !f->revoked_all; c = c->next)
		if (fields_is(data, key, ledger_name(f, c)))
			f->revocation[f->num_revocations++] = (struct flow_revocation){ .cert = c };
	return true;
}

static void prompt_reason(const struct flow *f, struct prompt *p)
{
	const struct ledger_cert *c = f->revocation[f->round].cert;
	char                      now[24];

	p->text = "The date is when the CA decided; for a compromised key it is when the key was first known to others, if "
	          "that is earlier.";
	prompt_row(p, "Certificate", c->subject);
	prompt_row(p, "Serial", serial_of(f, c));
	struct ask *a = prompt_ask(p, ASK_CHOICE, say(f, "reason.%u", f->round + 1), "Reason");
	a->choice = reasons;
	a->num_choices = COUNT_OF(reason_numbers);
	struct ask *d = prompt_ask(p, ASK_TEXT, say(f, "date.%u", f->round + 1), "Date (UTC)");
	d->hint = "2026-11-21T09:00:00Z, or 2026-11-21";
	d->preset = say(f, "%s", utc_str(now, f->time));
}

static bool read_reason(const struct flow *f, const struct fields *data, struct flow_revocation *out, struct err *e)
{
	const struct ledger_cert *c = f->revocation[f->round].cert;
	struct certificate       *cert = arena_take(f->scratch, sizeof *cert);
	char                      key[32];

	*out = (struct flow_revocation){ .cert = c };
	(void)snprintf(key, sizeof key, "reason.%u", f->round + 1);
	for (size_t i = 0; i < COUNT_OF(reason_numbers); i++)
		if (fields_is(data, key, reasons[2 * i]))
			out->reason = reason_numbers[i];
	(void)snprintf(key, sizeof key, "date.%u", f->round + 1);
	if (!utc_parse(&out->date, bytes_trim(fields_get(data, key))))
		return err_set(e, ERR_FLOW_FIELD, "the date: 2026-11-21T09:00:00Z, or 2026-11-21");
	if (!cert || !certificate_parse(cert, c->der, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (out->date > f->clock_now || out->date < cert->not_before)
		return err_set(e, ERR_FLOW_FIELD, "the date lies in the future, or before the certificate began");
	if (out->reason != 1 && out->date < f->clock_now - 2 * UTC_DAY)
		return err_set(e, ERR_FLOW_FIELD, "only a compromised key is back-dated (BR 7.2.2)");
	return true;
}

static bool take_reason(const struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_revocation r;

	return read_reason(f, data, &r, e);
}

static bool apply_reason(struct flow *f, const struct fields *data, struct err *e)
{
	return read_reason(f, data, &f->revocation[f->round], e);
}

/* The name by which it is typed back: the common name, else the serial. */
static const char *short_name(const struct flow *f, const struct ledger_cert *c)
{
	const char *at = strstr(c->subject, "CN=");

	return at ? say(f, "%.*s", (int)strcspn(at + 3, ",+"), at + 3) : serial_of(f, c);
}

static void prompt_confirm(const struct flow *f, struct prompt *p)
{
	const struct flow_revocation *r = &f->revocation[f->round];
	char                          date[24], end[24];

	p->text = "Everything below this certificate dies with it: every certificate that this CA has issued, and every "
	          "certificate below those, is refused by whoever reads the next list.";
	p->irreversible = true;
	prompt_row(p, "Certificate", r->cert->subject)->mark = true;
	prompt_row(p, "Serial", serial_of(f, r->cert));
	prompt_row(p, "Would have ended", say(f, "%s", utc_str(end, r->cert->not_after)));
	prompt_row(p, "Reason", reason_name(r->reason));
	prompt_row(p, "Revoked at", say(f, "%s", utc_str(date, r->date)));
	for (unsigned i = 0; i < 2; i++) {
		struct ask *a = prompt_ask(p, ASK_TYPE_BACK, say(f, "name.%u.%u", f->round + 1, i + 1),
		                           say(f, "%s types its common name", flow_person(f, ROLE_OFFICER, i)));
		a->expect = short_name(f, r->cert);
	}
}

static bool apply_confirm(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->revocation[f->round].confirmed = true;
	return true;
}

static const struct turn turns[] = {
	{ .name = "choose", .role = ROLE_OFFICER, .rounds = rounds, .title = "Which certificate is to be revoked?", .prompt = prompt_choose, .apply = apply_choose },
	{ .name = "reason", .role = ROLE_OFFICER, .rounds = rounds, .when = is_chosen, .title = "Why, and since when?", .prompt = prompt_reason, .take = take_reason, .apply = apply_reason },
	{ .name = "confirm", .flags = TURN_BACK, .role = ROLE_OFFICER, .rounds = rounds, .when = is_chosen, .title = "What stops working", .prompt = prompt_confirm, .apply = apply_confirm },
};

/* A revocation that no list carries is none. */
static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_crl && &s->step[i] > step)
			return true;
	return err_set(e, ERR_SCRIPT_ORDER, "[step %s] is not followed by a step of kind crl", step->id);
}

const struct step_kind step_kind_revoke = {
	.name = "revoke",
	.title = "Revocation",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_CERT) | FACT(FACT_PEOPLE) | FACT(FACT_CLOCK),
	.gives = FACT(FACT_REVOKED),
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.fits = fits,
	.what = "Certificates of the ledger are chosen to be revoked, with a reason and a date.",
	.why = "A certificate that was mis-issued, or whose key is known, must stop working.",
	.clause = "BR 4.9.1.2, 7.2.2; RFC 5280 5.3.1",
	.fail = "Esc takes back the reason and the date. Nothing is revoked until the list is signed.",
};
