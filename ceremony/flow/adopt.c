/* adopt.c: see adopt.h. */
#include "ceremony/flow/adopt.h"

#include <stdio.h>
#include <stdlib.h>

#include "ceremony/flow/continuity.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"
#include "ceremony/pki/crl_foreign.h"
#include "ceremony/pki/ext.h"
#include "ceremony/pki/pem.h"
#include "ceremony/pki/revoked.h"

#define REASON_HOLD   6 /* RFC 5280 5.3.1: it may come back */
#define REASON_REMOVE 8 /* it has come back: of a delta list */
#define NO_END        253402300799 /* 99991231235959Z: no well-defined expiration (RFC 5280 4.1.2.5) */

bool adopt_new(struct flow *f, struct err *e)
{
	struct adoption *a = arena_take(f->arena, sizeof *a);

	if (!a)
		return err_set(e, ERR_NO_MEMORY, "an adoption");
	*a = (struct adoption){ .listed = arena_take(f->arena, ADOPT_MAX_FILES * sizeof *a->listed),
		                .cert = arena_take(f->arena, ADOPT_MAX_CERTS * sizeof *a->cert) };
	f->adopt = a;
	return (a->listed && a->cert) || err_set(e, ERR_NO_MEMORY, "an adoption");
}

/* ---- a bundle -------------------------------------------------------------------------- */

static size_t next_block(struct bytes text, size_t from)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";

	for (size_t i = from; i + sizeof begin - 1 <= text.len; i++)
		if (memcmp(text.p + i, begin, sizeof begin - 1) == 0)
			return i;
	return text.len;
}

bool adopt_split(struct flow *f, const char *file, struct bytes content, struct err *e)
{
	struct adoption *a = f->adopt;
	size_t           at = next_block(content, 0);

	do {
		size_t       end = at == content.len ? at : next_block(content, at + 1);
		struct bytes block = at == content.len ? content : bytes_of(content.p + at, end - at);
		if (a->num_certs == ADOPT_MAX_CERTS)
			return err_set(e, ERR_TOO_LARGE, "more than %d certificates", ADOPT_MAX_CERTS);
		a->cert[a->num_certs++] = (struct adopted){ .file = file, .content = block };
		at = end;
	} while (at < content.len);
	return true;
}

/* ---- what may be taken over ---------------------------------------------------------------- */

bool adopt_root(struct certificate *out, const struct flow *f, struct bytes content, struct err *e)
{
	struct bytes  der;
	struct issuer issuer;
	char          at[24];

	if (!pem_decode(&der, f->scratch, "CERTIFICATE", content, e) || !certificate_parse(out, der, e))
		return false;
	if (!bytes_equal(out->issuer.der, out->subject.der))
		return err_set(e, ERR_ADOPT_ROOT, "another name has issued it");
	if (!certificate_verify(out, &out->key, e) || !issuer_of(&issuer, out, e))
		return false;
	if (!(out->key_usage & USAGE_CRL_SIGN))
		return err_set(e, ERR_ADOPT_ROOT, "its keyUsage does not let it sign lists");
	if (f->clock_now < out->not_before || f->clock_now > out->not_after)
		return err_set(e, ERR_ADOPT_EXPIRED, "it ends %s", utc_str(at, out->not_after));
	return true;
}

static const struct certificate *root_of(const struct flow *f, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);

	if (!c)
		return (void)err_set(e, ERR_TOO_LARGE, "a certificate"), NULL;
	return certificate_parse(c, f->root_cert, e) ? c : NULL;
}

