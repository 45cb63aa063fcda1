/* load.h: a script and the profiles that it names, from files. */
#pragma once

#include "ceremony/flow/script.h"

/* Where profiles come from. */
struct profile_folder {
	int           dir;   /* descriptor */
	struct arena *arena;
};

/* load_profile: for script_parse: reads NAME.ini of the folder (ctx is a struct profile_folder). */
bool load_profile(void *ctx, const char *name, struct bytes *text, struct err *e) __attribute__((warn_unused_result));

/* load_script: reads a script file and its profiles. profiles: the folder, or NULL: the folder
 * `profiles` beside the script's own folder (scripts/ceremonies/x.ini: scripts/profiles), or beside
 * the script. */
bool load_script(struct script *out, struct arena *a, const char *path, const char *profiles, struct err *e)
	__attribute__((warn_unused_result));

/* complain: "ceremony: what happened (detail). What to do." on stderr; returns the exit code that
 * suits the error: 1 for the answer no, 2 for wrong use, 3 for a failure of the world. */
int complain(const struct err *e);
