/* personal_test.c: values become commitments and values again; false disclosures; what a power cut leaves. */
#include "ceremony/record/test/personal_room.h"

/* printf 'ceremony-personal/v1\n%064d\n%s' 0 'Ada "A" Adler' | sha256sum */
#define ADA  "0dfbd2195b09d7c40a1fa2fcec2a3f1c70a34491a38ebc972a9350e7645f0532"
#define LINE(commitment, salt, value) "{\"commitment\":\"" commitment "\",\"salt\":\"" salt "\",\"value\":\"" value "\"}\n"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* ---- out and in ------------------------------------------------------------------------ */

static void only_what_the_table_names(void **state)
{
	struct arena a = ARENA_ON(keys);
	struct event ev = { .type = EVENT_ANSWER, .data = fields_on(&a) };

	(void)state;
	assert_true(personal_is(&ev, BYTES_LIT("officer.2")));
	assert_false(personal_is(&ev, BYTES_LIT("officer-2"))); /* that is a yes */
	assert_false(personal_is(&ev, BYTES_LIT("officer.")));
	assert_false(personal_is(&ev, BYTES_LIT("presence"))); /* "everyone" */
	ev.type = EVENT_LEAVE;
	assert_true(personal_is(&ev, BYTES_LIT("presence")));
	ev.type = EVENT_RESULT;
	fields_str(&ev.data, "op", "media-read");
	assert_false(personal_is(&ev, BYTES_LIT("sha256")));
	ev.data.num = 0;
	fields_str(&ev.data, "op", "host-report");
	assert_true(personal_is(&ev, BYTES_LIT("sha256")));
}

static void a_commitment_is_what_sha256sum_says(void **state)
{
	struct personal p;
	struct err      e = { 0 };

	(void)state;
	assert_true(personal_init(&p, &e));
	assert_true(personal_parse(&p, bytes_str(LINE(ADA, ZEROS, "Ada \\\"A\\\" Adler")), &e));
	assert_int_equal(p.num, 1);
	assert_true(bytes_is(p.first->value, "Ada \"A\" Adler"));
	assert_string_equal(p.first->text, "sha256:" ADA);
	personal_done(&p);
}

struct seen {
	const char *want[8];
	size_t      num;
};

static bool see(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct seen *s = ctx;

	(void)line;
	(void)e;
	if (!ev->n)
		return true;
	assert_true(s->num < COUNT_OF(s->want));
	if (s->want[s->num] && !bytes_is(ev->data.item[0].value, s->want[s->num]))
		fail_msg("line %zu says %s, not %s", s->num + 2, (const char *)ev->data.item[0].value.p, s->want[s->num]);
	s->num++;
	return true;
}

/* The commitments of the transcript's lines: one for each value, and nothing of a value. */
static void one_value_is_one_commitment(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct seen        s = { { "Ada Adler", "Bea", "Ada Adler", "nobody", "Ada Adler" }, 0 };
	struct err         e = { 0 };
	struct transcript_personal num;

	begin(&t, r);
	assert_true(append(&t, EVENT_ANSWER, "officer.1", "Ada Adler", &e));
	assert_true(append(&t, EVENT_ANSWER, "witness.1", "Bea", &e));
	assert_true(append(&t, EVENT_LEAVE, "presence", "Ada Adler", &e));
	assert_true(append(&t, EVENT_DISPOSITION, "approver.2", "nobody", &e));
	transcript_done(&t);
	assert_true(transcript_open(&t, r->dir, &e));
	assert_true(append(&t, EVENT_RETURN, "presence", "Ada Adler", &e));
	assert_true(append(&t, EVENT_CLOSE, "close", "yes", &e));
	transcript_done(&t);
	struct bytes lines = content(r, TRANSCRIPT_NAME);
	assert_null(memmem(lines.p, lines.len, "Ada", 3));
	assert_null(memmem(lines.p, lines.len, "Bea", 3));
	assert_non_null(memmem(lines.p, lines.len, "\"approver.2\":\"nobody\"", 21));
	s.want[5] = "yes";
	assert_true(transcript_each_with(r->dir, NULL, &num, see, &s, &e));
	assert_int_equal(s.num, 6);
	assert_int_equal(num.num, 2);
	assert_int_equal(num.num_withheld, 0);
}

