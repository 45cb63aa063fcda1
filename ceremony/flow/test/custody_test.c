/* custody_test.c: the ceremonies that move, drill and destroy a root key, in memory: load, clone, vendor, and on a CA that
 * exists drill, reshare, recover, destroy. The power is cut after every event, and every call to the world fails once
 * before and once after it was carried out. What must hold: the same end; the key is where it should be and nowhere
 * else; nothing that an intent does not announce; a replay leads to the same. */
#include "ceremony/flow/test/stage.h"

#include "ceremony/flow/continuity.h"

#define ROOT_SERIAL   "c0ffee"
#define SECOND_SERIAL "decaf"
#define OTHER_SERIAL  "5c4a7c4"

static struct stage  stage;
static struct world  world;
static struct script script;
static struct ledger nothing, ca;

/* What world.h does not know: two tokens of which either may be without the root key. */
static struct cast {
	bool     root_away;        /* the root key is not in the root's token */
	bool     transfer_held;    /* the second token's transfer key, in this process */
	unsigned num_destroyed, num_loaded, num_made_outside;
	char     mark[MARK_MAX + 1], mark_serial[16];
	char     label[2][40]; /* of the root's token, of the second one */
	const char *root_serial, *second_serial;
} cast;

/* ---- the world ---------------------------------------------------------------------------- */

static bool is_there(const struct world *w, int i, bool second)
{
	return i == 0 ? (second ? w->restored : !cast.root_away) : i > 0 && !second;
}

static void open_token(const struct call *c, bool second, struct fields *out)
{
	struct bytes label = fields_get(&c->in, "label");

	if (label.len)
		fields_put(out, "label", label);
	else
		fields_str(out, "label", cast.label[second]);
	fields_str(out, "serial", second ? cast.second_serial : cast.root_serial);
	fields_str(out, "software", "yes");
	fields_str(out, "initialised", fields_is(&c->in, "init", "yes") ? "no" : "yes");
	fields_str(out, "objects", "0");
}

static bool move_key(struct world *w, const struct call *c, bool second, bool ready, struct fields *out, struct err *e)
{
	struct bytes id = fields_get(&c->in, "id");

	if (!ready)
		return err_set(e, ERR_BACKUP_SHARES, "%u of 3", w->num_held);
	if (is_there(w, 0, second))
		return err_set(e, ERR_TOKEN_KEY_EXISTS, "it is there already");
	(void)snprintf(w->id[0], sizeof w->id[0], "%.*s", (int)id.len, (const char *)id.p);
	*(second ? &w->restored : &cast.root_away) = second;
	cast.num_loaded++;
	world_key_fields(w, 0, true, out);
	return true;
}

/* The key of a backup by load: made anew if the one before went with its process. */
static void make_outside(struct world *w, const struct call *c, struct fields *out)
{
	if (w->id[0][0])
		throwaway_done(&w->key[0]);
	else
		w->num_keys++;
	throwaway_new(&w->key[0], &w->arena, KEY_P384);
	(void)snprintf(w->id[0], sizeof w->id[0], "outside");
	cast.root_away = true;
	cast.num_made_outside++;
	fields_str(out, "algorithm", "P-384");
	fields_base64(out, "spki", w->key[0].key.spki);
	fields_put(out, "set", fields_get(&c->in, "set"));
	fields_put(out, "epoch", fields_get(&c->in, "epoch"));
	world_wrap(w, c, out);
}

static bool transfer(struct world *w, const struct call *c, struct fields *out, struct err *e)
{
	char hex[HASH_MAX * 2 + 1];

	if (c->op == OP_TRANSFER_KEY) {
		struct key k = throwaway_rsa(&w->arena, 3072, 65537);
		cast.transfer_held = true;
		fields_base64(out, "transfer", k.spki);
		fields_str(out, "transfer-sha256", sha256_hex(hex, k.spki));
		return true;
	}
	if (!cast.transfer_held)
		return err_set(e, ERR_TOKEN_FAILED, "its transfer key went with the process");
	if (c->op == OP_TRANSFER_RECEIVE)
		return move_key(w, c, true, true, out, e);
	fields_str(out, "format", "aes-kwp-rfc5649");
	fields_str(out, "oaep", "SHA-1");
	fields_str(out, "wrapped-sha256", sha256_hex(hex, BYTES_LIT("wrapped")));
	return true;
}

