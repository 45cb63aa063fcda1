/* key_test.c: public keys and signatures, against keys and signatures made by OpenSSL. */
#include "ceremony/pki/key.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "ceremony/pki/test/throwaway.h"

static const struct vector {
	const char  *name;
	enum sig_alg sig;
	const char  *spki, *signature;
} vectors[] = {
#define X(name, sig, spki, signature) { name, sig, spki, signature },
#include "ceremony/pki/test/key_vectors.inc"
#undef X
};

static const struct bytes message = BYTES_LIT("ceremony: a message to be signed\n");

static struct bytes unhex(struct buf *b, const char *hex)
{
	assert_true(hex_decode(b, bytes_str(hex)));
	return buf_bytes(b);
}

static const struct vector *vector_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(vectors); i++)
		if (strcmp(vectors[i].name, name) == 0)
			return &vectors[i];
	fail_msg("no vector %s", name);
	return NULL;
}

static void openssl_signatures_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		uint8_t      spki[KEY_MAX_DER], sig[SIG_MAX];
		struct buf   spki_buf = BUF_ON(spki), sig_buf = BUF_ON(sig);
		struct key   k;
		struct err   e = { 0 };
		char         name[16];
		struct bytes signature = unhex(&sig_buf, vectors[i].signature);

		assert_true(key_parse(&k, unhex(&spki_buf, vectors[i].spki), &e));
		assert_string_equal(key_name(name, &k), vectors[i].name);
		if (!sig_verify(&k, vectors[i].sig, message, signature, &e))
			fail_msg("%s %s: %s", name, sig_name(vectors[i].sig), e.detail);

		assert_false(sig_verify(&k, vectors[i].sig, BYTES_LIT("another message"), signature, &e));
		assert_int_equal(e.id, ERR_SIGNATURE_BAD);
		for (int s = 0; s < SIG_COUNT_; s++) { /* under no other algorithm */
			e.id = ERR_NONE;
			if (s == (int)vectors[i].sig)
				continue;
			assert_false(sig_verify(&k, (enum sig_alg)s, message, signature, &e));
			assert_int_equal(e.id, ERR_SIGNATURE_BAD);
		}
	}
}

static void a_changed_signature_is_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		uint8_t      spki[KEY_MAX_DER], sig[SIG_MAX + 1] = { 0 };
		struct buf   spki_buf = BUF_ON(spki), sig_buf = buf_init(sig, SIG_MAX);
		struct key   k;
		struct err   e;
		struct bytes signature = unhex(&sig_buf, vectors[i].signature);

		assert_true(key_parse(&k, unhex(&spki_buf, vectors[i].spki), &e));
		for (size_t at = 0; at < signature.len; at++) {
			sig[at] ^= 1;
			assert_false(sig_verify(&k, vectors[i].sig, message, signature, &e));
			assert_int_equal(e.id, ERR_SIGNATURE_BAD);
			sig[at] ^= 1;
		}
		for (size_t len = 0; len < signature.len; len++)
			assert_false(sig_verify(&k, vectors[i].sig, message, bytes_first(signature, len), &e));
		assert_false(sig_verify(&k, vectors[i].sig, message, bytes_of(sig, signature.len + 1), &e));
	}
}

