/* name_plain.c: names that are well-formed and yet no name for a CA; see name.h. */
#include "ceremony/base/text.h"
#include "ceremony/pki/name.h"

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC, SCRIPT_OTHER, SCRIPT_WIDE };

/* Those whose letters look like each other's: the three, with Coptic among Greek; Armenian, Cherokee and Lisu; and Latin letters
 * that have a second code point, wide or for formulas. */
static enum script script_of(uint32_t c)
{
	static const struct {
		uint32_t    first, last;
		enum script script;
	} ranges[] = {
		{ 'A', 'Z', SCRIPT_LATIN },          { 'a', 'z', SCRIPT_LATIN },          { 0xc0, 0xd6, SCRIPT_LATIN },
		{ 0xd8, 0xf6, SCRIPT_LATIN },        { 0xf8, 0x24f, SCRIPT_LATIN },       { 0x370, 0x3ff, SCRIPT_GREEK },
		{ 0x400, 0x52f, SCRIPT_CYRILLIC },   { 0x1c80, 0x1c8f, SCRIPT_CYRILLIC }, { 0x1e00, 0x1eff, SCRIPT_LATIN },
		{ 0x1f00, 0x1fff, SCRIPT_GREEK },    { 0x2de0, 0x2dff, SCRIPT_CYRILLIC }, { 0xa640, 0xa69f, SCRIPT_CYRILLIC },
		{ 0x2c80, 0x2cff, SCRIPT_GREEK },    { 0x531, 0x58f, SCRIPT_OTHER },      { 0x13a0, 0x13ff, SCRIPT_OTHER },
		{ 0xab70, 0xabbf, SCRIPT_OTHER },    { 0xa4d0, 0xa4ff, SCRIPT_OTHER },    { 0xff21, 0xff3a, SCRIPT_WIDE },
		{ 0xff41, 0xff5a, SCRIPT_WIDE },     { 0x1d400, 0x1d7ff, SCRIPT_WIDE },
	};

	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].script;
	return SCRIPT_NONE;
}

/* A combining mark: it takes no column of its own. */
static bool is_mark(struct bytes c)
{
	return text_columns(c) == 0;
}

/* Whether it tells anything: a letter or a digit, not signs alone. */
static bool says_something(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	if (c < 0xc0)
		return c == 0xaa || c == 0xb5 || c == 0xba;
	return c != 0xd7 && c != 0xf7 && !(c >= 0x2000 && c <= 0x206f) && !(c >= 0x3000 && c <= 0x3004) && !text_is_blank(c);
}

/* What is wrong with a value of plain text, or NULL. */
static const char *wrong(struct bytes v)
{
	enum script script = SCRIPT_NONE;
	bool        says = false;
	uint32_t    c = 0, before = 0;

	for (size_t at = 0, n; at < v.len; at += n, before = c) {
		struct bytes rest = bytes_skip(v, at);
		n = text_char(&c, rest);
		MUST(n);
		if (text_is_blank(c) && (at == 0 || at + n == v.len))
			return "begins or ends with a blank";
		if (is_mark(bytes_first(rest, n))) {
			if (at == 0 || text_is_blank(before))
				return "has a mark without its letter";
			continue; /* it belongs to its letter's word */
		}
		enum script s = script_of(c);
		if (s && script && s != script)
			return "mixes letters of scripts that look alike in one word";
		script = s;
		says |= says_something(c);
	}
	return says ? NULL : "holds no letter and no digit";
}

bool name_is_plain(const struct name *n, struct err *e)
{
	char type[NAME_TYPE_TEXT];

	for (size_t i = 0; i < n->num_attrs; i++) {
		const char *why = wrong(n->attr[i].value);
		if (why)
			return err_set(e, ERR_NAME_TEXT, "%s %s", name_type(type, &n->attr[i]), why);
	}
	return true;
}
