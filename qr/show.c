/* show.c: see show.h. */
#include "qr/show.h"

struct show_fit show_fit(size_t content_len, unsigned most)
{
	struct show_fit fit = { .version = 0 };
	size_t          octets, frames;
	struct err      e = { 0 };

	if (most == 0 || !ur_sender_measure(&octets, &frames, content_len, code_capacity(most, CODE_L), &e))
		return fit;
	fit = (struct show_fit){ most, octets, frames };
	for (unsigned v = 1; v < most; v++)
		if (ur_sender_measure(&octets, &frames, content_len, code_capacity(v, CODE_L), &e) && frames == fit.frames)
			return (struct show_fit){ v, octets, frames };
	return fit;
}

struct show_fit show_fit_on(size_t content_len, enum render_style style, unsigned columns, unsigned rows)
{
	unsigned most = render_version(style, columns, rows);

	return show_fit(content_len, most < SHOW_MAX_VERSION ? most : SHOW_MAX_VERSION);
}

bool show_init(struct show *s, struct arena *a, struct bytes content, unsigned version, struct err *e)
{
	if (version == 0 || version > CODE_MAX_VERSION)
		return err_set(e, ERR_QR_SIZE, "%zu octets", content.len);
	*s = (struct show){ .arena = a, .mark = a->len, .content = content, .version = version };
	return ur_sender_init(&s->sender, a, content, code_capacity(version, CODE_L), e);
}

bool show_frame(struct code *out, const struct show *s, uint64_t place, struct err *e)
{
	char       text[UR_MAX_TEXT];
	struct buf b = BUF_ON(text);

	ur_sender_frame(&b, &s->sender, ur_sender_seq(&s->sender, place));
	MUST(buf_ok(&b));
	return code_encode(out, buf_bytes(&b), s->version, CODE_L, e);
}