static void ecdsa_signatures_are_strict_der(void **state)
{
	/* r and s of 48 octets each, taken from the vector, in forms that mean the same number */
	const struct vector *v = vector_of("P-384");
	uint8_t              spki[KEY_MAX_DER], sig[SIG_MAX], room[512];
	struct buf           spki_buf = BUF_ON(spki), sig_buf = BUF_ON(sig);
	struct bytes         in = unhex(&sig_buf, v->signature), seq, r = { 0 }, s = { 0 };
	struct key           k;
	struct err           e;

	(void)state;
	assert_true(key_parse(&k, unhex(&spki_buf, v->spki), &e));
	assert_true(der_get(&in, DER_SEQUENCE, &seq) && der_get_unsigned(&seq, &r) && der_get_unsigned(&seq, &s));
	struct der d = der_on(room, sizeof room);
	der_unsigned(&d, s);
	der_unsigned(&d, r);
	der_wrap(&d, DER_SEQUENCE, sizeof room);
	assert_true(sig_verify(&k, v->sig, message, der_bytes(&d), &e)); /* as it was */

	d = der_on(room, sizeof room); /* a number with a needless zero before it */
	size_t mark = der_mark(&d);
	der_put(&d, s);
	der_put(&d, BYTES_LIT("\0\0"));
	der_wrap(&d, DER_INTEGER, mark);
	der_unsigned(&d, r);
	der_wrap(&d, DER_SEQUENCE, sizeof room);
	assert_false(sig_verify(&k, v->sig, message, der_bytes(&d), &e));

	d = der_on(room, sizeof room); /* something behind the two numbers */
	der_null(&d);
	der_unsigned(&d, s);
	der_unsigned(&d, r);
	der_wrap(&d, DER_SEQUENCE, sizeof room);
	assert_false(sig_verify(&k, v->sig, message, der_bytes(&d), &e));
	assert_string_equal(e.detail, "not two integers in DER");

	d = der_on(room, sizeof room); /* zero */
	der_small(&d, 0);
	der_unsigned(&d, r);
	der_wrap(&d, DER_SEQUENCE, sizeof room);
	assert_false(sig_verify(&k, v->sig, message, der_bytes(&d), &e));
	assert_string_equal(e.detail, "a number outside 1 to n-1");
}

static void ecdsa_numbers_stay_below_the_order(void **state)
{
	/* the orders, from SP 800-186 3.2.1, and the last octet of each: n is out, n-1 is in range */
	static const struct {
		const char *key, *order;
	} rows[] = {
		{ "P-256", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551" },
		{ "P-384", "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
		           "581a0db248b0a77aecec196accc52973" },
		{ "P-521", "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
		           "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct vector *v = vector_of(rows[i].key);
		uint8_t              spki[KEY_MAX_DER], order[80], room[512];
		struct buf           spki_buf = BUF_ON(spki), order_buf = BUF_ON(order);
		struct bytes         n = unhex(&order_buf, rows[i].order);
		struct key           k;
		struct err           e;

		assert_true(key_parse(&k, unhex(&spki_buf, v->spki), &e));
		for (int less = 0; less < 2; less++, order[n.len - 1]--) {
			struct der d = der_on(room, sizeof room);
			der_unsigned(&d, n);
			der_small(&d, 1);
			der_wrap(&d, DER_SEQUENCE, sizeof room);
			assert_false(sig_verify(&k, v->sig, message, der_bytes(&d), &e));
			assert_string_equal(e.detail, less ? "" : "a number outside 1 to n-1");
		}
	}
}

static void ed25519_s_has_one_form(void **state)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
		                           0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
		                           0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10 };
	const struct vector *v = vector_of("Ed25519");
	uint8_t              spki[KEY_MAX_DER], sig[SIG_MAX];
	struct buf           spki_buf = BUF_ON(spki), sig_buf = BUF_ON(sig);
	struct bytes         signature = unhex(&sig_buf, v->signature);
	struct key           k;
	struct err           e;
	unsigned             carry = 0;

	(void)state;
	assert_true(key_parse(&k, unhex(&spki_buf, v->spki), &e));
	assert_true(sig_verify(&k, v->sig, message, signature, &e));
	for (size_t i = 0; i < 32; i++) { /* S + L is the same signature in another form */
		carry += sig[32 + i] + order[i];
		sig[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_false(sig_verify(&k, v->sig, message, signature, &e));
	assert_string_equal(e.detail, "S is not below the order of the group");
}

/* What held is not reckoned twice (verify.c): but under its own key, algorithm and digest alone. */
static void what_held_once_is_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		uint8_t      spki[KEY_MAX_DER], sig[SIG_MAX];
		struct buf   spki_buf = BUF_ON(spki), sig_buf = BUF_ON(sig);
		struct bytes signature = unhex(&sig_buf, vectors[i].signature);
		struct key   k;
		struct err   e;

		assert_true(key_parse(&k, unhex(&spki_buf, vectors[i].spki), &e));
		for (int again = 0; again < 3; again++)
			assert_true(sig_verify(&k, vectors[i].sig, message, signature, &e));
		uint8_t *octet = spki + ((k.point.len ? k.point.p + k.point.len / 2 : k.modulus.p) - spki);
		for (unsigned bit = 0; bit < 8; bit++) { /* another key, on the curve or not */
			*octet ^= (uint8_t)(1u << bit);
			assert_false(sig_verify(&k, vectors[i].sig, message, signature, &e));
			*octet ^= (uint8_t)(1u << bit);
		}
		assert_true(sig_verify(&k, vectors[i].sig, message, signature, &e));
	}
}

