/* helper.h: what the core asks of the world: one op, one answer.
 *
 * Everything outside (token, medium, parser, host) is a `struct helper`: a table with one
 * function. Live, the call goes over a socket to a process of its own (ipc.h); in tests
 * a fake answers. The ops are data, in ops.def, and each end checks against it. */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/secret.h"

enum port { PORT_TOKEN, PORT_MEDIA, PORT_PARSE, PORT_HOST, PORT_COUNT_ };

enum op {
	OP_NONE,
#define X(id, name, port, secret_in, secret_out, in, out) id,
#include "ceremony/port/ops.def"
#undef X
	OP_COUNT_
};

/* One row of ops.def. */
struct op_text {
	const char *name;
	enum port   port;
	bool        secret_in, secret_out; /* a secret travels with the call, or comes back */
	const char *in, *out;              /* the fields, for people: "key key? key.N" */
};

const struct op_text *op_text_of(enum op op);
/* op_by_name: OP_NONE if there is none. */
enum op op_by_name(struct bytes name);
/* op_gives: whether ops.def has a field of that name in the op's answer; N: a number from 1, without zeros before it. */
bool op_gives(enum op op, struct bytes key);

/* One call. Big: keep it static or in an arena, not on a deep stack. */
struct call {
	enum op              op;
	struct fields        in;
	const struct secret *secret_in;  /* NULL where the op takes none */
	struct fields        out;        /* its arena is set by the caller */
	struct secret       *secret_out; /* an empty secret to fill; NULL where the op gives none */
	/* progress: told now and then what is being done and how far it is, done <= total, total 0
	 * if unknown; by a helper process at least once a second. May be NULL. */
	void (*progress)(void *ctx, const char *what, uint64_t done, uint64_t total);
	void *progress_ctx;
	/* stop: asked between the pieces of long work that leaves nothing half done; true: ERR_STOPPED_BY_KEY, of a
	 * camera ERR_QR_STOPPED. May be NULL. */
	bool (*stop)(void *progress_ctx);
};

struct helper {
	bool (*call)(void *ctx, struct call *c, struct err *e);
	void *ctx;
};

/* helper_call: makes the call, after checking that secrets come and go as ops.def says
 * (a broken invariant otherwise). On failure c->out is empty. */
bool helper_call(const struct helper *h, struct call *c, struct err *e) __attribute__((warn_unused_result));
