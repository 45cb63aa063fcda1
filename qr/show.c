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

const struct show_screen show_screens[SHOW_NUM_SCREENS] = {
	{ "80x25", 80, 25, 0, 0, true },
	{ "100x37 (800x600)", 100, 37, 0, 0, false },
	{ "128x48 (1024x768)", 128, 48, 0, 0, true },
	{ "160x64 (1280x1024)", 160, 64, 0, 0, false },
	{ "240x67 (1920x1080)", 240, 67, 0, 0, true },
	{ "1024x768 pixels", 0, 0, 1024, 768, false },
	{ "1920x1080 pixels", 0, 0, 1920, 1080, false },
};

struct show_fit show_fit_screen(size_t content_len, const struct show_screen *screen)
{
	return screen->width ? show_fit(content_len, render_pixels_version(screen->width, screen->height, 4)) :
	                       show_fit_on(content_len, RENDER_HALF, screen->columns, screen->rows);
}

void show_elsewhere(struct buf *b, size_t content_len, bool octets, unsigned columns, unsigned rows)
{
	const char *between = "";

	for (size_t i = 0; i < SHOW_NUM_SCREENS; i++) {
		const struct show_screen *s = &show_screens[i];
		const struct show_fit     fit = show_fit_screen(content_len, s);
		if (!s->brief || (s->columns == columns && s->rows == rows))
			continue;
		buf_fmt(b, "%s%ux%u ", between, s->columns, s->rows);
		if (fit.version)
			buf_fmt(b, "%zu", fit.frames);
		else
			buf_str(b, "none");
		if (fit.version && octets)
			buf_fmt(b, " of %zu", fit.octets);
		between = ", ";
	}
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
