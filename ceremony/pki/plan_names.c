/* plan_names.c: whose name a certificate will bear: what was asked, held to the profile's
 * template. Nothing that was asked is left out in silence, and no order is kept but the
 * template's: where that changes the name, its row says so. */
#include "ceremony/base/text.h"
#include "ceremony/pki/existing.h"
#include "ceremony/pki/plan.h"

#define CN_MAX 64 /* characters: RFC 5280 appendix A.1, ub-common-name */

static const char rehearsal_prefix[] = "REHEARSAL ";

void profile_forget_rehearsal(struct name *n)
{
	for (size_t i = 0; i < n->num_attrs; i++)
		if (n->attr[i].type == OID_AT_CN && bytes_starts(n->attr[i].value, rehearsal_prefix))
			n->attr[i].value = bytes_skip(n->attr[i].value, sizeof rehearsal_prefix - 1);
}

/* The request is to blame, or the script. */
static enum err_id blame(const struct making *m)
{
	return m->in->request ? ERR_PROFILE_REQUEST : ERR_PROFILE_SUBJECT;
}

static const struct profile_attr *template_of(const struct profile *p, const struct name_attr *at)
{
	for (size_t i = 0; i < p->num_attrs; i++)
		if (at->type != OID_UNKNOWN && p->attr[i].type == at->type)
			return &p->attr[i];
	return NULL;
}

/* "*" stands for any octets, "?" for one character. */
static bool matches(struct bytes pattern, struct bytes text)
{
	struct bytes after = bytes_of(NULL, 0), tried = text; /* behind the last *, and what it has taken */

	while (text.len) {
		if (pattern.len && pattern.p[0] == '*') {
			pattern = after = bytes_skip(pattern, 1);
			tried = text;
		} else if (pattern.len && (pattern.p[0] == '?' || pattern.p[0] == text.p[0])) {
			bool any = pattern.p[0] == '?';
			pattern = bytes_skip(pattern, 1);
			text = bytes_skip(text, 1);
			while (any && text.len && (text.p[0] & 0xc0) == 0x80)
				text = bytes_skip(text, 1);
		} else if (after.p) {
			pattern = after;
			text = tried = bytes_skip(tried, 1);
		} else {
			return false;
		}
	}
	while (pattern.len && pattern.p[0] == '*')
		pattern = bytes_skip(pattern, 1);
	return pattern.len == 0;
}

static bool read_asked(struct making *m)
{
	enum attr_source wrong = m->in->request ? ATTR_SCRIPT : ATTR_REQUEST;

	if (m->p->whole && m->p->whole_source == wrong)
		return err_set(m->err, ERR_PROFILE_SUBJECT, "the profile takes it from %s",
		               wrong == ATTR_SCRIPT ? "the script, not a request" : "a request, and there is none");
	if (m->p->whole && m->p->whole_source == ATTR_EXISTING && !m->in->request) {
		m->asked = m->in->existing->subject;
		return true;
	}
	for (size_t i = 0; i < m->p->num_attrs; i++)
		if (m->p->attr[i].source == wrong)
			return err_set(m->err, ERR_PROFILE_SUBJECT, "the profile takes it from %s", wrong == ATTR_SCRIPT
			                                                                                ? "the script, not a request"
			                                                                                : "a request, and there is none");
	if (m->in->request) {
		m->asked = m->in->request->subject;
		return true;
	}
	return name_from_text(&m->asked, m->arena, m->in->subject_text, m->err);
}

/* What is asked for and has no place, or stands twice, or is not what is fixed. */
static bool check_attr(const struct making *m, const struct name_attr *at)
{
	const struct profile_attr *t = template_of(m->p, at);
	char                       type[NAME_TYPE_TEXT];

	if (!t)
		return err_set(m->err, blame(m), "subject: %s has no place in this profile", name_type(type, at));
	if (name_find(&m->asked, at->type) != at)
		return err_set(m->err, blame(m), "subject: %s stands twice", name_type(type, at));
	if (t->pattern.len && !matches(t->pattern, at->value))
		return err_set(m->err, blame(m), "subject: %s is not of the pattern \"%.*s\"", name_type(type, at),
		               (int)t->pattern.len, (const char *)t->pattern.p);
	return t->source != ATTR_FIXED || bytes_equal(at->value, t->fixed.value) ||
	       err_set(m->err, blame(m), "subject: %s is not the one that the profile fixes", name_type(type, at));
}

static bool check_asked(struct making *m)
{
	for (size_t i = 0; i < m->asked.num_attrs; i++)
		if (!check_attr(m, &m->asked.attr[i]) && !plan_goes_on(m))
			return false;
	return true;
}

static size_t num_characters(struct bytes utf8)
{
	size_t num = 0;

	for (size_t i = 0; i < utf8.len; i++)
		num += (utf8.p[i] & 0xc0) != 0x80;
	return num;
}

/* A rehearsal's certificate says so in its name. */
static bool mark_rehearsal(struct making *m, struct name_attr *at)
{
	uint8_t    text[256];
	struct buf b = BUF_ON(text);

	buf_str(&b, rehearsal_prefix);
	buf_put(&b, at->value);
	if (!buf_ok(&b) || num_characters(buf_bytes(&b)) > CN_MAX)
		return err_set(m->err, ERR_PROFILE_SUBJECT, "CN is over %d characters with \"%s\" before it", CN_MAX,
		               rehearsal_prefix);
	at->value = arena_copy(m->arena, buf_bytes(&b));
	return at->value.p || err_set(m->err, ERR_TOO_LARGE, "the subject");
}

