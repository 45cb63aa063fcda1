/* policy_test.c: tlog-policy: the published vector, every malformed line, and every judgement. */
#include "ceremony/record/policy.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "ceremony/base/file.h"

#define DATA "ceremony/record/test/data/checkpoint/"

static struct arena arena;

/* Keys for the cases: witnesses a to d and the log l, each of one repeated octet. */
static struct vkey witness_of(char who)
{
	static uint8_t octets[256][32];
	static char    names[256][16];
	const uint8_t  i = (uint8_t)who;

	memset(octets[i], i, sizeof octets[i]);
	(void)snprintf(names[i], sizeof names[i], "x.example/%c", who);
	return (struct vkey){ bytes_str(names[i]), VKEY_COSIGNATURE, bytes_of(octets[i], 32) };
}

static const char p256[] = "\x30\x59 not a whole SPKI, but of its kind";

static struct vkey log_key(void)
{
	return (struct vkey){ BYTES_LIT("x.example/log"), VKEY_SPKI, BYTES_LIT(p256) };
}

/* A policy's text, in which "@a" is the verifier key of witness a, and "@L" the log's. */
static struct bytes filled(const char *text)
{
	size_t     cap = 16384;
	struct buf b = buf_init(arena_take(&arena, cap), cap);

	for (; *text; text++) {
		struct vkey k = text[0] == '@' && text[1] == 'L' ? log_key() : witness_of(text[0] == '@' ? text[1] : 'x');
		if (*text != '@') {
			buf_u8(&b, (uint8_t)*text);
			continue;
		}
		vkey_put(&b, &k);
		text++;
	}
	assert_true(buf_ok(&b));
	return buf_bytes(&b);
}

static void the_published_policy(void **state)
{
	struct bytes  text;
	struct policy p;
	struct err    e = { 0 };
	struct vkey   both[2];

	(void)state;
	arena.len = 0;
	assert_true(file_read(&text, &arena, AT_FDCWD, DATA "policy", POLICY_MAX_LEN, &e));
	assert_true(policy_parse(&p, &arena, text, &e));
	assert_int_equal(p.num_logs, 1);
	assert_int_equal(p.num_names, 3);
	assert_true(bytes_is(p.log[0].name, "ceremony.example/root-2026"));
	assert_int_equal(p.log[0].key.len, 44); /* the SPKI of RFC 8410 */
	both[0] = p.name[0].witness;
	both[1] = p.name[1].witness;
	assert_true(policy_judge(&p, BYTES_LIT("ceremony.example/root-2026"), p.log[0].key, both, 2, &e));
	assert_false(policy_judge(&p, BYTES_LIT("ceremony.example/root-2027"), p.log[0].key, both, 2, &e));
	assert_int_equal(e.id, ERR_POLICY_LOG);
	assert_false(policy_judge(&p, BYTES_LIT("ceremony.example/root-2026"), p.log[0].key, both, 1, &e));
	assert_int_equal(e.id, ERR_POLICY_QUORUM);
	assert_string_equal(e.detail, "both has 1 of 2: officer2 missing");
	/* Cut anywhere, it is refused or says less: never more. */
	for (size_t n = 0; n < text.len; n++) {
		arena.len = 1 << 20;
		assert_false(policy_parse(&p, &arena, bytes_first(text, n), &e));
		assert_int_equal(e.id, ERR_POLICY_FORM);
	}
	/* Each octet of each key counts. */
	for (size_t n = 0; n < text.len; n++) {
		uint8_t copy[1024];
		arena.len = 1 << 20;
		memcpy(copy, text.p, text.len);
		copy[n] ^= 1;
		if (policy_parse(&p, &arena, bytes_of(copy, text.len), &e))
			fail_msg("octet %zu may be changed", n);
		assert_int_equal(e.id, ERR_POLICY_FORM);
	}
}

