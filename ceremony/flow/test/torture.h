/* torture.h: what torture_test.c and series_test.c share: a whole ceremony in memory, and what must hold of it when the
 * power is cut after every event and when every call to the world fails once. */
#pragma once

#include "ceremony/flow/test/stage.h"

/* Signatures of the root key: itself, two intermediates, the lists. */
static unsigned num_lists = 1;
#define CERTIFICATES (3 + num_lists)

static struct stage  stage;
static struct script script;
static struct world  world;
static struct ledger nothing;

static inline void process_new(struct process *p)
{
	process_on(p, &stage);
}

static inline void fresh_world(void)
{
	stage_fresh(&stage);
}

static inline void expect_end(const struct process *p)
{
	const struct flow *f = &p->runner.flow;

	assert_true(f->ended && f->closed && f->checkpoint_sig.len > 0);
	assert_int_equal(world.num_keys, 2);
	assert_true(world.restored && f->restored && f->live && !f->waived);
	assert_int_equal(world.num_held, 0);
	assert_int_equal(f->num_requests, 2);
	assert_true(f->root_cert.len && f->num_crls == num_lists && f->request[0].cert.len && f->request[1].cert.len);
	assert_int_equal(f->num_exported, 3 + 2 * num_lists);
	for (size_t i = 0; i < 5; i++)
		assert_true(f->share[i].shown && f->share[i].entered);
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		assert_true(f->witness[i].signed_);
}

/* Every signature of the root key was announced by an intent of its own. */
struct count {
	unsigned intents, resolved, results, num[EVENT_COUNT_];
	char     agreed[64]; /* the step in which two officers have agreed to what cannot be taken back */
};

static inline bool count_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct count *c = ctx;

	(void)line;
	(void)e;
	bool signs = fields_is(&ev->data, "op", "key-sign");
	if (fields_is(&ev->data, "officer-1", "yes") && fields_is(&ev->data, "officer-2", "yes"))
		(void)snprintf(c->agreed, sizeof c->agreed, "%.*s", (int)ev->step.len, (const char *)ev->step.p);
	assert_true(ev->type != EVENT_INTENT || bytes_is(ev->step, c->agreed));
	c->intents += ev->type == EVENT_INTENT && signs;
	c->resolved += ev->type == EVENT_RESOLVED;
	c->num[ev->type]++;
	c->results += ev->type == EVENT_RESULT && signs;
	return true;
}

static inline struct count count_lines(const struct process *p)
{
	struct count c = { 0 };
	struct err   e = { 0 };

	OK(transcript_each(p->dir, count_line, &c, &e), e);
	return c;
}

static inline int set_up(void **state)
{
	(void)state;
	ledger_init(&nothing);
	if (!stage_init(&stage, &world, &nothing) || !stage_script(&stage, &script, "rehearsal", NULL, NULL))
		return -1;
	stage.script = &script;
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	return stage_done(&stage);
}

/* ---- tests of any such ceremony ---- */

static uint64_t num_events; /* of a run in which nothing goes wrong */
static unsigned num_calls, num_asks;

static inline void whole(void **state)
{
	struct process p;

	(void)state;
	fresh_world();
	process_new(&p);
	assert_true(process_run_or_cut(&p, false));
	expect_end(&p);
	struct count c = count_lines(&p);
	assert_int_equal(c.intents, CERTIFICATES);
	assert_int_equal(c.results, CERTIFICATES);
	assert_int_equal(world.num_root_signatures, CERTIFICATES);
	num_events = world.num_told;
	num_calls = world.num_calls;
	num_asks = world.num_asked;
	process_done(&p);
	print_message("%llu events, %u calls\n", (unsigned long long)num_events, num_calls);
}

static inline void power_cut_after_every_event(void **state)
{
	(void)state;
	for (uint64_t cut = 1; cut <= num_events; cut++) {
		struct process after;
		fresh_world();
		process_cut(&after, cut, process_new);
		expect_end(&after);
		struct count c = count_lines(&after);
		assert_int_equal(c.results, CERTIFICATES);
		assert_true(world.num_root_signatures <= c.intents);
		assert_true(c.resolved <= 1);
		process_done(&after);
	}
}

static inline void every_call_fails_once(void **state)
{
	(void)state;
	for (unsigned fail = 1; fail <= num_calls; fail++) {
		for (int late = 0; late < 2; late++) {
			struct process p;
			fresh_world();
			world.fail_at = fail;
			world.fail_after = late;
			process_new(&p);
			assert_true(process_run_or_cut(&p, false));
			/* A parser that fails has refused: the ceremony goes on without that request. */
			if (p.runner.flow.request[0].refused || p.runner.flow.request[1].refused)
				assert_int_equal(p.runner.flow.num_exported, 2 + 2 * num_lists);
			else
				expect_end(&p);
			assert_true(world.num_root_signatures <= count_lines(&p).intents);
			process_done(&p);
		}
	}
}
