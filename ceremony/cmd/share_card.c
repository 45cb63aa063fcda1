/* share_card.c: see share_card.h. docs/adr says where the secret is while the card is made. */
#include "ceremony/cmd/share_card.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/card_child.h"
#include "ceremony/cmd/hidden.h"

const char share_card_usage[] =
	"usage: ceremony share card [options] -o FILE.pdf|FILE.svg|FILE.png   one mnemonic in, its card out\n"
	"\n"
	"  --set NAME --epoch N --group NAME --custodian NAME   what else stands on the card\n"
	"\n"
	"The mnemonic comes in on stdin; on a terminal what is typed is not shown. FILE is new: nothing is\n"
	"overwritten, and nobody else may read it. The card is the share: print it where nobody else prints, and\n"
	"destroy the file. Number, thresholds and group are read from the share; the QR code holds its words.\n";

struct options {
	struct card card;
	const char *file;
	card_maker *make;
};

static int fail(const struct err *e)
{
	char text[768];

	(void)fprintf(stderr, "ceremony share card: %s\n", err_line(text, sizeof text, e));
	switch (e->id) {
	case ERR_LOCK_MEMORY:
	case ERR_NO_MEMORY:
	case ERR_FILE_READ:
	case ERR_FILE_WRITE:
	case ERR_DISK_FULL: return 3;
	case ERR_USAGE:
	case ERR_LINE_TOO_LONG:
	case ERR_LINE_LEFT_OVER: return 2;
	default: return 1;
	}
}

static bool name_ok(const char *name)
{
	struct bytes a = bytes_str(name);

	return a.len && a.len <= 2 * CARD_TEXT && text_is_plain(a) && text_columns(a) <= CARD_TEXT;
}

static bool choose_maker(struct options *o)
{
	static const struct {
		const char *end;
		card_maker *make;
	} kinds[] = { { ".pdf", card_pdf }, { ".svg", card_svg }, { ".png", card_png } };
	size_t len = strlen(o->file);

	for (size_t i = 0; i < COUNT_OF(kinds) && len > 4; i++)
		if (strcmp(o->file + len - 4, kinds[i].end) == 0)
			o->make = kinds[i].make;
	return o->make != NULL;
}

static bool parse_options(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{ "set", required_argument, NULL, 's' },       { "epoch", required_argument, NULL, 'e' },
		{ "group", required_argument, NULL, 'g' },     { "custodian", required_argument, NULL, 'c' },
		{ "output", required_argument, NULL, 'o' },    { NULL, 0, NULL, 0 },
	};

	*o = (struct options){ .card = { .set = "", .epoch = "", .group = "", .custodian = "" } };
	optind = 0;
	for (int c; (c = getopt_long(argc, argv, "o:", names, NULL)) != -1;) {
		const char **to = c == 's' ? &o->card.set : c == 'e' ? &o->card.epoch : c == 'g' ? &o->card.group
		                : c == 'c' ? &o->card.custodian : c == 'o' ? &o->file : NULL;
		uint64_t number = 0;
		if (!to || (*to && **to) || (c != 'o' && !name_ok(optarg)) ||
		    (c == 'e' && !bytes_to_u64(&number, bytes_str(optarg), 99999)))
			return false;
		*to = optarg;
	}
	return optind == argc && o->file && choose_maker(o);
}

/* A whole file, or none: the name is taken last, and only if nobody has it. */
static bool put_new(const char *file, struct bytes content, struct err *e)
{
	char folder[4096], entry[64];

	const char *slash = strrchr(file, '/');
	(void)snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - file) + 1 : 1, slash ? file : ".");
	int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, ERR_FILE_WRITE, "%s: %s", file, strerror(errno));
	(void)snprintf(entry, sizeof entry, "/proc/self/fd/%d", fd);
	bool ok = fd_write(fd, content) && fsync(fd) == 0 && linkat(AT_FDCWD, entry, AT_FDCWD, file, AT_SYMLINK_FOLLOW) == 0;
	int why = errno;
	(void)close(fd);
	return ok || err_set(e, why == ENOSPC ? ERR_DISK_FULL : ERR_FILE_WRITE, "%s: %s", file, strerror(why));
}

static int make_card(struct options *o, const struct secret *words, struct err *e)
{
	SECRET out = { 0 };

	if (!card_build(&out, &o->card, o->make, words, e) || !put_new(o->file, secret_expose(&out), e))
		return fail(e);
	return 0;
}

/* In a process of its own, which ends when the card is made: what the makers left on its heap ends with it. */
static int in_child(struct options *o, const struct secret *words, struct err *e)
{
	int   status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		int code = make_card(o, words, e);
		(void)fflush(stderr);
		_exit(code);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
		(void)err_set(e, ERR_NO_MEMORY, "the process that makes the card");
		return fail(e);
	}
	return WEXITSTATUS(status);
}

static bool read_share(struct slip39_share *share, struct secret *words, struct err *e)
{
	__attribute__((cleanup(hidden_done))) struct hidden in = { 0 };
	SECRET line = { 0 }, more = { 0 };
	bool   end = false;

	if (!hidden_init(&in, STDIN_FILENO, e))
		return false;
	do {
		if (!hidden_line(&in, &line, &end, "Share (not shown): ", e))
			return false;
	} while (!end && bytes_trim(secret_expose(&line)).len == 0);
	while (!end && !in.is_terminal) {
		if (!hidden_line(&in, &more, &end, "", e))
			return false;
		if (bytes_trim(secret_expose(&more)).len)
			return err_set(e, ERR_LINE_LEFT_OVER, "line %u", in.line);
	}
	return slip39_parse(share, &line, e) && slip39_put(words, share, e);
}

int cmd_share_card(int argc, char **argv)
{
	__attribute__((cleanup(slip39_share_done))) struct slip39_share share = { 0 };
	struct options o;
	SECRET         words = { 0 };
	struct err     e = { 0 };

	if (!parse_options(&o, argc, argv)) {
		(void)fputs(share_card_usage, stderr);
		return 2;
	}
	o.card.share = &share;
	if (!read_share(&share, &words, &e))
		return fail(&e);
	return in_child(&o, &words, &e);
}
