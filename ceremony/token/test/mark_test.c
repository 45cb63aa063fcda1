/* mark_test.c: the mark in the token: replaced by the newer, one at a time, and never by what is no line. */
#include "ceremony/token/test/softhsm.h"

static struct lab l;

static int start(void **state)
{
	(void)state;
	lab_start(&l);
	return 0;
}

static int end(void **state)
{
	(void)state;
	lab_end(&l);
	return 0;
}

static enum err_id write_mark(const char *text)
{
	fields_str(lab_op(&l, OP_MARK_WRITE), "mark", text);
	return lab_call(&l);
}

static void read_mark(void)
{
	(void)lab_op(&l, OP_MARK_READ);
	lab_ok(&l, lab_call(&l));
}

static void the_newest_is_there_and_no_other(void **state)
{
	(void)state;
	read_mark();
	lab_is(&l, "found", "no");
	uint64_t before = lab_count_objects(&l);
	lab_ok(&l, write_mark("ceremony-mark v1 x closing 2 0 none"));
	lab_is(&l, "held", "yes");
	lab_ok(&l, write_mark("ceremony-mark v1 x sealed 2 9 ab"));
	read_mark();
	lab_is(&l, "found", "yes");
	lab_is(&l, "mark", "ceremony-mark v1 x sealed 2 9 ab");
	assert_int_equal(lab_count_objects(&l), before + 1);
}

/* The power went between the making of the new one and the end of the old one. */
static void of_two_the_further_one_counts(void **state)
{
	CK_FUNCTION_LIST       *real = l.token.session.module.fn;

	(void)state;
	lab_ok(&l, write_mark("ceremony-mark v1 x sealed 10 9 ab"));
	CK_ATTRIBUTE    t[5];
	CK_OBJECT_CLASS class = CKO_DATA;
	CK_BBOOL        yes = CK_TRUE, no = CK_FALSE;
	char            label[] = "ceremony mark", text[] = "ceremony-mark v1 x sealed 9 7 cd";
	CK_OBJECT_HANDLE h;
	t[0] = (CK_ATTRIBUTE){ CKA_CLASS, &class, sizeof class };
	t[1] = (CK_ATTRIBUTE){ CKA_TOKEN, &yes, sizeof yes };
	t[2] = (CK_ATTRIBUTE){ CKA_PRIVATE, &no, sizeof no };
	t[3] = (CK_ATTRIBUTE){ CKA_LABEL, label, sizeof label - 1 };
	t[4] = (CK_ATTRIBUTE){ CKA_VALUE, text, sizeof text - 1 };
	assert_int_equal(real->C_CreateObject(l.token.session.handle, t, 5, &h), CKR_OK);
	read_mark();
	lab_is(&l, "mark", "ceremony-mark v1 x sealed 10 9 ab");
	lab_ok(&l, write_mark("ceremony-mark v1 x sealed 11 9 ef"));
	read_mark();
	lab_is(&l, "mark", "ceremony-mark v1 x sealed 11 9 ef");
}

static CK_RV no_room(CK_SESSION_HANDLE h, CK_ATTRIBUTE *t, CK_ULONG n, CK_OBJECT_HANDLE *out)
{
	(void)h;
	(void)t;
	(void)n;
	(void)out;
	return CKR_DEVICE_MEMORY;
}

static void a_token_that_holds_none_says_so(void **state)
{
	static CK_FUNCTION_LIST wrapped;
	CK_FUNCTION_LIST       *real = l.token.session.module.fn;

	(void)state;
	wrapped = *real;
	wrapped.C_CreateObject = no_room;
	l.token.session.module.fn = &wrapped;
	lab_ok(&l, write_mark("ceremony-mark v1 x closing 2 0 none"));
	lab_is(&l, "held", "no");
	lab_is(&l, "refusal", "CKR_DEVICE_MEMORY");
	l.token.session.module.fn = real;
}

static void what_is_no_line_is_refused(void **state)
{
	char long_one[600];

	(void)state;
	memset(long_one, 'x', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = 0;
	assert_int_equal(write_mark(""), ERR_OP_FIELD);
	assert_int_equal(write_mark("two\nlines"), ERR_OP_FIELD);
	assert_int_equal(write_mark(long_one), ERR_OP_FIELD);
	read_mark();
	lab_is(&l, "found", "no");
}

int main(void)
{
#define IN_LAB(test) cmocka_unit_test_setup_teardown(test, start, end)
	const struct CMUnitTest tests[] = {
		IN_LAB(the_newest_is_there_and_no_other),
		IN_LAB(of_two_the_further_one_counts),
		IN_LAB(a_token_that_holds_none_says_so),
		IN_LAB(what_is_no_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
