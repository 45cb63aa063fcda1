/* plain_qr.c: see plain_qr.h. The only place where this face uses colours, and only when somebody has asked for it: a
 * code must be dark on white, whatever the terminal's own colours are. */
#include "ceremony/cmd/plain_qr.h"

#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/plain_line.h"
#include "ceremony/port/terminal.h"
#include "qr/show.h"

#define LINES_BELOW 3 /* what is said under a code must not push it off the screen */

struct plain_view {
	enum render_style style;
	unsigned          columns, rows;
	struct show_fit   fit;
};

static struct plain_view look(const struct plain *pl, const struct ask *a)
{
	struct plain_view v = { .style = RENDER_WIDE };

	if (terminal_is_utf8() && terminal_has_half_blocks(pl->out))
		v.style = RENDER_HALF;
	terminal_size(pl->out, &v.columns, &v.rows);
	v.fit = show_fit_on(a->octets.len, v.style, v.columns, v.rows > LINES_BELOW ? v.rows - LINES_BELOW : 0);
	return v;
}

bool plain_qr_says(struct plain *pl, const struct ask *a)
{
	struct plain_view v = look(pl, a);
	char              storage[200];
	struct buf        b = BUF_ON(storage);

	show_elsewhere(&b, a->octets.len, true, v.columns, v.rows);
	if (v.fit.version)
		plain_say(pl, 4, "%s: %zu octets, %zu frame%s at %ux%u, version %u, of %zu octets. Each stands still until Enter.", a->name,
		          a->octets.len, v.fit.frames, v.fit.frames == 1 ? "" : "s", v.columns, v.rows, v.fit.version, v.fit.octets);
	else
		plain_say(pl, 4, "%s: %zu octets do not fit codes for %ux%u. A larger terminal takes larger codes.", a->name,
		          a->octets.len, v.columns, v.rows);
	plain_say(pl, 4, "Elsewhere, frames of octets: %s.", buf_cstr(&b));
	return v.fit.version > 0;
}

static bool put_frame(const struct plain *pl, const struct plain_view *v, const struct show *s, uint64_t place)
{
	static uint8_t     storage[RENDER_MAX_TEXT];
	static struct code code;
	struct buf         b = BUF_ON(storage);
	struct err         e = { 0 };

	if (!show_frame(&code, s, place, &e))
		return false;
	render_text(&b, &code, v->style, "\r\n");
	return buf_ok(&b) && fd_write(pl->out, buf_bytes(&b));
}

static bool go_through(struct plain *pl, const struct plain_view *v, const struct show *s, uint64_t *frames)
{
	char storage[PLAIN_MAX_LINE];

	for (uint64_t place = 0;; place++) {
		struct buf line = BUF_ON(storage);
		if (!put_frame(pl, v, s, place))
			return false;
		*frames = place + 1;
		plain_say(pl, 0, "Frame %u of %zu%s. Enter: the next one. end: that was enough.", (unsigned)ur_sender_seq(&s->sender, place),
		          s->sender.num, place >= s->sender.num ? ", which have all been shown" : "");
		plain_mark(pl);
		if (!plain_read(pl, &line))
			return false;
		if (bytes_is(bytes_trim(buf_bytes(&line)), "end"))
			return true;
	}
}

bool plain_qr_show(struct plain *pl, const struct ask *a, struct qr_shown *out)
{
	struct plain_view v = look(pl, a);
	struct arena      room = arena_new(a->octets.len + 4096);
	struct show       s = { .version = 0 };
	struct err        e = { 0 };
	uint64_t          frames = 0;

	bool ok = room.cap && show_init(&s, &room, a->octets, v.fit.version, &e) && go_through(pl, &v, &s, &frames);
	if (ok)
		*out = (struct qr_shown){ s.version, (unsigned)s.sender.num, frames };
	arena_free(&room);
	return ok;
}
