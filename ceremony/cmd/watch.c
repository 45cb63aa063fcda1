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

/* Is it time for a word? */
static bool is_due(struct watch *w)
{
	uint64_t now = w->clock.mono(w->clock.ctx);

	if (!w->began)
		w->began = now;
	if (now - w->began < FIRST_MS || now - w->told < (w->face ? FACE_MS : LINE_MS))
		return false;
	w->told = now;
	return true;
}

static bool is_wanted(const struct watch *w)
{
	return !(w->can_stop && w->face && w->face->stop_wanted && w->face->stop_wanted(w->face->ctx));
}

static bool go_on(void *ctx, const char *ceremony, uint64_t line)
{
	struct watch *w = ctx;

	if (!is_due(w))
		return true;
	tell(w, ceremony, line);
	return is_wanted(w);
}

struct audit_watch watch_audit(struct watch *w)
{
	return (struct audit_watch){ go_on, w };
}

static bool go_on_hashing(void *ctx, uint64_t done, uint64_t total)
{
	struct watch *w = ctx;
	struct notice n = { .kind = NOTICE_PROGRESS, .text = "hashing the ceremony's files", .done = done, .total = total, .can_stop = w->can_stop };

	if (!is_due(w) || !w->face)
		return true;
	w->face->tell(w->face->ctx, &n);
	return is_wanted(w);
}

struct sums_watch watch_sums(struct watch *w)
{
	return (struct sums_watch){ go_on_hashing, w };
}
