/* main.c: ceremony-media --media DIR | --devices [--loops]: serves its ops on descriptor 3 until that closes. */
#include <stdio.h>

#include "ceremony/port/ipc.h"
#include "media/media.h"

static int say(const struct err *e)
{
	char line[512];

	(void)fprintf(stderr, "ceremony-media: %s\n", err_line(line, sizeof line, e));
	return e->id == ERR_USAGE ? 2 : 3;
}

int main(int argc, char **argv)
{
	struct media m = { .dir = -1 };
	struct err   e = { 0 };

	if (!process_harden(&e))
		return say(&e);
	bool devices = argc >= 2 && strcmp(argv[1], "--devices") == 0, loops = argc == 3 && strcmp(argv[2], "--loops") == 0;
	if (devices ? argc != 2 + loops : argc != 3 || strcmp(argv[1], "--media") != 0) {
		(void)err_set(&e, ERR_USAGE, "ceremony-media --media DIR | --devices [--loops]; it is started by ceremony");
		return say(&e);
	}
	if (!(devices ? media_init_devices(&m, loops, &e) : media_init(&m, argv[2], &e)))
		return say(&e);
	struct helper h = media_helper(&m);
	bool          ok = ipc_serve(IPC_FD, PORT_MEDIA, &h, &e);
	media_done(&m);
	return ok ? 0 : say(&e);
}
