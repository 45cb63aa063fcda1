/* adopt_certs.c: the certificates that a CA which is taken over has issued: the files of a medium, page by page, their pieces,
 * what is in them one by one. Turns of steps_adopt.c; see adopt.h. */
#include <stdio.h>

#include "ceremony/flow/adopt.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/pki/pem.h"

bool adopt_ask_file(const struct flow *f, struct bytes name, struct fields *in)
{
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_put(in, "name", name);
	fields_u64(in, "max", ADOPT_MAX_FILE);
	return true;
}

bool adopt_check_file(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes content;
	char         hex[HASH_MAX * 2 + 1];

	return (fields_get_base64(&content, f->scratch, out, "content") && fields_is(out, "sha256", sha256_hex(hex, content))) ||
	       err_set(e, ERR_FLOW_FIELD, "content");
}

bool adopt_same_sha256(const struct fields *out, struct bytes der, struct err *e)
{
	char hex[HASH_MAX * 2 + 1];

	return fields_is(out, "sha256", sha256_hex(hex, der)) || err_set(e, ERR_FLOW_FIELD, "sha256");
}

static bool is_certificate_name(const struct flow *f, struct bytes name)
{
	static const char *const endings[] = { ".pem", ".crt", ".cer", ".der" };

	if (bytes_equal(name, script_param(now_step(f), "root")) || bytes_equal(name, script_param(now_step(f), "crl")))
		return false;
	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (name.len > 4 && bytes_is(bytes_skip(name, name.len - 4), endings[i]))
			return true;
	return false;
}

unsigned adopt_num_pages(const struct flow *f)
{
	return f->adopt->num_pages + (f->adopt->num_pages == 0 || f->adopt->num_seen < f->adopt->num_on_medium);
}

bool adopt_ask_names(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_u64(in, "from", f->adopt->num_seen);
	return true;
}

static struct bytes name_at(const struct fields *out, unsigned n)
{
	char key[24];

	(void)snprintf(key, sizeof key, "name.%u", n + 1);
	return fields_get(out, key);
}

bool adopt_check_names(const struct flow *f, const struct fields *out, struct err *e)
{
	uint64_t files = 0;
	unsigned n = 0, found = 0;

	for (struct bytes name; (name = name_at(out, n)).len; n++)
		found += script_is_name(name) && is_certificate_name(f, name);
	if (!fields_get_u64(&files, out, "files", UINT16_MAX) || f->adopt->num_seen + n > files ||
	    (n == 0 && f->adopt->num_seen < files))
		return err_set(e, ERR_FLOW_FIELD, "files");
	return f->adopt->num_listed + found <= ADOPT_MAX_FILES ||
	       err_set(e, ERR_TOO_LARGE, "more than %d files: bring bundles", ADOPT_MAX_FILES);
}

bool adopt_apply_names(struct flow *f, const struct fields *data, struct err *e)
{
	struct adoption *a = f->adopt;
	uint64_t         files = 0;
	unsigned         n = 0;

	for (struct bytes name; (name = name_at(data, n)).len; n++) {
		if (!script_is_name(name) || !is_certificate_name(f, name))
			continue;
		struct bytes copy = arena_copy(f->arena, name);
		if (!copy.p)
			return err_set(e, ERR_TOO_LARGE, "a list of files");
		a->listed[a->num_listed++] = (const char *)copy.p;
	}
	MUST(fields_get_u64(&files, data, "files", UINT16_MAX));
	a->num_on_medium = files;
	a->num_seen += n;
	a->num_pages++;
	return true;
}

/* A file that is longer than a line of the transcript holds is read in pieces, one round each. */
unsigned adopt_num_pieces(const struct flow *f)
{
	return (unsigned)(f->adopt->num_pieces + f->adopt->num_listed - f->adopt->num_read);
}

bool adopt_ask_piece(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_u64(in, "from", f->adopt->now.len);
	return adopt_ask_file(f, bytes_str(f->adopt->listed[f->adopt->num_read]), in);
}

