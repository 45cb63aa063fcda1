/* main.c: ceremony-media --media DIR | --devices [--loops] [--discs]: serves its ops on descriptor 3 until that closes. */
#include <stdio.h>

#include "ceremony/port/cell.h"
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
	struct media m = { .dir = -1, .devices = DEVICES_NONE, .burner = BURNER_NONE };
	struct err   e = { 0 };

	if (!process_harden(&e))
		return say(&e);
	bool devices = argc >= 2 && strcmp(argv[1], "--devices") == 0, loops = false, discs = false, known = devices ? argc <= 4 : argc == 3;
	for (int i = 2; devices && known && i < argc; i++) {
		bool *is = strcmp(argv[i], "--loops") == 0 ? &loops : strcmp(argv[i], "--discs") == 0 ? &discs : NULL;
		known = is && !*is;
		if (known)
			*is = true;
	}
	if (!known || (!devices && strcmp(argv[1], "--media") != 0)) {
		(void)err_set(&e, ERR_USAGE, "ceremony-media --media DIR | --devices [--loops] [--discs]; it is started by ceremony");
		return say(&e);
	}
	if (!devices && !cell_give_up(CELL_ANY_FILE, &e)) /* with devices, the cell is entered when they are open */
		return say(&e);
	if (!(devices ? media_init_devices(&m, loops, discs, &e) : media_init(&m, argv[2], &e)))
		return say(&e);
	struct helper h = media_helper(&m);
	bool          ok = ipc_serve(IPC_FD, PORT_MEDIA, &h, &e);
	media_done(&m);
	return ok ? 0 : say(&e);
}
