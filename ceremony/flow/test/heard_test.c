/* heard_test.c: the checkpoint's words are typed back from paper before anybody signs: which words, what the screen
 * shows meanwhile, the way back to them, and that nothing else is taken or signed. */
#include "ceremony/flow/test/stage.h"

#include "ceremony/base/text.h"

static struct stage  stage;
static struct world  world;
static struct script script;
static struct ledger nothing;

static char     paper[16][16]; /* the words as a witness notes them */
static unsigned num_aloud, num_signings, num_seen, num_refused;
static bool     wrong, back;   /* what the second witness does first */
static char     comment[FLOW_MAX_WITNESSES][128];
static uint8_t  root[32];

static void note_down(const char *aloud)
{
	char  text[512];
	char *at = NULL;

	(void)snprintf(text, sizeof text, "%s", aloud);
	unsigned n = 0;
	for (char *w = strtok_r(text, " \n", &at); w && n < COUNT_OF(paper); w = strtok_r(NULL, " \n", &at))
		(void)snprintf(paper[n++], sizeof paper[0], "%s", w);
	assert_int_equal(n, COUNT_OF(paper));
}

static void type_back(const struct ask *a, struct reply *r, bool other)
{
	unsigned one = 0, two = 0;
	char     typed[48];

	assert_int_equal(sscanf(a->label, "Type words %u and %u of your paper", &one, &two), 2);
	assert_true(one >= 1 && one < two && two <= 16);
	(void)snprintf(typed, sizeof typed, "%s %s", paper[one - 1], paper[(two - 1 + other) % 16]);
	fields_str(&r->fields, a->key, typed);
}

static bool watch(void *ctx, const struct prompt *p, struct reply *r, struct err *e)
{
	if (strcmp(p->turn, "aloud") == 0) {
		num_aloud++;
		assert_int_equal(p->round, 0);
		note_down(p->aloud);
	}
	if (strcmp(p->turn, "cosign") != 0)
		return world_ask(ctx, p, r, e);
	struct err ignored = { 0 };
	num_seen++;
	num_refused += p->refused != NULL;
	assert_true(stage.production == (p->aloud[0] == 0));
	assert_true(p->can_back);
	assert_int_equal(p->num_asks, 2);
	assert_int_equal(p->ask[0].kind, ASK_TYPE_BACK);
	r->kind = REPLY_ANSWER;
	if (p->round == 1 && back) {
		back = false;
		r->kind = REPLY_BACK;
		return true;
	}
	type_back(&p->ask[0], r, p->round == 1 && wrong);
	if (p->round == 1)
		wrong = false;
	return secret_set(&r->secret, BYTES_LIT("12345678"), &ignored);
}

static bool listen(void *ctx, struct call *c, struct err *e)
{
	if (c->op == OP_WITNESS_SIGN) {
		struct bytes said = fields_get(&c->in, "comment"), name = fields_get(&c->in, "name");
		unsigned     i = num_signings++;
		assert_true(i < COUNT_OF(comment));
		(void)snprintf(comment[i], sizeof comment[0], "%.*s|%.*s", (int)name.len, (const char *)name.p, (int)said.len,
		               (const char *)said.p);
	}
	return world_call(ctx, c, e);
}

static void run(void)
{
	struct process p;

	stage_fresh(&stage);
	num_aloud = num_signings = num_seen = num_refused = 0;
	process_on(&p, &stage);
	assert_true(process_run_or_cut(&p, false));
	memcpy(root, p.runner.flow.tree_root, 32);
	for (size_t i = 0; i < flow_num_witnesses(&p.runner.flow); i++)
		assert_true(p.runner.flow.witness[i].signed_);
	process_done(&p);
}

/* The places as docs/formats/checkpoint.md gives them, worked out a second time. */
static void expect_comment(const char *said, const char *slug)
{
	uint8_t       octets[64];
	char          want[96];
	struct digest x;

	memcpy(octets, root, 32);
	memcpy(octets + 32, slug, strlen(slug));
	x = hash_of(HASH_SHA256, bytes_of(octets, 32 + strlen(slug)));
	unsigned a = x.p[0] % 16, b = x.p[1] % 15;
	b = b < a ? b : b + 1;
	unsigned low = a < b ? a : b, high = a < b ? b : a;
	(void)snprintf(want, sizeof want, "%s|rehearsal.example/root-2026/%s words:%u=%s,%u=%s time:", slug, slug, low + 1,
	               word_of(root[low], low), high + 1, word_of(root[high], high));
	assert_memory_equal(said, want, strlen(want));
}

static void each_types_words_back(void **state)
{
	static const char *const slugs[] = { "witness-1", "witness-2", "auditor-1" };

	(void)state;
	run();
	assert_int_equal(num_aloud, 1);
	assert_int_equal(num_signings, 3);
	for (size_t i = 0; i < COUNT_OF(slugs); i++)
		expect_comment(comment[i], slugs[i]);
}

static void others_are_not_taken(void **state)
{
	(void)state;
	wrong = true;
	run();
	assert_int_equal(num_signings, 3); /* nothing was signed for the wrong ones */
	assert_int_equal(num_seen, 4);
	assert_int_equal(num_refused, 1);
	assert_int_equal(num_aloud, 1);
}

/* The first witness has signed; the second one wants to hear the words again, and nobody signs twice. */
static void the_words_come_once_more(void **state)
{
	(void)state;
	back = true;
	run();
	assert_int_equal(num_aloud, 2);
	assert_int_equal(num_seen, 4);
	assert_int_equal(num_signings, 3);
	assert_int_equal(num_refused, 0);
}

static int set_up(void **state)
{
	(void)state;
	ledger_init(&nothing);
	if (!stage_init(&stage, &world, &nothing) || !stage_script(&stage, &script, "rehearsal", NULL, NULL))
		return -1;
	stage.script = &script;
	stage.ask = watch;
	stage.call = listen;
	return 0;
}

/* The screen shows the words only where no paper is written. */
static void in_production_the_screen_is_silent(void **state)
{
	(void)state;
	stage.production = true;
	script.rehearsal = false;
	script.software_token = "a test";
	run();
	assert_int_equal(num_signings, 3);
	stage.production = false;
	script.rehearsal = true;
}

static int tear_down(void **state)
{
	(void)state;
	return stage_done(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_types_words_back), cmocka_unit_test(others_are_not_taken),
		cmocka_unit_test(the_words_come_once_more), cmocka_unit_test(in_production_the_screen_is_silent),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
