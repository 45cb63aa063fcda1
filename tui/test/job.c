/* job.c: see job.h. */
#include "tui/test/job.h"

#include <stdio.h>
#include <unistd.h>

#include "tui/test/samples.h"
#include "tui/tui.h"

static int64_t at_nine(void *ctx)
{
	(void)ctx;
	return (int64_t)1795252462; /* 2026-11-21T09:14:22Z */
}

static void tell_end(struct face *f, int which)
{
	static const struct err bad = { ERR_INI_VALUE, "a stand-in for what is wrong" };
	struct prompt sheet = {
		.ceremony = "Example Root CA G1", .rehearsal = true, .title = "What to do now",
		.row = { { .label = "Record", .value = "/srv/ca/ceremonies/0001-root" }, { .label = "Made", .value = "root.pem, issuing-1.pem, root.crl" },
		         { .label = "Root, SHA-256", .value = "15b5 e2b2 0a85 6a69 abb4 b3df cfdb c3e3\n02dc e46a 97f7 9ca2 7ae6 a215 89e3 adaa" },
		         { .label = "Exceptions", .value = "2, of which 1 open", .mark = true } },
		.num_rows = 4,
		.aloud = "Oakland Pandora afflict voyager\nbreadline cumbersome tissue Chicago\npreshrunk antenna beeswax crossover\nringbolt Dakota quiver enrollment",
		.text = "1. Compare the words with your papers once more, and take the papers home.\n"
		        "2. Take the tokens out. Tokens and share cards go back into their safes, each into its own, and whoever saw it signs for it.\n"
		        "3. Print the report, and have everybody sign it.",
	};
	struct notice n = { .kind = NOTICE_END, .text = which == 2 ? "NOT VERIFIED: keep the machine as it is" : "VERIFIED: as it must be",
		            .sheet = which == 3 ? NULL : &sheet, .good = which == 1, .err = which == 2 ? &bad : NULL };

	f->tell(f->ctx, &n);
}

static uint64_t no_time(void *ctx)
{
	(void)ctx;
	return 0;
}

static void wait_long(struct face *f, const struct job *j)
{
	struct notice n = { .kind = NOTICE_PROGRESS, .text = j->waits, .done = 3, .total = 4, .can_stop = j->stop };
	struct prompt where;
	char          key;

	if (j->where) {
		sample_named(j->where)->make(&where);
		n.where = &where;
		n.is_short = true;
	}
	f->tell(f->ctx, &n);
	while (read(STDIN_FILENO, &key, 1) < 0)
		;
}

int job_main(void *ctx)
{
	static uint8_t     room[8192];
	struct job        *j = ctx;
	struct tui         t = { 0 };
	struct tui_options o = { .clock = { at_nine, clock_system().mono, NULL, "" }, .ascii = j->ascii, .steady = true, .secret_seconds = j->secret_seconds };
	struct prompt      p;
	struct arena       a = ARENA_ON(room);
	struct reply       r = { .fields = fields_on(&a) };
	struct err         e = { 0 };
	struct buf         b = BUF_ON(j->fields);

	if (j->waits)
		o.clock.mono = no_time;
	if (!samples_init(&e) || !tui_open(&t, &o, &e))
		return 3;
	struct face f = tui_face(&t);
	for (int i = 1; j->tail && i <= 5; i++) {
		char line[80];
		(void)snprintf(line, sizeof line, "09:1%d:00Z  %d  something happened", i, i);
		f.tell(f.ctx, &(struct notice){ .kind = NOTICE_EVENT, .text = line });
	}
	if (j->end) {
		tell_end(&f, j->end);
		f.close(f.ctx);
		return 0;
	}
	if (j->waits) {
		wait_long(&f, j);
		f.close(f.ctx);
		return 0;
	}
	sample_named(j->sample)->make(&p);
	j->ok = f.ask(f.ctx, &p, &r, &e);
	if (j->twice) {
		static const struct err no = { ERR_INI_VALUE, "a stand-in for a refusal" };
		p.refused = &no;
		p.wrong_word = j->wrong_word;
		secret_done(&r.secret);
		a.len = 0;
		r = (struct reply){ .fields = fields_on(&a) };
		j->ok = f.ask(f.ctx, &p, &r, &e);
	}
	j->keys = t.count.keys;
	j->idle = t.count.idle;
	j->frames = t.count.frames;
	j->error = e.id;
	j->kind = r.kind;
	for (size_t i = 0; i < r.fields.num; i++)
		buf_fmt(&b, "%s=%s;", r.fields.item[i].key.p, r.fields.item[i].value.p);
	if (r.wrong.id != ERR_NONE)
		buf_fmt(&b, "!%s", err_text_of(r.wrong.id)->name);
	(void)buf_cstr(&b);
	if (r.secret.len < sizeof j->secret) /* the test's own secrets */
		memcpy(j->secret, r.secret.p ? (const void *)r.secret.p : "", r.secret.len);
	secret_done(&r.secret);
	f.close(f.ctx);
	samples_done();
	return 0;
}
