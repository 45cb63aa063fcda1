/* note_test.c: checkpoints and the files of a witness against vectors that minisign,
 * signify and openssl have verified (data/README). */
#include "ceremony/record/note.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/test/note_keys.h"

#define DATA "ceremony/record/test/data/checkpoint/"
#define ORIGIN "ceremony.example/root-2026"

static uint8_t room[1 << 18];
static struct arena arena;

static int start(void **state)
{
	(void)state;
	arena = ARENA_ON(room);
	return sodium_init() < 0 ? -1 : 0;
}

static struct bytes data(const char *base, const char *ending)
{
	char         path[160];
	struct bytes out = { 0 };
	struct err   e = { 0 };

	(void)snprintf(path, sizeof path, DATA "%s%s", base, ending);
	if (!file_read(&out, &arena, AT_FDCWD, path, 65536, &e))
		fail_msg("%s: %s", path, e.detail);
	return out;
}

/* The body over the seven leaves, in `b`. */
static void build_body(struct buf *b)
{
	struct merkle m = { .size = 0 };
	struct bytes  text = data("transcript.jsonl", ""), line;
	uint8_t       root[32];

	while (bytes_cut(text, '\n', &line, &text))
		merkle_add(&m, line);
	merkle_root(root, &m);
	checkpoint_body(b, bytes_str(ORIGIN), m.size, root);
}

/* The vector's file without the log's line, which ours do not have. */
static struct bytes without_log_line(void)
{
	struct bytes file = data("checkpoint", "");
	const char  *log = strstr((const char *)file.p, "\xe2\x80\x94 " ORIGIN " ");
	const char  *next = strchr(log, '\n') + 1;
	uint8_t     *p = arena_take(&arena, file.len);
	struct buf   b = buf_init(p, file.len);

	buf_put(&b, bytes_of(file.p, (size_t)((const uint8_t *)log - file.p)));
	buf_str(&b, next);
	return buf_bytes(&b);
}

static void same(const struct buf *b, struct bytes want)
{
	assert_true(buf_ok(b));
	if (!bytes_equal(buf_bytes(b), want))
		fail_msg("made:\n%.*s\nwanted:\n%.*s", (int)b->len, (const char *)b->p, (int)want.len, (const char *)want.p);
}

static void checkpoint_of_the_vectors(void **state)
{
	uint8_t            body[512], file[CHECKPOINT_MAX], global[64];
	struct buf         b = BUF_ON(body), f = BUF_ON(file);
	struct cosignature c[2];

	(void)state;
	build_body(&b);
	for (size_t i = 0; i < 2; i++)
		assert_true(hand_sign(&c[i], global, &hands[i], buf_bytes(&b)));
	checkpoint_put(&f, buf_bytes(&b), c, 2);
	same(&f, without_log_line());
}

static void files_of_the_witnesses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(hands); i++) {
		uint8_t            body[512], out[WITNESS_FILE_MAX], global[64];
		struct buf         b = BUF_ON(body), o = BUF_ON(out);
		struct cosignature c;
		const char        *base = hands[i].file_base;
		build_body(&b);
		assert_true(hand_sign(&c, global, &hands[i], buf_bytes(&b)));
#define MADE(ending, call)                  \
	o = BUF_ON(out);                    \
	call;                               \
	same(&o, data(base, ending))
		MADE(".cosigned-message", cosigned_message(&o, buf_bytes(&b), c.time));
		MADE(".cosigned-message.bin", buf_put(&o, bytes_of(c.signature, 64)));
		MADE(".cosigned-message.sig", witness_sig(&o, &c, base));
		MADE(".cosigned-message.minisig", witness_minisig(&o, &c, global));
		MADE(".pub", witness_pub(&o, &c.witness));
		MADE(".vkey", witness_vkey(&o, &c.witness));
		/* the vector is DER, ours is its PEM */
		o = BUF_ON(out);
		buf_str(&o, "-----BEGIN PUBLIC KEY-----\n");
		buf_base64(&o, data(base, ".spki.der"));
		buf_str(&o, "\n-----END PUBLIC KEY-----\n");
		uint8_t    pem[WITNESS_FILE_MAX];
		struct buf p = BUF_ON(pem);
		witness_spki(&p, &c.witness);
		same(&p, buf_bytes(&o));
	}
}