static bool destroy(struct world *w, int i, bool second, struct fields *out)
{
	cast.num_destroyed += is_there(w, i, second);
	if (second)
		w->restored = false;
	else
		cast.root_away = true;
	fields_str(out, "found", "no");
	fields_str(out, "destroyed", "yes");
	return true;
}

static bool mark(const struct call *c, struct fields *out)
{
	struct bytes text = fields_get(&c->in, "mark");

	if (c->op == OP_MARK_WRITE) {
		(void)snprintf(cast.mark, sizeof cast.mark, "%.*s", (int)text.len, (const char *)text.p);
		(void)snprintf(cast.mark_serial, sizeof cast.mark_serial, "%s", cast.root_serial);
		fields_str(out, "held", "yes");
		return true;
	}
	const bool found = cast.mark[0] && strcmp(cast.mark_serial, cast.root_serial) == 0;
	fields_str(out, "found", found ? "yes" : "no");
	if (found)
		fields_str(out, "mark", cast.mark);
	return true;
}

static bool rewrap(struct world *w, const struct call *c, struct fields *out, struct err *e)
{
	if (w->num_held < 3)
		return err_set(e, ERR_BACKUP_SHARES, "%u of 3", w->num_held);
	w->num_held = 0;
	fields_put(out, "set", fields_get(&c->in, "set"));
	fields_put(out, "epoch", fields_get(&c->in, "epoch"));
	world_wrap(w, c, out);
	return true;
}

