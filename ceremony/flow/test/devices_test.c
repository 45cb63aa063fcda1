/* devices_test.c: a whole ceremony whose media are devices and discs: the power is cut after every event, a medium vanishes at each request, is
 * put back or replaced, and in the end each medium holds all that it should, read back after the last of it was written. */
#include "ceremony/flow/test/stage.h"

#define NUM   16 /* sticks, and after them as many drives */
#define FILES 16

/* A stick, or a drive with the disc in it. */
struct device {
	bool         dead;
	unsigned     num, num_staged, num_back; /* num_back: files that were compared since the last was written */
	struct bytes name[FILES], sha256[FILES];
};

static struct stage  stage;
static struct script script;
static struct world  world;
static struct ledger nothing;
static struct device devices[2 * NUM], shelf[NUM]; /* shelf: discs that came out of drives */

static unsigned num_media, fail_at, num_asked; /* calls to media, from 1; the one at which the medium vanishes; asks */
static enum err_id fail_with;
static bool     fail_after, takes_other, fails_now, stays_mounted; /* stays_mounted: none is given back before a prompt */
static unsigned num_stayed;
static uint64_t num_events;

static int number_of(struct bytes line)
{
	uint64_t n = 0;

	assert_true(bytes_starts(line, "stick ") || bytes_starts(line, "drive "));
	assert_true(bytes_to_u64(&n, bytes_skip(line, 6), 2 * NUM - 1));
	return (int)n;
}

static void find(struct call *c)
{
	bool burners = fields_is(&c->in, "burners", "yes");
	char key[24];

	fields_u64(&c->out, "devices", NUM);
	for (unsigned i = 0; i < NUM; i++) {
		unsigned at = i + (burners ? NUM : 0);
		(void)snprintf(key, sizeof key, "device.%u", i + 1);
		fields_fmt(&c->out, key, "%s %u", burners ? "drive" : "stick", at);
		(void)snprintf(key, sizeof key, "label.%u", i + 1);
		fields_str(&c->out, key, "");
		(void)snprintf(key, sizeof key, "serial.%u", i + 1);
		fields_fmt(&c->out, key, "%u", at);
		(void)snprintf(key, sizeof key, "state.%u", i + 1);
		fields_str(&c->out, key, devices[at].dead ? "dead" : "usable");
	}
}

static void put(struct device *d, struct bytes name, struct bytes sha256, bool drive)
{
	struct bytes n = arena_copy(&world.arena, name), s = arena_copy(&world.arena, sha256);

	if (drive && d->num && !d->num_staged) { /* that disc is closed: this is for another one */
		unsigned i = 0;
		while (shelf[i].num)
			i++;
		assert_true(i < NUM);
		shelf[i] = *d;
		*d = (struct device){ 0 };
	}
	d->num_back = 0;
	for (unsigned i = 0; i < d->num; i++)
		if (bytes_equal(d->name[i], name)) {
			assert_true(bytes_equal(d->sha256[i], sha256)); /* nothing is replaced */
			return;
		}
	assert_true(d->num < FILES);
	d->name[d->num] = n;
	d->sha256[d->num++] = s;
	d->num_staged += drive;
}

static bool compare(struct device *d, struct call *c, struct err *e)
{
	char     key[24];
	unsigned num = 0;

	if (d->num_staged)
		return err_set(e, ERR_MEDIUM_FILE, "it was not burned");
	for (;; num++) {
		(void)snprintf(key, sizeof key, "name.%u", num + 1);
		struct bytes name = fields_get(&c->in, key);
		unsigned     i = 0;
		if (!name.len)
			break;
		while (i < d->num && !bytes_equal(d->name[i], name))
			i++;
		(void)snprintf(key, sizeof key, "sha256.%u", num + 1);
		if (i == d->num)
			return err_set(e, ERR_MEDIUM_FILE, "%.*s", (int)name.len, (const char *)name.p);
		assert_true(bytes_equal(fields_get(&c->in, key), d->sha256[i]));
	}
	d->num_back = num;
	fields_put(&c->out, "medium", fields_get(&c->in, "medium"));
	fields_u64(&c->out, "files", num);
	return true;
}

static bool burn(struct device *d, struct call *c, struct err *e)
{
	if (!d->num_staged)
		return err_set(e, ERR_OP_FIELD, "nothing is to be burned");
	assert_int_equal(d->num_staged, d->num);
	fields_put(&c->out, "medium", fields_get(&c->in, "medium"));
	fields_str(&c->out, "drive", "vendor 'X'");
	fields_str(&c->out, "disc", "CD-R");
	fields_u64(&c->out, "files", d->num);
	fields_u64(&c->out, "octets", 1);
	d->num_staged = fails_now ? d->num : 0; /* what was burned in vain is burned again, to another disc */
	return true;
}