bool adopt_cert(struct certificate *out, const struct flow *f, size_t i, struct err *e)
{
	const struct adopted     *cert = f->adopt->cert;
	const struct certificate *root = root_of(f, e);
	struct bytes              der;
	struct err                why = { 0 };

	if (!root)
		return false;
	if (!pem_decode(&der, f->scratch, "CERTIFICATE", cert[i].content, e) || !certificate_parse(out, der, e))
		return false;
	if (bytes_equal(der, f->root_cert))
		return err_set(e, ERR_ADOPT_TWICE, "it is the root itself");
	if (!bytes_equal(out->issuer.der, root->subject.der) || !certificate_verify(out, &root->key, &why))
		return err_set(e, ERR_ADOPT_FOREIGN, "%s", cert[i].file);
	for (size_t k = 0; k < i; k++)
		if (!cert[k].refused && bytes_equal(cert[k].serial, out->serial))
			return err_set(e, ERR_ADOPT_TWICE, bytes_equal(cert[k].der, der) ? "it is in %s, too" :
			                                   "another certificate in %s has its serial number", cert[k].file);
	return true;
}

uint8_t adopt_reason(const struct flow *f, uint8_t reason)
{
	struct bytes instead = script_param(step_of_kind(f, &step_kind_adopt), "reason");

	if (strcmp(reason_name(reason), "unspecified") != 0)
		return reason;
	for (uint8_t i = 1; i < 10; i++)
		if (bytes_is(instead, reason_name(i)) && !bytes_is(instead, "unspecified"))
			return i;
	return 0;
}

static int by_serial(const void *a, const void *b)
{
	return revoked_compare(a, b);
}

/* Whoever stands on it twice must stand there with the same words, as on a list that lies as a file (lists_crl.c). */
static bool are_one_each(struct revoked *r, size_t num, struct err *e)
{
	qsort(r, num, sizeof *r, by_serial);
	for (size_t i = 1; i < num; i++) {
		const uint32_t a = revoked_line(&r[i - 1]), b = revoked_line(&r[i]);
		if (revoked_compare(&r[i - 1], &r[i]) == 0 && !revoked_same(&r[i - 1], &r[i]))
			return err_set(e, ERR_LIST_TWICE, "entries %u and %u", a < b ? a : b, a < b ? b : a);
	}
	return true;
}

static bool are_entries_good(const struct flow *f, const struct crl *list, struct err *e)
{
	struct revoked  *all = arena_take(f->scratch, (list->num_entries + 1) * sizeof *all);
	struct crl_entry entry;
	size_t           n = 0;
	unsigned         odd = 0;

	if (!all)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	for (struct bytes rest = list->revoked; rest.len; n++) {
		if (!crl_read_next(&rest, &entry, &odd, e))
			return false;
		if (entry.reason == REASON_HOLD || entry.reason == REASON_REMOVE)
			return err_set(e, ERR_ADOPT_HOLD, "entry %zu: reason %u", n + 1, entry.reason);
		const uint8_t reason = adopt_reason(f, entry.reason);
		if (reason == 0)
			return err_set(e, ERR_ADOPT_REASON, "entry %zu: reason %u", n + 1, entry.reason);
		if (entry.date < 0)
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: revocation date", n + 1);
		MUST(n < list->num_entries);
		revoked_pack(&all[n], bytes_of(entry.serial, entry.serial_len), reason, entry.date, entry.invalidity, (uint32_t)n + 1);
	}
	return are_one_each(all, n, e);
}

bool adopt_list(struct crl *out, unsigned *odd, const struct flow *f, struct bytes content, struct err *e)
{
	struct bytes der;

	if (!pem_decode(&der, f->scratch, "X509 CRL", content, e) || !crl_read(out, odd, der, e) || !list_is_ours(f, out, e))
		return false;
	if (out->this_update > f->clock_now)
		return err_set(e, ERR_LIST_FOREIGN, "it is of the future");
	const struct certificate *root = root_of(f, e);
	if (!root)
		return false;
	*odd |= bytes_equal(out->issuer.der, root->subject.der) ? 0 : 1u << CRL_ODD_ISSUER;
	return are_entries_good(f, out, e);
}

/* ---- what is odd about it ---- */

