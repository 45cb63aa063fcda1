/* personal_text.c: personal values within longer texts: what prompts showed; see personal.h.
 *
 * A prompt is put together from words of the program and from values that people gave. Those are taken out again by
 * looking for them, so that nobody who writes a prompt can forget to. */
#include "ceremony/record/personal_file.h"

#define TOKEN_LEN (sizeof PERSONAL_WITHHELD - 1 + 8)

static bool is_word(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* Does a word begin at `at`, and none go on over `end`? Where a value ends in something else, that is its end. */
static bool stands_alone(struct bytes text, size_t at, struct bytes value)
{
	size_t end = at + value.len;

	if (at > 0 && is_word(text.p[at - 1]) && is_word(value.p[0]))
		return false;
	return end == text.len || !is_word(text.p[end]) || !is_word(value.p[value.len - 1]);
}

/* The longest known value that stands at `at`; one letter is no word to look for. */
static const struct personal_value *find(const struct personal *p, struct bytes text, size_t at)
{
	const struct personal_value *best = NULL;

	for (const struct personal_value *v = p->first; v; v = v->next) {
		struct bytes value = v->value;
		if (value.len < 2 || value.len > text.len - at || value.p[0] != text.p[at] || (best && best->value.len >= value.len))
			continue;
		if (memcmp(text.p + at, value.p, value.len) == 0 && stands_alone(text, at, value))
			best = v;
	}
	return best;
}

void personal_veil(const struct personal *p, struct buf *out, struct bytes text)
{
	bool   begins[256] = { false };
	size_t from = 0;

	for (const struct personal_value *v = p->first; v; v = v->next)
		begins[v->value.p[0]] = true;
	for (size_t at = 0; at < text.len;) {
		const struct personal_value *v = begins[text.p[at]] ? find(p, text, at) : NULL;
		if (!v) {
			at++;
			continue;
		}
		buf_put(out, bytes_of(text.p + from, at - from));
		buf_str(out, PERSONAL_WITHHELD);
		buf_hex(out, bytes_of(v->commitment, 4));
		from = at += v->value.len;
	}
	buf_put(out, bytes_skip(text, from));
}

/* The value that a text begins with as "withheld-" and eight digits. */
static const struct personal_value *of_token(const struct personal *p, struct bytes text)
{
	uint8_t    digits[4];
	struct buf b = BUF_ON(digits);

	if (text.len < TOKEN_LEN || !bytes_starts(text, PERSONAL_WITHHELD) ||
	    !hex_decode(&b, bytes_first(bytes_skip(text, sizeof PERSONAL_WITHHELD - 1), 8)))
		return NULL;
	const struct personal_value *v = p->first;
	while (v && memcmp(v->commitment, digits, 4) != 0)
		v = v->next;
	return v;
}

void personal_unveil(const struct personal *p, struct buf *out, struct bytes text)
{
	for (;;) {
		const uint8_t *at = memmem(text.p, text.len, PERSONAL_WITHHELD, sizeof PERSONAL_WITHHELD - 1);
		struct bytes   rest = at ? bytes_skip(text, (size_t)(at - text.p)) : bytes_of(NULL, 0);
		if (!at)
			break;
		const struct personal_value *v = of_token(p, rest);
		buf_put(out, bytes_first(text, (size_t)(at - text.p)));
		buf_put(out, v ? v->value : bytes_first(rest, TOKEN_LEN));
		text = bytes_skip(rest, TOKEN_LEN);
	}
	buf_put(out, text);
}
