/* adopt_torture_test.c: a CA that was made elsewhere is taken over with a last list too large for the transcript (crl-adopt), and its
 * next ceremony compares the list that is published with it (crl-look). The power is cut after every event, and every call to the
 * world, each piece of a file among them, fails once before and once after it was carried out. What must hold: the same
 * end, the list in the record as it came, one line of it in the transcript, a replay that leads to the same. */
#include "ceremony/flow/test/stage.h"

#include "ceremony/audit/lists.h"
#include "ceremony/flow/adopt.h"
#include "ceremony/flow/continuity.h"
#include "ceremony/parse/parse.h"
#include "ceremony/record/note.h"

#define ENTRIES 4000
#define PIECE   50000 /* octets of a file that a medium hands out at once */
#define LABEL   "root key"

static struct stage  stage;
static struct world  world;
static struct script script;
static struct ledger nothing, ca;
static struct chain *made; /* elsewhere */
static struct world  first; /* the adoption's, for the ceremony that follows */
static char          mark[MARK_MAX + 1], first_mark[MARK_MAX + 1]; /* in the token */
static unsigned      num_recorded; /* calls until the transcript is closed: the later ones fail unrecorded */

/* What stands on the medium. */
static struct file {
	const char  *name;
	struct bytes content;
} files[3];
static struct bytes der; /* of the list */
static char         sha256[HASH_MAX * 2 + 1];

static struct lists  lists; /* of the process that runs */
static struct arena  scratch;
static struct parser parser = { .scratch = &scratch };

static bool call(void *ctx, struct call *c, struct err *e);
static const struct helper every = { call, &world };

/* ---- the world -------------------------------------------------------------------------------- */

static struct bytes content_of(struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (bytes_is(name, files[i].name))
			return files[i].content;
	fail_msg("no file %.*s", (int)name.len, (const char *)name.p);
	return name;
}

static bool read_file(const struct call *c, struct fields *out)
{
	struct bytes content = content_of(fields_get(&c->in, "name"));
	uint64_t     from = 0, max = 0;
	char         hex[HASH_MAX * 2 + 1];

	fields_u64(out, "size", content.len);
	assert_true(!fields_find(&c->in, "from") || fields_get_u64(&from, &c->in, "from", content.len));
	content = bytes_skip(content, (size_t)from);
	if (c->op == OP_MEDIA_READ_PART) {
		fields_put(out, "content", bytes_first(content, content.len < PIECE ? content.len : PIECE));
		return true;
	}
	assert_true(fields_get_u64(&max, &c->in, "max", INT64_MAX));
	if (content.len > max && fields_is(&c->in, "of-more", "size"))
		return true;
	content = bytes_first(content, content.len < max ? content.len : (size_t)max);
	fields_base64(out, "content", content);
	fields_str(out, "sha256", sha256_hex(hex, content));
	return true;
}

static bool read_newest(struct fields *out)
{
	uint8_t    room[512];
	struct buf b = BUF_ON(room);
	char       hex[HASH_MAX * 2 + 1];

	checkpoint_body(&b, bytes_str(ca.origin), ca.seal->lines, ca.seal->root);
	fields_str(out, "name", "checkpoint-0001");
	fields_base64(out, "content", buf_bytes(&b));
	fields_str(out, "sha256", sha256_hex(hex, buf_bytes(&b)));
	return true;
}

static bool find_root(struct fields *out)
{
	fields_str(out, "found", "yes");
	fields_str(out, "id", "a1b2");
	fields_str(out, "label", LABEL);
	fields_str(out, "algorithm", "P-384");
	fields_base64(out, "spki", made->root_key.key.spki);
	return true;
}

static bool act(struct call *c, struct err *e)
{
	switch (c->op) {
	case OP_MEDIA_LIST:
		fields_u64(&c->out, "files", COUNT_OF(files));
		fields_str(&c->out, "name.1", files[0].name);
		fields_str(&c->out, "name.2", files[1].name);
		fields_str(&c->out, "name.3", files[2].name);
		return true;
	case OP_MEDIA_READ:
	case OP_MEDIA_READ_PART: return read_file(c, &c->out);
	case OP_MEDIA_NEWEST: return read_newest(&c->out);
	case OP_PARSE_CRL:
	case OP_PARSE_CERTIFICATE:
	case OP_PARSE_LIST: return parse_helper(&parser).call(&parser, c, e);
	case OP_CRL_ADOPT:
	case OP_CRL_LOOK: return lists_call(&lists, c, e);
	case OP_TOKEN_OPEN:
		fields_put(&c->out, "label", stage.number > 1 ? BYTES_LIT("rehearsal-root") : BYTES_LIT("old-root"));
		fields_str(&c->out, "serial", "c0ffee");
		fields_str(&c->out, "software", "yes");
		fields_str(&c->out, "initialised", "yes");
		fields_str(&c->out, "objects", "2");
		return true;
	case OP_KEY_FIND:
		if (fields_is(&c->in, "label", LABEL) || fields_is(&c->in, "id", "a1b2"))
			return find_root(&c->out);
		break;
	case OP_KEY_PROVE:
		return world_prove(&made->root_key, &c->out);
	case OP_MARK_WRITE:
		(void)snprintf(mark, sizeof mark, "%.*s", (int)fields_get(&c->in, "mark").len, (const char *)fields_get(&c->in, "mark").p);
		fields_str(&c->out, "held", "yes");
		return true;
	case OP_MARK_READ:
		fields_str(&c->out, "found", "yes");
		fields_str(&c->out, "mark", mark);
		return true;
	default: break;
	}
	return world_do(&world, c, &c->out, e);
}