/* wolfCrypt has tables for a key that signs much, and none for others (verify.c): neither takes what the other would not. */
static void many_signatures_by_one_key_and_by_others(void **state)
{
	static const enum key_alg algs[] = { KEY_P256, KEY_P384, KEY_P521 };
	static uint8_t            octets[65536];
	struct arena              a = ARENA_ON(octets);
	struct err                e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(algs); i++) {
		struct throwaway much, once;
		throwaway_new(&much, &a, algs[i]);
		for (uint8_t n = 0; n < 100; n++) {
			uint8_t      text[2] = { n, 0 }, room[2][SIG_MAX];
			struct bytes said = bytes_of(text, sizeof text), by = throwaway_sign(&much, room[0], said);

			text[1] = 1;
			assert_false(sig_verify(&much.key, much.sig, said, by, &e)); /* another message */
			assert_int_equal(e.id, ERR_SIGNATURE_BAD);
			text[1] = 0;
			assert_true(sig_verify(&much.key, much.sig, said, by, &e));
			if (n != 0 && n != 50 && n != 90)
				continue;
			throwaway_new(&once, &a, algs[i]);
			assert_false(sig_verify(&once.key, once.sig, said, by, &e));
			assert_true(sig_verify(&once.key, once.sig, said, throwaway_sign(&once, room[1], said), &e));
			assert_false(sig_verify(&much.key, much.sig, said, bytes_of(room[1], by.len), &e));
			throwaway_done(&once);
		}
		throwaway_done(&much);
	}
}

static void every_cut_and_extension_of_a_key_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		uint8_t      spki[KEY_MAX_DER] = { 0 };
		struct buf   b = BUF_ON(spki);
		struct bytes der = unhex(&b, vectors[i].spki);
		struct key   k = { .bits = 77 };
		struct err   e;

		for (size_t len = 0; len < der.len; len++)
			assert_false(key_parse(&k, bytes_first(der, len), &e));
		assert_false(key_parse(&k, bytes_of(spki, der.len + 1), &e));
		assert_int_equal(e.id, ERR_KEY_FORM);
		assert_int_equal(k.bits, 77); /* untouched */
		assert_true(key_parse(&k, der, &e));
	}
}