bool adopt_odd_is(const struct fields *out, unsigned odd, struct err *e)
{
	char       text[CRL_ODD_MAX];
	struct buf said = BUF_ON(text);

	odd &= ~(1u << CRL_ODD_ISSUER); /* the parser knows no CA */
	crl_odd_put(&said, odd);
	return (odd ? bytes_equal(fields_get(out, "odd"), buf_bytes(&said)) : !fields_find(out, "odd")) ||
	       err_set(e, ERR_FLOW_FIELD, "odd");
}

void adopt_odd_rows(const struct flow *f, struct prompt *p)
{
	for (int o = 0; o < CRL_ODD_COUNT_; o++)
		if (f->adopt->odd >> o & 1)
			prompt_row(p, "That list is odd", crl_odd_text((enum crl_odd)o))->mark = true;
}

void adopt_more_odd(const struct flow *f, const struct fields *answer, struct fields *data)
{
	char       text[CRL_ODD_MAX];
	struct buf said = BUF_ON(text);

	(void)answer;
	crl_odd_put(&said, f->adopt->odd);
	if (f->adopt->odd)
		fields_put(data, "odd", buf_bytes(&said));
}

/* ---- entries and certificates ------------------------------------------------------------------ */

static bool is_serial(const struct ledger_cert *c, const struct crl_entry *entry)
{
	return bytes_equal(c->serial, bytes_of(entry->serial, entry->serial_len));
}

static size_t num_known(const char *known)
{
	size_t n = known[0] ? 1 : 0;

	for (; *known; known++)
		n += *known == ' ';
	return n;
}

static bool was_brought(const struct flow *f, const struct crl_entry *entry)
{
	for (size_t i = 0; i < f->adopt->num_certs; i++)
		if (!f->adopt->cert[i].refused && bytes_equal(f->adopt->cert[i].serial, bytes_of(entry->serial, entry->serial_len)))
			return true;
	return false;
}

size_t adopt_num_unknown(const struct flow *f)
{
	struct crl      *list = arena_take(f->scratch, sizeof *list);
	struct crl_entry entry;
	struct err       why = { 0 };
	size_t           num = 0, once = 0;
	unsigned         odd = 0;

	MUST(list);
	if (f->adopt->large.sha256)
		return f->adopt->large.entries - num_known(f->adopt->large.known);
	if (!f->adopt->list_der.len || !crl_read(list, &odd, f->adopt->list_der, &why))
		return 0;
	struct revoked *r = arena_take(f->scratch, (list->num_entries + 1) * sizeof *r);
	MUST(r);
	for (struct bytes rest = list->revoked; rest.len && crl_read_next(&rest, &entry, &odd, &why);)
		if (!was_brought(f, &entry))
			revoked_pack(&r[num++], bytes_of(entry.serial, entry.serial_len), 0, 0, 0, 0);
	qsort(r, num, sizeof *r, by_serial);
	for (size_t i = 0; i < num; i++) /* a serial may stand twice */
		once += i == 0 || revoked_compare(&r[i - 1], &r[i]) != 0;
	return once;
}

static void append(struct ledger *l, struct ledger_cert *c)
{
	*l->cert_end = c;
	l->cert_end = &c->next;
	l->num_certs++;
}

static const char *text_in(struct arena *a, struct bytes text, bool *ok)
{
	struct bytes copy = arena_copy(a, text);

	*ok = *ok && copy.p;
	return copy.p ? (const char *)copy.p : "";
}

static bool keep_cert(const struct flow *f, size_t i, struct ledger *l, struct arena *a)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct ledger_cert *out = arena_take(a, sizeof *out);
	struct bytes        der = arena_copy(a, f->adopt->cert[i].der);
	struct err          why = { 0 };
	char                name[40];
	bool                ok = true;

	if (!c || !out || !der.p || !certificate_parse(c, der, &why))
		return false;
	(void)snprintf(name, sizeof name, "adopted-%zu.pem", i + 1);
	*out = (struct ledger_cert){ .name = text_in(a, bytes_str(name), &ok), .ceremony = f->number, .der = der,
		                     .spki = c->key.spki, .serial = c->serial,
		                     .subject = text_in(a, bytes_str(f->adopt->cert[i].subject), &ok),
		                     .signed_at = c->not_before, .not_after = c->not_after, .adopted = true };
	append(l, out);
	return ok;
}

