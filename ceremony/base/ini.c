/* ini.c: see ini.h. */
#include "ceremony/base/ini.h"

#include "ceremony/base/text.h"

/* The text is read twice: once to count, once to fill. */
struct reader {
	struct bytes rest;
	unsigned     line;
};

static bool next_line(struct reader *r, struct bytes *line)
{
	if (r->rest.len == 0)
		return false;
	if (!bytes_cut(r->rest, '\n', line, &r->rest)) {
		*line = r->rest;
		r->rest.len = 0;
	}
	r->line++;
	*line = bytes_trim(*line);
	return true;
}

static bool is_plain_but_tabs(struct bytes line)
{
	struct bytes head, tail = line;

	while (bytes_cut(tail, '\t', &head, &tail))
		if (!text_is_plain(head))
			return false;
	return text_is_plain(tail);
}

static bool is_nothing(struct bytes line)
{
	return line.len == 0 || line.p[0] == '#' || line.p[0] == ';';
}

static bool is_key(struct bytes key)
{
	for (size_t i = 0; i < key.len; i++) {
		uint8_t c = key.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
		      c == '-' || c == '_'))
			return false;
	}
	return key.len > 0 && key.len <= 64;
}

static bool add_section(struct ini *ini, struct bytes line, unsigned at, struct err *e)
{
	bool         closed = line.len >= 2 && line.p[line.len - 1] == ']';
	struct bytes name = closed ? bytes_trim(bytes_of(line.p + 1, line.len - 2)) : bytes_of(NULL, 0);

	if (name.len == 0)
		return err_set(e, ERR_INI_SYNTAX, "%s:%u: a section is written [name]", ini->file, at);
	for (size_t i = 0; i < ini->num_sections; i++)
		if (bytes_equal(ini->section[i].name, name))
			return err_set(e, ERR_INI_DUPLICATE, "%s:%u: [%.*s] stands at line %u already", ini->file, at,
			               (int)name.len, (const char *)name.p, ini->section[i].line);
	ini->section[ini->num_sections++] = (struct ini_section){ .name = name, .line = at };
	return true;
}

static bool add_entry(struct ini *ini, struct ini_entry *slot, struct bytes line, unsigned at, struct err *e)
{
	struct bytes key, value;

	if (!bytes_cut(line, '=', &key, &value))
		return err_set(e, ERR_INI_SYNTAX, "%s:%u: neither [section] nor key = value", ini->file, at);
	key = bytes_trim(key);
	if (!is_key(key))
		return err_set(e, ERR_INI_SYNTAX, "%s:%u: not a key: letters, digits, '.', '-', '_'", ini->file, at);
	if (ini->num_sections == 0)
		return err_set(e, ERR_INI_SYNTAX, "%s:%u: a key before the first [section]", ini->file, at);
	struct ini_section *s = &ini->section[ini->num_sections - 1];
	for (size_t i = 0; i < s->num_entries; i++)
		if (bytes_equal(s->entry[i].key, key))
			return err_set(e, ERR_INI_DUPLICATE, "%s:%u: %.*s stands at line %u already", ini->file, at,
			               (int)key.len, (const char *)key.p, s->entry[i].line);
	*slot = (struct ini_entry){ .key = key, .value = bytes_trim(value), .line = at };
	if (!s->entry)
		s->entry = slot;
	s->num_entries++;
	return true;
}

bool ini_parse(struct ini *out, struct arena *a, const char *file, struct bytes text, struct err *e)
{
	struct ini   ini = { .file = file };
	struct bytes line, copy;
	size_t       num_sections = 0, num_entries = 0;

	if (text.len > INI_MAX_LEN)
		return err_set(e, ERR_TOO_LARGE, "%s: %zu octets", file, text.len);
	copy = arena_copy(a, text);
	for (struct reader r = { text, 0 }; next_line(&r, &line);) {
		if (!is_plain_but_tabs(line))
			return err_set(e, ERR_INI_SYNTAX, "%s:%u: a control, invisible or malformed character", file, r.line);
		if (!is_nothing(line))
			*(line.p[0] == '[' ? &num_sections : &num_entries) += 1;
	}
	ini.section = arena_take(a, num_sections * sizeof *ini.section);
	struct ini_entry *slot = arena_take(a, num_entries * sizeof *slot);
	if (!copy.p || !ini.section || !slot)
		return err_set(e, ERR_TOO_LARGE, "%s: %zu octets", file, text.len);
	for (struct reader r = { copy, 0 }; next_line(&r, &line);) {
		if (is_nothing(line))
			continue;
		if (line.p[0] == '[' ? !add_section(&ini, line, r.line, e) : !add_entry(&ini, slot++, line, r.line, e))
			return false;
	}
	*out = ini;
	return true;
}

struct ini_section *ini_section(const struct ini *ini, const char *name)
{
	for (size_t i = 0; i < ini->num_sections; i++)
		if (bytes_is(ini->section[i].name, name))
			return &ini->section[i];
	return NULL;
}

struct ini_entry *ini_entry(struct ini_section *s, const char *key)
{
	for (size_t i = 0; i < s->num_entries; i++) {
		if (bytes_is(s->entry[i].key, key)) {
			s->entry[i].used = true;
			return &s->entry[i];
		}
	}
	return NULL;
}

struct bytes ini_get(struct ini_section *s, const char *key)
{
	struct ini_entry *entry = ini_entry(s, key);

	return entry ? entry->value : bytes_of(NULL, 0);
}

bool ini_all_used(const struct ini *ini, const struct ini_section *s, struct err *e)
{
	for (size_t i = 0; i < s->num_entries; i++)
		if (!s->entry[i].used)
			return err_set(e, ERR_INI_UNKNOWN, "%s:%u: %.*s in [%.*s]", ini->file, s->entry[i].line,
			               (int)s->entry[i].key.len, (const char *)s->entry[i].key.p, (int)s->name.len,
			               (const char *)s->name.p);
	return true;
}
