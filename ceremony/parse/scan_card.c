/* scan_card.c: a share's card before the camera: its words leave this process only in a box that the token process opens;
 * see scan.h. Pictures and words stay on this process's heap, which is locked and ends with it. */
#include "ceremony/base/seal.h"
#include "ceremony/parse/picture.h"
#include "ceremony/parse/scan.h"

#define CARD_MIN 79   /* octets: twenty words of three letters and the blanks between them are not less */
#define CARD_MAX 1908 /* as SLIP39_MAX_TEXT */

/* Words in lower case with single blanks between them. Which words is not looked at here. */
static bool is_card(struct bytes code)
{
	bool good = code.len >= CARD_MIN && code.len <= CARD_MAX;

	for (size_t i = 0; good && i < code.len; i++) {
		bool blank = code.p[i] == ' ';
		good = (code.p[i] >= 'a' && code.p[i] <= 'z') || (blank && i > 0 && i + 1 < code.len && code.p[i - 1] != ' ');
	}
	return good;
}

static bool seal(struct fields *out, const uint8_t *key, struct bytes words, struct err *e)
{
	uint8_t    box[CARD_MAX + SEAL_EXTRA];
	struct buf b = BUF_ON(box);

	seal_put(&b, key, words);
	if (!buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "a card");
	fields_base64(out, "sealed", buf_bytes(&b));
	return true;
}

bool scan_card(struct fields *out, struct scan *s, const struct fields *in, struct arena *a, struct err *e)
{
	static struct picture p;
	uint8_t               key[SEAL_PUBLIC];
	struct buf            k = BUF_ON(key);
	struct scan_picture   t;
	bool                  found = false;

	if (!s->secret)
		return err_set(e, ERR_OP_FIELD, "this process does not look for a card");
	if (!hex_decode(&k, fields_get(in, "public")) || k.len != SEAL_PUBLIC)
		return err_set(e, ERR_OP_FIELD, "public");
	if (!scan_look(&t, s, a, e))
		return false;
	p.num = 0;
	if (t.got && picture_read(&p, a, &t.frame, &t.why))
		s->codes += p.num;
	for (size_t i = 0; i < p.num && !found; i++) {
		found = is_card(p.code[i]);
		if (found && !seal(out, key, p.code[i], e))
			return false;
	}
	fields_str(out, "name", t.name);
	fields_u64(out, "pictures", s->pictures);
	fields_u64(out, "codes", s->codes);
	fields_str(out, "done", found ? "yes" : "no");
	fields_str(out, "end", t.end ? "yes" : "no");
	if (t.why.id != ERR_NONE) {
		fields_str(out, "why", err_text_of(t.why.id)->name);
		fields_str(out, "detail", t.why.detail);
	}
	return true;
}
