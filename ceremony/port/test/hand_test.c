/* hand_test.c: the words that are picked. */
#include "ceremony/port/hand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/base/text.h"
#include "ceremony/port/face.h"

#define ROUNDS 400

static void places_share_no_word_and_all_words_come(void **state)
{
	int place[256]; /* whose it is, plus 1 */
	size_t num = 0;

	(void)state;
	memset(place, 0, sizeof place);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < PROMPT_MAX_ASKS; i++) {
			uint8_t octet = hand_pick(i, false);
			assert_true(place[octet] == 0 || place[octet] == (int)i + 1);
			num += place[octet] == 0;
			place[octet] = (int)i + 1;
		}
	}
	assert_int_equal(num, 256); /* one is missed once in 10^9 runs */
}

static void steady_ones_are_known(void **state)
{
	(void)state;
	assert_string_equal(word_of(hand_pick(0, true), 0), "aardvark");
	assert_string_equal(word_of(hand_pick(1, true), 0), "absurd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_share_no_word_and_all_words_come),
		cmocka_unit_test(steady_ones_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