static void other_kinds_of_keys_are_named(void **state)
{
	/* algorithm, id, detail: the SPKI is built around it */
	static const struct {
		struct bytes algorithm;
		enum err_id  id;
		const char  *detail;
	} algs[] = {
		{ BYTES_LIT("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), ERR_KEY_ALGORITHM,
		  "RSA with wrong parameters" }, /* NULL left out */
		{ BYTES_LIT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x05\x00"), ERR_KEY_ALGORITHM,
		  "RSASSA-PSS: a key for that alone; one of plain RSA may sign so, too" },
		{ BYTES_LIT("\x30\x07\x06\x03\x2b\x65\x70\x05\x00"), ERR_KEY_ALGORITHM,
		  "Ed25519 with wrong parameters" },
		{ BYTES_LIT("\x30\x05\x06\x03\x2b\x65\x71"), ERR_KEY_ALGORITHM, "Ed448" },
		{ BYTES_LIT("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x0a"),
		  ERR_KEY_ALGORITHM, "an elliptic curve that is not named, or not one of P-256, P-384, P-521" },
		{ BYTES_LIT("\x30\x05\x06\x03\x2a\x03\x04"), ERR_KEY_ALGORITHM, "1.2.3.4" },
		{ BYTES_LIT("\x30\x04\x06\x02\x55\x84"), ERR_KEY_FORM, "the algorithm of a key" },
		{ BYTES_LIT("\x30\x00"), ERR_KEY_FORM, "the algorithm of a key" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(algs); i++) {
		uint8_t    room[128];
		struct der d = der_on(room, sizeof room);
		struct key k;
		struct err e;
		der_bits(&d, BYTES_LIT("\x30\x00"));
		der_put(&d, algs[i].algorithm);
		der_wrap(&d, DER_SEQUENCE, sizeof room);
		assert_false(key_parse(&k, der_bytes(&d), &e));
		assert_int_equal(e.id, algs[i].id);
		assert_string_equal(e.detail, algs[i].detail);
	}
}

static void points_and_numbers_have_one_form(void **state)
{
	uint8_t      room[4096], point[133] = { 4 };
	struct arena a = ARENA_ON(room);
	struct key   k;
	struct err   e;

	(void)state;
	assert_true(key_build_point(&k, &a, KEY_P384, bytes_of(point, 97), &e));
	assert_false(key_build_point(&k, &a, KEY_P384, bytes_of(point, 96), &e));
	assert_int_equal(e.id, ERR_KEY_FORM);
	point[0] = 2; /* compressed */
	assert_false(key_build_point(&k, &a, KEY_P384, bytes_of(point, 49), &e));
	assert_string_equal(e.detail, "P-384: the point is not uncompressed");
	assert_false(key_build_point(&k, &a, KEY_ED25519, bytes_of(point, 33), &e));
	assert_int_equal(e.id, ERR_KEY_FORM);
	assert_false(key_build_rsa(&k, &a, BYTES_LIT("\0"), BYTES_LIT("\1"), &e));
	assert_string_equal(e.detail, "RSA: zero");
	assert_false(key_build_rsa(&k, &a, BYTES_LIT("\1"), BYTES_LIT("\0\0"), &e));
	assert_string_equal(e.detail, "RSA: zero");
	assert_true(key_build_rsa(&k, &a, BYTES_LIT("\xff\x01"), BYTES_LIT("\1\0\1"), &e));
	assert_int_equal(k.bits, 16);
	/* the same with a negative modulus: 0x..ff01 without the zero octet before it */
	assert_false(
		key_parse(&k,
	                  BYTES_LIT("\x30\x1b\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x0a\x00"
	                            "\x30\x07\x02\x02\xff\x01\x02\x01\x03"),
	                  &e));
	assert_int_equal(e.id, ERR_KEY_FORM);
}

static void keys_are_built_as_they_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		uint8_t      spki[KEY_MAX_DER], room[KEY_MAX_DER];
		struct buf   b = BUF_ON(spki);
		struct arena a = ARENA_ON(room);
		struct key   k, built;
		struct err   e;

		assert_true(key_parse(&k, unhex(&b, vectors[i].spki), &e));
		if (k.alg == KEY_RSA)
			assert_true(key_build_rsa(&built, &a, k.modulus, k.exponent, &e));
		else
			assert_true(key_build_point(&built, &a, k.alg, k.point, &e));
		assert_true(bytes_equal(built.spki, k.spki));
		assert_int_equal(built.bits, k.bits);
	}
}

static void words_go_both_ways(void **state)
{
	static const char *const names[] = { "P-256", "P-384", "P-521", "Ed25519", "RSA-2048", "RSA-4096" };
	static const char *const bad[] = { "",          "RSA",   "RSA-",   "RSA-0",  "RSA-02048",
		                           "RSA-16385", "p-384", "P-384 ", "ed25519" };
	enum key_alg             alg;
	unsigned                 bits;
	char                     text[16];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_true(key_alg_by_name(&alg, &bits, bytes_str(names[i])));
		struct key k = { .alg = alg, .bits = bits };
		assert_string_equal(key_name(text, &k), names[i]);
		assert_true(sig_fits(sig_for(&k), alg));
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(key_alg_by_name(&alg, &bits, bytes_str(bad[i])));
	for (int s = 0; s < SIG_COUNT_; s++) {
		enum sig_alg back;
		assert_true(sig_by_name(&back, bytes_str(sig_name((enum sig_alg)s))));
		assert_int_equal(back, s);
		assert_true(sig_find(&back, sig_der((enum sig_alg)s)));
		assert_int_equal(back, s);
	}
}

