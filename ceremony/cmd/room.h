/* room.h: everything that one run of a ceremony holds open: the record, the helpers, the
 * face. Made by run.c, which decides; this file only opens and closes. */
#pragma once

#include "ceremony/audit/lists.h"
#include "ceremony/cmd/answers.h"
#include "ceremony/cmd/plain.h"
#include "ceremony/cmd/runner.h"
#include "ceremony/cmd/scan_host.h"
#include "ceremony/port/spawn.h"
#include "ceremony/record/bundle.h"
#include "tui/tui.h"

#define ROOM_LASTING ((size_t)512 << 20) /* arena sizes: pages that are never touched cost nothing */
#define ROOM_SCRATCH ((size_t)64 << 20)

struct options {
	const char *script, *record, *answers, *token, *token2, *witness_token, *media, *profiles, *camera, *images;
	bool        plain, ascii, mono, rehearsal;
};

/* options_parse: "run" takes a SCRIPT, "resume" none. ERR_USAGE. */
bool options_parse(struct options *o, int argc, char **argv, bool with_script, struct err *e)
	__attribute__((warn_unused_result));
/* options_start: of `ceremony` alone: the record may be missing, a script is not taken. ERR_USAGE. */
bool options_start(struct options *o, int argc, char **argv, struct err *e) __attribute__((warn_unused_result));

struct room {
	struct options options;
	struct scan_from scan_from;
	struct script  script;
	struct runner  runner;
	struct spawned spawned[PORT_HOST]; /* token, media, parse */
	struct ledger  ledger;             /* of the ceremonies before this one */
	struct record  record;
	struct bundle  bundle;             /* the ceremony's folder */
	struct lists   lists;              /* large revocation lists in it */
	bool           synced;             /* nothing was put into it, by whatever part, since all of it was synced */
	char           path[4096];         /* of the ceremony's folder, absolute */
	char           token_uri[4096];
	char           cards[4096];        /* RECORD.cards: an unattended rehearsal's share cards */
	char           frames[4096];       /* RECORD.frames: what it shows as QR codes */
	bool           rehearsal;
	bool           devices;            /* media are devices, not folders of options.media */
	const char    *media_args[4];      /* what its helper is started with */
	/* the face that is open */
	struct answers answers;
	struct plain   plain;
	struct tui     tui;
	bool           face_open;
};

/* room_new: arenas, and nothing open. room_done: closes all that is open; safe at any time. */
struct room *room_new(const struct options *o, struct err *e);
void         room_done(struct room *r);

/* room_put_ca: the files beside the ceremonies' folders: whose record this is. */
bool room_put_ca(struct room *r, struct err *e) __attribute__((warn_unused_result));

/* room_token_step: the step that takes the root's token in; NULL if none does. */
const struct script_step *room_token_step(const struct script *s);

/* room_media: media_args, for r->devices and r->rehearsal. */
void room_media(struct room *r);

/* room_open: which token it is, and the face, for a script that is loaded. Once is enough. */
bool room_open(struct room *r, struct err *e) __attribute__((warn_unused_result));

/* room_start: the same, and the helpers, for the ceremony's folder that is open. Then root's rights are given up for good: only ceremony-media
 * has any still; and this process that of writing where another user's record lies. */
bool room_start(struct room *r, struct err *e) __attribute__((warn_unused_result));

/* room_put, room_sync, room_get: runner.put, runner.sync and runner.get over the ceremony's folder (ctx is the room). */
bool room_put(void *ctx, const char *name, struct bytes content, struct err *e) __attribute__((warn_unused_result));
bool room_sync(void *ctx, struct err *e) __attribute__((warn_unused_result));
bool room_get(void *ctx, struct bytes *out, struct arena *a, const char *name, size_t max, struct err *e) __attribute__((warn_unused_result));
