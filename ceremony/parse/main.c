/* main.c: ceremony-parse: reads foreign objects where a mistake in reading them can do no harm.
 *
 * Started by the conductor with a socket as descriptor 3 and nothing else. It shuts itself in
 * before the first octet is read: no file, no network, no process can be reached from here. The lists
 * of known bad keys, where there are any, are read before that. Pictures are read by ceremony-scan (scan_main.c). */
#include <stdio.h>

#include "ceremony/parse/parse.h"
#include "ceremony/port/cell.h"
#include "ceremony/port/ipc.h"
#include "ceremony/port/sandbox.h"

int main(int argc, char **argv)
{
	struct err    e = { 0 };
	char          line[512];
	struct arena  a = { 0 }, lists = { 0 };
	struct parser p = { .scratch = &a };

	(void)argv;
	bool good = process_harden(&e) && cell_give_up(CELL_NO_RIGHT, &e) &&
	            (argc == 1 || err_set(&e, ERR_USAGE, "ceremony-parse takes no arguments; it is started by ceremony"));
	if (good)
		lists = arena_new(BLACKLIST_ROOM);
	if (lists.cap)
		(void)blacklist_load(&p.lists, &lists, BLACKLIST_FOLDER);
	good = good && sandbox_enter(PARSE_MEMORY, PARSE_CPU, NULL, 0, &e);
	if (good)
		a = arena_new(PARSE_ARENA);
	if (good && a.cap == 0)
		good = err_set(&e, ERR_NO_MEMORY, "%zu octets", PARSE_ARENA);
	struct helper impl = parse_helper(&p);
	good = good && ipc_serve(IPC_FD, PORT_PARSE, &impl, &e);
	arena_free(&a);
	arena_free(&lists);
	if (!good)
		(void)fprintf(stderr, "ceremony-parse: %s\n", err_line(line, sizeof line, &e));
	return good ? 0 : 3;
}