/* Ada is withheld: she is somebody, the same each time, and not Bea; her line brings her back. */
static void what_is_taken_out_is_withheld(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct seen        s = { { NULL, "Bea", NULL }, 0 };
	struct err         e = { 0 };
	struct personal    more;
	struct transcript_personal num;
	static uint8_t     copy[4096];

	begin(&t, r);
	assert_true(append(&t, EVENT_ANSWER, "officer.1", "Ada Adler", &e) && append(&t, EVENT_ANSWER, "witness.1", "Bea", &e) &&
	            append(&t, EVENT_LEAVE, "presence", "Ada Adler", &e) && append(&t, EVENT_ABORT, "a", "b", &e));
	char want[40];
	(void)snprintf(want, sizeof want, "withheld-%.8s", t.personal.first->text + 7);
	s.want[0] = s.want[2] = want;
	transcript_done(&t);
	struct bytes all = content(r, PERSONAL_NAME), ada, rest;
	memcpy(copy, all.p, all.len);
	assert_true(bytes_cut(bytes_of(copy, all.len), '\n', &ada, &rest));
	put(r, PERSONAL_NAME, rest);
	assert_true(transcript_each_with(r->dir, NULL, &num, see, &s, &e));
	assert_int_equal(num.num_withheld, 1);
	assert_true(personal_init(&more, &e) && personal_parse(&more, bytes_of(copy, ada.len + 1), &e));
	s = (struct seen){ { "Ada Adler", "Bea", "Ada Adler" }, 0 };
	assert_true(transcript_each_with(r->dir, &more, &num, see, &s, &e));
	assert_int_equal(num.num_withheld, 0);
	assert_true(more.first->used);
	personal_done(&more);
	assert_false(transcript_open(&t, r->dir, &e)); /* there is no going on from here */
	assert_int_equal(e.id, ERR_PERSONAL_WITHHELD);
}

static void older_transcripts_are_as_they_were(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct seen        s = { { "Ada Adler", "Ada Adler" }, 0 };
	struct err         e = { 0 };

	assert_true(transcript_create(&t, r->dir, &e));
	assert_true(append(&t, EVENT_OPEN, "format", TRANSCRIPT_OLD, &e) && append(&t, EVENT_ANSWER, "officer.1", "Ada Adler", &e));
	transcript_done(&t);
	assert_true(transcript_open(&t, r->dir, &e));
	assert_true(append(&t, EVENT_LEAVE, "presence", "Ada Adler", &e));
	transcript_done(&t);
	assert_int_equal(content(r, PERSONAL_NAME).len, 0);
	assert_true(transcript_each(r->dir, see, &s, &e));
	assert_int_equal(s.num, 2);
}

/* ---- false ones -------------------------------------------------------------------------- */

static const struct {
	const char *text;
	enum err_id id;
} bad[] = {
	{ "\n", ERR_PERSONAL_FORM },
	{ "{}\n", ERR_PERSONAL_FORM },
	{ LINE(ADA, ZEROS, "Ada \\\"A\\\" Adler "), ERR_PERSONAL_FALSE },
	{ LINE(ADA, "1" "000000000000000000000000000000000000000000000000000000000000000", "Ada \\\"A\\\" Adler"), ERR_PERSONAL_FALSE },
	{ LINE(ZEROS, ZEROS, "Ada \\\"A\\\" Adler"), ERR_PERSONAL_FALSE },
	{ LINE(ADA, ZEROS, "Ada \\\"A\\\" Adler") LINE(ADA, ZEROS, "Ada \\\"A\\\" Adler"), ERR_PERSONAL_TWICE },
	{ LINE(ADA, ZEROS, "Ada \\u0022A\\\" Adler"), ERR_PERSONAL_FORM },
	{ LINE(ADA, ZEROS, "nobody"), ERR_PERSONAL_FORM },
	{ LINE(ADA, ZEROS, "withheld-00000000"), ERR_PERSONAL_FORM },
	{ LINE(ADA, ZEROS, "\xff"), ERR_PERSONAL_FORM },
	{ LINE(ADA, ZEROS, "a\",\"b\":\"c"), ERR_PERSONAL_FORM },
	{ LINE(ADA, ZEROS, "A") "x", ERR_PERSONAL_FALSE },
	{ "{\"commitment\":\"" ADA "\",\"salt\":\"" ZEROS "\",\"value\":\"A\"} \n", ERR_PERSONAL_FORM },
	{ "{\"commitment\":\"EE\"}\n", ERR_PERSONAL_FORM },
};