static bool on_medium(struct call *c, struct err *e)
{
	static const char hash[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct bytes      line = fields_get(&c->in, "device");
	struct device    *d = &devices[number_of(line)];
	bool              ok = true, drive = bytes_starts(line, "drive");

	if (d->dead)
		return err_set(e, ERR_MEDIUM_GONE, "it is dead");
	fields_put(&c->out, "device", line);
	switch (c->op) {
	case OP_MEDIA_LIST: fields_u64(&c->out, "files", 0); break;
	case OP_MEDIA_BURN: ok = burn(d, c, e); break;
	case OP_MEDIA_RELEASE: ok = compare(d, c, e); break;
	case OP_RECORD_DELIVER:
		fields_str(&c->out, "sha256", hash);
		fields_u64(&c->out, "size", 10240);
		fields_u64(&c->out, "files", 42);
		put(d, fields_get(&c->in, "name"), bytes_str(hash), drive);
		break;
	default:
		ok = world_do(&world, c, &c->out, e);
		if (ok && c->op == OP_MEDIA_WRITE)
			put(d, fields_get(&c->in, "name"), fields_get(&c->out, "sha256"), drive);
	}
	return ok;
}

static bool is_of_media(enum op op)
{
	return op_text_of(op)->port == PORT_MEDIA || op == OP_RECORD_DELIVER;
}

/* What is on it is lost; but not the disc that was burned in a drive before this one. Always false. */
static bool vanish(const struct call *c)
{
	if (!takes_other || c->op == OP_MEDIA_FIND)
		return false;
	struct device *d = &devices[number_of(fields_get(&c->in, "device"))];
	bool closed = bytes_starts(fields_get(&c->in, "device"), "drive") && !d->num_staged;
	d->dead = true;
	if (c->op == OP_MEDIA_RELEASE || !closed)
		d->num_back = d->num_staged = 0;
	return false;
}

static bool call(void *ctx, struct call *c, struct err *e)
{
	if (!is_of_media(c->op))
		return world_call(ctx, c, e);
	if (c->op == OP_MEDIA_RELEASE && !fields_find(&c->in, "name.1")) {
		num_stayed += stays_mounted;
		return !stays_mounted || err_set(e, ERR_MEDIUM_BUSY, "a program looks at it");
	}
	bool fails = fails_now = ++num_media == fail_at;
	if (fails && !fail_after && !vanish(c))
		return err_set(e, fail_with, "call %u", num_media);
	if (c->op == OP_MEDIA_FIND)
		find(c);
	else if (!on_medium(c, e))
		return false;
	return !fails || vanish(c) || err_set(e, fail_with, "after call %u", num_media);
}

static bool ask(void *ctx, const struct prompt *p, struct reply *r, struct err *e)
{
	assert_true(++num_asked < 2000); /* or it asks for ever */
	if (!world_ask(ctx, p, r, e))
		return false;
	for (size_t i = 0; i < p->num_asks; i++)
		if (strcmp(p->ask[i].key, "after-failure") == 0 && p->ask[i].kind == ASK_CHOICE && takes_other) {
			r->fields.num = 0;
			fields_str(&r->fields, "after-failure", "other");
		}
	return true;
}

static void fresh(void)
{
	stage_fresh(&stage);
	memset(devices, 0, sizeof devices);
	memset(shelf, 0, sizeof shelf);
	num_media = num_asked = 0;
	fail_at = 0;
	fail_after = takes_other = stays_mounted = false;
	num_stayed = 0;
}

/* What waits to be burned is in the memory of a process. */
static void new_process(struct process *p)
{
	for (size_t i = NUM; i < 2 * NUM; i++)
		if (devices[i].num_staged)
			devices[i] = (struct device){ .dead = devices[i].dead };
	process_on(p, &stage);
}

/* Of the media that live: two with the five results (one of them with the checkpoint), a disc of them, two with the record. */
static void expect_all(const struct process *p)
{
	const struct flow *f = &p->runner.flow;
	unsigned           results = 0, records = 0, checkpoints = 0;

	assert_true(f->ended && f->closed);
	for (size_t i = 0; i < 3 * NUM; i++) {
		const struct device *d = i < 2 * NUM ? &devices[i] : &shelf[i - 2 * NUM];
		bool                 has_record = false, has_checkpoint = false;
		if (!d->num)
			continue;
		for (unsigned k = 0; k < d->num; k++) {
			has_record |= bytes_starts(d->name[k], "record-0001-");
			has_checkpoint |= bytes_is(d->name[k], "checkpoint-0001");
		}
		assert_true(d->num_staged == 0);
		if (!d->num_back) /* a disc that could not be read, or a copy that was given up */
			continue;
		records += has_record;
		checkpoints += has_checkpoint;
		results += d->num >= 5;
	}
	if (results != 2 || records != 2 || checkpoints != 2) {
		print_message("call %u (%s, %s, %s)\n", fail_at, err_text_of(fail_with)->name, fail_after ? "after" : "before", takes_other ? "other" : "again");
		for (size_t i = 0; i < 3 * NUM; i++) {
			const struct device *d = i < 2 * NUM ? &devices[i] : &shelf[i - 2 * NUM];
			if (d->num)
				print_message("  %zu: %u files, %u staged, %u read back%s\n", i, d->num, d->num_staged, d->num_back, d->dead ? ", dead" : "");
		}
	}
	assert_int_equal(results, 2);
	assert_int_equal(records, 2);
	assert_int_equal(checkpoints, 2);
}

static void whole(void **state)
{
	struct process p;

	(void)state;
	fresh();
	new_process(&p);
	assert_true(process_run_or_cut(&p, false));
	expect_all(&p);
	num_events = world.num_told;
	process_done(&p);
	print_message("%llu events, %u calls to media\n", (unsigned long long)num_events, num_media);
}

static void power_cut_after_every_event(void **state)
{
	(void)state;
	for (uint64_t cut = 1; cut <= num_events; cut++) {
		struct process p;
		fresh();
		process_cut(&p, cut, new_process);
		expect_all(&p);
		process_done(&p);
	}
}

static void a_medium_vanishes_at_each_request(void **state)
{
	static const enum err_id ways[] = { ERR_MEDIUM_GONE, ERR_DISC_BURN };
	struct process           p;

	(void)state;
	fresh();
	new_process(&p);
	assert_true(process_run_or_cut(&p, false));
	process_done(&p);
	const unsigned calls = num_media;
	assert_true(calls > 25);
	for (unsigned at = 1; at <= calls; at++)
		for (unsigned way = 0; way < 4 * COUNT_OF(ways); way++) {
			fresh();
			fail_at = at;
			fail_with = ways[way / 4];
			fail_after = way & 1;
			takes_other = way & 2;
			new_process(&p);
			assert_true(process_run_or_cut(&p, false));
			expect_all(&p);
			process_done(&p);
		}
}

static bool count_stays(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)line;
	(void)e;
	if (ev->type != EVENT_FAILED)
		return true;
	assert_true(fields_is(&ev->data, "op", "media-release") && fields_is(&ev->data, "error", "ERR_MEDIUM_BUSY"));
	++*(unsigned *)ctx;
	return true;
}

