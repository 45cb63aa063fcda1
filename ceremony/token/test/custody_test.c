/* custody_test.c: dealing shares, entering them again, and what is said of a wrong word. */
#include "ceremony/token/custody.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ceremony/base/hash.h"
#include "ceremony/share/slip39.h"

static struct custody c;
static struct arena   arena;
static struct fields  out;
static struct err     e;
static uint8_t        master[CUSTODY_KEY_LEN];

static int start(void **state)
{
	SECRET key = { 0 };

	(void)state;
	arena = arena_new(65536);
	out = fields_on(&arena);
	e = (struct err){ 0 };
	for (size_t i = 0; i < sizeof master; i++)
		master[i] = (uint8_t)(i * 7 + 1);
	if (!secret_set(&key, bytes_of(master, sizeof master), &e))
		return 1;
	custody_take(&c, &key);
	return key.p != NULL; /* it was taken over */
}

static int end(void **state)
{
	(void)state;
	custody_done(&c);
	custody_done(&c);
	arena_free(&arena);
	return 0;
}

static bool split(size_t threshold, size_t shares)
{
	struct slip39_scheme scheme = { .group_threshold = 1, .num_groups = 1 };

	out = fields_on(&arena);
	scheme.group[0].threshold = (uint8_t)threshold;
	scheme.group[0].count = (uint8_t)shares;
	return custody_split(&c, &out, &scheme, &rng_system, &e);
}

static bool enter(size_t number, const char *text)
{
	SECRET typed = { 0 };

	assert_true(secret_set(&typed, bytes_str(text), &e));
	e = (struct err){ 0 };
	return custody_check(&c, number, &typed, &e);
}

/* The words of a share as a C string: in a test there is nothing to hide. */
static char *words_of(size_t number)
{
	static char text[SLIP39_MAX_TEXT + 1];
	SECRET      s = { 0 };

	assert_true(custody_show(&c, &s, number, &e));
	assert_true(s.len < sizeof text);
	memcpy(text, secret_expose(&s).p, s.len);
	text[s.len] = 0;
	return text;
}