static const struct {
	const char *text, *says; /* NULL: it is taken */
} forms[] = {
	{ "quorum none\n", NULL },
	{ "\n \t\n# text\n  # more\nlog @L https://x.example/\nwitness a @a https://a.example/\nquorum a\n", NULL },
	{ "\twitness  a\t@a \ngroup g 1 a\nquorum g \n", NULL },
	{ "witness \xc3\xa4 @a\nquorum \xc3\xa4\n", NULL },
	{ "witness a @a\nwitness b @b\ngroup g any a\ngroup h 2 g b\nquorum h\n", NULL },
	{ "", "line 0: the file ends without a quorum line" },
	{ "witness a @a\n", "line 1: the file ends without a quorum line" },
	{ "quorum none", "line 1: the line does not end" },
	{ "quorum none\nquorum none\n", "line 2: there is a quorum line already" },
	{ "quorum a\nwitness a @a\n", "line 1: a is not defined above" },
	{ "witness a @a\nquorum a b\n", "line 2: a quorum line is" },
	{ "quorum\n", "line 1: a quorum line is" },
	{ "witness none @a\nquorum none\n", "line 1: the name none is taken" },
	{ "witness a @a\nwitness a @b\nquorum a\n", "line 2: the name a stands there already" },
	{ "witness a @a\ngroup a any a\nquorum a\n", "line 2: the name a stands there already" },
	{ "witness a @a\nwitness b @a\nquorum a\n", "line 2: this witness's key stands there already" },
	{ "log @L\nlog @L\nquorum none\n", "line 2: this log's key stands there already" },
	{ "log @a\nquorum none\n", "line 1: a witness's key cannot be a log's" },
	{ "log\nquorum none\n", "line 1: a log line is" },
	{ "log @L u v\nquorum none\n", "line 1: a log line is" },
	{ "witness a\nquorum none\n", "line 1: a witness line is" },
	{ "witness a @a u v\nquorum none\n", "line 1: a witness line is" },
	{ "witness a b+c\nquorum none\n", "line 1: this is no verifier key" },
	{ "witness a x.example/a+00000000+BGFh\nquorum none\n", "line 1: the verifier key is of a type or length" },
	{ "witness a x.example/a+00000000+BGFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\nquorum none\n",
	  "line 1: the verifier key's id is not that of its name and key" },
	{ "witness a x.example/a+00000000+BmFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\nquorum none\n",
	  "line 1: the verifier key is of a type or length that is not known here (type 06)" },
	{ "witness a @a\ngroup g all\nquorum g\n", "line 2: a group line is" },
	{ "witness a @a\ngroup g all b\nquorum g\n", "line 2: b is not defined above" },
	{ "witness a @a\ngroup g all g\nquorum g\n", "line 2: g is not defined above" },
	{ "witness a @a\ngroup g all a a\nquorum g\n", "line 2: a is a member of a group already" },
	{ "witness a @a\ngroup g all a\ngroup h all a\nquorum g\n", "line 3: a is a member of a group already" },
	{ "witness a @a\ngroup g all none\nquorum g\n", "line 2: none is not defined above" },
	{ "witness a @a\ngroup g 0 a\nquorum g\n", "line 2: a group's threshold" },
	{ "witness a @a\ngroup g 2 a\nquorum g\n", "line 2: a group's threshold" },
	{ "witness a @a\ngroup g 01 a\nquorum g\n", "line 2: a group's threshold" },
	{ "witness a @a\ngroup g ALL a\nquorum g\n", "line 2: a group's threshold" },
	{ "Quorum none\n", "line 1: Quorum is none of log, witness, group, quorum" },
	{ "trust everybody\nquorum none\n", "line 1: trust is none of log" },
	{ "\xc2\xa0quorum none\n", "is none of log" },
	{ "quorum none\r\n", "line 1: a control character (octet 12)" },
	{ "# \x1b[2J\nquorum none\n", "line 1: a control character" },
};

