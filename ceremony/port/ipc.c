/* ipc.c: the helper's end; see ipc.h. The conductor's end is ipc_client.c. */
#include "ceremony/port/ipc.h"

#include <sys/socket.h>

#include "ceremony/port/frame.h"

#define ARENA_LEN (IPC_MAX_BODY * 2 + ((size_t)1 << 16))

/* What one helper's loop needs. */
struct server {
	int                  fd;
	enum port            port;
	const struct helper *impl;
	struct arena         in, out;
	enum op              op;
};

static void server_done(struct server *s)
{
	arena_free(&s->in);
	arena_free(&s->out);
}

static void tell(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct server *s = ctx;
	char           storage[512];
	struct arena   a = ARENA_ON(storage);
	struct fields  f = fields_on(&a);

	fields_str(&f, "what", what);
	fields_u64(&f, "done", done);
	fields_u64(&f, "total", total);
	/* A lost progress report is no failure; the answer will meet the same socket. */
	if (!f.failed && !frame_write(s->fd, FRAME_PROGRESS, bytes_str(op_text_of(s->op)->name), &f, NULL, NULL))
		return;
}

static bool send_error(struct server *s, const struct err *why, struct err *e)
{
	char          storage[512];
	struct arena  a = ARENA_ON(storage);
	struct fields f = fields_on(&a);

	fields_str(&f, "detail", why->detail);
	return frame_write(s->fd, FRAME_ERROR, bytes_str(err_text_of(why->id)->name), &f, NULL, e);
}

static bool answer(struct server *s, struct frame *f, struct err *e)
{
	const struct op_text *t = op_text_of(s->op);
	struct err            why = { 0 };
	SECRET                secret = { 0 };
	struct call           c;

	s->out.len = 0;
	c = (struct call){
		.op = s->op,
		.in = f->fields,
		.secret_in = t->secret_in ? &f->secret : NULL,
		.out = fields_on(&s->out),
		.secret_out = t->secret_out ? &secret : NULL,
		.progress = tell,
		.progress_ctx = s,
	};
	bool ok = helper_call(s->impl, &c, &why);
	secret_done(&f->secret); /* no longer than it is needed */
	if (!ok)
		return send_error(s, &why, e);
	if (frame_write(s->fd, FRAME_ANSWER, bytes_str(t->name), &c.out, t->secret_out ? &secret : NULL, &why))
		return true;
	if (why.id == ERR_TOO_LARGE) /* nothing was written yet */
		return send_error(s, &why, e);
	*e = why;
	return false;
}

static bool is_call(struct server *s, const struct frame *f)
{
	s->op = op_by_name(f->name);
	const struct op_text *t = op_text_of(s->op);
	return f->kind == FRAME_CALL && t->port == s->port && t->secret_in == f->has_secret;
}

bool ipc_serve(int fd, enum port port, const struct helper *impl, struct err *e)
{
	__attribute__((cleanup(server_done))) struct server s = { .fd = fd, .port = port, .impl = impl };
	struct frame f = { 0 };
	int          type = 0;
	socklen_t    type_len = sizeof type;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) != 0 || type != SOCK_STREAM)
		return err_set(e, ERR_IPC_FORM, "nobody is on descriptor %d: ceremony starts this program", fd);
	s.in = arena_new(ARENA_LEN);
	s.out = arena_new(ARENA_LEN);
	if (!s.in.cap || !s.out.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", ARENA_LEN);
	for (;;) {
		enum frame_end end = frame_read(&f, &s.in, fd, -1, NULL, NULL, e);

		if (end == FRAME_GONE)
			return true;
		if (end != FRAME_OK)
			return false;
		bool ok = is_call(&s, &f) ? answer(&s, &f, e) : err_set(e, ERR_IPC_FORM, "not a call of this helper");
		frame_done(&f);
		if (!ok)
			return false;
	}
}
