/* field.c: see field.h. */
#include "tui/field.h"

#include "ceremony/base/text.h"

#define CTRL(c) ((c)&0x1f)

/* A character as UTF-8: its length. */
size_t field_encode(uint8_t out[4], wint_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (uint8_t)(0x80 | (c & 0x3f));
	out[0] = (uint8_t)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
	return n;
}

/* Steps over one character of the field's text, to the left or to the right. */
static size_t beside(const struct form_field *field, bool right)
{
	size_t at = field->at;

	do {
		if (right ? at >= field->len : at == 0)
			break;
		at = right ? at + 1 : at - 1;
	} while (at < field->len && ((unsigned char)field->text[at] & 0xc0) == 0x80);
	return at;
}

static void remove_range(struct form_field *field, size_t from, size_t to)
{
	memmove(field->text + from, field->text + to, field->len - to + 1);
	field->len -= to - from;
	field->at = from;
}

static bool insert(struct form_field *field, struct bytes c)
{
	if (field->len + c.len >= sizeof field->text || !text_is_plain(c))
		return false;
	memmove(field->text + field->at + c.len, field->text + field->at, field->len - field->at + 1);
	memcpy(field->text + field->at, c.p, c.len);
	field->len += c.len;
	field->at += c.len;
	return true;
}

/* A key that leads into the text: what stood there before is edited, no longer replaced. */
static bool move_key(struct form_field *field, wint_t key)
{
	size_t to = field->at;

	switch (key) {
	case KEY_LEFT:
		field->at = beside(field, false);
		break;
	case KEY_RIGHT:
		field->at = beside(field, true);
		break;
	case KEY_HOME:
		field->at = 0;
		break;
	case KEY_END:
		field->at = field->len;
		break;
	case KEY_DC:
		remove_range(field, field->at, beside(field, true));
		break;
	case KEY_BACKSPACE:
		remove_range(field, beside(field, false), to);
		break;
	default:
		return false;
	}
	field->fresh = false;
	return true;
}

bool field_key(struct form_field *field, wint_t key, bool is_code, const char **say)
{
	uint8_t c[4];

	if (is_code)
		return move_key(field, key);
	if (key < ' ' && key != CTRL('u'))
		return false;
	if (key == CTRL('u') || field->fresh)
		remove_range(field, 0, field->len);
	field->fresh = false;
	if (key != CTRL('u') && !insert(field, bytes_of(c, field_encode(c, key))))
		*say = "That character cannot be taken here";
	return true;
}

void field_set(struct form_field *field, const char *text)
{
	size_t len = strlen(text);

	if (len >= sizeof field->text)
		return;
	memcpy(field->text, text, len + 1);
	field->len = field->at = len;
	field->fresh = len > 0;
}
