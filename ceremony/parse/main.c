/* main.c: ceremony-parse: reads foreign objects where a mistake in reading them can do no harm.
 *
 * Started by the conductor with a socket as descriptor 3 and nothing else. It shuts itself in
 * before the first octet is read: no file, no network, no process can be reached from here. The lists
 * of known bad keys, where there are any, are read before that. A process that scans (--camera DEV, --images DIR) opens
 * its camera or its pictures before that, too, and can then read these alone. */
#include <stdio.h>

#include "ceremony/parse/parse.h"
#include "ceremony/port/cell.h"
#include "ceremony/port/ipc.h"
#include "ceremony/port/locked.h"
#include "ceremony/port/sandbox.h"

static struct scan scan;

/* The wall: what a camera's frames come through stays open in it. */
static bool shut_in(bool scans, struct err *e)
{
	const struct camera      *c = &scan.source.camera;
	const struct sandbox_door doors[] = { { c->fd, CAMERA_TAKE }, { c->fd, CAMERA_GIVE } };

	return sandbox_enter(PARSE_MEMORY, scans ? SCAN_CPU : PARSE_CPU, doors,
	                     scans && scan.source.is_camera ? COUNT_OF(doors) : 0, e);
}

int main(int argc, char **argv)
{
	struct err    e = { 0 };
	char          line[512];
	struct arena  a = { 0 }, lists = { 0 };
	bool          scans = argc > 1;
	struct parser p = { .scratch = &a, .scan = scans ? &scan : NULL };

	bool good = process_harden(&e) && cell_give_up(CELL_NO_RIGHT, &e);
	if (!scans && good)
		lists = arena_new(BLACKLIST_ROOM);
	if (lists.cap)
		(void)blacklist_load(&p.lists, &lists, BLACKLIST_FOLDER);
	good = good && (!scans || scan_open(&scan, argc, argv, &e)) && (!scan.secret || process_lock(&e)) && shut_in(scans, &e);
	if (good)
		a = arena_new(PARSE_ARENA);
	if (good && a.cap == 0)
		good = err_set(&e, ERR_NO_MEMORY, "%zu octets", PARSE_ARENA);
	struct helper impl = parse_helper(&p);
	good = good && ipc_serve(IPC_FD, PORT_PARSE, &impl, &e);
	arena_free(&a);
	arena_free(&lists);
	scan_done(&scan);
	if (!good)
		(void)fprintf(stderr, "ceremony-parse: %s\n", err_line(line, sizeof line, &e));
	return good ? 0 : 3;
}
