/* steps_test.c: docs/formats/steps.md says what the tables of steps and of ops say: every turn in its order, who
 * acts, what is done and recorded, when it comes; every op that a transcript can name, with all of its fields. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/flow/aside.h"
#include "ceremony/flow/engine.h"
#include "ceremony/flow/media.h"

#define PAGE "docs/formats/steps.md"

static struct arena arena;
static const char *page;
static bool used[OP_COUNT_]; /* by some turn that is recorded */

static int set_up(void **state)
{
	struct bytes text;
	struct err e = { 0 };

	(void)state;
	arena = arena_new((size_t)1 << 20);
	if (!arena.p || !file_read(&text, &arena, AT_FDCWD, PAGE, (size_t)256 << 10, &e))
		return -1;
	page = strndup((const char *)text.p, text.len);
	return page ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	free((void *)(uintptr_t)page);
	arena_free(&arena);
	return 0;
}

/* What a row must begin with: the cells that the table decides. */
static void put_row(struct buf *b, const struct turn *t)
{
	buf_fmt(b, "| `%s` | ", t->name);
	if (t->prompt)
		buf_fmt(b, "%s%s", role_name(t->role), t->two ? ", two" : t->who || t->actor ? ", in turn" : "");
	else
		buf_str(b, "-");
	buf_str(b, " | ");
	if (t->op != OP_NONE)
		buf_fmt(b, "`%s`", op_text_of(t->op)->name);
	else
		buf_str(b, t->reveal != OP_NONE ? "shows a secret" : "-");
	if (t->token == TOKEN_SECOND && t->op != OP_NONE)
		buf_str(b, ", second");
	if (t->flags & TURN_ONCE)
		buf_str(b, ", intent");
	if (t->flags & TURN_VERDICT)
		buf_str(b, ", may fail");
	if (t->flags & TURN_EXCEPTION)
		buf_str(b, ", `exception`");
	if (t->flags & TURN_CLOSES)
		buf_str(b, ", `close`");
	if (t->flags & TURN_SEALED)
		buf_str(b, ", sealed");
	buf_str(b, " | ");
}

/* The line after the one that begins with `head`, and the line before nothing else than table rules. */
static const char *rows_under(const char *head)
{
	const char *at = strstr(page, head);

	if (!at)
		fail_msg("%s has no \"%s\"", PAGE, head);
	at = strstr(at, "\n|---|");
	assert_non_null(at);
	return strchr(at + 1, '\n') + 1;
}

/* One row of the page against one turn; the row's cell "comes" goes to `comes`. */
static const char *check_row(const char *row, const char *where, const struct turn *t, char comes[static 200])
{
	char text[256];
	struct buf head = BUF_ON(text);

	put_row(&head, t);
	const char *want = buf_cstr(&head);
	if (strncmp(row, want, strlen(want)) != 0)
		fail_msg("%s, %s: the row is \"%.*s\", and must begin with \"%s\"", PAGE, where,
		         (int)strcspn(row, "\n"), row, want);
	const char *cell = row + strlen(want), *end = strstr(cell, " | ");
	if (!end || end > strchr(row, '\n'))
		fail_msg("%s, %s, %s: does not say when it comes", PAGE, where, t->name);
	(void)snprintf(comes, 200, "%.*s", (int)(end - cell), cell);
	if (t->op != OP_NONE && !(t->flags & TURN_SEALED))
		used[t->op] = true;
	return strchr(row, '\n') + 1;
}

/* What repeats together is said in one word: "each share". */
static size_t each_len(const char *comes)
{
	return strcspn(comes, ",");
}

static void test_turns_are_on_the_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < num_step_kinds; i++) {
		const struct step_kind *k = step_kinds[i];
		char head[80], comes[200], before[200] = "";
		(void)snprintf(head, sizeof head, k->method ? "\n### `%s`, `method = %s`\n" : "\n### `%s`\n", k->name,
		               k->method);
		const char *row = rows_under(head);
		for (size_t n = 0; n < k->num_turns; n++) {
			const struct turn *t = &k->turn[n];
			row = check_row(row, head, t, comes);
			bool always = strcmp(comes, "always") == 0, each = strncmp(comes, "each ", 5) == 0;
			if (always != (!t->when && !t->rounds) || each != (t->rounds != NULL))
				fail_msg("%s/%s: \"%s\" is not so", k->name, t->name, comes);
			if (n > 0 && t->rounds && k->turn[n - 1].rounds) {
				bool same = each_len(comes) == each_len(before) &&
				            strncmp(comes, before, each_len(comes)) == 0;
				if (same != (t->rounds == k->turn[n - 1].rounds))
					fail_msg("%s/%s: does it repeat together with %s?", k->name, t->name,
					         k->turn[n - 1].name);
			}
			memcpy(before, comes, sizeof before);
		}
		if (*row == '|')
			fail_msg("%s has a turn too many: %.*s", head, (int)strcspn(row, "\n"), row);
	}
}

