/* envelope_test.c: a backup's file: what it says, that every changed bit is noticed, and by which name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "ceremony/base/hash.h"
#include "ceremony/share/envelope.h"

/* Made with openssl alone, by the page docs/formats/backup.md, of the secret 00 01 .. 1f. */
static const char vector[] =
	"ceremony-backup\n"
	"method: wrap\n"
	"format: aes-kwp-rfc5649\n"
	"root: 9ddb0fe5a6fa8e8e4a1d21b29a48a0d9f7cb7e8a9b20eb1f5a86d4f5c1d7b65a\n"
	"set: example-root-e1\n"
	"epoch: 1\n"
	"identifier: 12345\n"
	"wrapped: NxqtP4G8BYL/iQk1DR18dn0XLxDhjxXw7SYk8m8Zb5M=\n"
	"mac: bfa99e26ec2f3000edcd8826c42e29d9557b2db2c532558a1e2789ac355c3a60\n";

static struct secret shared, other;
static uint8_t       room[1 << 16];
static struct err    e;

static int set_up(void **state)
{
	uint8_t octets[32];

	(void)state;
	for (unsigned i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)i;
	assert_true(secret_set(&shared, bytes_of(octets, sizeof octets), &e));
	octets[31] ^= 1;
	return secret_set(&other, bytes_of(octets, sizeof octets), &e) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	secret_done(&shared);
	secret_done(&other);
	return 0;
}

static struct envelope sample(const char *format)
{
	struct envelope env = { .method = ENVELOPE_LOAD, .format = envelope_format(bytes_str(format)), .epoch = 7,
		                .set = BYTES_LIT("example-root-e1"), .identifier = 12345,
		                .wrapped = BYTES_LIT("a key, wrapped in something") };
	struct digest   d = hash_of(HASH_SHA256, BYTES_LIT("a public key"));

	memcpy(env.root, d.p, sizeof env.root);
	if (strcmp(format, "aes-cbc-pad") == 0)
		env.iv = BYTES_LIT("sixteen octets..");
	return env;
}

static void known_answer(void **state)
{
	struct arena    a = ARENA_ON(room);
	struct envelope env;
	SECRET          key = { 0 };
	char            hex[80];
	struct buf      b = BUF_ON(hex);

	(void)state;
	assert_true(envelope_parse(&env, &a, bytes_str(vector), &e));
	assert_string_equal(env.format, "aes-kwp-rfc5649");
	assert_int_equal(env.identifier, 12345);
	assert_true(envelope_verify(&env, &shared, &e));
	assert_false(envelope_verify(&env, &other, &e));
	assert_int_equal(e.id, ERR_BACKUP_MAC);
	assert_true(envelope_wrapping_key(&key, &shared, &e));
	buf_hex(&b, secret_expose(&key));
	assert_string_equal(buf_cstr(&b), "f1cade37e2aaf7f21d9c38519aa4dff5283103077cbfc29db2e40eddcaabaf3c");
}

static void round_trip(void **state)
{
	static const char *const formats[] = { "aes-kwp-rfc5649", "aes-kw-rfc3394", "aes-cbc-pad" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		struct arena    a = ARENA_ON(room);
		struct envelope env = sample(formats[i]), got;
		uint8_t         file[ENVELOPE_MAX];
		struct buf      b = BUF_ON(file);

		assert_true(envelope_put(&b, &env, &shared, &e));
		assert_true(envelope_parse(&got, &a, buf_bytes(&b), &e));
		assert_true(got.method == ENVELOPE_LOAD && got.format == env.format && got.epoch == 7);
		assert_true(bytes_equal(got.set, env.set) && bytes_equal(got.iv, env.iv) && bytes_equal(got.wrapped, env.wrapped));
		assert_true(envelope_is_of(&got, BYTES_LIT("a public key"), env.set, 7, &e) && envelope_verify(&got, &shared, &e));
		assert_false(envelope_is_of(&got, BYTES_LIT("another one"), env.set, 7, &e));
		assert_int_equal(e.id, ERR_BACKUP_ROOT);
		assert_false(envelope_is_of(&got, BYTES_LIT("a public key"), BYTES_LIT("example-root-e2"), 7, &e));
		assert_int_equal(e.id, ERR_BACKUP_SET);
		assert_false(envelope_is_of(&got, BYTES_LIT("a public key"), env.set, 8, &e));
		assert_int_equal(e.id, ERR_BACKUP_EPOCH);
	}
}

/* Whatever bit is another one, the file is not taken; nor is one that was cut, or that goes on. */
static void every_changed_bit_is_noticed(void **state)
{
	struct envelope env = sample("aes-cbc-pad"), got;
	uint8_t         file[ENVELOPE_MAX + 1];
	struct buf      b = BUF_ON(file);
	unsigned        refused = 0, by_mac = 0;

	(void)state;
	assert_true(envelope_put(&b, &env, &shared, &e));
	for (size_t bit = 0; bit < b.len * 8; bit++) {
		struct arena a = ARENA_ON(room);

		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
		bool parsed = envelope_parse(&got, &a, buf_bytes(&b), &e);
		refused += !parsed;
		by_mac += parsed;
		if (parsed)
			assert_false(envelope_verify(&got, &shared, &e));
		assert_int_equal(e.id, parsed ? ERR_BACKUP_MAC : ERR_BACKUP_FORM);
		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(refused > 1000 && by_mac > 100);
	for (size_t len = 0; len < b.len; len++) {
		struct arena a = ARENA_ON(room);
		assert_false(envelope_parse(&got, &a, bytes_of(file, len), &e));
		assert_int_equal(e.id, ERR_BACKUP_FORM);
	}
	struct arena a = ARENA_ON(room);
	file[b.len] = '\n';
	assert_false(envelope_parse(&got, &a, bytes_of(file, b.len + 1), &e));
	assert_non_null(strstr(e.detail, "follow its last line"));
}

static void what_is_too_large(void **state)
{
	static uint8_t  large[ENVELOPE_MAX_WRAPPED + 1];
	struct envelope env = sample("aes-kw-rfc3394"), got;
	uint8_t         file[ENVELOPE_MAX + 8];
	struct buf      b = BUF_ON(file);
	struct arena    a = ARENA_ON(room);

	(void)state;
	env.wrapped = bytes_of(large, sizeof large);
	assert_false(envelope_put(&b, &env, &shared, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_int_equal(b.len, 0);
	env.wrapped.len--;
	assert_true(envelope_put(&b, &env, &shared, &e));
	assert_false(envelope_parse(&got, &a, bytes_of(file, ENVELOPE_MAX + 1), &e));
	assert_int_equal(e.id, ERR_BACKUP_FORM);
	assert_null(envelope_format(BYTES_LIT("aes-ecb")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answer), cmocka_unit_test(round_trip), cmocka_unit_test(every_changed_bit_is_noticed),
		cmocka_unit_test(what_is_too_large),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
