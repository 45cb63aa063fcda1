/* plain_notice.c: see plain_notice.h. */
#include "ceremony/cmd/plain_notice.h"

#include <poll.h>
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/cmd/plain_line.h"
#include "ceremony/cmd/plain_prompt.h"

uint64_t plain_now_ms(void)
{
	struct clock c = clock_system();

	return c.mono(c.ctx);
}

/* After five seconds, then every half a minute: a line each time would drown the rest. */
static void say_progress(struct plain *pl, const struct notice *n)
{
	uint64_t now = plain_now_ms();

	if (now - pl->asked < 5000 || now - pl->told < 30000)
		return;
	pl->told = now;
	char far[64] = "";
	if (n->total)
		(void)snprintf(far, sizeof far, " (%llu of %llu)", (unsigned long long)n->done, (unsigned long long)n->total);
	plain_say(pl, 0, "  . please wait, %llu seconds so far: %s%s%s", (unsigned long long)(now - pl->asked) / 1000, n->text ? n->text : "", far,
	          n->can_stop && pl->tty ? "; the line stop, which is not shown, stops it" : "");
}

void plain_tell(void *ctx, const struct notice *n)
{
	struct plain *pl = ctx;
	char          line[512];

	switch (n->kind) {
	case NOTICE_EVENT:
		plain_say(pl, 0, "  . %s", n->text);
		break;
	case NOTICE_PAST: /* it has been printed once */
		break;
	case NOTICE_PROGRESS:
		say_progress(pl, n);
		break;
	case NOTICE_ERROR:
		if (n->err)
			plain_say(pl, 0, "PROBLEM: %s", err_line(line, sizeof line, n->err));
		break;
	case NOTICE_END:
		plain_say(pl, 0, "\n%s", n->text);
		if (n->sheet)
			plain_show_sheet(pl, n->sheet);
		break;
	}
}

/* A line that was typed meanwhile; the end of the input stops too. What a pipe holds was meant for the next question. */
bool plain_stop_wanted(void *ctx)
{
	char          storage[PLAIN_MAX_LINE];
	struct plain *pl = ctx;
	struct buf    line = BUF_ON(storage);
	struct pollfd p = { .fd = pl->in, .events = POLLIN };

	if (!pl->tty || poll(&p, 1, 0) <= 0)
		return false;
	bool stop = !plain_read_unseen(pl, &line) || bytes_is(bytes_trim(buf_bytes(&line)), "stop");
	wipe(storage, sizeof storage); /* it may have been a secret that came too early */
	if (stop)
		return true;
	plain_say(pl, 0, "Only stop is taken here.");
	return false;
}
