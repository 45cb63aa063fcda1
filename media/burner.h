/* burner.h: discs are burned, and read back, by xorriso: a program that is not ours, run in a cell of its own.
 *
 * A process is split off before ceremony-media gives up starting programs (cell.h). It has no right of root's, no network, and does two
 * things: look at a drive or burn the folder `stage` to the disc in it; and bring what is on that disc into the folder `back`.
 * Each time xorriso is started with arguments that stand here, without a shell, and (Landlock) may open the drive, its own libraries,
 * and that one folder. Both folders are in memory, and on a path for that process alone. docs/adr/0014-optical-media.md. */
#pragma once

#include <sys/types.h>

#include "ceremony/port/helper.h"

#define BURNER_PROGRAM "/usr/bin/xorriso"
#define BURNER_ROOM    ((uint64_t)1 << 30) /* octets of both folders together */
#define BURNER_VOLUME  32                  /* characters of a disc's name */

struct burner {
	int   fd;          /* owned: of the process; -1: none was started */
	pid_t pid;         /* owned */
	int   stage, back; /* owned */
	bool  is_read;     /* `back` holds what is on the disc */
};

#define BURNER_NONE ((struct burner){ .fd = -1, .stage = -1, .back = -1 })

/* What xorriso says of a drive and the disc in it. */
struct burner_seen {
	char drive[320], disc[160]; /* escaped: vendor, product, revision; what kind of disc */
	bool blank;
};

/* burner_start: before the cell is entered. ERR_DISC_PROGRAM: there is no xorriso; ERR_MEDIUM_RIGHTS, ERR_SANDBOX. */
bool burner_start(struct burner *b, struct err *e) __attribute__((warn_unused_result));
/* burner_done: ends the process. Safe on BURNER_NONE and twice. */
void burner_done(struct burner *b);

/* burner_burn: burns all files of `stage` to the blank disc in the drive of that node ("sr0") and closes it.
 * volume: the disc's name, made of A-Z 0-9 _. c: told how it goes. ERR_DISC_NONE, ERR_DISC_NOT_BLANK, ERR_DISC_BURN. */
bool burner_burn(struct burner *b, struct burner_seen *seen, const char *node, const char *volume, struct call *c, struct err *e)
	__attribute__((warn_unused_result));

/* burner_burned: empties `stage`: what lay there is on a disc. */
void burner_burned(struct burner *b);

/* burner_read: brings the disc's files into `back`, unless they are there since the last burner_forget. ERR_DISC_NONE, ERR_DISC_READ. */
bool burner_read(struct burner *b, const char *node, struct call *c, struct err *e) __attribute__((warn_unused_result));
/* burner_forget: empties `back`: the next reading is of the disc. */
void burner_forget(struct burner *b);

/* ---- between the two processes (burner.c, burner_run.c) ---- */

enum burner_what { BURNER_LOOK, BURNER_BURN, BURNER_READ };

struct burner_request {
	enum burner_what what;
	char             node[32], volume[BURNER_VOLUME + 1];
};

struct burner_reply {
	int    status; /* as waitpid gives it; -1: it could not be started */
	size_t len;
	char   said[32768]; /* what it printed; of more, the beginning */
};

/* burner_run: serves requests on fd until it closes; in the process that was split off, shut in. root: of both folders. Returns its exit code. */
int burner_run(int fd, int root);
