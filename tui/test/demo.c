/* demo.c: shows the sample prompts one after another: to look at the face. Not a ceremony.
 *
 *   make build/test/tui/test/demo && build/test/tui/test/demo [--ascii] [NAME...] */
#include "tui/test/samples.h"
#include "tui/tui.h"

#include <stdio.h>
#include <time.h>

static bool show(struct face *f, const struct sample *s, struct err *e)
{
	static uint8_t room[8192];
	struct arena   a = ARENA_ON(room);
	struct reply   r = { .fields = fields_on(&a) };
	struct prompt  p;
	char           line[160];

	s->make(&p);
	bool ok = f->ask(f->ctx, &p, &r, e);
	secret_done(&r.secret);
	if (!ok)
		return false;
	(void)snprintf(line, sizeof line, "09:14:22Z  %s  answered: %s", s->name, p.title);
	f->tell(f->ctx, &(struct notice){ .kind = NOTICE_EVENT, .text = line });
	for (uint64_t i = 0; i <= 8; i++) {
		f->tell(f->ctx, &(struct notice){ .kind = NOTICE_PROGRESS, .text = "writing", .done = i, .total = 8 });
		(void)nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	}
	return r.kind == REPLY_ANSWER || r.kind == REPLY_BACK;
}

int main(int argc, char **argv)
{
	struct tui         t = { 0 };
	struct tui_options o = { .clock = clock_system() };
	struct err         e = { 0 };
	char               line[512];
	int                first = 1;

	if (argc > 1 && strcmp(argv[1], "--ascii") == 0) {
		o.ascii = true;
		first = 2;
	}
	if (!process_harden(&e) || !samples_init(&e) || !tui_open(&t, &o, &e)) {
		(void)fprintf(stderr, "%s\n", err_line(line, sizeof line, &e));
		return 3;
	}
	struct face f = tui_face(&t);
	bool        ok = true;
	for (size_t i = 0; ok && first == argc && i < num_samples; i++)
		ok = show(&f, &samples[i], &e);
	for (int i = first; ok && i < argc; i++)
		if (sample_named(argv[i]))
			ok = show(&f, sample_named(argv[i]), &e);
	if (ok)
		f.tell(f.ctx, &(struct notice){ .kind = NOTICE_END, .text = "That was all. The record is in build/rehearsal/record." });
	f.close(f.ctx);
	samples_done();
	if (e.id != ERR_NONE)
		(void)fprintf(stderr, "%s\n", err_line(line, sizeof line, &e));
	return 0;
}