static bool custody_do(struct world *w, struct call *c, struct fields *out, struct err *e)
{
	const int  i = world_key(w, &c->in);
	const bool second = fields_is(&c->in, "token", "second");

	switch (c->op) {
	case OP_TOKEN_OPEN: open_token(c, second, out); return true;
	case OP_TOKEN_INIT:
		(void)snprintf(cast.label[second], sizeof cast.label[0], "%.*s", (int)fields_get(&c->in, "label").len,
		               (const char *)fields_get(&c->in, "label").p);
		return true;
	case OP_TOKEN_LOGIN:
		w->logged_in = true;
		fields_str(out, "serial", second ? cast.second_serial : cast.root_serial);
		return true;
	case OP_KEY_FIND:
		fields_str(out, "found", is_there(w, i, second) ? "yes" : "no");
		if (is_there(w, i, second))
			world_key_fields(w, i, second || cast.num_loaded > 0, out);
		return true;
	case OP_KEY_SIGN: assert_true(is_there(w, i, false)); return world_do(w, c, out, e);
	case OP_KEY_RESTORE: return move_key(w, c, second, w->num_held >= 3, out, e);
	case OP_KEY_PROVE:
		assert_true(is_there(w, i, second));
		return world_challenge(w, i, out);
	case OP_BACKUP_PROVE: assert_true(w->num_held >= 2); return world_challenge(w, i, out);
	case OP_KEY_DESTROY: return destroy(w, i, second, out);
	case OP_BACKUP_MAKE: make_outside(w, c, out); return true;
	case OP_BACKUP_REWRAP: return rewrap(w, c, out, e);
	case OP_TRANSFER_KEY:
	case OP_TRANSFER_SEND:
	case OP_TRANSFER_RECEIVE: return transfer(w, c, out, e);
	case OP_MARK_READ:
	case OP_MARK_WRITE: return mark(c, out);
	case OP_MEDIA_HASH:
		fields_put(out, "name", fields_get(&c->in, "name"));
		fields_str(out, "size", "12");
		fields_str(out, "sha256", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
		return true;
	default: return world_do(w, c, out, e);
	}
}

static bool custody_call(void *ctx, struct call *c, struct err *e)
{
	struct world *w = ctx;
	const bool    fails = ++w->num_calls == w->fail_at;

	assert_true(w->num_calls < 500); /* nothing is tried for ever */
	if (fails && !w->fail_after)
		return err_set(e, ERR_TOKEN_FAILED, "call %u", w->num_calls);
	if (!custody_do(w, c, &c->out, e))
		return false;
	return !fails || err_set(e, ERR_TOKEN_FAILED, "after call %u", w->num_calls);
}

/* The device's own tool is people's business: when they say that they followed an instruction, they did. */
static bool custody_ask(void *ctx, const struct prompt *p, struct reply *r, struct err *e)
{
	if (strcmp(p->turn, "instruction") == 0 && strcmp(p->step_id, "backup") == 0)
		((struct world *)ctx)->restored = true;
	return world_ask(ctx, p, r, e);
}

/* ---- the ceremonies -------------------------------------------------------------------------- */

static unsigned was_signed; /* by the root key, before the ceremony */

static void keys_are(bool in_root, bool in_second)
{
	assert_int_equal(!cast.root_away, in_root);
	assert_int_equal(world.restored, in_second);
}

static void loaded(const struct flow *f)
{
	keys_are(true, true);
	assert_true(f->live && f->restored && f->copy_serial && f->num_crls == 1);
	assert_true(cast.num_made_outside >= 1);
	assert_int_equal(cast.num_loaded, 2);
}

static void copied(const struct flow *f)
{
	keys_are(true, true);
	assert_true(f->live && f->restored && f->copy_serial && f->num_crls == 1 && !f->blob.len);
}

static void drilled(const struct flow *f)
{
	keys_are(true, false);
	assert_true(f->facts & FACT(FACT_DRILLED));
	assert_int_equal(cast.num_destroyed, 1);
	assert_int_equal(world.num_root_signatures, was_signed);
}

static void reshared(const struct flow *f)
{
	keys_are(true, true); /* as the first ceremony left them */
	assert_true(f->epoch > ca.epoch && f->set_scheme.num_groups == 1 && f->set_scheme.group[0].threshold == 2);
	for (size_t i = 0; i < 3; i++)
		assert_true(f->share[i].shown && f->share[i].entered);
	assert_int_equal(world.num_root_signatures, was_signed);
}

static void recovered(const struct flow *f)
{
	keys_are(true, true);
	assert_string_equal(f->token[TOKEN_ROOT].serial, OTHER_SERIAL);
	assert_true(f->live && f->num_crls == 1 && world.id[2][0]);
	assert_int_equal(cast.num_loaded, 1);
}

static void destroyed(const struct flow *f)
{
	keys_are(false, true);
	assert_true(f->destroyed && !f->live);
	assert_int_equal(cast.num_destroyed, 1);
	assert_int_equal(world.num_root_signatures, was_signed);
}

static const struct ceremony {
	const char *script;
	bool        continues;
	void (*end)(const struct flow *f);
} ceremonies[] = {
	{ "rehearsal-load", false, loaded },   { "rehearsal-clone", false, copied },    { "rehearsal-vendor", false, copied },
	{ "rehearsal-drill", true, drilled },  { "rehearsal-reshare", true, reshared }, { "rehearsal-recover", true, recovered },
	{ "rehearsal-destroy", true, destroyed },
};

static struct world first; /* as the first ceremony left it */
static struct cast  first_cast;

/* Before the ceremony: an empty room, or the CA as it is. */
static void begin(const struct ceremony *c)
{
	if (!c->continues) {
		stage_fresh(&stage);
		cast = (struct cast){ .root_serial = ROOT_SERIAL, .second_serial = SECOND_SERIAL };
		was_signed = 0;
		return;
	}
	stage_clear(&stage);
	if (world.id[2][0])
		throwaway_done(&world.key[2]);
	world = first;
	cast = first_cast;
	was_signed = world.num_root_signatures;
	if (strcmp(c->script, "rehearsal-drill") == 0) { /* a third token, which is empty */
		cast.second_serial = OTHER_SERIAL;
		world.restored = false;
	}
	if (strcmp(c->script, "rehearsal-recover") == 0) { /* the first one is lost */
		cast.root_serial = OTHER_SERIAL;
		cast.root_away = true;
	}
}

/* Every signature of the root key, and whatever else cannot be taken back, was announced; and a reader comes to the
 * same state. */
static bool count_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)line;
	(void)e;
	*(unsigned *)ctx += ev->type == EVENT_INTENT && fields_is(&ev->data, "op", "key-sign");
	return true;
}