static void test_turns_of_no_script(void **state)
{
	const struct turn *const all[] = {
		&turn_reopen[TOKEN_ROOT],
		&turn_reopen[TOKEN_SECOND],
		&turn_login[TOKEN_ROOT],
		&turn_login[TOKEN_SECOND],
		&turn_resolve[TOKEN_ROOT],
		&turn_failure,
		&turn_find_medium,
		&turn_bind_medium,
		&turn_look,
		&turn_jump,
		&turn_which,
		&turn_exception,
		&turn_decide,
		&turn_presence,
		&turn_handover,
		&turn_abort,
	};
	const char *row = rows_under("\n## Turns of no script\n");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		char comes[200];
		row = check_row(row, "turns of no script", all[i], comes);
	}
	assert_int_not_equal(*row, '|');
}

/* Every field of a list like ops.def's stands on the row as `name`, N and all. */
static void check_fields(const char *row, size_t len, const char *op, const char *fields)
{
	char line[4096], name[80], quoted[90];

	(void)snprintf(line, sizeof line, "%.*s", (int)len, row);
	for (const char *at = fields; *at;) {
		size_t word = strcspn(at, " "), stem = strcspn(at, " ?(");
		(void)snprintf(name, sizeof name, "%.*s", (int)stem, at);
		(void)snprintf(quoted, sizeof quoted, "`%s`", name);
		if (stem > 0 && !strstr(line, quoted))
			fail_msg("%s: the row of %s does not have %s", PAGE, op, quoted);
		at += word;
		at += strspn(at, " ");
	}
}

static void test_ops_are_on_the_page(void **state)
{
	size_t rows = 0;

	(void)state;
	const char *row = rows_under("\n## Ops\n");
	for (; *row == '|'; row = strchr(row, '\n') + 1) {
		char name[40];
		size_t len = strcspn(row, "\n");
		assert_int_equal(sscanf(row, "| `%39[a-z-]` |", name), 1);
		enum op op = op_by_name(bytes_str(name));
		if (op == OP_NONE || !used[op])
			fail_msg("%s: no turn does %s", PAGE, name);
		used[op] = false;
		check_fields(row, len, name, op_text_of(op)->out);
		rows++;
	}
	for (enum op op = OP_NONE; op < OP_COUNT_; op++)
		if (used[op])
			fail_msg("%s has no row for %s", PAGE, op_text_of(op)->name);
	assert_true(rows > 0);
}

static void test_what_an_op_says(void **state)
{
	static const struct {
		enum op op;
		const char *key;
		bool says;
	} cases[] = {
		{ OP_HOST_LOOK, "swap", true },         { OP_HOST_LOOK, "swa", false },
		{ OP_HOST_LOOK, "swaps", false },       { OP_HOST_LOOK, "program.1", true },
		{ OP_HOST_LOOK, "program.12", true },   { OP_HOST_LOOK, "program.0", false },
		{ OP_HOST_LOOK, "program.01", false },  { OP_HOST_LOOK, "program.", false },
		{ OP_HOST_LOOK, "program", false },     { OP_HOST_LOOK, "program.1.2", false },
		{ OP_KEY_FIND, "half", true },          { OP_KEY_FIND, "spki", true },
		{ OP_KEY_FIND, "spki(base64)", false }, { OP_KEY_FIND, "CKA_SIGN", true },
		{ OP_KEY_FIND, "CKA_", false },         { OP_KEY_LOCK, "CKA_EXTRACTABLE", true },
		{ OP_KEY_LOCK, "CKB", false },          { OP_MARK_READ, "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (op_gives(cases[i].op, bytes_str(cases[i].key)) != cases[i].says)
			fail_msg("%s, \"%s\"", op_text_of(cases[i].op)->name, cases[i].key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns_are_on_the_page),
		cmocka_unit_test(test_turns_of_no_script),
		cmocka_unit_test(test_ops_are_on_the_page),
		cmocka_unit_test(test_what_an_op_says),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