static void false_disclosures_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct personal p;
		struct err      e = { 0 };
		assert_true(personal_init(&p, &e));
		if (personal_parse(&p, bytes_str(bad[i].text), &e) || e.id != bad[i].id)
			fail_msg("row %zu: %s", i, err_text_of(e.id)->name);
		assert_non_null(strstr(e.detail, "line "));
		personal_done(&p);
	}
}

/* Every octet of a good file, each changed in turn, is refused or tears its last line off. */
static void every_changed_octet_is_refused(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct err         e = { 0 };
	static uint8_t     copy[4096];

	begin(&t, r);
	assert_true(append(&t, EVENT_ANSWER, "officer.1", "Ada \"A\" \xc3\x84", &e) && append(&t, EVENT_LEAVE, "presence", "B\\b", &e) &&
	            append(&t, EVENT_ABORT, "a", "b", &e));
	transcript_done(&t);
	struct bytes all = content(r, PERSONAL_NAME);
	size_t       len = all.len;
	memcpy(copy, all.p, len);
	for (size_t i = 0; i < len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			copy[i] ^= (uint8_t)(1u << bit);
			put(r, PERSONAL_NAME, bytes_of(copy, len));
			if (transcript_each(r->dir, NULL, NULL, &e))
				fail_msg("octet %zu, bit %u was taken", i, bit);
			assert_non_null(strstr(e.detail, PERSONAL_NAME));
			copy[i] ^= (uint8_t)(1u << bit);
		}
	put(r, PERSONAL_NAME, bytes_of(copy, len));
	assert_true(transcript_each(r->dir, NULL, NULL, &e));
}

static void a_disclosure_of_nothing_is_refused(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct err         e = { 0 };

	begin(&t, r);
	put(r, PERSONAL_NAME, bytes_str(LINE(ADA, ZEROS, "Ada \\\"A\\\" Adler")));
	assert_true(transcript_each(r->dir, NULL, NULL, &e)); /* it goes on: the line may be about to come */
	assert_true(append(&t, EVENT_ABORT, "a", "b", &e));
	transcript_done(&t);
	assert_false(transcript_each(r->dir, NULL, NULL, &e));
	assert_int_equal(e.id, ERR_PERSONAL_UNUSED);
	assert_string_equal(e.detail, PERSONAL_NAME " line 1");
}

/* A transcript of one personal field that says just this. */
static bool says(const struct room *r, const char *first, const char *second, struct err *e)
{
	struct arena  a = ARENA_ON(keys);
	static char   text[4096];
	struct buf    b = BUF_ON(text);
	struct event  ev = { .time = 1795251600, .type = EVENT_OPEN, .data = fields_on(&a) };
	struct digest d;

	fields_str(&ev.data, "format", TRANSCRIPT_FORMAT);
	event_encode(&b, &ev);
	d = hash_of(HASH_SHA256, buf_bytes(&b));
	memcpy(ev.prev, d.p, 32);
	buf_str(&b, "\n");
	ev = (struct event){ .n = 1, .time = ev.time, .type = EVENT_ANSWER, .data = fields_on(&a) };
	memcpy(ev.prev, d.p, 32);
	fields_str(&ev.data, "officer.1", first);
	fields_str(&ev.data, "officer.2", second);
	event_encode(&b, &ev);
	buf_str(&b, "\n");
	put(r, TRANSCRIPT_NAME, buf_bytes(&b));
	return transcript_each(r->dir, NULL, NULL, e);
}

static void a_personal_field_is_a_commitment(void **state)
{
	const struct room *r = *state;
	struct err         e = { 0 };

	assert_true(says(r, "sha256:" ADA, "sha256:" ZEROS, &e));
	assert_false(says(r, "sha256:" ADA, "Bea", &e));
	assert_int_equal(e.id, ERR_PERSONAL_PLAIN);
	assert_string_equal(e.detail, "line 2: officer.2");
	assert_false(says(r, "sha256:" ADA "0", "Bea", &e));
	assert_false(says(r, "withheld-00000000", "Bea", &e));
	assert_false(says(r, "sha256:" ADA, "sha256:" "0000000000000000000000000000000000000000000000000000000000000EE2", &e));
	assert_int_equal(e.id, ERR_PERSONAL_PLAIN);
	assert_false(says(r, "sha256:" ZEROS, "sha256:" "0000000000000000000000000000000000000000000000000000000000000001", &e));
	assert_int_equal(e.id, ERR_PERSONAL_ALIKE); /* could be taken for one person */
}