static bool call(void *ctx, struct call *c, struct err *e)
{
	struct world  *w = ctx;
	const unsigned n = ++w->num_calls;

	if (c->op == OP_WITNESS_SIGN && !num_recorded)
		num_recorded = n - 1;
	if (n == w->fail_at && !w->fail_after)
		return err_set(e, ERR_TOKEN_FAILED, "call %u", n);
	if (!act(c, e))
		return false;
	return n != w->fail_at || err_set(e, ERR_TOKEN_FAILED, "after call %u", n);
}

static void start_process(struct process *p)
{
	process_on(p, &stage);
	lists_done(&lists);
	lists_init(&lists);
	lists.dir = p->dir;
	lists.before = stage.before;
	lists.media = lists.parse = &every;
}

/* ---- what must hold ------------------------------------------------------------------------------- */

struct seen {
	unsigned adopted, looked, failed;
	bool     right;
};

static bool see(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct seen *s = ctx;

	(void)line;
	(void)e;
	s->failed += ev->type == EVENT_FAILED;
	if (ev->type != EVENT_RESULT)
		return true;
	s->adopted += fields_is(&ev->data, "op", "crl-adopt");
	s->looked += fields_is(&ev->data, "op", "crl-look");
	struct bytes list = fields_get(&ev->data, "list.1");
	s->right |= fields_is(&ev->data, "sha256", sha256) || (list.len && memmem(list.p, list.len, sha256, strlen(sha256)));
	return true;
}

static struct seen seen_in(const struct process *p)
{
	struct seen s = { 0 };
	struct err  e = { 0 };

	OK(transcript_each(p->dir, see, &s, &e), e);
	return s;
}

static void is_adopted(const struct process *p)
{
	const struct flow *f = &p->runner.flow;
	struct arena       a = arena_new((size_t)16 << 20);
	struct ledger      l;
	struct bytes       kept;
	struct err         e = { 0 };
	char               number[CRL_NUMBER_TEXT];

	assert_true(f->adopt && f->adopt->agreed && f->live);
	OK(file_read(&kept, &a, p->dir, "crls/" ADOPT_LIST_FILE, der.len + 1, &e), e);
	assert_true(bytes_equal(kept, der));
	assert_int_equal(faccessat(p->dir, "crls/adopted.crl.tmp", F_OK, 0), -1);
	ledger_init(&l);
	OK(flow_ledger(f, &l, &a, NULL, &e), e);
	assert_string_equal(l.list->sha256, sha256);
	assert_string_equal(crl_number_str(number, l.crl_number), "18446744073709551616");
	/* The sub-CA is revoked by the list, if it was taken over: a parser that fails has refused it. */
	assert_true(l.num_certs == !f->adopt->cert[0].refused && f->adopt->num_certs == 1);
	assert_true(!l.cert || (l.cert->revoked && l.cert->reason == 1));
	arena_free(&a);
}

static void expect_end(const struct process *p)
{
	const struct flow *f = &p->runner.flow;
	struct seen        s = seen_in(p);
	struct process     reader;
	struct err         e = { 0 };

	assert_true(f->ended && f->closed && f->checkpoint_sig.len > 0 && s.right);
	assert_int_equal(s.adopted, stage.number == 1);
	assert_int_equal(s.looked, stage.number == 2);
	assert_int_equal(world.num_root_signatures, 0);
	if (stage.number == 1)
		is_adopted(p);
	else
		assert_string_equal(f->brought.list, "18446744073709551616");
	process_on(&reader, &stage);
	OK(transcript_each(p->dir, process_replay_line, &reader.runner, &e), e);
	assert_memory_equal(reader.runner.flow.tree_root, f->tree_root, 32);
	assert_int_equal(reader.runner.flow.live, f->live);
	process_done(&reader);
}

/* ---- the tests ------------------------------------------------------------------------------------------ */

static void fresh(void)
{
	if (stage.number > 1)
		memset(world.id, 0, sizeof world.id); /* the record key stays */
	stage_fresh(&stage);
	if (stage.number == 1)
		return;
	world.now = first.now;
	world.key[1] = first.key[1];
	memcpy(world.id, first.id, sizeof world.id);
	memcpy(mark, first_mark, sizeof mark);
}