bool adopt_check_piece(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct adoption *a = f->adopt;
	struct bytes           content;
	uint64_t               size = 0;

	if (!adopt_check_file(f, out, e))
		return false;
	if (!fields_get_u64(&size, out, "size", INT64_MAX) || !fields_get_base64(&content, f->scratch, out, "content"))
		return err_set(e, ERR_FLOW_FIELD, "size");
	if (size > ADOPT_MAX_BUNDLE)
		return err_set(e, ERR_TOO_LARGE, "%s: %llu octets", a->listed[a->num_read], (unsigned long long)size);
	if ((a->now.len && size != a->now.cap) || a->now.len + content.len > size || (!content.len && a->now.len < size))
		return err_set(e, ERR_FILE_READ, "%s changes while it is read", a->listed[a->num_read]);
	return true;
}

bool adopt_apply_piece(struct flow *f, const struct fields *data, struct err *e)
{
	struct adoption *a = f->adopt;
	struct bytes     content;
	uint64_t         size = 0;

	if (!fields_get_u64(&size, data, "size", ADOPT_MAX_BUNDLE) || !fields_get_base64(&content, f->scratch, data, "content"))
		return err_set(e, ERR_TOO_LARGE, "a file");
	if (!a->now.len) {
		void *room = arena_take(f->arena, size + 1);
		if (!room)
			return err_set(e, ERR_TOO_LARGE, "a file");
		a->now = buf_init(room, size);
	}
	buf_put(&a->now, content);
	a->num_pieces++;
	if (!buf_ok(&a->now) || a->now.len < size)
		return buf_ok(&a->now) || err_set(e, ERR_TOO_LARGE, "a file");
	struct bytes whole = buf_bytes(&a->now);
	a->now = (struct buf){ 0 };
	return adopt_split(f, a->listed[a->num_read++], whole, e);
}

unsigned adopt_num_found(const struct flow *f)
{
	return (unsigned)f->adopt->num_certs;
}

bool adopt_ask_cert(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_base64(in, "content", f->adopt->cert[f->round].content);
	return true;
}

bool adopt_check_cert(const struct flow *f, const struct fields *out, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);

	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	return adopt_cert(c, f, f->round, e) && adopt_same_sha256(out, c->der, e);
}

/* What adopt_check_cert has taken. */
bool adopt_apply_cert(struct flow *f, const struct fields *data, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct adopted     *to = &f->adopt->cert[f->round];
	struct bytes        der;
	char                text[512];
	struct buf          b = BUF_ON(text);

	if (!c || !pem_decode(&der, f->scratch, "CERTIFICATE", to->content, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	to->der = arena_copy(f->arena, der);
	if (!to->der.p || !certificate_parse(c, to->der, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	name_put(&b, &c->subject);
	struct bytes subject = arena_copy(f->arena, bytes_str(buf_cstr(&b)));
	to->serial = c->serial;
	to->subject = (const char *)subject.p;
	to->sha256 = keep(f, data, "sha256");
	return to->subject || err_set(e, ERR_TOO_LARGE, "a certificate");
}

void adopt_refuse_cert(struct flow *f, const struct err *why)
{
	struct adopted *c = &f->adopt->cert[f->round];
	struct bytes    detail = arena_copy(f->arena, bytes_str(why->detail));

	c->refused = true;
	c->why = why->id;
	c->detail = detail.p ? (const char *)detail.p : "";
}

bool adopt_was_refused(const struct flow *f)
{
	return f->adopt->cert[f->round].refused;
}

void adopt_prompt_refused(const struct flow *f, struct prompt *p)
{
	const struct adopted  *c = &f->adopt->cert[f->round];
	const struct err_text *t = err_text_of(c->why);

	p->title = say(f, "A certificate of %s is not taken over", c->file);
	p->text = say(f, "%s.\n%s.", t->what, t->todo);
	prompt_row(p, "Rule", t->name)->mark = true;
	if (c->detail[0])
		prompt_row(p, "In detail", c->detail);
	prompt_ask(p, ASK_CONFIRM, say(f, "without.%u", f->round + 1), "Go on without it");
}
