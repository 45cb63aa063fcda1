/* scan_main.c: ceremony-scan --camera DEV | --images DIR: reads pictures where a mistake in reading them can do no harm.
 *
 * Started by the conductor with a socket as descriptor 3 and nothing else. It opens its camera or its pictures and shuts itself in
 * before the first octet is read: no other file, no network, no process can be reached from here. It alone has the libraries that
 * read pictures: ceremony-parse, which reads requests, is a program of its own. */
#include <stdio.h>

#include "ceremony/parse/parse.h"
#include "ceremony/parse/scan.h"
#include "ceremony/port/cell.h"
#include "ceremony/port/ipc.h"
#include "ceremony/port/locked.h"
#include "ceremony/port/sandbox.h"

static struct scan  scan;
static struct arena scratch; /* emptied at each call */

/* The wall: what a camera's frames come through stays open in it. */
static bool shut_in(struct err *e)
{
	const struct camera      *c = &scan.source.camera;
	const struct sandbox_door doors[] = { { c->fd, CAMERA_TAKE }, { c->fd, CAMERA_GIVE } };

	return sandbox_enter(PARSE_MEMORY, SCAN_CPU, doors, scan.source.is_camera ? COUNT_OF(doors) : 0, e);
}

static bool serve(void *ctx, struct call *c, struct err *e)
{
	(void)ctx;
	scratch.len = 0;
	switch (c->op) {
	case OP_SCAN_CARD: return scan_card(&c->out, &scan, &c->in, &scratch, e);
	case OP_SCAN_NEXT: return scan_next(&c->out, &scan, &scratch, e);
	case OP_SCAN_TAKE: return scan_take(&c->out, &scan, &c->in, e);
	default: return err_set(e, ERR_OP_FIELD, "this process does nothing but scan");
	}
}

int main(int argc, char **argv)
{
	struct helper impl = { serve, NULL };
	struct err    e = { 0 };
	char          line[512];

	bool good = process_harden(&e) && cell_give_up(CELL_NO_RIGHT, &e) && scan_open(&scan, argc, argv, &e) &&
	            (!scan.secret || process_lock(&e)) && shut_in(&e);
	if (good)
		scratch = arena_new(PARSE_ARENA);
	if (good && scratch.cap == 0)
		good = err_set(&e, ERR_NO_MEMORY, "%zu octets", PARSE_ARENA);
	good = good && ipc_serve(IPC_FD, PORT_PARSE, &impl, &e);
	arena_free(&scratch);
	scan_done(&scan);
	if (!good)
		(void)fprintf(stderr, "ceremony-scan: %s\n", err_line(line, sizeof line, &e));
	return good ? 0 : 3;
}
