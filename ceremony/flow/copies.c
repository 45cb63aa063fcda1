/* copies.c: see copies.h. */
#include "ceremony/flow/copies.h"

#include "ceremony/flow/continuity.h"
#include "ceremony/flow/requests.h"
#include "ceremony/pki/ext.h"
#include "ceremony/pki/shard.h"

#define COPY_MAX ((size_t)128 << 10) /* octets: it goes into one line of the transcript */

/* A URL that the profile's certificates will bear. */
struct url {
	struct bytes text, name; /* name: of the file: behind the last slash */
	bool         is_list;
};

/* The n-th of the certificates' URLs, from 0; false behind the last. */
static bool url_at(struct url *out, const struct script *s, const struct script_step *step, unsigned n)
{
	static const enum oid ids[] = { OID_EXT_AIA, OID_EXT_CRLDP };
	const struct profile *p = script_profile(s, script_param(step, "profile"));

	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		struct bytes    value = profile_value(p, ids[i]);
		struct ext_list list;
		if (!value.len || !ext_get_list(&list, ids[i], value))
			continue;
		for (size_t k = 0; k < list.num; k++) {
			bool is_list = ids[i] == OID_EXT_CRLDP;
			if ((!is_list && oid_find(list.item[k].oid) != OID_AD_CA_ISSUERS) || n-- > 0)
				continue;
			struct bytes text = is_list && profile_shard_uri(p).len ? profile_shard_uri(p) : list.item[k].uri;
			size_t       end = text.len, begin;
			for (begin = end; begin > 0 && text.p[begin - 1] != '/';)
				begin--;
			*out = (struct url){ text, bytes_of(text.p + begin, end - begin), is_list };
			return true;
		}
	}
	return false;
}

bool copies_fit(const struct script *s, const struct script_step *step, struct err *e)
{
	struct url url;
	unsigned   n = 0;

	if (!script_param(step, "copies-medium").len)
		return true;
	if (!s->continues)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: nothing is published yet of a CA that is made here: copies-medium goes with continues = yes",
		               step->id);
	for (; url_at(&url, s, step, n); n++)
		if (!(url.is_list ? script_is_file(url.name) : script_is_name(url.name)))
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: %.*s does not end in the name of a file that a medium can hold",
			               step->id, (int)url.text.len, (const char *)url.text.p);
	return n > 0 || err_set(e, ERR_SCRIPT_ORDER, "[step %s]: the profile has no URL to compare", step->id);
}

bool copies_come(const struct flow *f)
{
	return script_param(now_step(f), "copies-medium").len > 0;
}

unsigned copies_num(const struct flow *f)
{
	struct url url;
	unsigned   n = 0;

	while (copies_come(f) && url_at(&url, f->script, now_step(f), n))
		n++;
	return n;
}

static struct url now_url(const struct flow *f)
{
	struct url url = { .name = BYTES_LIT("") };

	(void)url_at(&url, f->script, now_step(f), f->round); /* copies_num has counted them */
	return url;
}

bool copies_is_issuer(const struct flow *f)
{
	return !now_url(f).is_list;
}

bool copies_looks(const struct flow *f)
{
	struct url url = now_url(f);

	return url.is_list && (f->copy_large || list_is_looked_at(f) || shard_is_pattern(url.name));
}

bool copies_is_list(const struct flow *f)
{
	return now_url(f).is_list && !copies_looks(f);
}

void copies_prompt(const struct flow *f, struct prompt *p)
{
	struct url url;

	p->text = say(f, "Insert the medium that is labelled %s. It holds what was fetched from the addresses that the "
	              "certificates will bear, under the names at their ends.",
	              say_bytes(f, script_param(now_step(f), "copies-medium")));
	for (unsigned n = 0; url_at(&url, f->script, now_step(f), n) && n < ROWS_SHOWN; n++)
		prompt_row(p, url.is_list ? "CRL" : "Issuer", say_bytes(f, url.text));
	prompt_ask(p, ASK_CONFIRM, "copies", "The medium is in");
}

bool copies_ask(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "copies-medium"));
	fields_put(in, "name", now_url(f).name);
	fields_u64(in, "max", COPY_MAX);
	return true;
}

bool copies_apply(struct flow *f, const struct fields *data, struct err *e)
{
	return fields_get_base64(&f->copy, f->arena, data, "content") || err_set(e, ERR_TOO_LARGE, "a copy");
}

bool copies_ask_parse(const struct flow *f, struct fields *in, struct err *e)
{
	fields_base64(in, "content", f->copy);
	return !in->failed || err_set(e, ERR_TOO_LARGE, "a copy");
}

bool copies_check_issuer(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes der;
	struct url   url = now_url(f);

	return foreign_der(f, &der, out, f->copy, "CERTIFICATE", e) &&
	       (bytes_equal(der, f->root_cert) || err_set(e, ERR_COPY_OTHER, "%.*s: it is not this root's certificate",
	                                                  (int)url.text.len, (const char *)url.text.p));
}

bool copies_check_list(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes der;

	return foreign_der(f, &der, out, f->copy, "X509 CRL", e) && list_check(f, der, e);
}

bool copies_ask_list(const struct flow *f, struct fields *in, struct err *e)
{
	fields_str(in, "of-more", "size");
	return copies_ask(f, in, e);
}

bool copies_check_read(const struct flow *f, const struct fields *out, struct err *e)
{
	return file_is_more(out, COPY_MAX) || foreign_check(f, out, e);
}

bool copies_apply_list(struct flow *f, const struct fields *data, struct err *e)
{
	f->copy_large = file_is_more(data, COPY_MAX);
	return f->copy_large || copies_apply(f, data, e);
}

bool copies_ask_look(const struct flow *f, struct fields *in, struct err *e)
{
	fields_put(in, "medium", script_param(now_step(f), "copies-medium"));
	return list_look_ask(f, now_url(f).name, in, e);
}

bool copies_check_look(const struct flow *f, const struct fields *out, struct err *e)
{
	return list_look_check(f, now_url(f).name, out, e);
}
