/* watch.c: see watch.h. */
#include "ceremony/cmd/watch.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_MS 1000  /* what takes less needs no word */
#define FACE_MS  100
#define LINE_MS  10000 /* a line each time: not many */

static void tell(const struct watch *w, const char *ceremony, uint64_t line)
{
	char text[120];

	(void)snprintf(text, sizeof text, "verifying %.40s, line %llu", ceremony, (unsigned long long)line);
	if (w->face) {
		struct notice n = { .kind = NOTICE_PROGRESS, .text = text, .can_stop = w->can_stop };
		w->face->tell(w->face->ctx, &n);
	} else if (isatty(STDERR_FILENO)) {
		(void)fprintf(stderr, "Please wait: %s. Nothing has begun; Ctrl-C stops it.\n", text);
	}
}

static bool go_on(void *ctx, const char *ceremony, uint64_t line)
{
	struct watch *w = ctx;
	uint64_t      now = w->clock.mono(w->clock.ctx);

	if (!w->began)
		w->began = now;
	if (now - w->began < FIRST_MS || now - w->told < (w->face ? FACE_MS : LINE_MS))
		return true;
	w->told = now;
	tell(w, ceremony, line);
	return !(w->can_stop && w->face && w->face->stop_wanted && w->face->stop_wanted(w->face->ctx));
}

struct audit_watch watch_audit(struct watch *w)
{
	return (struct audit_watch){ go_on, w };
}
