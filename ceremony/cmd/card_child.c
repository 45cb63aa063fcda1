/* card_child.c: see card_child.h. */
#include "ceremony/cmd/card_child.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/port/locked.h"

bool card_build(struct secret *out, struct card *c, card_maker *make, const struct secret *words, struct err *e)
{
	if (!process_lock(e) || !secret_new(out, CARD_MAX_LEN, e))
		return false;
	struct buf b = buf_init(secret_extend(out, CARD_MAX_LEN), CARD_MAX_LEN);
	c->words = secret_expose(words);
	c->num_words = 1;
	for (size_t i = 0; i < words->len; i++)
		c->num_words += words->p[i] == ' ';
	bool ok = code_encode_octets(&c->code, c->words, CARD_MAX_VERSION, CODE_M, e) && make(&b, c, e);
	wipe(&c->code, sizeof c->code);
	secret_cut(out, ok ? b.len : 0);
	return ok;
}

static bool build_and_send(int to, const struct card *names, card_maker *make, const struct secret *words, struct err *e)
{
	__attribute__((cleanup(slip39_share_done))) struct slip39_share share = { 0 };
	SECRET      out = { 0 };
	struct card card = *names;

	card.share = &share;
	return slip39_parse(&share, words, e) && card_build(&out, &card, make, words, e) &&
	       (fd_write(to, secret_expose(&out)) || err_set(e, ERR_NO_MEMORY, "a card"));
}

/* To the end of the pipe, straight into locked memory. */
static bool receive(struct secret *out, int from, size_t max, struct err *e)
{
	size_t len = 0;

	if (!secret_new(out, max + 1, e))
		return false;
	uint8_t *room = secret_extend(out, max + 1);
	while (len <= max) {
		ssize_t n = read(from, room + len, max + 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_NO_MEMORY, "a card");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	secret_cut(out, len);
	return len <= max || err_set(e, ERR_TOO_LARGE, "a card");
}

/* What the child said of its failure, or how it ended without saying any. */
static bool reap(pid_t pid, const struct err *said, struct err *e)
{
	int   status = 0;
	pid_t got;

	while ((got = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
		;
	if (got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (said->id != ERR_NONE)
		*e = *said;
	else
		(void)err_set(e, ERR_NO_MEMORY, "the process that makes the card");
	return false;
}

bool card_in_child(struct secret *out, size_t max, const struct card *c, card_maker *make, const struct secret *words,
                   struct err *e)
{
	struct err *said = mmap(NULL, sizeof *said, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct err  why = { 0 };
	SECRET      got = { 0 };
	int         ends[2];

	if (said == MAP_FAILED)
		return err_set(e, ERR_NO_MEMORY, "a card");
	pid_t pid = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -2;
	if (pid == 0) {
		(void)close(ends[0]);
		bool ok = build_and_send(ends[1], c, make, words, said);
		_exit(ok ? 0 : 1);
	}
	if (pid != -2)
		(void)close(ends[1]);
	bool ok = pid > 0 ? receive(&got, ends[0], max, &why) : err_set(&why, ERR_NO_MEMORY, "the process that makes the card");
	if (pid != -2)
		(void)close(ends[0]);
	if (pid > 0 && !reap(pid, said, ok ? &why : &(struct err){ 0 }))
		ok = false;
	(void)munmap(said, sizeof *said);
	if (!ok) {
		*e = why;
		return false;
	}
	secret_move(out, &got);
	return true;
}
