/* ipc.h: calls to a helper process and its answers, framed over a stream socket.
 *
 * A frame is a header of 16 octets, then the secret (if any), then the body:
 *
 *   octets  0..3   "CER1"
 *           4      kind: 'C' call, 'P' progress, 'A' answer, 'E' error
 *           5      octets of the name
 *           6..7   number of fields
 *           8..11  octets of the body: the name and all fields
 *          12..15  octets of the secret; ffffffff: no secret (an empty one is length 0)
 *   body: the name, then each field as [u16 key length][key][u32 value length][value]
 *
 * Integers are big-endian. The name is the op's (call, answer, progress) or the catalogue
 * name of the error. The secret comes first so that it is read from the socket straight
 * into locked memory. Each side checks every length against its cap, that keys are
 * printable ASCII and unlike, that the body ends where it says, and that secrets travel as
 * ops.def says. A call is answered by any number of P and then one A or E; an E has the
 * one field "detail", a P the fields "what", "done" and "total". */
#pragma once

#include <sys/types.h>

#include "ceremony/port/helper.h"

#define IPC_FD         3                  /* the helper's end */
#define IPC_MAX_BODY   ((size_t)8 << 20)  /* octets */
#define IPC_MAX_SECRET ((size_t)64 << 10) /* octets */

/* ipc_serve: the main loop of a helper: reads calls of `port` from fd and lets `impl` answer
 * them until the other side hangs up (true). ERR_IPC_FORM if what came is no call of that
 * port: the helper must then end. fd stays the caller's. */
bool ipc_serve(int fd, enum port port, const struct helper *impl, struct err *e) __attribute__((warn_unused_result));

/* The conductor's end of one helper. */
struct ipc_client {
	int          fd;     /* owned */
	int          said;   /* owned: the other end of the helper's stderr, or -1 */
	pid_t        pid;    /* owned: the child to reap; 0 if there is none */
	enum port    port;
	const char  *name;   /* "ceremony-token", for messages */
	struct arena in;     /* owned: what was last read */
	bool         dead;
	char         tail[100];  /* the last line that it said on stderr, escaped */
	struct err   last_words; /* how it died, once it is dead */
};

/* ipc_client_init: a client over a connected socket, which takes fd, said and pid over. On
 * failure (ERR_NO_MEMORY) they stay the caller's. name is a literal. */
bool ipc_client_init(struct ipc_client *c, int fd, int said, pid_t pid, enum port port, const char *name,
                     struct err *e) __attribute__((warn_unused_result));

/* ipc_client: the helper that the core calls; c must stay where it is. A helper that has gone
 * gives ERR_HELPER_DIED with its name, how it ended (exit code or signal) and the end of what
 * it said; one that answers nonsense gives ERR_IPC_FORM and is killed. Either way every later
 * call gives ERR_HELPER_DIED. */
struct helper ipc_client(struct ipc_client *c);

/* ipc_client_done: hangs up, gives the helper two seconds to leave by itself, kills it if it
 * stays, reaps it, frees all. Safe on zero and twice. */
void ipc_client_done(struct ipc_client *c);
