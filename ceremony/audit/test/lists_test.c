/* lists_test.c: who waits for a large list hears how far it is, and may stop it; also where a verifier does it again. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/audit/lists.h"

#define NUM 70000 /* entries: more than are judged between two words */

static char          folder[64];
static struct lists  lists;
static struct ledger before;
static unsigned      read_told, judged_told, most; /* most: told so often, it is stopped */

static void tell(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	(void)ctx;
	assert_true(done <= total);
	read_told += strcmp(what, "reading the list") == 0;
	judged_told += strcmp(what, "judging the list") == 0;
}

static bool stop(void *ctx)
{
	(void)ctx;
	return read_told + judged_told >= most;
}

static int start(void **state)
{
	char path[96];

	(void)state;
	(void)strcpy(folder, "/tmp/lists-test-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/revocations", folder);
	if (mkdir(path, 0700) != 0)
		return -1;
	(void)snprintf(path, sizeof path, "%s/revocations/list.tsv", folder);
	FILE *f = fopen(path, "w");
	if (!f)
		return -1;
	for (unsigned i = 0; i < NUM; i++)
		(void)fprintf(f, "%08x%08x\t2024-01-02T03:04:05Z\tsuperseded\n", 0x10000000 + i * 7919 % NUM, i);
	if (fclose(f) != 0)
		return -1;
	ledger_init(&before);
	lists_init(&lists);
	lists.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lists.before = &before;
	lists.again = true;
	read_told = judged_told = 0;
	most = UINT32_MAX;
	return lists.dir < 0 ? -1 : 0;
}

static int end(void **state)
{
	char path[96];

	(void)state;
	lists_done(&lists);
	(void)close(lists.dir);
	(void)snprintf(path, sizeof path, "%s/revocations/list.tsv", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof path, "%s/revocations", folder);
	return rmdir(path) != 0 || rmdir(folder) != 0;
}

static struct call take(struct arena *a)
{
	static const char *const in[][2] = {
		{ "name", "list.tsv" }, { "kind", "ca" }, { "unknown", "accept" }, { "now", "2026-11-29T00:00:00Z" }, { "reason", "" }, { "issuer", "" },
	};
	struct call c = { .op = OP_LIST_TAKE, .in = fields_on(a), .out = fields_on(a), .progress = tell, .stop = stop };

	for (size_t i = 0; i < COUNT_OF(in); i++)
		fields_str(&c.in, in[i][0], in[i][1]);
	return c;
}

static void each_part_is_told(void **state)
{
	static uint8_t room[16384], other[8192];
	struct arena   a = ARENA_ON(room), b = ARENA_ON(other);
	struct call    c = take(&a);
	struct fields  said = fields_on(&b);
	struct err     e = { 0 };

	(void)state;
	if (!lists_call(&lists, &c, &e))
		fail_msg("%s: %s", err_text_of(e.id)->name, e.detail);
	assert_true(fields_is(&c.out, "entries", "70000"));
	assert_true(read_told > 4);
	assert_int_equal(judged_told, 1);
	/* What was said is what a transcript would say; another number is not. */
	fields_add_all(&said, &c.out);
	struct call again = take(&a);
	assert_true(lists_agree(&lists, &again, &said, &e));
	assert_int_equal(judged_told, 2);
	said = fields_on(&b);
	again = take(&a);
	assert_false(lists_agree(&lists, &again, &said, &e));
	assert_int_equal(e.id, ERR_AUDIT_FILE);
}

static void it_may_be_stopped(void **state)
{
	static uint8_t room[8192];
	struct arena   a = ARENA_ON(room);
	struct call    c = take(&a);
	struct err     e = { 0 };

	(void)state;
	most = 3;
	assert_false(lists_agree(&lists, &c, &c.in, &e));
	assert_int_equal(e.id, ERR_STOPPED_BY_KEY);
	assert_int_equal(read_told, 3);
	assert_int_equal(judged_told, 0);
}

static void nor_need_it_be_judged(void **state)
{
	static uint8_t room[8192];
	struct arena   a = ARENA_ON(room);
	struct call    c = take(&a);
	struct err     e = { 0 };

	(void)state;
	assert_true(lists_call(&lists, &c, &e));
	const unsigned all = read_told;
	lists_done(&lists);
	read_told = judged_told = 0;
	most = all + 1;
	c = take(&a);
	assert_false(lists_call(&lists, &c, &e));
	assert_int_equal(e.id, ERR_STOPPED_BY_KEY);
	assert_true(read_told == all && judged_told == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_part_is_told, start, end),
		cmocka_unit_test_setup_teardown(it_may_be_stopped, start, end),
		cmocka_unit_test_setup_teardown(nor_need_it_be_judged, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
