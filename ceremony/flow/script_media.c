/* script_media.c: the [medium NAME] sections of a script; see media.h. */
#include "ceremony/base/text.h"
#include "ceremony/flow/media.h"

static bool bad(const struct ini *ini, const struct ini_section *c, const char *why, struct err *e)
{
	return err_set(e, ERR_INI_VALUE, "%s:%u: [%.*s]: %s", ini->file, c->line, (int)c->name.len, (const char *)c->name.p, why);
}

/* What the step writes to, once or twice; empty: to no medium. */
static struct bytes written_to(const struct script_step *s, bool *twice)
{
	struct bytes name = { 0 };

	*twice = false;
	for (size_t i = 0; i < s->kind->num_params; i++) {
		const char *key = s->kind->param[i].key;
		if (strcmp(key, "medium") == 0 || strcmp(key, "copy") == 0)
			name = s->param[i];
		*twice |= strcmp(key, "copies") == 0 && bytes_is(s->param[i], "2");
	}
	return bytes_is(name, "none") ? bytes_of(NULL, 0) : name;
}

bool media_second(struct buf *out, const struct script_step *step)
{
	bool         twice = false;
	struct bytes name = written_to(step, &twice);

	if (!twice || !name.len)
		return false;
	buf_put(out, name);
	buf_str(out, "-2");
	return buf_ok(out);
}

const char *media_copy(const struct flow *f, const struct script_step *step, bool second)
{
	bool         twice = false;
	struct bytes name = written_to(step, &twice);

	return !name.len || (second && !twice) ? "" : say(f, "%s%s", say_bytes(f, name), second ? "-2" : "");
}

static bool uses(const struct script_step *s, struct bytes name)
{
	static const char *const keys[] = { "medium", "copies-medium", "copy", "cards" };

	for (size_t i = 0; i < s->kind->num_params; i++)
		for (size_t k = 0; k < COUNT_OF(keys); k++)
			if (strcmp(s->kind->param[i].key, keys[k]) == 0 && bytes_equal(s->param[i], name))
				return true;
	char       text[80];
	struct buf b = BUF_ON(text);
	return media_second(&b, s) && bytes_equal(buf_bytes(&b), name);
}

/* Media that several people bring, one each: no serial can be that of all. */
static bool is_everybodys(const struct script *s, struct bytes name)
{
	for (size_t i = 0; i < s->num_steps; i++) {
		const struct script_step *step = &s->step[i];
		for (size_t k = 0; k < step->kind->num_params; k++)
			if (bytes_equal(step->param[k], name) && (strcmp(step->kind->param[k].key, "cards") == 0 ||
			                                          (step->kind == &step_kind_sign_off && strcmp(step->kind->param[k].key, "medium") == 0)))
				return true;
	}
	return false;
}

/* A disc is burned once and closed: by one step, which writes all that it writes at once. */
static bool may_be_burned(const struct script *s, struct bytes name, const struct ini_entry *label, struct err *e)
{
	unsigned num = 0;

	for (size_t i = 0; i < s->num_steps; i++) {
		const struct script_step *step = &s->step[i];
		bool                      burns = step->kind == &step_kind_export || step->kind == &step_kind_record;
		if (!uses(step, name))
			continue;
		if (!burns || (step->kind == &step_kind_export && bytes_is(script_param(step, "insert"), "no")))
			return err_set(e, ERR_SCRIPT_ORDER, "[medium %.*s]: disc = yes: step %s burns no disc", (int)name.len, (const char *)name.p, step->id);
		num++;
	}
	if (num > 1)
		return err_set(e, ERR_SCRIPT_ORDER, "[medium %.*s]: disc = yes: two steps write to it, and a disc is closed by the first", (int)name.len,
		               (const char *)name.p);
	return !label || label->value.len <= MEDIA_MAX_VOLUME ||
	       err_set(e, ERR_SCRIPT_ORDER, "[medium %.*s]: a disc's label has %d characters at most", (int)name.len, (const char *)name.p, MEDIA_MAX_VOLUME);
}

/* What a device can say, and a line of INI can hold. */
static bool is_word(struct bytes a)
{
	return a.len > 0 && a.len <= 128 && text_is_plain(a);
}

static bool read_one(struct script *s, struct arena *a, struct ini *ini, struct ini_section *c, struct err *e)
{
	struct bytes          name = bytes_trim(bytes_skip(c->name, 7));
	struct ini_entry     *label = ini_entry(c, "label"), *serial = ini_entry(c, "serial"), *disc = ini_entry(c, "disc");
	struct script_medium *m = &s->medium[s->num_media];
	bool                  used = false;

	for (size_t i = 0; i < s->num_steps; i++)
		used |= uses(&s->step[i], name);
	if (!used)
		return err_set(e, ERR_SCRIPT_ORDER, "%s:%u: [%.*s]: no step uses that medium", ini->file, c->line, (int)c->name.len,
		               (const char *)c->name.p);
	if (s->num_media == SCRIPT_MAX_MEDIA)
		return bad(ini, c, "too many media", e);
	if ((label && !is_word(label->value)) || (serial && !is_word(serial->value)))
		return bad(ini, c, "label, serial: 1 to 128 printing octets", e);
	if (serial && is_everybodys(s, name))
		return bad(ini, c, "each person brings one of their own: no serial can be that of all", e);
	if (disc && !bytes_is(disc->value, "yes") && !bytes_is(disc->value, "no"))
		return bad(ini, c, "disc: yes or no", e);
	bool burned = disc && bytes_is(disc->value, "yes");
	if (burned && !may_be_burned(s, name, label, e))
		return false;
	for (size_t i = 0; serial && i < s->num_media; i++)
		if (s->medium[i].serial && bytes_is(serial->value, s->medium[i].serial) && !(burned && s->medium[i].disc))
			return bad(ini, c, "another medium has that serial", e);
	struct bytes n = arena_copy(a, name), l = arena_copy(a, label ? label->value : name);
	struct bytes v = arena_copy(a, serial ? serial->value : bytes_of("", 0));
	if (!n.p || !l.p || !v.p)
		return err_set(e, ERR_TOO_LARGE, "%s", ini->file);
	*m = (struct script_medium){ (const char *)n.p, (const char *)l.p, serial ? (const char *)v.p : NULL, label != NULL, burned };
	s->num_media++;
	return ini_all_used(ini, c, e);
}

bool script_media_read(struct script *s, struct arena *a, struct ini *ini, struct err *e)
{
	for (size_t i = 0; i < ini->num_sections; i++)
		if (bytes_starts(ini->section[i].name, "medium ") && !read_one(s, a, ini, &ini->section[i], e))
			return false;
	return true;
}

const struct script_medium *script_medium(const struct script *s, struct bytes name)
{
	for (size_t i = 0; i < s->num_media; i++)
		if (bytes_is(name, s->medium[i].name))
			return &s->medium[i];
	return NULL;
}