static void run_whole(uint64_t *events, unsigned *calls)
{
	struct process p;

	fresh();
	start_process(&p);
	assert_true(process_run_or_cut(&p, false));
	assert_int_equal(seen_in(&p).failed, 0);
	expect_end(&p);
	*events = world.num_told;
	*calls = world.num_calls;
	process_done(&p);
}

static void cut_everywhere(uint64_t events)
{
	for (uint64_t cut = 1; cut <= events; cut++) {
		struct process p;
		fresh();
		process_cut(&p, cut, start_process);
		expect_end(&p);
		process_done(&p);
	}
}

static void fail_everywhere(unsigned calls)
{
	for (unsigned fail = 1; fail <= calls; fail++)
		for (int late = 0; late < 2; late++) {
			struct process p;
			fresh();
			world.fail_at = fail;
			world.fail_after = late;
			start_process(&p);
			assert_true(process_run_or_cut(&p, false));
			assert_int_equal(seen_in(&p).failed, fail <= num_recorded);
			expect_end(&p);
			process_done(&p);
		}
}

static void torture(void)
{
	uint64_t events = 0;
	unsigned calls = 0;

	num_recorded = 0;
	run_whole(&events, &calls);
	assert_true(num_recorded > 10);
	cut_everywhere(events);
	fail_everywhere(calls);
	print_message("%s: %llu events, %u calls\n", script.slug, (unsigned long long)events, calls);
}

static void a_large_list_is_taken_over(void **state)
{
	(void)state;
	assert_true(stage_script(&stage, &script, "adopt", "rehearsal.example/adopted", "rehearsal.example/root-2026"));
	torture();
}

/* As a CA of that record would go on; what it signs is series_test.c's and crash-list.t's. */
static void a_large_list_is_compared(void **state)
{
	static const char signs[] = "[step crl]\nkind = crl\nprofile = crl-ca\nbegin = no\n\n[step export]\nkind = export\nmedium = output\n"
	                            "insert = no\nnames = numbered\n\n";
	struct process    p;
	struct err        e = { 0 };

	(void)state;
	assert_true(stage_script(&stage, &script, "adopt", "rehearsal.example/adopted", "rehearsal.example/root-2026"));
	stage_fresh(&stage);
	start_process(&p);
	assert_true(process_run_or_cut(&p, false));
	OK(flow_ledger(&p.runner.flow, &ca, &stage.scripts, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", &e), e);
	process_done(&p);
	first = world;
	memcpy(first_mark, mark, sizeof mark);
	first.now = world.now + 60;
	stage.lasting = arena_new((size_t)64 << 20); /* its keys stay where they are */
	assert_true(stage_script(&stage, &script, "periodic-crl", signs, ""));
	stage.before = &ca;
	stage.number = 2;
	torture();
}

/* ---- the CA ------------------------------------------------------------------------------------------------ */

static struct bytes as_pem(const char *label, struct bytes octets)
{
	size_t     cap = octets.len * 2 + 128;
	struct buf b = buf_init(arena_take(&stage.scripts, cap), cap);

	pem_encode(&b, label, octets);
	assert_true(buf_ok(&b));
	return buf_bytes(&b);
}

static void make_list(void)
{
	struct crl_entry *entry = arena_take(&stage.scripts, (ENTRIES + 1) * sizeof *entry);
	struct crl_plan   plan = made->crl_plan;

	assert_non_null(entry);
	for (uint32_t i = 0; i < ENTRIES; i++)
		entry[i] = (struct crl_entry){ .serial = { 0x11, (uint8_t)(i >> 8), (uint8_t)i }, .serial_len = 3, .reason = 4, .date = chain_now() - 60 };
	entry[ENTRIES] = made->entry[1];
	plan.entry = entry;
	plan.num_entries = ENTRIES + 1;
	plan.number = crl_number_plus(crl_number_of(UINT64_MAX), 1);
	der = chain_crl(made, &plan).der;
	assert_true(der.len > 131072);
	(void)sha256_hex(sha256, der);
}

static int set_up(void **state)
{
	(void)state;
	ledger_init(&nothing);
	ledger_init(&ca);
	scratch = arena_new(PARSE_ARENA);
	made = chain_new(KEY_P384, KEY_P384);
	if (!stage_init(&stage, &world, &nothing) || !scratch.p)
		return -1;
	stage.script = &script;
	stage.call = call;
	lists_init(&lists);
	make_list();
	files[0] = (struct file){ "root.pem", as_pem("CERTIFICATE", made->root.der) };
	files[1] = (struct file){ "root.crl", as_pem("X509 CRL", der) };
	files[2] = (struct file){ "sub.pem", as_pem("CERTIFICATE", made->sub.der) };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	lists_done(&lists);
	arena_free(&scratch);
	chain_free(made);
	return stage_done(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_list_is_taken_over),
		cmocka_unit_test(a_large_list_is_compared),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
