/* name_plain.c: names that are well-formed and yet no name for a CA; see name.h. */
#include "ceremony/base/text.h"
#include "ceremony/pki/name.h"

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC, SCRIPT_OTHER, SCRIPT_AGAIN, SCRIPT_EAST, SCRIPT_EAST_ALIKE };

#define MOST_MARKS 4 /* on one letter (UTS 39 5.4) */

/* Scripts that no honest word mixes, since some of their letters or digits look alike (UTS 39 5.2, highly restrictive): the three,
 * with Coptic among Greek, all others as one, and Latin letters that have a second code point: wide, joined, phonetic, for formulas
 * and numerals. Han, kana and Hangul go with Latin and with these, and with nothing else; what of them looks like a Latin letter,
 * the han zero and the single letters of Hangul, with Han, kana and Hangul alone. The first row that has it counts. */
static enum script script_of(uint32_t c)
{
	static const struct {
		uint32_t    first, last;
		enum script script;
	} ranges[] = {
		{ 'A', 'Z', SCRIPT_LATIN },         { 'a', 'z', SCRIPT_LATIN },         { 0xc0, 0xd6, SCRIPT_LATIN },
		{ 0xd8, 0xf6, SCRIPT_LATIN },       { 0xf8, 0x24f, SCRIPT_LATIN },      { 0x251, 0x251, SCRIPT_AGAIN },
		{ 0x261, 0x262, SCRIPT_AGAIN },     { 0x26a, 0x26a, SCRIPT_AGAIN },     { 0x274, 0x274, SCRIPT_AGAIN },
		{ 0x276, 0x276, SCRIPT_AGAIN },     { 0x280, 0x280, SCRIPT_AGAIN },     { 0x28f, 0x28f, SCRIPT_AGAIN },
		{ 0x299, 0x299, SCRIPT_AGAIN },     { 0x29c, 0x29c, SCRIPT_AGAIN },     { 0x29f, 0x29f, SCRIPT_AGAIN },
		{ 0x250, 0x2af, SCRIPT_LATIN },     { 0x370, 0x3ff, SCRIPT_GREEK },     { 0x400, 0x52f, SCRIPT_CYRILLIC },
		{ 0x531, 0x10ff, SCRIPT_OTHER },    { 0x1100, 0x11ff, SCRIPT_EAST_ALIKE }, { 0x1200, 0x1c7f, SCRIPT_OTHER },
		{ 0x1c80, 0x1c8f, SCRIPT_CYRILLIC }, { 0x1c90, 0x1cff, SCRIPT_OTHER },  { 0x1d00, 0x1dbf, SCRIPT_AGAIN },
		{ 0x1e00, 0x1eff, SCRIPT_LATIN },   { 0x1f00, 0x1fff, SCRIPT_GREEK },   { 0x2102, 0x2102, SCRIPT_AGAIN },
		{ 0x2107, 0x2107, SCRIPT_AGAIN },   { 0x210a, 0x2113, SCRIPT_AGAIN },   { 0x2115, 0x2115, SCRIPT_AGAIN },
		{ 0x2119, 0x211d, SCRIPT_AGAIN },   { 0x2124, 0x2124, SCRIPT_AGAIN },   { 0x2126, 0x2126, SCRIPT_AGAIN },
		{ 0x2128, 0x2128, SCRIPT_AGAIN },   { 0x212a, 0x213f, SCRIPT_AGAIN },   { 0x2145, 0x2149, SCRIPT_AGAIN },
		{ 0x2160, 0x2188, SCRIPT_AGAIN },   { 0x2c00, 0x2c5f, SCRIPT_OTHER },   { 0x2c60, 0x2c7f, SCRIPT_LATIN },
		{ 0x2c80, 0x2cff, SCRIPT_GREEK },   { 0x2d00, 0x2ddf, SCRIPT_OTHER },   { 0x2de0, 0x2dff, SCRIPT_CYRILLIC },
		{ 0x3005, 0x3006, SCRIPT_EAST },    { 0x3007, 0x3007, SCRIPT_EAST_ALIKE }, { 0x3041, 0x30fa, SCRIPT_EAST },
		{ 0x30fc, 0x312f, SCRIPT_EAST },    { 0x3131, 0x318e, SCRIPT_EAST_ALIKE }, { 0x31a0, 0x31bf, SCRIPT_EAST },
		{ 0x31f0, 0x31ff, SCRIPT_EAST },    { 0x3400, 0x4dbf, SCRIPT_EAST },    { 0x4e00, 0x9fff, SCRIPT_EAST },
		{ 0xa4d0, 0xa63f, SCRIPT_OTHER },
		{ 0xa640, 0xa69f, SCRIPT_CYRILLIC }, { 0xa6a0, 0xa6ff, SCRIPT_OTHER },  { 0xa722, 0xa7ff, SCRIPT_LATIN },
		{ 0xa800, 0xab2f, SCRIPT_OTHER },   { 0xab30, 0xab6f, SCRIPT_LATIN },   { 0xab70, 0xabff, SCRIPT_OTHER },
		{ 0xac00, 0xd7a3, SCRIPT_EAST },    { 0xf900, 0xfaff, SCRIPT_EAST },
		{ 0xfb00, 0xfb06, SCRIPT_AGAIN },   { 0xfb13, 0xfdff, SCRIPT_OTHER },   { 0xfe70, 0xfefc, SCRIPT_OTHER },
		{ 0xff21, 0xff3a, SCRIPT_AGAIN },   { 0xff41, 0xff5a, SCRIPT_AGAIN },   { 0xff66, 0xff9d, SCRIPT_EAST },
		{ 0x10280, 0x16fff, SCRIPT_OTHER },
		{ 0x1b000, 0x1b16f, SCRIPT_EAST },  { 0x1d400, 0x1d7ff, SCRIPT_AGAIN }, { 0x20000, 0x3ffff, SCRIPT_EAST },
	};

	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].script;
	return SCRIPT_NONE;
}