/* An entry revokes what it names; what nobody brought stays on every list without its certificate. */
static bool keep_entry(const struct flow *f, struct ledger *l, struct arena *a, const struct crl_entry *entry)
{
	struct ledger_cert *c = l->cert;
	char                hex[2 * SERIAL_MAX + 1], text[2 * SERIAL_MAX + 40];
	struct buf          b = BUF_ON(hex);
	bool                ok = true;

	while (c && !is_serial(c, entry))
		c = c->next;
	if (!c) {
		c = arena_take(a, sizeof *c);
		if (!c)
			return false;
		buf_hex(&b, bytes_of(entry->serial, entry->serial_len));
		(void)snprintf(text, sizeof text, "serial %s, not brought", buf_cstr(&b));
		*c = (struct ledger_cert){ .name = "unknown.pem", .ceremony = f->number, .subject = text_in(a, bytes_str(text), &ok),
			                   .serial = arena_copy(a, bytes_of(entry->serial, entry->serial_len)),
			                   .signed_at = entry->date, .not_after = NO_END, .adopted = true };
		ok = ok && c->serial.p;
		append(l, c);
	}
	if (c->revoked) /* a serial that stands twice, with the same words */
		return ok;
	c->revoked = true;
	c->reason = adopt_reason(f, entry->reason);
	c->revoked_at = entry->date;
	c->invalidity = entry->invalidity;
	return ok;
}

bool adopt_ledger(const struct flow *f, struct ledger *l, struct arena *a)
{
	struct crl      *list = arena_take(f->scratch, sizeof *list);
	struct crl_entry entry;
	struct err       why = { 0 };
	unsigned         odd = 0;
	bool             ok = list;

	for (size_t i = 0; ok && i < f->adopt->num_certs; i++)
		ok = f->adopt->cert[i].refused || keep_cert(f, i, l, a);
	if (ok && f->adopt->large.sha256) {
		ledger_take_known(l, f->adopt->large.known);
		l->crl_number = f->adopt->large.number;
		l->crl_this_update = f->adopt->large.this_update;
		l->crl_next_update = f->adopt->large.next_update;
	}
	if (!ok || !f->adopt->list_der.len)
		return ok;
	ok = crl_read(list, &odd, f->adopt->list_der, &why);
	for (struct bytes rest = ok ? list->revoked : bytes_of(NULL, 0); ok && rest.len;)
		ok = crl_read_next(&rest, &entry, &odd, &why) && keep_entry(f, l, a, &entry);
	l->crl_number = list->number;
	l->crl_this_update = list->this_update;
	l->crl_next_update = list->next_update;
	return ok;
}

bool adopt_files(const struct flow *f, bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e),
                 void *ctx, struct err *e)
{
	for (size_t i = 0; i < f->adopt->num_certs; i++) {
		const struct adopted *c = &f->adopt->cert[i];
		size_t                cap = c->der.len * 2 + 128;
		uint8_t              *p = arena_take(f->scratch, cap);
		struct buf            b = buf_init(p, cap);
		if (!c->der.len || c->refused)
			continue;
		if (!p)
			return err_set(e, ERR_TOO_LARGE, "a certificate");
		pem_encode(&b, "CERTIFICATE", c->der);
		if (!each(ctx, say(f, "certificates/adopted-%zu.pem", i + 1), buf_bytes(&b), e))
			return false;
	}
	return !f->adopt->list_der.len || each(ctx, "crls/" ADOPT_LIST_FILE, f->adopt->list_der, e);
}