static void parsed_and_verified(void **state)
{
	struct checkpoint  c;
	struct cosignature signed_by;
	struct witness     w[2], stranger;
	struct err         e = { 0 };
	struct bytes       file = without_log_line();

	(void)state;
	assert_true(checkpoint_parse(&c, file, &e));
	assert_int_equal(c.size, 7);
	assert_int_equal(c.num_cosigners, 2);
	assert_true(bytes_is(c.origin, ORIGIN));
	for (size_t i = 0; i < 2; i++) {
		assert_true(witness_vkey_parse(&w[i], data(hands[i].file_base, ".vkey"), &e));
		assert_true(checkpoint_signed_by(&signed_by, &c, &w[i], &e));
		assert_int_equal(signed_by.time, hands[i].time);
		assert_string_equal(signed_by.witness.name, hands[i].name);
		char ending[] = ".cosigned-message.minisig";
		assert_true(witness_minisig_check(&signed_by, data(hands[i].file_base, ending), &e));
	}
	/* the right name with another's key, and a name that is not there */
	stranger = w[0];
	memcpy(stranger.public_key, w[1].public_key, 32);
	assert_false(checkpoint_signed_by(&signed_by, &c, &stranger, &e));
	assert_int_equal(e.id, ERR_CHECKPOINT_MISSING);
	/* the line of one is not the word of the other */
	struct checkpoint swapped = c;
	memcpy(swapped.cosigner[0].signature, c.cosigner[1].signature, 64);
	assert_false(checkpoint_signed_by(&signed_by, &swapped, &w[0], &e));
	assert_int_equal(e.id, ERR_CHECKPOINT_SIGNATURE);
	swapped = c;
	swapped.cosigner[0].time++;
	assert_false(checkpoint_signed_by(&signed_by, &swapped, &w[0], &e));
}

