/* burner.c: see burner.h. */
#include "media/burner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/port/ipc.h"

/* ---- the two folders, and the process ---------------------------------------------------------- */

/* A file system in memory, on no path; -1. */
static int memory_folder(struct err *e)
{
	char size[24];
	int  fs = fsopen("tmpfs", FSOPEN_CLOEXEC);

	(void)snprintf(size, sizeof size, "%llu", (unsigned long long)BURNER_ROOM);
	bool ok = fs >= 0 && fsconfig(fs, FSCONFIG_SET_STRING, "size", size, 0) == 0 && fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0700", 0) == 0 &&
	          fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0;
	int mount = ok ? fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC) : -1;
	if (mount < 0)
		(void)err_set(e, ERR_MEDIUM_RIGHTS, "a folder in memory: %s", strerror(errno));
	if (fs >= 0)
		(void)close(fs);
	return mount;
}

static bool make_folders(struct burner *b, int *root, struct err *e)
{
	*root = memory_folder(e);
	b->stage = *root < 0 ? -1 : dir_open(*root, "stage", true, e);
	b->back = b->stage < 0 ? -1 : dir_open(*root, "back", true, e);
	return b->back >= 0;
}

/* Splits the process off, and waits until it is shut in. */
static bool split_off(struct burner *b, int root, struct err *e)
{
	int  pair[2];
	char ready = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(e, ERR_SANDBOX, "socketpair: %s", strerror(errno));
	b->pid = fork();
	if (b->pid == 0) {
		(void)close(IPC_FD); /* the conductor is none of its business */
		(void)close(pair[0]);
		_exit(burner_run(pair[1], root));
	}
	(void)close(pair[1]);
	b->fd = pair[0];
	return (b->pid > 0 && recv(b->fd, &ready, 1, 0) == 1) || err_set(e, ERR_SANDBOX, "the process that burns discs");
}

bool burner_start(struct burner *b, struct err *e)
{
	struct burner got = BURNER_NONE;
	int           root = -1;

	if (access(BURNER_PROGRAM, X_OK) != 0)
		return err_set(e, ERR_DISC_PROGRAM, BURNER_PROGRAM);
	bool ok = make_folders(&got, &root, e) && split_off(&got, root, e);
	if (root >= 0)
		(void)close(root); /* the two folders keep it mounted */
	if (ok)
		*b = got;
	else
		burner_done(&got);
	return ok;
}

