/* report_signed.c: see report_signed.h. */
#include "ceremony/record/report_signed.h"

#include "ceremony/base/utc.h"
#include "ceremony/pki/certificate.h"
#include "ceremony/pki/crl.h"
#include "ceremony/record/layout.h"

#define ROOM ((size_t)256 << 20) /* pages that are never touched cost nothing */

static void put_text_row(struct buf *out, const char *label, void (*put)(struct buf *, const void *), const void *what)
{
	uint8_t    text[2048];
	struct buf b = BUF_ON(text);

	put(&b, what);
	put_row(out, label, buf_bytes(&b));
}

static void as_name(struct buf *b, const void *name)
{
	name_put(b, name);
}

static void as_hex(struct buf *b, const void *octets)
{
	buf_hex(b, *(const struct bytes *)octets);
}

static void put_time_row(struct buf *out, const char *label, int64_t t)
{
	char now[24];

	put_row(out, label, bytes_str(utc_str(now, t)));
}

static void put_certificate(struct report_signing *s, struct bytes der)
{
	struct certificate c;
	struct err         why = { 0 };

	if (!certificate_parse(&c, der, &why)) {
		put_row(s->out, "Certificate", bytes_str(err_text_of(why.id)->what));
		return;
	}
	put_text_row(s->out, "Certificate", as_name, &c.subject);
	put_text_row(s->out, "Issuer", as_name, &c.issuer);
	put_text_row(s->out, "Serial", as_hex, &c.serial);
	put_time_row(s->out, "Not before", c.not_before);
	put_time_row(s->out, "Not after", c.not_after);
}

static void put_crl(struct report_signing *s, struct bytes der)
{
	struct crl c;
	struct err why = { 0 };
	uint8_t    text[96];
	char       number[CRL_NUMBER_TEXT];
	struct buf b = BUF_ON(text);

	if (!crl_parse(&c, der, &why)) {
		put_row(s->out, "CRL", bytes_str(err_text_of(why.id)->what));
		return;
	}
	put_text_row(s->out, "CRL of", as_name, &c.issuer);
	buf_fmt(&b, "%s, with %zu entries", crl_number_str(number, c.number), c.num_entries);
	put_row(s->out, "Number", buf_bytes(&b));
	put_time_row(s->out, "This update", c.this_update);
	put_time_row(s->out, "Next update", c.next_update);
}

static void put_signed(void *ctx, const struct report_signed *r)
{
	struct report_signing *s = ctx;

	buf_str(s->out, s->num++ ? "\n" : "");
	if (r->der.len == 0) {
		put_row(s->out, "Signed", BYTES_LIT("something that cannot be put together from the transcript"));
		return;
	}
	if (r->is_crl)
		put_crl(s, r->der);
	else
		put_certificate(s, r->der);
	put_digest(s->out, "SHA-256", r->der);
}

static void join(struct report_signing *s, const struct event *ev)
{
	struct report_signed one = { .n = ev->n, .is_crl = s->is_crl };
	struct bytes         signature, der;
	struct err           why = { 0 };

	bool ok = fields_get_base64(&signature, &s->room, &ev->data, "signature");
	if (ok && s->is_crl)
		ok = crl_join(&der, &s->room, s->tbs, s->sig, signature, &why);
	else if (ok)
		ok = certificate_join(&der, &s->room, s->tbs, s->sig, signature, &why);
	if (ok)
		one.der = der;
	s->each(s->ctx, &one);
}

bool report_signing(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_signing *s = ctx;

	(void)line;
	(void)e;
	if (!fields_is(&ev->data, "op", "key-sign"))
		return true;
	if (ev->type == EVENT_INTENT) {
		s->room.len = 0;
		s->is_crl = fields_is(&ev->data, "purpose", "crl");
		s->pending = (s->is_crl || fields_is(&ev->data, "purpose", "certificate")) &&
		             sig_by_name(&s->sig, fields_get(&ev->data, "algorithm")) &&
		             fields_get_base64(&s->tbs, &s->room, &ev->data, "message");
	} else if (ev->type == EVENT_RESULT && s->pending) {
		join(s, ev);
		s->pending = false;
	}
	return true;
}

bool report_signing_init(struct report_signing *s, struct buf *out)
{
	*s = (struct report_signing){ .each = put_signed, .ctx = s, .room = arena_new(ROOM), .out = out };
	return s->room.cap;
}

void report_signing_done(struct report_signing *s)
{
	arena_free(&s->room);
}

bool report_signed_each(int dir, report_signed_fn *each, void *ctx, struct err *e)
{
	struct report_signing s = { .each = each, .ctx = ctx, .room = arena_new(ROOM) };

	bool ok = s.room.cap ? transcript_each(dir, report_signing, &s, e) : err_set(e, ERR_NO_MEMORY, "the report");
	report_signing_done(&s);
	return ok;
}

bool report_ahead(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct buf *out = ctx;

	(void)line;
	(void)e;
	if (ev->type != EVENT_ANSWER)
		return true;
	if (fields_find(&ev->data, "risk")) {
		buf_str(out, "\n");
		put_row(out, "Signed ahead", fields_get(&ev->data, "lists"));
		put_row(out, "One every", fields_get(&ev->data, "every"));
		put_row(out, "Risk", fields_get(&ev->data, "risk"));
	}
	if (fields_find(&ev->data, "overtaken")) {
		buf_str(out, "\n");
		put_row(out, "Overtaken", fields_get(&ev->data, "overtaken"));
		put_row(out, "", BYTES_LIT("Lists of an earlier ceremony, signed ahead. They must never be published: destroy every copy."));
	}
	return true;
}