/* ---- power cuts, full disks ---------------------------------------------------------------- */

/* Cut after any octet that was written, before the line was: the next start is as if nothing had been typed. */
static void a_power_cut_leaves_nothing(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct err         e = { 0 };
	static uint8_t     before[4096], after[4096];

	begin(&t, r);
	assert_true(append(&t, EVENT_ANSWER, "officer.1", "Ada Adler", &e));
	size_t was = content(r, PERSONAL_NAME).len;
	memcpy(before, storage, was);
	static uint8_t lines[4096];
	size_t         lines_len = content(r, TRANSCRIPT_NAME).len;
	memcpy(lines, storage, lines_len);
	assert_true(append(&t, EVENT_LEAVE, "presence", "Bea", &e));
	size_t is = content(r, PERSONAL_NAME).len;
	memcpy(after, storage, is);
	transcript_done(&t);
	for (size_t n = was; n <= is; n++) {
		put(r, TRANSCRIPT_NAME, bytes_of(lines, lines_len));
		put(r, PERSONAL_NAME, bytes_of(after, n));
		assert_true(transcript_each(r->dir, NULL, NULL, &e)); /* whoever looks at it meanwhile */
		if (!transcript_open(&t, r->dir, &e))
			fail_msg("cut after %zu octets: %s %s", n, err_text_of(e.id)->name, e.detail);
		assert_true(bytes_equal(content(r, PERSONAL_NAME), bytes_of(before, was)));
		assert_true(append(&t, EVENT_LEAVE, "presence", "Cleo", &e));
		assert_true(append(&t, EVENT_ABORT, "a", "b", &e));
		transcript_done(&t);
		struct seen s = { { "Ada Adler", "Cleo", "b" }, 0 };
		assert_true(transcript_each(r->dir, see, &s, &e));
	}
}

static void a_full_disk_leaves_nothing(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct err         e = { 0 };
	struct rlimit      old, tight;

	begin(&t, r);
	assert_true(append(&t, EVENT_ANSWER, "officer.1", "Ada Adler", &e));
	size_t was = content(r, PERSONAL_NAME).len;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	for (rlim_t more = 0; more < 400; more += 20) { /* in the disclosure, then in the line */
		tight = (struct rlimit){ (rlim_t)was + more, old.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
		bool ok = append(&t, EVENT_LEAVE, "presence", "Bea", &e);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_false(ok);
		assert_int_equal(e.id, ERR_DISK_FULL);
		assert_int_equal(content(r, PERSONAL_NAME).len, was);
	}
	assert_true(append(&t, EVENT_LEAVE, "presence", "Bea", &e));
	assert_true(append(&t, EVENT_ABORT, "a", "b", &e));
	transcript_done(&t);
	struct seen s = { { "Ada Adler", "Bea", "b" }, 0 };
	assert_true(transcript_each(r->dir, see, &s, &e));
}

static void a_text_like_a_withheld_one_is_not_taken(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct err         e = { 0 };

	begin(&t, r);
	assert_false(append(&t, EVENT_ANSWER, "officer.1", "withheld-12345678", &e));
	assert_int_equal(e.id, ERR_PERSONAL_WORD);
	assert_int_equal(t.num, 1);
	assert_true(append(&t, EVENT_ANSWER, "watch.1", "withheld-12345678", &e)); /* it is not personal */
	transcript_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_the_table_names),
		cmocka_unit_test(a_commitment_is_what_sha256sum_says),
		T(one_value_is_one_commitment),
		T(what_is_taken_out_is_withheld),
		T(older_transcripts_are_as_they_were),
		cmocka_unit_test(false_disclosures_are_refused),
		T(every_changed_octet_is_refused),
		T(a_disclosure_of_nothing_is_refused),
		T(a_personal_field_is_a_commitment),
		T(a_power_cut_leaves_nothing),
		T(a_full_disk_leaves_nothing),
		T(a_text_like_a_withheld_one_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