/* The table of facts: BR 7.1.3.2 and RFC 8410, in hex, whole. */
static void identifiers_are_exact(void **state)
{
	static const char *const hex[] = {
		[SIG_RSA_SHA256] = "300d06092a864886f70d01010b0500",
		[SIG_RSA_SHA384] = "300d06092a864886f70d01010c0500",
		[SIG_RSA_SHA512] = "300d06092a864886f70d01010d0500",
		[SIG_PSS_SHA256] =
			"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f7"
			"0d010108300d06096086480165030402010500a203020120",
		[SIG_PSS_SHA384] =
			"304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f7"
			"0d010108300d06096086480165030402020500a203020130",
		[SIG_PSS_SHA512] =
			"304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a06092a864886f7"
			"0d010108300d06096086480165030402030500a203020140",
		[SIG_ECDSA_SHA256] = "300a06082a8648ce3d040302",
		[SIG_ECDSA_SHA384] = "300a06082a8648ce3d040303",
		[SIG_ECDSA_SHA512] = "300a06082a8648ce3d040304",
		[SIG_ED25519] = "300506032b6570",
	};

	(void)state;
	for (int s = 0; s < SIG_COUNT_; s++) {
		uint8_t    der[80];
		struct buf b = BUF_ON(der);
		assert_true(bytes_equal(unhex(&b, hex[s]), sig_der((enum sig_alg)s)));
	}
}

static void the_key_id_is_that_of_rfc_7093(void **state)
{
	/* openssl pkey -pubin -outform DER | tail -c 32 | openssl dgst -sha256, leftmost 40 digits */
	const struct vector *v = vector_of("Ed25519");
	uint8_t              spki[KEY_MAX_DER], id[KEY_ID_LEN];
	struct buf           b = BUF_ON(spki);
	struct key           k;
	struct err           e;
	char                 hex[HASH_MAX * 2 + 1];

	(void)state;
	assert_true(key_parse(&k, unhex(&b, v->spki), &e));
	key_id(id, &k);
	char       text[KEY_ID_LEN * 2 + 1];
	struct buf t = BUF_ON(text);
	buf_hex(&t, bytes_of(id, sizeof id));
	(void)buf_cstr(&t);
	assert_memory_equal(text, sha256_hex(hex, bytes_of(spki + b.len - 32, 32)), KEY_ID_LEN * 2);
}

/* Above wolfCrypt's limit GMP computes, but not with an exponent that only burns time. The good
 * ones are requests: rsa8192.csr and rsa8192-pss.csr. */
static void a_large_exponent_of_a_large_key_is_refused(void **state)
{
	static uint8_t modulus[1024], room[8192];
	struct arena   a = ARENA_ON(room);
	struct key     k;
	struct err     e;

	(void)state;
	memset(modulus, 0xff, sizeof modulus); /* RSA-8192 */
	assert_true(key_build_rsa(&k, &a, bytes_of(modulus, sizeof modulus), BYTES_LIT("\1\0\1"), &e));
	assert_false(sig_verify(&k, SIG_RSA_SHA384, message, bytes_of(modulus, sizeof modulus), &e));
	assert_int_equal(e.id, ERR_SIGNATURE_BAD); /* not below the modulus */
	assert_true(key_build_rsa(&k, &a, bytes_of(modulus, sizeof modulus), bytes_of(modulus, 9), &e));
	assert_false(sig_verify(&k, SIG_RSA_SHA384, message, bytes_of(modulus, sizeof modulus), &e));
	assert_int_equal(e.id, ERR_KEY_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openssl_signatures_verify),
		cmocka_unit_test(a_changed_signature_is_bad),
		cmocka_unit_test(ecdsa_signatures_are_strict_der),
		cmocka_unit_test(ecdsa_numbers_stay_below_the_order),
		cmocka_unit_test(ed25519_s_has_one_form),
		cmocka_unit_test(what_held_once_is_nothing_else),
		cmocka_unit_test(many_signatures_by_one_key_and_by_others),
		cmocka_unit_test(every_cut_and_extension_of_a_key_is_refused),
		cmocka_unit_test(other_kinds_of_keys_are_named),
		cmocka_unit_test(points_and_numbers_have_one_form),
		cmocka_unit_test(keys_are_built_as_they_are_read),
		cmocka_unit_test(words_go_both_ways),
		cmocka_unit_test(identifiers_are_exact),
		cmocka_unit_test(the_key_id_is_that_of_rfc_7093),
		cmocka_unit_test(a_large_exponent_of_a_large_key_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