static void expect_end(const struct ceremony *c, const struct process *p)
{
	const struct flow *f = &p->runner.flow;
	struct process     reader;
	struct err         e = { 0 };
	unsigned           announced = 0;

	assert_true(f->ended && f->closed && f->checkpoint_sig.len > 0 && !f->aborted);
	assert_int_equal(world.num_held, 0);
	c->end(f);
	OK(transcript_each(p->dir, count_line, &announced, &e), e);
	assert_true(world.num_root_signatures - was_signed <= announced);
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		assert_true(f->witness[i].signed_);
	process_on(&reader, &stage);
	OK(transcript_each(p->dir, process_replay_line, &reader.runner, &e), e);
	assert_memory_equal(reader.runner.flow.tree_root, f->tree_root, 32);
	assert_int_equal(reader.runner.flow.live, f->live);
	assert_int_equal(reader.runner.flow.epoch, f->epoch);
	process_done(&reader);
}

/* A new process finds no secrets of the old one. */
static void start_process(struct process *p)
{
	process_on(p, &stage);
	cast.transfer_held = false;
}

static void run_whole(const struct ceremony *c, uint64_t *events, unsigned *calls)
{
	struct process p;

	begin(c);
	const uint64_t told = world.num_told;
	const unsigned called = world.num_calls;
	start_process(&p);
	assert_true(process_run_or_cut(&p, false));
	*events = world.num_told - told;
	*calls = world.num_calls - called;
	expect_end(c, &p);
	process_done(&p);
}

static void cut_everywhere(const struct ceremony *c, uint64_t events)
{
	for (uint64_t cut = 1; cut <= events; cut++) {
		struct process p;
		begin(c);
		process_cut(&p, cut, start_process);
		expect_end(c, &p);
		process_done(&p);
	}
}

static void fail_everywhere(const struct ceremony *c, unsigned calls)
{
	for (unsigned fail = 1; fail <= calls; fail++)
		for (int late = 0; late < 2; late++) {
			struct process p;
			begin(c);
			world.fail_at = world.num_calls + fail;
			world.fail_after = late;
			start_process(&p);
			assert_true(process_run_or_cut(&p, false));
			expect_end(c, &p);
			process_done(&p);
		}
}

static void torture(void **state)
{
	const struct ceremony *c = *state;
	uint64_t               events = 0;
	unsigned               calls = 0;

	assert_true(stage_script(&stage, &script, c->script, NULL, NULL));
	stage.before = c->continues ? &ca : &nothing;
	stage.number = c->continues ? 2 : 1;
	run_whole(c, &events, &calls);
	cut_everywhere(c, events);
	fail_everywhere(c, calls);
	print_message("%s: %llu events, %u calls\n", c->script, (unsigned long long)events, calls);
}

/* The CA that the later ones work on. */
static int set_up(void **state)
{
	struct process p;
	struct err     e = { 0 };

	(void)state;
	ledger_init(&nothing);
	ledger_init(&ca);
	if (!stage_init(&stage, &world, &nothing) || !stage_script(&stage, &script, "rehearsal", NULL, NULL))
		return -1;
	stage.script = &script;
	stage.ask = custody_ask;
	stage.call = custody_call;
	static const struct ceremony root = { "rehearsal", false, NULL };
	begin(&root);
	start_process(&p);
	if (!process_run_or_cut(&p, false) ||
	    !flow_ledger(&p.runner.flow, &ca, &stage.scripts, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", &e))
		return -1;
	process_done(&p);
	world.num_told = world.num_calls = world.num_asked = 0;
	first = world;
	first_cast = cast;
	first_cast.num_loaded = 0;
	/* The ones that begin anew have keys and octets of their own. */
	stage.lasting = arena_new((size_t)64 << 20);
	memset(world.id, 0, sizeof world.id);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return stage_done(&stage);
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(ceremonies)];

	for (size_t i = 0; i < COUNT_OF(ceremonies); i++)
		tests[i] = (struct CMUnitTest){ ceremonies[i].script, torture, NULL, NULL, (void *)(uintptr_t)&ceremonies[i] };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