/* Any octet changed in one bit: not a checkpoint, or not signed by both any more. */
static void every_bit_matters(void **state)
{
	uint8_t           file[CHECKPOINT_MAX];
	struct bytes      good = without_log_line();
	struct witness    w[2];
	struct err        e = { 0 };
	struct cosignature by;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_true(witness_vkey_parse(&w[i], data(hands[i].file_base, ".vkey"), &e));
	memcpy(file, good.p, good.len);
	for (size_t bit = 0; bit < good.len * 8; bit++) {
		struct checkpoint c;
		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
		bool ok = checkpoint_parse(&c, bytes_of(file, good.len), &e) && checkpoint_signed_by(&by, &c, &w[0], &e) &&
		          checkpoint_signed_by(&by, &c, &w[1], &e);
		if (ok)
			fail_msg("bit %zu of octet %zu is not missed", bit % 8, bit / 8);
		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	/* cut: a whole number of lines is a checkpoint with fewer witnesses, nothing else is one */
	for (size_t n = 0; n < good.len; n++) {
		struct checkpoint c = { .size = 99 };
		bool              whole = n > 0 && good.p[n - 1] == '\n' && strstr((const char *)good.p, "\n\n") + 2 - (const char *)good.p <= (ptrdiff_t)n;
		assert_int_equal(checkpoint_parse(&c, bytes_of(good.p, n), &e), whole);
		assert_true(whole ? c.num_cosigners < 2 : c.size == 99);
	}
}

static const struct {
	const char *file, *detail;
} refused[] = {
#define ROOT "u+eFUxSrVNK7Qjx5+PpeNH/Ps5wvQVn1Hhm117cIEMg=\n"
	{ "", "line 1" },
	{ "\n7\n" ROOT "\n", "line 1" },
	{ "a b\n7\n" ROOT "\n", "line 1" },
	{ "a+b\n7\n" ROOT "\n", "line 1" },
	{ "a\r\n7\n" ROOT "\n", "line 1" },
	{ "a\n07\n" ROOT "\n", "line 2" },
	{ "a\n-7\n" ROOT "\n", "line 2" },
	{ "a\n\n" ROOT "\n", "line 2" },
	{ "a\n9223372036854775808\n" ROOT "\n", "line 2" },
	{ "a\n7\nu+eFUxSrVNK7Qjx5+PpeNH/Ps5wvQVn1Hhm117cIEM==\n\n", "line 3" },
	{ "a\n7\nu+eFUxSrVNK7Qjx5+PpeNH/Ps5wvQVn1Hhm117cIEMh=\n\n", "line 3" },
	{ "a\n7\nAAAA\n\n", "line 3" },
	{ "a\n7\n" ROOT "an extension line\n\n", "line 4" },
	{ "a\n7\n" ROOT, "line 4" },
	{ "a\n7\n" ROOT "\n\n", "line 5" },
	{ "a\n7\n" ROOT "\n\xe2\x80\x94 n AAAA\n", "line 5" },
	{ "a\n7\n" ROOT "\n\xe2\x80\x94 n\n", "line 5" },
	{ "a\n7\n" ROOT "\n- n tVtVRAAAAABrAV2Qmsw1GD0XWw3I/7pDeWFHW4d0efDpDL89VkOdAQmMW7BTO7oMHosnZKIBS5Uf1V+xHaZYL+gDCNV4tLDa+GvUDA==\n", "line 5" },
	{ "a\n7\n" ROOT "\n\xe2\x80\x94 n tVtVRAAAAABrAV2Qmsw1GD0XWw3I/7pDeWFHW4d0efDpDL89VkOdAQmMW7BTO7oMHosnZKIBS5Uf1V+xHaZYL+gDCNV4tLDa+GvUDA==\nx", "line 6" },
	{ "a\n7\n" ROOT "\n\xe2\x80\x94 n tVtVRP////9rAV2Qmsw1GD0XWw3I/7pDeWFHW4d0efDpDL89VkOdAQmMW7BTO7oMHosnZKIBS5Uf1V+xHaZYL+gDCNV4tLDa+GvUDA==\n", "line 5" },
};

static void other_files_are_refused(void **state)
{
	struct checkpoint c = { .size = 99 };
	struct err        e = { 0 };
	uint8_t           file[CHECKPOINT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		assert_false(checkpoint_parse(&c, bytes_str(refused[i].file), &e));
		assert_int_equal(e.id, ERR_CHECKPOINT_FORM);
		assert_string_equal(e.detail, refused[i].detail);
	}
	/* the vector as it is: its log line is of a type that ours do not have */
	assert_false(checkpoint_parse(&c, data("checkpoint", ""), &e));
	assert_string_equal(e.detail, "line 5");
	/* somebody twice; one too many; too long */
	struct bytes good = without_log_line();
	struct buf   b = BUF_ON(file);
	buf_put(&b, good);
	buf_str(&b, strstr((const char *)good.p, "\xe2\x80\x94"));
	assert_false(checkpoint_parse(&c, buf_bytes(&b), &e));
	assert_non_null(strstr(e.detail, "signs twice"));
	struct cosignature many[NOTE_MAX_WITNESSES + 1] = { 0 };
	for (size_t i = 0; i < COUNT_OF(many); i++)
		(void)snprintf(many[i].witness.name, sizeof many[i].witness.name, "w%zu", i);
	for (size_t n = NOTE_MAX_WITNESSES; n <= NOTE_MAX_WITNESSES + 1; n++) {
		b = BUF_ON(file);
		checkpoint_put(&b, BYTES_LIT("a\n7\n" ROOT), many, n);
		assert_true(buf_ok(&b));
		assert_int_equal(checkpoint_parse(&c, buf_bytes(&b), &e), n == NOTE_MAX_WITNESSES);
	}
	assert_false(checkpoint_parse(&c, bytes_of(file, sizeof file), &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

static void names_and_times_that_cannot_be(void **state)
{
	uint8_t            text[1024], root[32] = { 0 };
	char               longest[NOTE_NAME_MAX + 2];
	struct cosignature c = { .time = -1, .witness.name = "a" };
	struct buf         b;

	(void)state;
	memset(longest, 'a', sizeof longest);
	assert_true(note_is_name(bytes_of(longest, NOTE_NAME_MAX)));
	assert_false(note_is_name(bytes_of(longest, NOTE_NAME_MAX + 1)));
	static const char *const bad[] = { "", "a b", "a+b", "a\n", "\x7f", "\xc3\xa9" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(note_is_name(bytes_str(bad[i])));
		b = BUF_ON(text);
		checkpoint_body(&b, bytes_str(bad[i]), 1, root);
		assert_false(buf_ok(&b));
	}
	b = BUF_ON(text);
	cosigned_message(&b, BYTES_LIT("a\n7\n" ROOT), -1);
	assert_false(buf_ok(&b));
	b = BUF_ON(text);
	checkpoint_put(&b, BYTES_LIT("a\n7\n" ROOT), &c, 1);
	assert_false(buf_ok(&b));
	c = (struct cosignature){ .witness.name = "a b" };
	b = BUF_ON(text);
	checkpoint_put(&b, BYTES_LIT("a\n7\n" ROOT), &c, 1);
	assert_false(buf_ok(&b));
	b = BUF_ON(text);
	witness_vkey(&b, &c.witness);
	assert_false(buf_ok(&b));
}

/* Every bit of the two files of a witness that are read again. */
static void every_bit_of_the_witness_files_matters(void **state)
{
	uint8_t            file[WITNESS_FILE_MAX];
	struct bytes       vkey = data("auditor", ".vkey"), minisig = data("auditor", ".cosigned-message.minisig");
	struct witness     w = { .name = "untouched" }, good;
	struct cosignature by;
	struct checkpoint  c;
	struct err         e = { 0 };

	(void)state;
	assert_true(checkpoint_parse(&c, without_log_line(), &e));
	assert_true(witness_vkey_parse(&good, vkey, &e) && checkpoint_signed_by(&by, &c, &good, &e));
	memcpy(file, vkey.p, vkey.len);
	for (size_t bit = 0; bit < vkey.len * 8; bit++) {
		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(witness_vkey_parse(&w, bytes_of(file, vkey.len), &e));
		assert_int_equal(e.id, ERR_WITNESS_FORM);
		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < vkey.len; n++)
		assert_false(witness_vkey_parse(&w, bytes_of(vkey.p, n), &e));
	assert_string_equal(w.name, "untouched");
	memcpy(file, minisig.p, minisig.len);
	for (size_t bit = 0; bit < minisig.len * 8; bit++) {
		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(witness_minisig_check(&by, bytes_of(file, minisig.len), &e));
		file[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < minisig.len; n++)
		assert_false(witness_minisig_check(&by, bytes_of(minisig.p, n), &e));
	assert_true(witness_minisig_check(&by, minisig, &e));
}

static void what_was_heard_stands_in_the_comment(void **state)
{
	struct cosignature c = { .witness = { .name = "origin/w" }, .time = 12, .heard = "3=stairway,12=hydraulic" };
	char               text[256];
	struct buf         b = BUF_ON(text);

	(void)state;
	minisign_comment(&b, &c);
	assert_string_equal(buf_cstr(&b), "origin/w words:3=stairway,12=hydraulic time:12");
	struct buf m = BUF_ON(text);
	heard_message(&m, BYTES_LIT("a comment"), BYTES_LIT("a\n7\nroot\n"));
	assert_string_equal(buf_cstr(&m), "ceremony-witness-heard/v1\na comment\na\n7\nroot\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(checkpoint_of_the_vectors, start),
		cmocka_unit_test_setup(files_of_the_witnesses, start),
		cmocka_unit_test_setup(parsed_and_verified, start),
		cmocka_unit_test_setup(every_bit_matters, start),
		cmocka_unit_test_setup(other_files_are_refused, start),
		cmocka_unit_test_setup(names_and_times_that_cannot_be, start),
		cmocka_unit_test_setup(every_bit_of_the_witness_files_matters, start),
		cmocka_unit_test(what_was_heard_stands_in_the_comment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
