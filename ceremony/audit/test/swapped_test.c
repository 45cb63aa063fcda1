/* swapped_test.c: one finished record, in which witnesses' files, or the checkpoint's lines, have changed places;
 * each is refused, and the message names a file of theirs. */
#include "ceremony/audit/test/finished.h"

/* The files of two witnesses with this ending have changed places; all of them for NULL. */
static void swap(const char *one, const char *other, const char *ending)
{
	static const char *const endings[] = { ".vkey", ".pub", ".pem", ".minisig", ".sig", ".bin", ".message", ".key" };
	char                     a[120], b[120], how[300];

	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		if (ending && strcmp(ending, endings[i]) != 0)
			continue;
		(void)snprintf(a, sizeof a, CEREMONY "witnesses/%s%s", one, endings[i]);
		(void)snprintf(b, sizeof b, CEREMONY "witnesses/%s%s", other, endings[i]);
		put(a, *content_of(b));
		put(b, *content_of(a));
	}
	sum_again();
	(void)snprintf(how, sizeof how, "%s and %s swapped: %s", one, other, ending ? ending : "all files");
	refused(how, "witnesses/", NULL);
	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		(void)snprintf(a, sizeof a, CEREMONY "witnesses/%s%s", one, endings[i]);
		(void)snprintf(b, sizeof b, CEREMONY "witnesses/%s%s", other, endings[i]);
		restore(a);
		restore(b);
	}
	restore(CEREMONY SUMS_NAME);
}

static void test_swapped_witnesses(void **state)
{
	static const char *const name[] = { "witness-1", "witness-2", "auditor-1" };
	static const char *const signs[] = { ".vkey", ".pub", ".pem", ".minisig", ".sig", ".bin", ".key", NULL };
	struct err               e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(name); i++)
		for (size_t k = i + 1; k < COUNT_OF(name); k++)
			for (size_t n = 0; n < COUNT_OF(signs); n++)
				swap(name[i], name[k], signs[n]);
	assert_true(verifies(&e));
}

/* The checkpoint's lines: a cosignature that is missing, there twice, or before another. */
static void test_cosignatures_out_of_place(void **state)
{
	enum { LINES = 7 }; /* origin, size, root, an empty one, three cosignatures */
	static const size_t order[][LINES] = {
		{ 0, 1, 2, 3, 5, 6, 9 }, { 0, 1, 2, 3, 4, 6, 9 }, { 0, 1, 2, 3, 4, 5, 9 }, { 0, 1, 2, 3, 4, 4, 6 },
		{ 0, 1, 2, 3, 5, 4, 6 }, { 0, 1, 2, 3, 4, 6, 5 }, { 1, 0, 2, 3, 4, 5, 6 }, { 0, 1, 2, 4, 5, 6, 9 },
	};
	struct bytes rest = *content_of(CEREMONY "checkpoint"), line[LINES];
	uint8_t      text[4096];
	char         how[40];

	(void)state;
	for (size_t i = 0; i < LINES; i++)
		assert_true(bytes_cut(rest, '\n', &line[i], &rest));
	assert_int_equal(rest.len, 0);
	for (size_t n = 0; n < COUNT_OF(order); n++) {
		struct buf b = BUF_ON(text);
		for (size_t i = 0; i < LINES && order[n][i] < LINES; i++) {
			buf_put(&b, line[order[n][i]]);
			buf_u8(&b, '\n');
		}
		put(CEREMONY "checkpoint", buf_bytes(&b));
		sum_again();
		(void)snprintf(how, sizeof how, "the checkpoint's lines, order %zu", n);
		refused(how, "checkpoint", NULL);
	}
	restore(CEREMONY "checkpoint");
	restore(CEREMONY SUMS_NAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_swapped_witnesses),
		cmocka_unit_test(test_cosignatures_out_of_place),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
