/* main.c: ceremony-token [--record FOLDER]: serves its ops on descriptor 3 until that closes. */
#include <stdio.h>

#include "ceremony/port/cell.h"
#include "ceremony/port/ipc.h"
#include "ceremony/token/token.h"

static int say(const struct err *e)
{
	char line[512];

	(void)fprintf(stderr, "ceremony-token: %s\n", err_line(line, sizeof line, e));
	return e->id == ERR_USAGE ? 2 : 3;
}

int main(int argc, char **argv)
{
	static struct token t;
	struct err          e = { 0 };
	const char         *record = NULL;

	if (!process_harden(&e) || !cell_give_up(CELL_NO_RIGHT, &e))
		return say(&e);
	if (argc == 3 && strcmp(argv[1], "--record") == 0)
		record = argv[2];
	else if (argc != 1) {
		(void)err_set(&e, ERR_USAGE, "ceremony-token [--record FOLDER]; it is started by ceremony");
		return say(&e);
	}
	if (!token_init(&t, record, &e))
		return say(&e);
	struct helper h = token_helper(&t);
	bool          ok = ipc_serve(IPC_FD, PORT_TOKEN, &h, &e);
	token_done(&t);
	return ok ? 0 : say(&e);
}
