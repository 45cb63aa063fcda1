/* steady.c: see steady.h. */
#include "tui/test/steady.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/base/text.h"

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':';
}

static bool is_octet_word(const char *w, size_t n)
{
	for (unsigned i = 0; i < 256; i++)
		for (size_t k = 0; k < 2; k++)
			if (strlen(word_of((uint8_t)i, k)) == n && strncasecmp(word_of((uint8_t)i, k), w, n) == 0)
				return true;
	return false;
}

static const char *token_as(char *room, const char *w, size_t n, bool words, size_t *nth)
{
	size_t hex = 0, digits = 0;

	for (size_t i = 0; i < n; i++) {
		hex += is_hex(w[i]);
		digits += w[i] >= '0' && w[i] <= '9';
	}
	(void)snprintf(room, 512, "%.*s", (int)n, w);
	if (!words && digits == n && n >= 4 && n <= 5)
		return "00000"; /* a share set's number */
	bool dated = digits >= 4 && (memchr(w, ':', n) || memchr(w, '-', n));
	for (size_t i = 0; i < n && i < 511; i++)
		if ((hex == n && n >= 8 && digits) || (words && hex == n && n == 4) || (dated && room[i] >= '0' && room[i] <= '9'))
			room[i] = room[i] == ':' ? ':' : '0';
	if (words && is_octet_word(w, n))
		return word_of(0, (*nth)++);
	return room;
}

/* words: the text is nothing but a digest's words, or its groups. */
static const char *steady(struct arena *a, const char *text)
{
	size_t     cap = strlen(text ? text : "") * 3 + 64, nth = 0, tokens = 0, odd = 0;
	char      *out = arena_take(a, cap), room[512];
	struct buf b = buf_init(out, cap);

	MUST(out);
	for (int pass = 0; pass < 2; pass++) {
		for (const char *s = text ? text : ""; *s;) {
			size_t n = strcspn(s, " \n(),");
			if (n == 0) {
				if (pass)
					buf_u8(&b, (uint8_t)*s);
				s++;
				continue;
			}
			tokens += pass == 0;
			odd += pass == 0 && (is_octet_word(s, n) || (n == 4 && strspn(s, "0123456789abcdef") >= 4));
			if (pass)
				buf_str(&b, token_as(room, s, n, odd * 2 > tokens, &nth));
			s += n;
		}
	}
	return buf_cstr(&b);
}

void steady_prompt(struct arena *a, struct prompt *p)
{
	for (size_t i = 0; i < p->num_rows; i++)
		if (p->row[i].label && strncmp(p->row[i].label, "Lines", 5) == 0)
			p->row[i].value = "00";
	p->text = steady(a, p->text);
	p->aloud = steady(a, p->aloud);
	for (size_t i = 0; i < p->num_rows; i++) {
		p->row[i].value = steady(a, p->row[i].value);
		p->row[i].asked = steady(a, p->row[i].asked);
		p->row[i].allowed = steady(a, p->row[i].allowed);
	}
	for (size_t i = 0; i < p->num_asks; i++) {
		p->ask[i].preset = steady(a, p->ask[i].preset);
		p->ask[i].hint = steady(a, p->ask[i].hint);
		if (p->ask[i].kind == ASK_QR) /* a signature's length is not always the same */
			p->ask[i].octets = bytes_of(arena_take(a, 1000), 1000);
	}
}

const char *steady_unlike(const char *utf8, const char *other, bool ascii)
{
	const char *a = utf8, *b = other;

	for (; *a && *b; a++, b++) {
		if ((uint8_t)*a >= 0x80 && ascii) {
			while (((uint8_t)a[1] & 0xc0) == 0x80)
				a++;
			if (*b > ' ' && *b < 0x7f)
				continue;
		}
		if (*a != *b && !(ascii && *a == ' ' && *b == '|')) /* the bar before a hint is a blank with a colour */
			return b;
	}
	return *a || *b ? b : NULL;
}