static void any_threshold_opens(void **state)
{
	static const size_t schemes[][2] = { { 1, 1 }, { 2, 2 }, { 2, 3 }, { 3, 5 }, { 16, 16 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		SECRET key = { 0 };
		size_t used = 0, k = schemes[i][0], n = schemes[i][1];

		assert_true(split(k, n));
		assert_true(fields_is(&out, "words", "33"));
		assert_int_equal(out.num, n + 3); /* identifier, words, key-check */
		for (size_t j = 0; j < k; j++) { /* the last k of n, so that the first are not needed */
			assert_false(custody_combine(&c, &key, &used, &e));
			assert_int_equal(e.id, ERR_BACKUP_SHARES);
			assert_true(enter(n - j, words_of(n - j)));
		}
		assert_true(custody_combine(&c, &key, &used, &e));
		assert_int_equal(used, k);
		assert_true(bytes_equal(secret_expose(&key), bytes_of(master, sizeof master)));
	}
}

static void commitments_are_of_the_words(void **state)
{
	char key[32], hex[HASH_MAX * 2 + 1];

	(void)state;
	assert_true(split(2, 3));
	for (size_t n = 1; n <= 3; n++) {
		(void)snprintf(key, sizeof key, "commitment.%zu", n);
		assert_true(fields_is(&out, key, sha256_hex(hex, bytes_str(words_of(n)))));
	}
}

static void schemes_that_are_none(void **state)
{
	static const size_t bad[][2] = { { 0, 1 }, { 1, 0 }, { 3, 2 }, { 1, 2 }, { 2, 17 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(split(bad[i][0], bad[i][1]));
		assert_int_equal(e.id, ERR_SHARE_SCHEME);
		assert_false(enter(1, "academic"));
		assert_int_equal(e.id, ERR_BACKUP_NONE);
	}
	/* a scheme that is refused leaves the dealt shares as they are */
	assert_true(split(2, 2));
	assert_false(split(3, 2));
	assert_true(enter(1, words_of(1)));
}

/* Word number `place` (from 1) of a text exchanged. */
static void exchange(char *text, size_t text_len, size_t place, const char *word)
{
	char  old[SLIP39_MAX_TEXT + 64];
	char *at = old;

	MUST(strlen(text) < sizeof old);
	memcpy(old, text, strlen(text) + 1);
	for (size_t i = 1; i < place; i++)
		at = strchr(at, ' ') + 1;
	const char *after = strchr(at, ' ');
	(void)snprintf(text, text_len, "%.*s%s%s", (int)(at - old), old, word, after ? after : "");
}

static void the_first_wrong_word_is_named(void **state)
{
	static const size_t places[] = { 1, 2, 17, 33 };
	char                text[SLIP39_MAX_TEXT + 64], says[32];

	(void)state;
	assert_true(split(3, 5));
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		(void)snprintf(text, sizeof text, "%s", words_of(2));
		exchange(text, sizeof text, places[i], "wrongword");
		assert_false(enter(2, text));
		assert_int_equal(e.id, ERR_SHARE_DIFFERS);
		(void)snprintf(says, sizeof says, "word %zu", places[i]);
		assert_string_equal(e.detail, says);
		exchange(text, sizeof text, 33, "wrongtoo"); /* a later one is not told */
		assert_false(enter(2, text));
		assert_string_equal(e.detail, says);
	}
	assert_false(enter(2, ""));
	assert_string_equal(e.detail, "word 1");
	(void)snprintf(text, sizeof text, "%s academic", words_of(2));
	assert_false(enter(2, text)); /* one too many */
	assert_string_equal(e.detail, "word 34");
	(void)snprintf(text, sizeof text, "%s", words_of(2));
	*strrchr(text, ' ') = 0;
	assert_false(enter(2, text)); /* one too few */
	assert_string_equal(e.detail, "word 33");
	text[strlen(text) - 1] = 0;
	assert_false(enter(2, text)); /* a word cut short */
	assert_string_equal(e.detail, "word 32");
	(void)snprintf(text, sizeof text, "%s", words_of(3));
	assert_false(enter(2, text)); /* another custodian's share */
	/* what was wrong did not count */
	SECRET key = { 0 };
	size_t used = 0;
	assert_true(enter(1, words_of(1)));
	assert_true(enter(3, words_of(3)));
	assert_false(custody_combine(&c, &key, &used, &e));
	assert_string_equal(e.detail, "2 of 3");
}

static void case_and_blanks_are_forgiven(void **state)
{
	char text[2 * SLIP39_MAX_TEXT], *p = text;

	(void)state;
	assert_true(split(2, 3));
	*p++ = ' ';
	*p++ = '\t';
	for (const char *w = words_of(1); *w; w++) {
		*p++ = (char)(*w >= 'a' && *w <= 'm' ? *w - 32 : *w);
		if (*w == ' ')
			*p++ = '\n';
	}
	*p++ = '\r';
	*p++ = '\n';
	*p = 0;
	assert_true(enter(1, text));
}

static void numbers_out_of_range(void **state)
{
	SECRET s = { 0 };

	(void)state;
	assert_false(custody_show(&c, &s, 1, &e));
	assert_int_equal(e.id, ERR_BACKUP_NONE);
	assert_true(split(2, 3));
	assert_false(custody_show(&c, &s, 0, &e));
	assert_int_equal(e.id, ERR_OP_FIELD);
	assert_false(custody_show(&c, &s, 4, &e));
	assert_int_equal(e.id, ERR_OP_FIELD);
	assert_null(s.p);
}

/* Two of: two of three officers (1 to 3), three of five trustees (4 to 8); under a passphrase. */
static void split_in_groups(void)
{
	struct slip39_scheme scheme = { .group_threshold = 2, .num_groups = 2, .group = { { 2, 3 }, { 3, 5 } } };
	SECRET               passphrase = { 0 };

	out = fields_on(&arena);
	assert_true(secret_set(&passphrase, BYTES_LIT("eight characters at least"), &e));
	assert_true(custody_put_passphrase(&c, &passphrase, true, &e));
	assert_true(custody_split(&c, &out, &scheme, &rng_system, &e));
	assert_int_equal(c.num_shares, 8);
}

static void groups_and_a_passphrase(void **state)
{
	static const struct {
		const char *numbers, *says; /* NULL: they are enough */
		size_t      used;
	} cases[] = {
		{ "", "0 of 1 groups are complete", 0 },
		{ "123", "1 of 2 groups are complete", 0 },
		{ "1345", "1 of 2 groups are complete", 0 },
		{ "45678", "1 of 2 groups are complete", 0 },
		{ "13468", NULL, 5 },
		{ "12345678", NULL, 8 },
	};

	(void)state;
	split_in_groups();
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		SECRET key = { 0 };
		size_t used = 0;
		for (size_t n = 0; n < CUSTODY_MAX_SHARES; n++)
			secret_done(&c.entered[n]);
		for (const char *n = cases[i].numbers; *n; n++)
			assert_true(enter((size_t)(*n - '0'), words_of((size_t)(*n - '0'))));
		e = (struct err){ 0 };
		assert_int_equal(custody_combine(&c, &key, &used, &e), !cases[i].says);
		if (cases[i].says) {
			assert_int_equal(e.id, ERR_BACKUP_SHARES);
			assert_string_equal(e.detail, cases[i].says);
			continue;
		}
		assert_int_equal(used, cases[i].used);
		assert_true(bytes_equal(secret_expose(&key), bytes_of(master, sizeof master)));
	}
}

