/* script.c: see script.h. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/media.h"
#include "ceremony/flow/quorum.h"
#include "ceremony/pki/shard.h"

static const char *const role_names[] = {
	[ROLE_ADMINISTRATOR] = "administrator", [ROLE_OFFICER] = "officer", [ROLE_CUSTODIAN] = "custodian",
	[ROLE_WITNESS] = "witness",             [ROLE_AUDITOR] = "auditor",
};

const char *role_name(enum role r)
{
	return role_names[r];
}

const char *fact_text(enum fact f)
{
	static const char *const texts[] = {
#define X(id, text) [id] = text,
#include "ceremony/flow/facts.def"
#undef X
	};

	return texts[f];
}

const struct step_kind *const step_kinds[] = {
#define X(name) &step_kind_##name,
	STEP_KINDS(X)
#undef X
};
const size_t num_step_kinds = COUNT_OF(step_kinds);

/* What is needed while reading. */
struct reading {
	struct script *script;
	struct arena  *arena;
	struct ini     ini;
	bool (*load)(void *ctx, const char *name, struct bytes *text, struct err *e);
	void *ctx;
};

static bool bad_value(const struct reading *r, const struct ini_entry *entry, const char *why, struct err *e)
{
	return err_set(e, ERR_INI_VALUE, "%s:%u: %.*s: %s", r->ini.file, entry->line, (int)entry->key.len,
	               (const char *)entry->key.p, why);
}

static bool is_slug(struct bytes a)
{
	for (size_t i = 0; i < a.len; i++)
		if (!((a.p[i] >= 'a' && a.p[i] <= 'z') || (a.p[i] >= '0' && a.p[i] <= '9') || a.p[i] == '-'))
			return false;
	return a.len > 0 && a.len <= 40 && a.p[0] != '-';
}

/* Names under which a file of answers, or [quorum], says what belongs to no step. */
static bool is_taken(struct bytes id)
{
	static const char *const taken[] = { "session", "exception", "presence", "abort", "key-use", "every-step" };

	for (size_t i = 0; i < COUNT_OF(taken); i++)
		if (bytes_is(id, taken[i]))
			return true;
	return false;
}

bool script_is_name(struct bytes a)
{
	for (size_t i = 0; i < a.len; i++)
		if (!((a.p[i] >= 'a' && a.p[i] <= 'z') || (a.p[i] >= 'A' && a.p[i] <= 'Z') ||
		      (a.p[i] >= '0' && a.p[i] <= '9') || a.p[i] == '-' || a.p[i] == '_' || a.p[i] == '.'))
			return false;
	return a.len > 0 && a.len <= 64 && a.p[0] != '.';
}

bool script_is_file(struct bytes a)
{
	uint8_t      room[128];
	struct arena r = ARENA_ON(room);
	struct bytes name = a;
	struct err   why = { 0 };

	if (a.len > 64 || (shard_is_pattern(a) && !shard_fill(&name, &r, a, SHARDS_MAX - 1, &why)))
		return false;
	return script_is_name(name);
}

/* A name for the checkpoint's first line and the witnesses' keys: a schema-less URL. */
static bool is_origin(struct bytes a)
{
	for (size_t i = 0; i < a.len; i++)
		if (!((a.p[i] >= 'a' && a.p[i] <= 'z') || (a.p[i] >= '0' && a.p[i] <= '9') || a.p[i] == '-' ||
		      a.p[i] == '.' || a.p[i] == '/'))
			return false;
	return a.len > 0 && a.len <= 60;
}

static bool required(const struct reading *r, struct ini_section *s, const char *key, struct ini_entry **out,
                     struct err *e)
{
	*out = ini_entry(s, key);
	if (!*out || (*out)->value.len == 0)
		return err_set(e, ERR_INI_MISSING, "%s: [%.*s] needs %s", r->ini.file, (int)s->name.len,
		               (const char *)s->name.p, key);
	return true;
}

