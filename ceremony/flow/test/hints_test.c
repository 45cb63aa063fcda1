/* hints_test.c: every prompt of every step kind has a hint for a rehearsal, and no hint is for nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/flow/hints.h"

static const struct {
	const char *kind, *turn, *text;
} hints[] = {
#define X(kind, turn, text) { kind, turn, text },
#include "ceremony/flow/hints.def"
#undef X
};

static void every_prompt_has_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < num_step_kinds; i++)
		for (size_t k = 0; k < step_kinds[i]->num_turns; k++)
			if (step_kinds[i]->turn[k].prompt && !hint_of(step_kinds[i]->name, &step_kinds[i]->turn[k], false)[0])
				fail_msg("no hint for %s/%s", step_kinds[i]->name, step_kinds[i]->turn[k].name);
}

static bool is_somewhere(const char *kind, const char *turn)
{
	bool any = strcmp(kind, "*") == 0;

	for (size_t i = 0; i < num_step_kinds; i++)
		for (size_t k = 0; k < step_kinds[i]->num_turns; k++)
			any |= strcmp(step_kinds[i]->name, kind) == 0 &&
			       (strcmp(turn, "*") == 0 || strcmp(step_kinds[i]->turn[k].name, turn) == 0);
	return any;
}

static void each_is_short_and_for_something(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(hints); i++) {
		if (!is_somewhere(hints[i].kind, hints[i].turn))
			fail_msg("nothing is %s/%s", hints[i].kind, hints[i].turn);
		if (strlen(hints[i].text) > 200)
			fail_msg("%s/%s: too long", hints[i].kind, hints[i].turn);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_prompt_has_one),
		cmocka_unit_test(each_is_short_and_for_something),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
