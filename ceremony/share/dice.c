/* dice.c: see dice.h. */
#include "ceremony/share/dice.h"

#include "ceremony/share/ct.h"

#define FACES 6
/* Chi-square's 1 - 10^-5 quantile for five degrees of freedom is 30.86. */
#define LIMIT_HUNDREDTHS 3086

/* Where there is a blank, and where there is no roll, is not secret: it is told. */
static bool is_blank(uint8_t c)
{
	uint64_t hit = ct_equal(c, ' ') | ct_equal(c, '\t') | ct_equal(c, '\r') | ct_equal(c, '\n');

	CT_PUBLIC(&hit, sizeof hit);
	return hit != 0;
}

static bool is_roll(uint8_t c)
{
	uint32_t no = (uint32_t)(c - '1') >> 31 | (uint32_t)('6' - c) >> 31;

	CT_PUBLIC(&no, sizeof no);
	return !no;
}

static bool read_rolls(struct secret *rolls, struct bytes typed, size_t num, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < typed.len; i++) {
		if (is_blank(typed.p[i]))
			continue;
		n++;
		if (!is_roll(typed.p[i]))
			return err_set(e, ERR_DICE_ROLLS, "at place %zu: a roll is a digit from 1 to 6", n);
		if (n <= num)
			MUST(secret_put(rolls, bytes_of(typed.p + i, 1)));
	}
	return n == num || err_set(e, ERR_DICE_ROLLS, "%zu rolls; %zu are wanted", n, num);
}

/* Is n counts' chi-square beyond the limit? With an expectation of n / 6 each it is
 * 6 * (sum of squares) / n - n. */
static uint32_t is_beyond(const uint32_t count[FACES], uint32_t n)
{
	uint64_t squares = 0;

	for (size_t i = 0; i < FACES; i++)
		squares += (uint64_t)count[i] * count[i];
	uint64_t have = 600 * squares, limit = (uint64_t)n * (100 * n + LIMIT_HUNDREDTHS);
	return (uint32_t)((limit - have) >> 63);
}

static bool is_of_a_die(struct bytes rolls)
{
	uint32_t faces[FACES] = { 0 }, steps[FACES] = { 0 };

	for (size_t i = 0; i < rolls.len; i++) {
		/* From the roll before to this one, around the die: 0 to 5. */
		uint32_t step = i ? (uint32_t)(rolls.p[i] - rolls.p[i - 1]) + FACES : FACES;
		for (uint32_t k = 0; k < FACES; k++) {
			faces[k] += (uint32_t)(ct_equal(rolls.p[i], '1' + k) & 1);
			steps[k] += (uint32_t)((ct_equal(step, k) | ct_equal(step, k + FACES)) & (i > 0));
		}
	}
	uint32_t beyond = is_beyond(faces, (uint32_t)rolls.len) | is_beyond(steps, (uint32_t)rolls.len - 1);
	wipe(faces, sizeof faces);
	wipe(steps, sizeof steps);
	CT_PUBLIC(&beyond, sizeof beyond); /* the verdict */
	return !beyond;
}

bool dice_parse(struct secret *rolls, const struct secret *typed, size_t num, struct err *e)
{
	SECRET got = { 0 };

	MUST(num > 1 && num <= DICE_MAX_ROLLS);
	if (!secret_new(&got, num, e) || !read_rolls(&got, secret_expose(typed), num, e))
		return false;
	if (!is_of_a_die(secret_expose(&got)))
		return err_set(e, ERR_DICE_BIAS, "%zu rolls", num);
	secret_move(rolls, &got);
	return true;
}
