/* ipc_client.c: the conductor's end of a helper; see ipc.h. */
#include "ceremony/port/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/port/frame.h"

#define ARENA_LEN (IPC_MAX_BODY * 2 + ((size_t)1 << 16))

bool ipc_client_init(struct ipc_client *c, int fd, int said, pid_t pid, enum port port, const char *name,
                     struct err *e)
{
	struct arena a = arena_new(ARENA_LEN);

	if (!a.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", ARENA_LEN);
	*c = (struct ipc_client){ .fd = fd, .said = said, .pid = pid, .port = port, .name = name, .in = a };
	return true;
}

/* Keeps the last line of what the helper said, escaped: it may come from a vendor's module. */
static void heard(void *ctx, struct bytes text)
{
	struct ipc_client *c = ctx;
	struct bytes       head, tail;

	text = bytes_trim(text);
	while (bytes_cut(text, '\n', &head, &tail))
		text = tail;
	if (!text.len)
		return;
	struct buf b = BUF_ON(c->tail);
	text_escape(&b, text);
	(void)buf_cstr(&b);
}

static void hear_the_rest(struct ipc_client *c)
{
	uint8_t text[512];
	ssize_t n;

	if (c->said < 0 || fcntl(c->said, F_SETFL, O_NONBLOCK) != 0)
		return;
	while ((n = read(c->said, text, sizeof text)) > 0)
		heard(c, bytes_of(text, (size_t)n));
}

/* Reaps the child, waiting up to two seconds before it is killed; its status, or -1. */
static int reap(struct ipc_client *c)
{
	int status = -1;

	if (c->pid <= 0)
		return -1;
	for (int i = 0; i < 200; i++) {
		pid_t p = waitpid(c->pid, &status, WNOHANG);

		if (p == c->pid || (p < 0 && errno != EINTR)) {
			c->pid = 0;
			return p < 0 ? -1 : status;
		}
		(void)nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	(void)kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	c->pid = 0;
	return status;
}

/* The helper has gone, or must go: says how, once and for all. */
static void bury(struct ipc_client *c)
{
	char how[48] = "it hung up";

	c->dead = true;
	(void)shutdown(c->fd, SHUT_RDWR); /* should it still live: it need not wait for us */
	int status = reap(c);
	hear_the_rest(c);
	if (status != -1 && WIFSIGNALED(status))
		(void)snprintf(how, sizeof how, "killed by signal %d (%s)", WTERMSIG(status),
		               sigdescr_np(WTERMSIG(status)));
	else if (status != -1 && WIFEXITED(status))
		(void)snprintf(how, sizeof how, "ended with exit code %d", WEXITSTATUS(status));
	(void)err_set(&c->last_words, ERR_HELPER_DIED, "%s: %s%s%s", c->name, how, c->tail[0] ? "; it said: " : "",
	              c->tail);
}

static bool died(struct ipc_client *c, struct err *e)
{
	if (!c->dead)
		bury(c);
	return err_set(e, c->last_words.id, "%s", c->last_words.detail);
}

/* Nothing that it says can be trusted any more. */
static bool nonsense(struct ipc_client *c, struct err *e, const char *why)
{
	if (c->pid > 0)
		(void)kill(c->pid, SIGKILL);
	bury(c);
	return err_set(e, ERR_IPC_FORM, "%s: %s", c->name, why);
}

static bool take_error(struct ipc_client *c, const struct frame *f, struct err *e)
{
	enum err_id  id = err_by_name(f->name);
	struct bytes d = fields_get(&f->fields, "detail");

	if (id == ERR_COUNT_ || id == ERR_NONE || f->has_secret || !text_is_utf8(d))
		return nonsense(c, e, "an error that is not in the catalogue");
	return err_set(e, id, "%s", d.p ? (const char *)d.p : "");
}

/* What is told while nothing comes: what the helper said last, or what it is there for. */
struct told {
	char     what[80];
	uint64_t done, total;
};

static struct told told_first(enum port port)
{
	static const char *const works[] = { [PORT_TOKEN] = "the token is at work", [PORT_MEDIA] = "the medium is at work",
		                             [PORT_PARSE] = "what was brought is being read", [PORT_HOST] = "this machine is at work" };
	struct told t = { .total = 0 };

	(void)snprintf(t.what, sizeof t.what, "%s", works[port]);
	return t;
}

/* Waits until the helper says something, and tells once a second that it still works. */
static void wait_for(const struct ipc_client *c, const struct call *call, const struct told *t)
{
	struct pollfd from[] = { { .fd = c->fd, .events = POLLIN }, { .fd = c->said, .events = POLLIN } };

	while (call->progress && poll(from, COUNT_OF(from), 1000) == 0)
		call->progress(call->progress_ctx, t->what, t->done, t->total);
}

static void take_progress(const struct call *call, const struct frame *f, struct told *t)
{
	uint64_t     done = 0, total = 0;
	struct bytes what = fields_get(&f->fields, "what");

	if (call->progress && what.p && text_is_plain(what) &&
	    fields_get_u64(&done, &f->fields, "done", UINT64_MAX) &&
	    fields_get_u64(&total, &f->fields, "total", UINT64_MAX)) {
		(void)snprintf(t->what, sizeof t->what, "%s", (const char *)what.p);
		t->done = done;
		t->total = total;
		call->progress(call->progress_ctx, (const char *)what.p, done, total);
	}
}

static bool take_answer(struct ipc_client *c, struct call *call, struct frame *f, struct err *e)
{
	if (f->has_secret != op_text_of(call->op)->secret_out)
		return nonsense(c, e, "a secret is missing, or came unasked");
	fields_add_all(&call->out, &f->fields);
	if (f->has_secret)
		secret_move(call->secret_out, &f->secret);
	return true;
}

static bool call_helper(void *ctx, struct call *call, struct err *e)
{
	struct ipc_client   *c = ctx;
	struct bytes         name = bytes_str(op_text_of(call->op)->name);
	struct frame         f = { 0 };
	struct err           why = { 0 };
	struct told          told = told_first(c->port);

	MUST(op_text_of(call->op)->port == c->port);
	if (c->dead)
		return died(c, e);
	if (!frame_write(c->fd, FRAME_CALL, name, &call->in, call->secret_in, &why))
		return why.id == ERR_HELPER_DIED ? died(c, e) : err_set(e, why.id, "%s", why.detail);
	for (;;) {
		wait_for(c, call, &told);
		enum frame_end end = frame_read(&f, &c->in, c->fd, c->said, heard, c, &why);

		if (end == FRAME_GONE)
			return died(c, e);
		if (end != FRAME_OK) { /* after a failure of ours the stream is out of step, too */
			(void)nonsense(c, e, why.detail);
			return err_set(e, why.id, "%s: %s", c->name, why.detail);
		}
		bool progress = f.kind == FRAME_PROGRESS && bytes_equal(f.name, name);
		bool ok = true;
		if (progress)
			take_progress(call, &f, &told);
		else if (f.kind == FRAME_ERROR)
			ok = take_error(c, &f, e);
		else if (f.kind == FRAME_ANSWER && bytes_equal(f.name, name))
			ok = take_answer(c, call, &f, e);
		else
			ok = nonsense(c, e, "an answer to something else");
		frame_done(&f);
		if (!progress)
			return ok;
	}
}

struct helper ipc_client(struct ipc_client *c)
{
	return (struct helper){ call_helper, c };
}

void ipc_client_done(struct ipc_client *c)
{
	if (!c->in.cap)
		return;
	(void)close(c->fd);
	(void)reap(c);
	if (c->said >= 0)
		(void)close(c->said);
	arena_free(&c->in);
	*c = (struct ipc_client){ 0 };
}