void burner_done(struct burner *b)
{
	int fds[] = { b->fd, b->stage, b->back };

	for (size_t i = 0; i < COUNT_OF(fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	if (b->pid > 0) {
		(void)kill(b->pid, SIGKILL);
		while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	*b = BURNER_NONE;
}

/* Removes the files at the top of a folder; there are no others: what is staged has plain names, and a disc's folders are refused. */
static void empty(int folder)
{
	int                  copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR                 *d = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *one;

	while (d && (one = readdir(d)) != NULL)
		if (strcmp(one->d_name, ".") != 0 && strcmp(one->d_name, "..") != 0)
			(void)unlinkat(folder, one->d_name, 0);
	if (d)
		(void)closedir(d);
	else if (copy >= 0)
		(void)close(copy);
}

/* ---- asking it ------------------------------------------------------------------------------------ */

/* The last line that it printed and that is not blank: why it ended. */
static void last_words(char *out, size_t cap, const struct burner_reply *r)
{
	struct buf   b = buf_init(out, cap);
	struct bytes rest = bytes_of(r->said, r->len), line, last = { 0 };

	for (bool more = true; more;) {
		more = bytes_cut(rest, '\n', &line, &rest);
		if (!more)
			line = rest;
		/* the general lament, which follows the reason */
		if (bytes_trim(line).len && !bytes_starts(line, "xorriso : aborting"))
			last = bytes_trim(line);
	}
	text_escape(&b, bytes_first(last, 150));
	(void)buf_cstr(&b);
}

static bool ask(struct burner *b, struct burner_reply *out, enum burner_what what, const char *node, const char *volume, struct call *c, struct err *e)
{
	struct burner_request r = { .what = what };
	struct pollfd         p = { .fd = b->fd, .events = POLLIN };

	(void)snprintf(r.node, sizeof r.node, "%s", node);
	(void)snprintf(r.volume, sizeof r.volume, "%s", volume);
	if (send(b->fd, &r, sizeof r, MSG_NOSIGNAL) != (ssize_t)sizeof r)
		return err_set(e, ERR_DISC_PROGRAM, "its process has ended");
	for (uint64_t seconds = 0; poll(&p, 1, 1000) == 0; seconds++)
		if (c->progress)
			c->progress(c->progress_ctx, what == BURNER_BURN ? "burning the disc (seconds)" : "reading the disc (seconds)", seconds, 0);
	if (recv(b->fd, out, sizeof *out, 0) != (ssize_t)sizeof *out || out->len > sizeof out->said)
		return err_set(e, ERR_DISC_PROGRAM, "its process has ended");
	return out->status != -1 || err_set(e, ERR_DISC_PROGRAM, "it cannot be started");
}

/* What stands behind a heading that xorriso prints, escaped. */
static bool heading(char *out, size_t cap, const struct burner_reply *r, const char *name)
{
	struct bytes rest = bytes_of(r->said, r->len), line;
	struct buf   b = buf_init(out, cap);
	bool         found = false;

	while (!found && bytes_cut(rest, '\n', &line, &rest)) {
		found = bytes_starts(line, name);
		if (found)
			text_escape(&b, bytes_first(bytes_trim(bytes_skip(line, strlen(name))), cap / 4));
	}
	(void)buf_cstr(&b);
	return found;
}

static bool look(struct burner *b, struct burner_seen *out, const char *node, struct call *c, struct err *e)
{
	static struct burner_reply said;
	char                       status[80], words[160];

	if (!ask(b, &said, BURNER_LOOK, node, "LOOK", c, e))
		return false;
	*out = (struct burner_seen){ 0 };
	(void)heading(out->drive, sizeof out->drive, &said, "Drive type   :");
	(void)heading(out->disc, sizeof out->disc, &said, "Media current:");
	if (said.status != 0 || !heading(status, sizeof status, &said, "Media status :")) {
		last_words(words, sizeof words, &said);
		return err_set(e, ERR_DISC_NONE, "%s: %s", node, words);
	}
	out->blank = strncmp(status, "is blank", 8) == 0;
	return true;
}

bool burner_burn(struct burner *b, struct burner_seen *seen, const char *node, const char *volume, struct call *c, struct err *e)
{
	static struct burner_reply said;
	char                       words[160];

	burner_forget(b);
	if (!look(b, seen, node, c, e))
		return false;
	if (!seen->blank)
		return err_set(e, ERR_DISC_NOT_BLANK, "%s: %s", node, seen->disc);
	if (!ask(b, &said, BURNER_BURN, node, volume, c, e))
		return false;
	last_words(words, sizeof words, &said);
	return said.status == 0 || err_set(e, ERR_DISC_BURN, "%s: %s", node, words);
}

void burner_burned(struct burner *b)
{
	empty(b->stage);
}

bool burner_read(struct burner *b, const char *node, struct call *c, struct err *e)
{
	static struct burner_reply said;
	char                       words[160];

	if (b->is_read)
		return true;
	empty(b->back);
	if (!ask(b, &said, BURNER_READ, node, "READ", c, e))
		return false;
	last_words(words, sizeof words, &said);
	b->is_read = said.status == 0;
	return b->is_read || err_set(e, ERR_DISC_READ, "%s: %s", node, words);
}

void burner_forget(struct burner *b)
{
	if (b->back >= 0)
		empty(b->back);
	b->is_read = false;
}