/* Which scripts may stand in a word with this one, as bits. */
static unsigned beside(enum script s)
{
	static const unsigned others[] = { [SCRIPT_LATIN] = 1u << SCRIPT_EAST,
		                           [SCRIPT_AGAIN] = 1u << SCRIPT_EAST,
		                           [SCRIPT_EAST] = 1u << SCRIPT_LATIN | 1u << SCRIPT_AGAIN | 1u << SCRIPT_EAST_ALIKE,
		                           [SCRIPT_EAST_ALIKE] = 1u << SCRIPT_EAST };

	return others[s] | 1u << s;
}

/* A combining mark: it takes no column of its own. */
static bool is_mark(struct bytes c)
{
	return text_columns(c) == 0;
}

/* A mark that strikes its letter through or frames it: with it, letters look like others, or like none. */
static bool hides(uint32_t c)
{
	return (c >= 0x334 && c <= 0x338) || c == 0x488 || c == 0x489 || (c >= 0x20d0 && c <= 0x20ff);
}

static bool is_unassigned(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
#define X(from, to) { .first = from, .last = to },
#include "ceremony/pki/name_unassigned.def"
#undef X
	};

	for (size_t low = 0, high = COUNT_OF(ranges); c >= 0x80 && low < high;) {
		size_t i = (low + high) / 2;
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
		*(c < ranges[i].first ? &high : &low) = c < ranges[i].first ? i : i + 1;
	}
	return false;
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
	bool     says = false;
	uint32_t c = 0, before = 0;
	unsigned marks = 0, word = 0; /* the scripts of the word so far, as bits */

	for (size_t at = 0, n; at < v.len; at += n, before = c) {
		struct bytes rest = bytes_skip(v, at);
		n = text_char(&c, rest);
		MUST(n);
		if (text_is_blank(c) && (at == 0 || at + n == v.len))
			return "begins or ends with a blank";
		if (is_unassigned(c))
			return "holds a code point that is no character (Unicode 17.0)";
		if (is_mark(bytes_first(rest, n))) {
			if (at == 0 || text_is_blank(before))
				return "has a mark without its letter";
			if (hides(c) || ++marks > MOST_MARKS)
				return "has a mark that hides its letter, or too many";
			continue; /* it belongs to its letter's word */
		}
		marks = 0;
		enum script s = script_of(c);
		if (s && (word & ~beside(s)))
			return "mixes letters of scripts that look alike in one word";
		if (s || c < '0' || c > '9') /* a digit goes with any script, and ends no word */
			word = s ? word | 1u << s : 0;
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