/* A medium that is still mounted while people are asked is on the record, and nothing else comes of it. */
static void a_medium_that_is_not_given_back_is_told(void **state)
{
	struct process p;
	struct err     e = { 0 };
	unsigned       told = 0;

	(void)state;
	fresh();
	stays_mounted = true;
	new_process(&p);
	assert_true(process_run_or_cut(&p, false));
	expect_all(&p);
	OK(transcript_each(p.dir, count_stays, &told, &e), e);
	process_done(&p);
	assert_in_range(told, 5, num_stayed); /* after the close nothing is recorded */
	for (uint64_t cut = 1; cut <= num_events + told; cut += 3) {
		fresh();
		stays_mounted = true;
		process_cut(&p, cut, new_process);
		expect_all(&p);
		process_done(&p);
	}
}

#define TAIL "[step sign-off]\nkind = sign-off\n\n[step checkpoint]\nkind = checkpoint\n"

static int set_up(void **state)
{
	static const char from[] = "[step export]\nkind = export\nmedium = output\n\n" TAIL "copy = output\n\n[step verify]\nkind = verify\n";
	static const char to[] = "[step export]\nkind = export\nmedium = output\ncopies = 2\n\n" TAIL
				 "copy = sealed\ncopies = 2\n\n[step record]\nkind = record\ncopies = 2\n\n[step verify]\nkind = verify\n"
				 "[medium output-2]\ndisc = yes\n[medium record]\ndisc = yes\n";

	(void)state;
	ledger_init(&nothing);
	if (!stage_init(&stage, &world, &nothing) || !stage_script(&stage, &script, "rehearsal", from, to))
		return -1;
	stage.script = &script;
	stage.devices = true;
	stage.call = call;
	stage.ask = ask;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return stage_done(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(power_cut_after_every_event),
		cmocka_unit_test(a_medium_vanishes_at_each_request),
		cmocka_unit_test(a_medium_that_is_not_given_back_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
