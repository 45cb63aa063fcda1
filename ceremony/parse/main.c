/* main.c: ceremony-parse: reads foreign objects where a mistake in reading them can do no harm.
 *
 * Started by the conductor with a socket as descriptor 3 and nothing else. It shuts itself in
 * before the first octet is read: no file, no network, no process can be reached from here. The lists
 * of known bad keys, where there are any, are read before that. */
#include <stdio.h>

#include "ceremony/parse/parse.h"
#include "ceremony/port/ipc.h"
#include "ceremony/port/sandbox.h"

int main(void)
{
	struct err    e = { 0 };
	char          line[512];
	struct arena  a = { 0 }, lists = arena_new(BLACKLIST_ROOM);
	struct parser p = { .scratch = &a };

	if (lists.cap)
		(void)blacklist_load(&p.lists, &lists, BLACKLIST_FOLDER);
	bool shut_in = process_harden(&e) && sandbox_enter(PARSE_MEMORY, PARSE_CPU, &e);
	if (shut_in)
		a = arena_new(PARSE_ARENA);
	if (shut_in && a.cap == 0)
		shut_in = err_set(&e, ERR_NO_MEMORY, "%zu octets", PARSE_ARENA);
	struct helper impl = parse_helper(&p);
	bool          good = shut_in && ipc_serve(IPC_FD, PORT_PARSE, &impl, &e);
	arena_free(&a);
	arena_free(&lists);
	if (!good)
		(void)fprintf(stderr, "ceremony-parse: %s\n", err_line(line, sizeof line, &e));
	return good ? 0 : 3;
}