static void a_wrong_passphrase_is_forgotten(void **state)
{
	char   check[65];
	size_t used = 0;
	SECRET wrong = { 0 }, short_one = { 0 }, odd = { 0 };

	(void)state;
	split_in_groups();
	struct bytes hex = fields_get(&out, "key-check");
	assert_int_equal(hex.len, 64);
	(void)snprintf(check, sizeof check, "%.*s", (int)hex.len, (const char *)hex.p);
	for (const char *n = "23567"; *n; n++)
		assert_true(enter((size_t)(*n - '0'), words_of((size_t)(*n - '0'))));
	assert_true(custody_join(&c, &used, bytes_str(check), &e));
	assert_true(secret_set(&wrong, BYTES_LIT("eight characters at last"), &e));
	assert_true(custody_put_passphrase(&c, &wrong, false, &e));
	assert_false(custody_join(&c, &used, bytes_str(check), &e));
	assert_int_equal(e.id, ERR_SHARE_KEY);
	assert_null(c.passphrase.p);
	assert_true(c.entered[1].len > 0); /* the cards need not be typed again */
	assert_false(custody_join(&c, &used, bytes_str(check), &e)); /* with none, it is another key too */
	assert_true(secret_set(&short_one, BYTES_LIT("seven c"), &e));
	assert_false(custody_put_passphrase(&c, &short_one, true, &e));
	assert_int_equal(e.id, ERR_SHARE_PASSPHRASE_SHORT);
	assert_true(secret_set(&odd, BYTES_LIT("acht Zeichen m\xc3\xbcssen es sein"), &e));
	assert_false(custody_put_passphrase(&c, &odd, true, &e));
	assert_int_equal(e.id, ERR_SHARE_PASSPHRASE);
}

/* A dealer who commits to a share that does not fit: it is found before anything is done with the key, named if one
 * more than is needed was brought, and all must be brought again. */
static void a_share_that_does_not_fit(void **state)
{
	struct slip39_share share = { 0 };
	size_t              used = 0;

	(void)state;
	assert_true(split(2, 4));
	for (size_t n = 1; n <= 3; n++)
		assert_true(enter(n, words_of(n)));
	for (int more = 1; more >= 0; more--) {
		assert_true(slip39_parse(&share, &c.entered[1], &e));
		share.value.p[3] ^= 4;
		secret_done(&c.entered[1]);
		assert_true(slip39_put(&c.entered[1], &share, &e));
		slip39_share_done(&share);
		assert_false(custody_join(&c, &used, bytes_of(NULL, 0), &e));
		assert_int_equal(e.id, more ? ERR_SHARE_FORGED : ERR_SHARE_DIGEST);
		if (more)
			assert_string_equal(e.detail, "share 2");
		for (size_t n = 0; n < 4; n++)
			assert_null(c.entered[n].p);
		assert_true(enter(1, words_of(1)));
		assert_true(enter(2, words_of(2)));
	}
	assert_true(custody_join(&c, &used, bytes_of(NULL, 0), &e));
}

static void dice_outlive_a_key(void **state)
{
	SECRET key = { 0 };

	(void)state;
	assert_true(secret_set(&c.dice, BYTES_LIT("123456"), &e));
	assert_true(secret_set(&key, bytes_of(master, sizeof master), &e));
	custody_take(&c, &key);
	assert_int_equal(c.dice.len, 6);
}

static void forgetting_is_whole(void **state)
{
	(void)state;
	SECRET key = { 0 };
	size_t used = 0;
	split_in_groups();
	assert_true(secret_set(&c.dice, BYTES_LIT("123456"), &e));
	assert_true(enter(1, words_of(1)));
	assert_true(enter(2, words_of(2)));
	custody_done(&c);
	assert_false(custody_combine(&c, &key, &used, &e));
	assert_int_equal(e.id, ERR_BACKUP_NONE);
	assert_false(split(2, 3));
	assert_int_equal(e.id, ERR_BACKUP_NONE);
	static const uint8_t zero[sizeof c];
	assert_memory_equal(&c, zero, sizeof c);
}

int main(void)
{
#define DEALT(test) cmocka_unit_test_setup_teardown(test, start, end)
	const struct CMUnitTest tests[] = {
		DEALT(any_threshold_opens),        DEALT(commitments_are_of_the_words),
		DEALT(schemes_that_are_none),      DEALT(the_first_wrong_word_is_named),
		DEALT(case_and_blanks_are_forgiven), DEALT(numbers_out_of_range),
		DEALT(groups_and_a_passphrase),    DEALT(a_wrong_passphrase_is_forgotten),
		DEALT(a_share_that_does_not_fit),  DEALT(dice_outlive_a_key),
		DEALT(forgetting_is_whole),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