static void every_line_is_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct policy p;
		struct err    e = { 0 };
		arena.len = 0;
		bool taken = policy_parse(&p, &arena, filled(forms[i].text), &e);
		if (taken != !forms[i].says)
			fail_msg("%s: %s", forms[i].text, taken ? "taken" : e.detail);
		if (taken)
			continue;
		assert_int_equal(e.id, ERR_POLICY_FORM);
		if (!strstr(e.detail, forms[i].says))
			fail_msg("%s: says %s", forms[i].text, e.detail);
	}
	struct policy p;
	struct err    e = { 0 };
	arena.len = 0;
	assert_false(policy_parse(&p, &arena, bytes_of("quorum\0none\n", 12), &e));
	assert_non_null(strstr(e.detail, "line 1: a control character (octet 7)"));
}

#define FOUR "witness a @a\nwitness b @b\nwitness c @c\nwitness d @d\n"

static const struct {
	const char *text, *signers, *says;
} judgements[] = {
	{ "quorum none\n", "", NULL },
	{ "witness a @a\nquorum none\n", "", NULL },
	{ FOUR "quorum b\n", "b", NULL },
	{ FOUR "quorum b\n", "acd", "b" },
	{ FOUR "group g any a b\nquorum g\n", "b", NULL },
	{ FOUR "group g any a b\nquorum g\n", "cd", "g has 0 of 1: a, b missing" },
	{ FOUR "group g 2 a b c\nquorum g\n", "ac", NULL },
	{ FOUR "group g 2 a b c\nquorum g\n", "cd", "g has 1 of 2: a, b missing" },
	{ FOUR "group g all a b\ngroup h any c d\ngroup q all g h\nquorum q\n", "abd", NULL },
	{ FOUR "group g all a b\ngroup h any c d\ngroup q all g h\nquorum q\n", "ab", "h has 0 of 1: c, d missing" },
	{ FOUR "group g all a b\ngroup h any c d\ngroup q all g h\nquorum q\n", "bcd", "g has 1 of 2: a missing" },
	{ FOUR "group g all a b\ngroup h all c d\ngroup q any g h\nquorum q\n", "cd", NULL },
	{ FOUR "group g all a b\ngroup h all c d\ngroup q any g h\nquorum q\n", "ac", "q has 0 of 1: g, h missing" },
	{ FOUR "quorum b\n", "z", "b" },
};

static void every_judgement(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(judgements); i++) {
		struct policy p;
		struct vkey   signer[8];
		struct err    e = { 0 };
		size_t        num = strlen(judgements[i].signers);
		arena.len = 0;
		for (size_t k = 0; k < num; k++)
			signer[k] = witness_of(judgements[i].signers[k]);
		assert_true(policy_parse(&p, &arena, filled(judgements[i].text), &e));
		bool taken = policy_judge(&p, BYTES_LIT("x.example/log"), BYTES_LIT("a key"), signer, num, &e);
		if (taken != !judgements[i].says)
			fail_msg("%s by %s", judgements[i].text, judgements[i].signers);
		if (taken)
			continue;
		assert_int_equal(e.id, ERR_POLICY_QUORUM);
		assert_string_equal(e.detail, judgements[i].says);
	}
}

static void the_record_key(void **state)
{
	struct policy p;
	struct err    e = { 0 };

	(void)state;
	arena.len = 0;
	assert_true(policy_parse(&p, &arena, filled("log @L\nquorum none\n"), &e));
	assert_true(policy_judge(&p, BYTES_LIT("x.example/log"), BYTES_LIT(p256), NULL, 0, &e));
	assert_false(policy_judge(&p, BYTES_LIT("y.example/log"), BYTES_LIT(p256), NULL, 0, &e));
	assert_int_equal(e.id, ERR_POLICY_LOG);
	assert_false(policy_judge(&p, BYTES_LIT("x.example/log"), BYTES_LIT("another"), NULL, 0, &e));
	assert_false(policy_judge(&p, BYTES_LIT("x.example/log"), BYTES_LIT(""), NULL, 0, &e));
	assert_int_equal(e.id, ERR_POLICY_LOG);
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)4 << 20);
	return arena.cap ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_policy),
		cmocka_unit_test(every_line_is_understood),
		cmocka_unit_test(every_judgement),
		cmocka_unit_test(the_record_key),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
