/* qr_receive.c: `ceremony qr receive`: pictures become a file; see qr.h. What is in a picture is
 * read by ceremony-parse; this process sees texts, and puts them together. */
#include "ceremony/cmd/qr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/port/camera.h"
#include "ceremony/port/spawn.h"
#include "qr/ur.h"

#define MAX_PICTURE   (IPC_MAX_BODY / 4 * 3 - 4096) /* octets: as base64 it fits a call */
#define ROOM          ((size_t)24 << 20)
#define MAX_DEATHS    3 /* of the helper, one after the other */
#define OTHERS_BEFORE 8 /* frames of another file in a row, after which that one is meant */

struct receive {
	const char        *camera, *images, *out;
	struct spawned     parser;
	struct arena       room, joining; /* one picture's; the receiver's */
	struct ur_receiver receiver;
	unsigned           pictures, codes, deaths, others;
	bool               tty;
};

static struct call call; /* too big for a stack */

static bool read_options(struct receive *r, int argc, char **argv)
{
	static const struct option options[] = { { "camera", required_argument, NULL, 'c' },
		                                 { "images", required_argument, NULL, 'i' },
		                                 { NULL, 0, NULL, 0 } };
	int                        opt;

	for (optind = 1; (opt = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
		const char **value = opt == 'c' ? &r->camera : opt == 'i' ? &r->images : opt == 'o' ? &r->out : NULL;
		if (!value || *value)
			return false;
		*value = optarg;
	}
	if (optind != argc || !r->out || (r->camera && r->images))
		return false;
	if (!r->camera && !r->images)
		r->camera = "/dev/video0";
	return true;
}

static void progress(const struct receive *r, bool end)
{
	const struct ur_receiver *u = &r->receiver;

	if (!r->tty && !end)
		return;
	(void)fprintf(stderr, "%s%u pictures, %u codes, %zu of %u fragments%s", r->tty ? "\r\033[K" : "", r->pictures,
	              r->codes, u->done ? (size_t)(u->num ? u->num : 1) : u->rows.rank,
	              u->done && !u->num ? 1 : (unsigned)u->num, end ? "\n" : "");
}

static void note(const struct receive *r, const char *what, const struct err *e)
{
	char       line[512], shown[512];
	struct buf b = BUF_ON(shown);

	text_escape(&b, bytes_str(what));
	(void)fprintf(stderr, "%s%s: %s [%s]\n", r->tty ? "\r\033[K" : "", buf_cstr(&b), err_line(line, sizeof line, e),
	              err_text_of(e->id)->name);
}

/* ---- texts -------------------------------------------------------------- */

/* A frame that does not fit is told and left out; whoever meant another file shows it long enough. */
static void take_text(struct receive *r, const char *where, struct bytes text)
{
	struct err   e = { 0 };
	enum ur_news news;

	r->codes++;
	bool ok = ur_receiver_put(&r->receiver, &news, text, &e);
	if (!ok && e.id == ERR_QR_OTHER && ++r->others >= OTHERS_BEFORE) {
		note(r, "starting again with the other file", &e);
		ur_receiver_restart(&r->receiver);
		r->others = 0;
		ok = ur_receiver_put(&r->receiver, &news, text, &e);
	}
	if (ok)
		r->others = 0;
	else if (r->images || e.id == ERR_QR_CHECKSUM || e.id == ERR_QR_TYPE)
		note(r, where, &e);
}

static void take_answer(struct receive *r, const char *where)
{
	char         key[16];
	struct bytes text;

	for (unsigned i = 1; !r->receiver.done; i++) {
		(void)snprintf(key, sizeof key, "part.%u", i);
		if (!fields_get_base64(&text, &r->room, &call.out, key))
			break;
		take_text(r, where, text);
	}
}

/* ---- pictures ----------------------------------------------------------- */

/* Gives one picture to ceremony-parse. A picture that kills it is left out, and the helper started
 * anew; false if that happens again and again. format NULL: a file. */
static bool take_picture(struct receive *r, const char *where, const struct camera_frame *f, struct err *e)
{
	struct err why = { 0 };

	r->pictures++;
	call = (struct call){ .op = OP_PARSE_QR_IMAGE, .in = fields_on(&r->room), .out = fields_on(&r->room) };
	fields_base64(&call.in, "content", f->content);
	if (f->format) {
		fields_str(&call.in, "format", f->format);
		fields_u64(&call.in, "width", f->width);
		fields_u64(&call.in, "height", f->height);
	}
	if (helper_call(&r->parser.helper, &call, &why)) {
		r->deaths = 0;
		take_answer(r, where);
		return true;
	}
	if (r->images || why.id == ERR_HELPER_DIED)
		note(r, where, &why);
	if (why.id != ERR_HELPER_DIED && why.id != ERR_IPC_FORM)
		return true;
	if (++r->deaths >= MAX_DEATHS) {
		*e = why;
		return false;
	}
	spawn_done(&r->parser);
	return spawn_helper(&r->parser, PORT_PARSE, NULL, e);
}

static int is_picture(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

/* One file of the folder; what is no regular file is left out. */
static bool take_file(struct receive *r, int dir, const char *name, struct err *e)
{
	struct camera_frame f = { 0 };
	struct err          why = { 0 };

	r->room.len = 0;
	if (!file_read(&f.content, &r->room, dir, name, MAX_PICTURE, &why)) {
		note(r, name, &why);
		return true;
	}
	return take_picture(r, name, &f, e);
}

static bool from_images(struct receive *r, struct err *e)
{
	struct dirent **list = NULL;
	bool            ok = true;
	int             dir = dir_open(AT_FDCWD, r->images, false, e);

	if (dir < 0)
		return false;
	int num = scandirat(dir, ".", &list, is_picture, alphasort);
	if (num < 0)
		ok = err_set(e, ERR_FILE_READ, "%s: %s", r->images, strerror(errno));
	for (int i = 0; i < num; i++) {
		if (ok && !r->receiver.done && !qr_stopped()) {
			ok = take_file(r, dir, list[i]->d_name, e);
			progress(r, false);
		}
		free(list[i]);
	}
	free(list);
	(void)close(dir);
	return ok;
}

static bool from_camera(struct receive *r, struct err *e)
{
	__attribute__((cleanup(camera_done))) struct camera c = { 0 };

	if (!camera_open(&c, r->camera, e))
		return false;
	while (!r->receiver.done && !qr_stopped()) {
		struct camera_frame f;
		bool                got;
		r->room.len = 0;
		if (!camera_next(&c, &f, &got, &r->room, e) || (got && !take_picture(r, "a picture", &f, e)))
			return false;
		progress(r, false);
	}
	return true;
}

/* ---- the whole ---------------------------------------------------------- */

static bool receive(struct receive *r, struct err *e)
{
	qr_catch();
	ur_receiver_init(&r->receiver, &r->joining, ur_types);
	if (!spawn_helper(&r->parser, PORT_PARSE, NULL, e) || !(r->images ? from_images(r, e) : from_camera(r, e)))
		return false;
	progress(r, true);
	const struct ur_receiver *u = &r->receiver;
	if (!u->done)
		return err_set(e, ERR_QR_INCOMPLETE, "%zu of %u fragments", u->rows.rank, (unsigned)u->num);
	if (!file_write(AT_FDCWD, r->out, u->content, 0644, e))
		return false;
	qr_print_digest(r->out, u->content);
	return true;
}

int qr_receive(int argc, char **argv)
{
	static struct receive r;
	struct err            e = { 0 };

	if (!read_options(&r, argc, argv))
		return qr_usage();
	r.tty = isatty(STDERR_FILENO);
	r.room = arena_new(ROOM);
	r.joining = arena_new(UR_ARENA);
	bool ok = r.room.cap && r.joining.cap ? receive(&r, &e) : err_set(&e, ERR_NO_MEMORY, "%zu octets", ROOM + UR_ARENA);
	spawn_done(&r.parser);
	arena_free(&r.room);
	arena_free(&r.joining);
	return ok ? 0 : qr_fail(&e);
}
