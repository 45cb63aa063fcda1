/* answers_qr.c: see answers_qr.h. */
#include "ceremony/cmd/answers_qr.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "qr/show.h"

#define SCALE 6 /* pixels a module */

static bool write_frames(int dir, const struct show *s, struct err *e)
{
	static uint8_t     storage[RENDER_MAX_IMAGE];
	static struct code code;
	char               name[32];

	for (uint64_t i = 0; i < ur_sender_round(&s->sender); i++) {
		struct buf b = BUF_ON(storage);
		if (!show_frame(&code, s, i, e))
			return false;
		render_png(&b, &code, SCALE);
		MUST(buf_ok(&b));
		(void)snprintf(name, sizeof name, "frame-%04u.png", (unsigned)i + 1);
		if (!file_write(dir, name, buf_bytes(&b), 0644, e))
			return false;
	}
	return true;
}

bool answers_qr_write(struct qr_shown *out, const char *folder, const struct ask *a, struct err *e)
{
	struct show_fit fit = show_fit(a->octets.len, SHOW_PICTURE);
	struct arena    room = arena_new(a->octets.len + 4096);
	struct show     s = { .version = 0 };
	int             outer = -1, inner = -1;

	bool ok = room.cap > 0 || err_set(e, ERR_NO_MEMORY, "%s", a->name);
	ok = ok && show_init(&s, &room, a->octets, fit.version ? fit.version : SHOW_PICTURE, e);
	ok = ok && (outer = dir_open(AT_FDCWD, folder, true, e)) >= 0 && (inner = dir_open(outer, a->name, true, e)) >= 0;
	ok = ok && write_frames(inner, &s, e);
	if (ok)
		*out = (struct qr_shown){ s.version, (unsigned)s.sender.num, ur_sender_round(&s.sender) };
	if (inner >= 0)
		(void)close(inner);
	if (outer >= 0)
		(void)close(outer);
	arena_free(&room);
	return ok;
}
