/* spawn.h: starts a helper process and takes it down again.
 *
 * The program is the one that lies beside ours (the folder of /proc/self/exe), never one
 * that PATH finds. It gets: descriptor 3, the socket; /dev/null as stdin and stdout; a
 * pipe as stderr, of which the last line is told if it dies; nothing else that is open;
 * no environment but what the table in spawn.c names, with reasons. It is killed when the
 * conductor's thread that started it ends. */
#pragma once

#include "ceremony/port/ipc.h"

#define SPAWN_MAX_ARGS 12

/* A helper that runs. Big arenas hang on it; it must stay where it is. */
struct spawned {
	struct ipc_client client;
	struct helper     helper; /* call this */
};

/* spawn_helper: starts the helper of a port: ceremony-token, ceremony-media or ceremony-parse.
 * args: what follows the program's name, ending in NULL; NULL for none. ERR_HELPER_START names
 * the program and the reason; also when the program cannot be executed. */
bool spawn_helper(struct spawned *s, enum port port, const char *const *args, struct err *e)
	__attribute__((warn_unused_result));

/* spawn_beside: the same for another program that serves the port: `name`, a literal, which lies beside ours. */
bool spawn_beside(struct spawned *s, enum port port, const char *name, const char *const *args, struct err *e)
	__attribute__((warn_unused_result));

/* spawn_program: the same for a program at a path; the others are this for the path that they
 * find. name is a literal, for messages and as argv[0]. */
bool spawn_program(struct spawned *s, enum port port, const char *name, const char *path, const char *const *args,
                   struct err *e) __attribute__((warn_unused_result));

/* spawn_done: hangs up, waits, kills if need be, reaps. Safe on zero and twice. */
void spawn_done(struct spawned *s);