static bool read_ceremony(struct reading *r, struct err *e)
{
	struct script      *s = r->script;
	struct ini_section *c = ini_section(&r->ini, "ceremony");
	struct ini_entry   *format, *title, *slug, *organisation, *origin, *rehearsal;

	if (!c)
		return err_set(e, ERR_INI_MISSING, "%s: [ceremony]", r->ini.file);
	if (!required(r, c, "format", &format, e) || !required(r, c, "title", &title, e) ||
	    !required(r, c, "slug", &slug, e) || !required(r, c, "organisation", &organisation, e) ||
	    !required(r, c, "origin", &origin, e) || !required(r, c, "rehearsal", &rehearsal, e))
		return false;
	if (!bytes_is(format->value, "1"))
		return bad_value(r, format, "this program reads format 1", e);
	if (text_columns(title->value) > 60)
		return bad_value(r, title, "60 columns at most", e);
	if (text_columns(organisation->value) > 64)
		return bad_value(r, organisation, "64 columns at most", e);
	if (!is_slug(slug->value))
		return bad_value(r, slug, "lower-case letters, digits and '-', 40 at most", e);
	if (!is_origin(origin->value))
		return bad_value(r, origin, "such as example.org/root-2026", e);
	if (!bytes_is(rehearsal->value, "yes") && !bytes_is(rehearsal->value, "no"))
		return bad_value(r, rehearsal, "yes or no", e);
	s->title = (const char *)arena_copy(r->arena, title->value).p;
	s->slug = (const char *)arena_copy(r->arena, slug->value).p;
	s->organisation = (const char *)arena_copy(r->arena, organisation->value).p;
	s->origin = (const char *)arena_copy(r->arena, origin->value).p;
	s->software_token = (const char *)arena_copy(r->arena, ini_get(c, "software-token")).p;
	s->rehearsal = bytes_is(rehearsal->value, "yes");
	struct ini_entry *continues = ini_entry(c, "continues");
	if (continues && !bytes_is(continues->value, "yes") && !bytes_is(continues->value, "no"))
		return bad_value(r, continues, "yes or no", e);
	s->continues = continues && bytes_is(continues->value, "yes");
	if (!s->title || !s->slug || !s->organisation || !s->origin || !s->software_token)
		return err_set(e, ERR_TOO_LARGE, "%s", r->ini.file);
	return ini_all_used(&r->ini, c, e);
}

static bool read_roles(struct reading *r, struct err *e)
{
	struct ini_section *c = ini_section(&r->ini, "roles");

	if (!c)
		return err_set(e, ERR_INI_MISSING, "%s: [roles]", r->ini.file);
	for (int i = 0; i < ROLE_COUNT_; i++) {
		struct ini_entry *entry = ini_entry(c, role_names[i]);
		uint64_t          n = 0;
		if (!entry)
			continue;
		if (!bytes_to_u64(&n, entry->value, ROLE_MAX_EACH))
			return bad_value(r, entry, "a number up to 16", e);
		r->script->num_people[i] = (unsigned)n;
	}
	if (r->script->num_people[ROLE_ADMINISTRATOR] != 1)
		return err_set(e, ERR_INI_VALUE, "%s: [roles]: exactly one administrator", r->ini.file);
	if (r->script->num_people[ROLE_OFFICER] < 2)
		return err_set(e, ERR_INI_VALUE, "%s: [roles]: two officers at least", r->ini.file);
	if (r->script->num_people[ROLE_WITNESS] + r->script->num_people[ROLE_AUDITOR] < 1 ||
	    r->script->num_people[ROLE_WITNESS] + r->script->num_people[ROLE_AUDITOR] > 16)
		return err_set(e, ERR_INI_VALUE, "%s: [roles]: 1 to 16 witnesses and auditors", r->ini.file);
	return ini_all_used(&r->ini, c, e);
}

static bool is_choice(const char *choices, struct bytes value)
{
	struct bytes rest = bytes_str(choices), word;

	while (bytes_cut(rest, ' ', &word, &rest))
		if (bytes_equal(word, value))
			return true;
	return bytes_equal(rest, value);
}

static bool load_profile(struct reading *r, const struct ini_entry *entry, struct bytes name, struct err *e)
{
	struct script *s = r->script;
	struct bytes   copy = arena_copy(r->arena, name), text;

	if (!is_slug(name))
		return bad_value(r, entry, "not a profile's name", e);
	for (size_t i = 0; i < s->num_profiles; i++)
		if (bytes_is(name, s->profile[i].name))
			return true;
	if (s->num_profiles == SCRIPT_MAX_PROFILES || !copy.p)
		return bad_value(r, entry, "too many profiles", e);
	struct script_profile *p = &s->profile[s->num_profiles];
	if (!r->load(r->ctx, (const char *)copy.p, &text, e))
		return false;
	char *file = arena_take(r->arena, copy.len + 5);
	p->text = arena_copy(r->arena, text);
	if (!file || (text.len && !p->text.p))
		return err_set(e, ERR_TOO_LARGE, "profile %s", (const char *)copy.p);
	struct buf b = buf_init(file, copy.len + 5);
	buf_fmt(&b, "%s.ini", (const char *)copy.p);
	if (!profile_parse(&p->profile, r->arena, buf_cstr(&b), p->text, e))
		return false;
	p->name = (const char *)copy.p;
	s->num_profiles++;
	return true;
}