static bool attr_row(struct making *m, const struct profile_attr *t, const struct name_attr *asked,
                     const struct name_attr *will_be)
{
	uint8_t    was[1024], is[1024];
	struct buf field, before = BUF_ON(was), after = BUF_ON(is);
	char       name[64];

	field = BUF_ON(name);
	buf_fmt(&field, "subject %s", oid_name(t->type));
	if (asked)
		text_escape(&before, asked->value);
	if (will_be)
		text_escape(&after, will_be->value);
	return plan_row(m, (struct row_text){
	                           .field = buf_cstr(&field),
	                           .asked = plan_row_text(&before),
	                           .profile = t->text,
	                           .will_be = plan_row_text(&after),
	                           .source = t->source == ATTR_FIXED ? "profile" : m->in->request ? "request" : "script",
	                   });
}

static bool fill_template(struct making *m, struct name_attr out[PROFILE_MAX_ATTRS], size_t *num)
{
	for (size_t i = 0; i < m->p->num_attrs; i++) {
		const struct profile_attr *t = &m->p->attr[i];
		const struct name_attr    *asked = name_find(&m->asked, t->type);
		struct name_attr          *at = &out[*num];
		if (!asked && t->source != ATTR_FIXED && !t->optional &&
		    !err_set(m->err, blame(m), "subject: %s is missing", oid_name(t->type)) && !plan_goes_on(m))
			return false;
		if (!asked && t->source != ATTR_FIXED)
			continue;
		*at = t->source == ATTR_FIXED ? t->fixed : *asked;
		if (m->in->rehearsal && t->type == OID_AT_CN && !mark_rehearsal(m, at))
			return false;
		if (!attr_row(m, t, asked, at))
			return false;
		(*num)++;
	}
	return true;
}

static bool whole_row(struct making *m, const char *field, struct bytes asked, const struct name *n, const char *source)
{
	uint8_t    text[2048];
	struct buf b = BUF_ON(text);

	name_put(&b, n);
	return plan_row(m, (struct row_text){ .field = field, .asked = asked,
	                                      .profile = strcmp(field, "subject") == 0 ? m->p->whole_text : bytes_of(NULL, 0),
	                                      .will_be = plan_row_text(&b), .source = source });
}

static bool name_rows(struct making *m)
{
	const char *source = m->in->request ? "request" : "script";
	uint8_t     text[2048];
	struct buf  asked = BUF_ON(text);

	name_put(&asked, &m->asked);
	if (m->p->whole && m->p->whole_source == ATTR_EXISTING)
		source = "existing certificate";
	return whole_row(m, "subject", plan_row_text(&asked), &m->plan.subject, source) &&
	       whole_row(m, "issuer", bytes_of(NULL, 0), &m->plan.issuer, m->in->issuer ? "issuer" : source);
}

/* What a request says of itself must be what the existing certificate says, letter for letter;
 * its string types may be others. */
static bool take_existing(struct making *m)
{
	m->plan.subject = m->in->existing->subject;
	return existing_same_name(&m->asked, &m->plan.subject) ||
	       err_set(m->err, blame(m), "subject: it is not the existing certificate's: BR 7.1.2.2.2");
}

/* The subject as it was asked, octet for octet; only a rehearsal's mark changes it. */
static bool take_whole(struct making *m)
{
	struct name_attr attr[NAME_MAX_ATTRS];

	if (m->asked.num_attrs == 0)
		return err_set(m->err, blame(m), "subject: it is empty: RFC 5280 4.1.2.6");
	if (m->p->whole_source == ATTR_EXISTING)
		return take_existing(m);
	m->plan.subject = m->asked;
	if (!m->in->rehearsal)
		return true;
	memcpy(attr, m->asked.attr, sizeof attr);
	for (size_t i = 0; i < m->asked.num_attrs; i++) {
		if (&m->asked.attr[i] != name_find(&m->asked, OID_AT_CN))
			continue;
		if (!mark_rehearsal(m, &attr[i]))
			return false;
		attr[i].tag = DER_UTF8_STRING;
	}
	return name_build(&m->plan.subject, m->arena, attr, m->asked.num_attrs, m->err);
}

static bool take_template(struct making *m)
{
	struct name_attr attr[PROFILE_MAX_ATTRS];
	size_t           num = 0;

	return check_asked(m) && fill_template(m, attr, &num) &&
	       name_build(&m->plan.subject, m->arena, attr, num, m->err);
}

bool plan_names(struct making *m)
{
	if (!read_asked(m) || !(m->p->whole ? take_whole(m) : take_template(m)))
		return false;
	if (m->in->rehearsal && !m->in->existing && !name_find(&m->plan.subject, OID_AT_CN))
		return err_set(m->err, ERR_PROFILE_SUBJECT, "a rehearsal needs a CN to stand in");
	m->plan.issuer = m->in->issuer ? m->in->issuer->name : m->plan.subject;
	if (m->in->issuer && name_same(&m->plan.issuer, &m->plan.subject)) /* as the template orders it, too */
		return err_set(m->err, blame(m), "subject: it is the issuer's own name");
	return name_rows(m);
}
