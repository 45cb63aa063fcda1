/* request_existing.c: the certificate that a root has already, which comes beside its request where another root is to certify it
 * too (cross-certification, BR 7.1.2.2). Its signature, name and key are checked against the request; the
 * profile takes the subject from it. See requests.h. */
#include "ceremony/pki/existing.h"

#include "ceremony/base/text.h"
#include "ceremony/flow/requests.h"
#include "ceremony/pki/pem.h"

bool script_has_existing(const struct script *s)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_requests && bytes_is(script_param(&s->step[i], "existing"), "yes"))
			return true;
	return false;
}

const char *request_existing_name(const struct flow *f, unsigned n)
{
	struct bytes name = request_file(f, n);

	return say(f, "%.*s.crt", (int)name.len - 4, (const char *)name.p);
}

bool existing_comes(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "existing"), "yes") && request_taken(f);
}

bool existing_ask(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_str(in, "name", request_existing_name(f, f->round));
	fields_u64(in, "max", REQUEST_MAX_FILE);
	return true;
}

bool existing_apply(struct flow *f, const struct fields *data, struct err *e)
{
	return fields_get_base64(&f->request[f->round].existing, f->arena, data, "content") ||
	       err_set(e, ERR_TOO_LARGE, "a certificate");
}

bool existing_ask_parse(const struct flow *f, struct fields *in, struct err *e)
{
	fields_base64(in, "content", f->request[f->round].existing);
	return !in->failed || err_set(e, ERR_TOO_LARGE, "a certificate");
}

bool existing_check_parse(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct flow_request *r = &f->request[f->round];
	struct certificate        *c = arena_take(f->scratch, sizeof *c);
	struct bytes               der;

	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	return foreign_der(f, &der, out, r->existing, "CERTIFICATE", e) && certificate_parse(c, der, e) &&
	       existing_fits(c, r->parsed, f->clock_now, e);
}

bool existing_apply_parse(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];
	struct certificate  *c = arena_take(f->arena, sizeof *c);
	struct bytes         der;

	(void)data;
	if (!c || !pem_decode(&der, f->arena, "CERTIFICATE", r->existing, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	r->existing_cert = c;
	return certificate_parse(c, der, e); /* existing_check_parse has compared it */
}

/* What is refused here is refused as if it had not been parsed: nothing after this looks at it. */
void existing_refuse(struct flow *f, const struct err *why)
{
	struct flow_request *r = &f->request[f->round];

	r->der = bytes_of(NULL, 0);
	r->parsed = NULL;
	request_refuse(f, why);
}

void prompt_existing(const struct flow *f, struct prompt *p)
{
	const struct certificate *c = f->request[f->round].existing_cert;

	if (!c)
		return;
	struct digest d = hash_of(HASH_SHA256, c->der);
	char          from[24], to[24];
	prompt_row(p, "Existing", say(f, "valid from %s to %s, serial number %s", utc_str(from, c->not_before),
	                              utc_str(to, c->not_after), say_hex(f, c->serial)));
	prompt_row(p, "Its SHA-256", say_hex(f, digest_bytes(&d)));
}