static bool read_param(struct reading *r, struct script_step *step, size_t i, const struct ini_entry *entry, struct err *e)
{
	const struct param *p = &step->kind->param[i];
	uint64_t            n = 0;

	step->param[i] = entry->value;
	if (!entry->value.len && p->preset && !*p->preset && entry->key.p == (const uint8_t *)p->key)
		return true; /* left out, and that means something of its own */
	switch (p->type) {
	case PARAM_TEXT:
		return entry->value.len <= 1024 || bad_value(r, entry, "1024 octets at most", e);
	case PARAM_NUMBER:
		if (!bytes_to_u64(&n, entry->value, p->max) || n < p->min) {
			char why[80];
			struct buf b = BUF_ON(why);
			buf_fmt(&b, "a number from %llu to %llu", (unsigned long long)p->min, (unsigned long long)p->max);
			return bad_value(r, entry, buf_cstr(&b), e);
		}
		return true;
	case PARAM_CHOICE:
		return is_choice(p->choices, entry->value) || bad_value(r, entry, p->choices, e);
	case PARAM_NAME:
		return script_is_name(entry->value) || bad_value(r, entry, "letters, digits, '.', '-', '_'; 64 at most", e);
	case PARAM_PROFILE:
		return load_profile(r, entry, entry->value, e);
	}
	return true;
}

/* The first kind of that name, or the one for that method. */
static const struct step_kind *kind_by_name(struct bytes name, struct bytes method)
{
	const struct step_kind *first = NULL;

	for (size_t i = 0; i < num_step_kinds; i++) {
		if (!bytes_is(name, step_kinds[i]->name))
			continue;
		if (step_kinds[i]->method && bytes_is(method, step_kinds[i]->method))
			return step_kinds[i];
		first = first ? first : step_kinds[i];
	}
	return first;
}

static bool read_step(struct reading *r, struct ini_section *c, struct err *e)
{
	struct script      *s = r->script;
	struct bytes        id = bytes_skip(c->name, 5);
	struct script_step *step = &s->step[s->num_steps];
	struct ini_entry   *kind;

	if (!is_slug(id) || is_taken(id))
		return err_set(e, ERR_INI_VALUE, "%s:%u: a step's id: lower-case letters, digits and '-', and not %s", r->ini.file,
		               c->line, is_taken(id) ? "a name that means something else" : "too long");
	if (s->num_steps == SCRIPT_MAX_STEPS)
		return err_set(e, ERR_TOO_LARGE, "%s:%u: more than %d steps", r->ini.file, c->line, SCRIPT_MAX_STEPS);
	if (!required(r, c, "kind", &kind, e))
		return false;
	*step = (struct script_step){ .kind = kind_by_name(kind->value, ini_get(c, "method")), .line = c->line };
	if (!step->kind)
		return bad_value(r, kind, "no such kind of step", e);
	struct bytes title = ini_get(c, "title");
	step->id = (const char *)arena_copy(r->arena, id).p;
	step->title = title.len ? (const char *)arena_copy(r->arena, title).p : step->kind->title;
	if (!step->id || !step->title)
		return err_set(e, ERR_TOO_LARGE, "%s", r->ini.file);
	for (size_t i = 0; i < step->kind->num_params; i++) {
		const struct param *p = &step->kind->param[i];
		struct ini_entry   *entry = ini_entry(c, p->key);
		struct ini_entry    preset = { bytes_str(p->key), bytes_str(p->preset), c->line, true };
		if (!entry && !p->preset)
			return err_set(e, ERR_INI_MISSING, "%s:%u: [%.*s] needs %s", r->ini.file, c->line, (int)c->name.len,
			               (const char *)c->name.p, p->key);
		if (!read_param(r, step, i, entry ? entry : &preset, e))
			return false;
	}
	s->num_steps++;
	return ini_all_used(&r->ini, c, e);
}

/* Every need is given by an earlier step; nothing comes after the checkpoint but what may. */
static bool check_order(const struct reading *r, struct err *e)
{
	const struct script *s = r->script;
	unsigned             given = s->continues ? FACT(FACT_ROOT_KEY) | FACT(FACT_ROOT_CERT) : 0;
	unsigned             have = given; /* and what the ledger may have: flow_continue looks whether it does */

	have |= s->continues ? FACT(FACT_SHARES) | FACT(FACT_BACKUP) | FACT(FACT_LIVE) : 0;
	for (size_t i = 0; i < s->num_steps; i++) {
		unsigned missing = s->step[i].kind->needs & ~have;
		for (int f = 0; f < FACT_COUNT_; f++)
			if (missing & FACT(f))
				return err_set(e, ERR_SCRIPT_ORDER, "%s:%u: [step %s] needs %s, which no earlier step gives",
				               r->ini.file, s->step[i].line, s->step[i].id, fact_text((enum fact)f));
		if (s->step[i].kind->gives & given)
			return err_set(e, ERR_SCRIPT_ORDER, "%s:%u: [step %s] gives again what an earlier step gave",
			               r->ini.file, s->step[i].line, s->step[i].id);
		if (s->step[i].kind->fits && !s->step[i].kind->fits(s, &s->step[i], e))
			return false;
		have |= s->step[i].kind->gives;
		given |= s->step[i].kind->gives;
	}
	if (!(have & FACT(FACT_CLOSED)))
		return err_set(e, ERR_SCRIPT_ORDER, "%s: no step of kind checkpoint closes the record", r->ini.file);
	return true;
}

