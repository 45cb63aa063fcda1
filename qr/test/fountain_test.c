/* fountain_test.c: the vectors below the frame: bytewords, numbers, degrees, fragments. Run from
 * the project's folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "qr/bytewords.h"
#include "qr/cbor.h"
#include "qr/crc32.h"
#include "qr/fountain.h"
#include "qr/test/vector.h"

static uint8_t      storage[1 << 20];
static struct arena room = ARENA_ON(storage);
static struct bytes all;

static int setup(void **state)
{
	(void)state;
	room.len = 0;
	all = vector_read(&room, "ur.tsv");
	return 0;
}

/* Asserts that a group has just so many rows, so that none is passed over. */
#define EACH(fields, group, num)                                                                     \
	for (size_t rows = 0, once = 1; once; once = 0, assert_int_equal(rows, (num)))               \
		for (struct bytes rest = all, fields; vector_next(&fields, &rest, (group)); rows++)

static void crc32_vectors(void **state)
{
	(void)state;
	EACH(f, "crc32", 2)
	{
		struct bytes text = vector_field(&f, '\t'), want = vector_hex(&room, f);
		uint32_t     c = crc32_of(text);
		uint8_t      got[] = { (uint8_t)(c >> 24), (uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c };
		assert_true(bytes_equal(want, bytes_of(got, 4)));
	}
	EACH(f, "crc32_hex", 1)
	{
		struct bytes octets = vector_hex(&room, vector_field(&f, '\t')), want = vector_hex(&room, f);
		uint32_t     c = crc32_of(octets);
		uint8_t      got[] = { (uint8_t)(c >> 24), (uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c };
		assert_true(bytes_equal(want, bytes_of(got, 4)));
	}
}

static void check_words(struct bytes octets, struct bytes words, enum bytewords_style style)
{
	uint8_t    text[2048], back[512];
	struct buf b = BUF_ON(text), o = BUF_ON(back);

	bytewords_put(&b, octets, style);
	assert_int_equal(b.len, words.len);
	for (size_t i = 0; i < b.len; i++) /* ours are capitals */
		assert_int_equal(b.p[i] | (b.p[i] == ' ' || b.p[i] == '-' ? 0 : 0x20), words.p[i]);
	assert_true(bytewords_get(&o, words, style));
	assert_true(bytes_equal(buf_bytes(&o), octets));
	o.len = 0;
	assert_true(bytewords_get(&o, buf_bytes(&b), style));
	assert_false(bytewords_get(&o, bytes_first(words, words.len - 1), style));
	assert_false(bytewords_get(&o, bytes_skip(words, 2), style));
	for (size_t i = 0; i < b.len; i++) {
		text[i] ^= 1;
		assert_false(bytewords_get(&o, buf_bytes(&b), style));
		text[i] ^= 1;
	}
	o = buf_init(back, octets.len + 3); /* no room for the CRC-32 */
	assert_false(bytewords_get(&o, words, style));
	assert_int_equal(o.len, 0);
	assert_false(o.failed);
}

static void bytewords_vectors(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		EACH(f, i ? "bytewords_long" : "bytewords_short", 1)
		{
			struct bytes octets = vector_hex(&room, vector_field(&f, '\t'));
			check_words(octets, vector_field(&f, '\t'), BYTEWORDS_STANDARD);
			struct bytes uri = vector_field(&f, '\t');
			if (!bytes_is(uri, "-"))
				check_words(octets, uri, BYTEWORDS_URI);
			check_words(octets, f, BYTEWORDS_MINIMAL);
		}
	}
	EACH(f, "bytewords_must_fail", 5)
	{
		uint8_t      back[64];
		struct buf   b = BUF_ON(back);
		struct bytes style = vector_field(&f, '\t');
		assert_false(bytewords_get(&b, f,
		                           bytes_is(style, "uri")        ? BYTEWORDS_URI
		                           : bytes_is(style, "standard") ? BYTEWORDS_STANDARD
		                                                         : BYTEWORDS_MINIMAL));
	}
}

static void generator_vectors(void **state)
{
	struct xoshiro x = wolf("Wolf");

	(void)state;
	EACH(f, "rng_sha256_seed_string_Wolf_next_mod_100", 1)
	{
		for (; f.len; assert_int_equal(xoshiro_next(&x) % 100, vector_number(&f, ' ')))
			;
	}
	uint32_t      c = crc32_of(BYTES_LIT("Wolf"));
	uint8_t       octets[] = { (uint8_t)(c >> 24), (uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c };
	struct digest d = hash_of(HASH_SHA256, bytes_of(octets, 4));
	xoshiro_init(&x, &d);
	EACH(f, "rng_sha256_seed_crc32be_of_Wolf_next_mod_100", 1)
	{
		for (; f.len; assert_int_equal(xoshiro_next(&x) % 100, vector_number(&f, ' ')))
			;
	}
	x = wolf("Wolf");
	EACH(f, "rng_Wolf_next_int_1_10", 1)
	{
		for (; f.len; assert_int_equal(xoshiro_int(&x, 1, 10), vector_number(&f, ' ')))
			;
	}
}

/* A state whose next number is 2^64 - 1: the double is exactly 1, and nothing leaves its range. */
static void a_double_of_one(void **state)
{
	/* rotl(s1 * 5, 7) * 9 = -1 */
	uint64_t       nine = 0x8E38E38E38E38E39; /* 9 * nine = 1 mod 2^64 */
	uint64_t       v = 0 - nine, five = 0xCCCCCCCCCCCCCCCD;
	struct xoshiro x = { { 1, (v >> 7 | v << 57) * five, 0, 0 } }, copy = x;
	double         weight[] = { 1, 1, 1 };
	struct sampler s;

	(void)state;
	assert_true(xoshiro_next(&copy) == UINT64_MAX);
	copy = x;
	assert_true(xoshiro_double(&copy) == 1.0);
	copy = x;
	assert_int_equal(xoshiro_int(&copy, 3, 7), 7);
	sampler_init(&s, weight, 3);
	assert_true(sampler_next(&s, &x) < 3);
}

static void sampler_vectors(void **state)
{
	static struct fountain f11;
	static const double    weight[] = { 1, 2, 4, 8 };
	struct xoshiro         x = wolf("Wolf");
	struct sampler         s;

	(void)state;
	sampler_init(&s, weight, COUNT_OF(weight));
	EACH(f, "random_sampler_1_2_4_8_Wolf_500", 1)
	{
		for (; f.len; assert_int_equal(sampler_next(&s, &x), vector_number(&f, ' ')))
			;
	}
	fountain_init(&f11, 11, 0);
	x = wolf("Wolf");
	EACH(f, "choose_degree_seqlen11_one_rng_Wolf_spec_1000", 1)
	{
		for (; f.len; assert_int_equal(sampler_next(&f11.degree, &x) + 1, vector_number(&f, ' ')))
			;
	}
	EACH(f, "choose_degree_seqlen11_seed_Wolf-N_N1to200", 1)
	{
		for (unsigned n = 1; f.len; n++) {
			char       seed[16];
			struct buf b = BUF_ON(seed);
			buf_fmt(&b, "Wolf-%u", n);
			x = wolf(buf_cstr(&b));
			assert_int_equal(sampler_next(&f11.degree, &x) + 1, vector_number(&f, ' '));
		}
	}
}

static void shuffle_vectors(void **state)
{
	struct xoshiro x = wolf("Wolf");

	(void)state;
	EACH(f, "shuffle_1to10_Wolf_ten_in_a_row", 10)
	{
		uint16_t list[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, out[10];
		fountain_shuffle(&x, out, 10, list, 10);
		for (size_t i = 0; i < 10; i++)
			assert_int_equal(out[i], vector_number(&f, ' '));
	}
}

static void fragment_vectors(void **state)
{
	static struct fountain f;
	struct bytes           message = message_of(&room, 1024);
	const char *const      groups[] = { "choose_fragments_1024_seqlen11_seq1to30",
		                            "choose_fragments_1024_seqlen11_seq1to50_spec" };

	(void)state;
	EACH(l, "nominal_fragment_len", 2)
	{
		size_t len = (size_t)vector_number(&l, '\t');
		(void)vector_field(&l, '\t'); /* the least, which never mattered */
		size_t max = (size_t)vector_number(&l, '\t');
		assert_int_equal(fountain_fragment_len(len, max), vector_number(&l, '\t'));
	}
	EACH(hex, "partition_1024_min10_max100", 11)
	{
		struct fountain_set one = { { (uint64_t)1 << rows } };
		uint8_t             got[94];
		fountain_mix(got, message, sizeof got, &one);
		assert_true(bytes_equal(bytes_of(got, sizeof got), vector_hex(&room, hex)));
	}
	fountain_init(&f, 11, crc32_of(message));
	for (size_t g = 0; g < 2; g++) {
		EACH(list, groups[g], g ? 50 : 30)
		{
			struct fountain_set got, want = { 0 };
			while (list.len)
				want.word[0] |= (uint64_t)1 << vector_number(&list, ' ');
			fountain_choose(&f, &got, (uint32_t)rows + 1);
			assert_memory_equal(&got, &want, sizeof got);
		}
	}
}

static void mix_vector(void **state)
{
	(void)state;
	EACH(f, "xor", 1)
	{
		struct xoshiro x = wolf("Wolf");
		uint8_t        both[20], got[10];
		for (size_t i = 0; i < sizeof both; i++)
			both[i] = (uint8_t)xoshiro_int(&x, 0, 255);
		struct fountain_set set = { { 3 } };
		assert_true(bytes_equal(bytes_of(both, 10), vector_hex(&room, vector_field(&f, '\t'))));
		assert_true(bytes_equal(bytes_of(both + 10, 10), vector_hex(&room, vector_field(&f, '\t'))));
		fountain_mix(got, bytes_of(both, 20), 10, &set);
		assert_true(bytes_equal(bytes_of(got, 10), vector_hex(&room, f)));
	}
}

static void cbor_forms(void **state)
{
	static const struct {
		const char *hex;
		bool        good;
		uint64_t    value;
	} cases[] = {
		{ "00", true, 0 },           { "17", true, 23 },         { "1818", true, 24 },
		{ "1817", false, 0 },        { "18ff", true, 255 },      { "1900ff", false, 0 },
		{ "190100", true, 256 },     { "1a0000ffff", false, 0 }, { "1a00010000", true, 65536 },
		{ "1a000100", false, 0 },    { "1b00000000ffffffff", false, 0 },
		{ "1b0000000100000000", true, 0x100000000 },             { "1c00", false, 0 },
		{ "1f", false, 0 },          { "", false, 0 },           { "20", false, 0 },
		{ "40", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bytes in = vector_hex(&room, bytes_str(cases[i].hex)), was = in;
		uint64_t     v = 7;
		uint8_t      back[16];
		struct buf   b = BUF_ON(back);
		assert_int_equal(cbor_get_uint(&v, &in), cases[i].good);
		assert_int_equal(v, cases[i].good ? cases[i].value : 7);
		assert_ptr_equal(in.p, cases[i].good ? was.p + was.len : was.p);
		if (cases[i].good) {
			cbor_put_uint(&b, v);
			assert_true(bytes_equal(buf_bytes(&b), was));
		}
	}
	struct bytes in = vector_hex(&room, BYTES_LIT("43010203")), out;
	struct bytes cut = bytes_first(in, 3);
	assert_false(cbor_get_bytes(&out, &cut));
	assert_true(cbor_get_bytes(&out, &in));
	assert_int_equal(out.len, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc32_vectors),   cmocka_unit_test(bytewords_vectors), cmocka_unit_test(generator_vectors),
		cmocka_unit_test(a_double_of_one), cmocka_unit_test(sampler_vectors),   cmocka_unit_test(shuffle_vectors),
		cmocka_unit_test(fragment_vectors), cmocka_unit_test(mix_vector),       cmocka_unit_test(cbor_forms),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