bool script_parse(struct script *out, struct arena *a, const char *file, struct bytes text,
                  bool (*load)(void *ctx, const char *name, struct bytes *text, struct err *e), void *ctx,
                  struct err *e)
{
	struct reading r = { .script = out, .arena = a, .load = load, .ctx = ctx };

	*out = (struct script){ .text = arena_copy(a, text) };
	if (text.len > SCRIPT_MAX_LEN || !out->text.p)
		return err_set(e, ERR_TOO_LARGE, "%s: %zu octets", file, text.len);
	if (!ini_parse(&r.ini, a, file, text, e) || !read_ceremony(&r, e) || !read_roles(&r, e))
		return false;
	for (size_t i = 0; i < r.ini.num_sections; i++) {
		struct ini_section *c = &r.ini.section[i];
		if (bytes_is(c->name, "ceremony") || bytes_is(c->name, "roles") || bytes_is(c->name, "quorum"))
			continue;
		if (bytes_starts(c->name, "medium "))
			continue;
		if (!bytes_starts(c->name, "step "))
			return err_set(e, ERR_INI_UNKNOWN, "%s:%u: [%.*s]", file, c->line, (int)c->name.len,
			               (const char *)c->name.p);
		if (!read_step(&r, c, e))
			return false;
	}
	return check_order(&r, e) && quorum_read(out, a, &r.ini, e) && script_media_read(out, a, &r.ini, e);
}

struct bytes script_param(const struct script_step *s, const char *key)
{
	for (size_t i = 0; i < s->kind->num_params; i++)
		if (strcmp(s->kind->param[i].key, key) == 0)
			return s->param[i];
	bug(__FILE__, __LINE__, key);
}

uint64_t script_number(const struct script_step *s, const char *key)
{
	uint64_t n = 0;

	MUST(bytes_to_u64(&n, script_param(s, key), UINT64_MAX));
	return n;
}

const struct profile *script_profile(const struct script *s, struct bytes name)
{
	for (size_t i = 0; i < s->num_profiles; i++)
		if (bytes_is(name, s->profile[i].name))
			return s->profile[i].profile;
	bug(__FILE__, __LINE__, "a profile that was not loaded");
}

/* ---- which it is ---- */

static void hash_line(struct hash *h, const char *folder, const char *name, struct bytes text)
{
	char hex[HASH_MAX * 2 + 1], line[HASH_MAX * 2 + 128];

	(void)snprintf(line, sizeof line, "%s  %s%s.ini\n", sha256_hex(hex, text), folder, name);
	hash_put(h, bytes_str(line));
}

void script_digest(struct digest *out, const struct script *s)
{
	struct hash h;

	hash_init(&h, HASH_SHA256);
	hash_line(&h, "", "script", s->text);
	for (size_t i = 0; i < s->num_profiles; i++)
		hash_line(&h, "profiles/", s->profile[i].name, s->profile[i].text);
	*out = hash_end(&h);
}

/* ---- the first line of a transcript ---- */

static bool opened_as(const struct fields *open, const char *key, const char *value, struct err *e)
{
	struct bytes seen = bytes_first(fields_get(open, key), 70);

	return fields_is(open, key, value) || err_set(e, ERR_AUDIT_OPEN, "%s is \"%.*s\", but it should be \"%s\"", key, (int)seen.len,
	                                              seen.len ? (const char *)seen.p : "", value);
}

bool script_is_opened(const struct script *s, const struct fields *open, struct err *e)
{
	char hex[HASH_MAX * 2 + 1], key[64];

	if (!opened_as(open, "title", s->title, e) || !opened_as(open, "slug", s->slug, e) ||
	    !opened_as(open, "organisation", s->organisation, e) || !opened_as(open, "origin", s->origin, e) ||
	    !opened_as(open, "script-sha256", sha256_hex(hex, s->text), e))
		return false;
	for (size_t i = 0; i < s->num_profiles; i++) {
		(void)snprintf(key, sizeof key, "profile.%s", s->profile[i].name);
		if (!opened_as(open, key, sha256_hex(hex, s->profile[i].text), e))
			return false;
	}
	return true;
}
