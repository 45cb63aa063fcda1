/* tamper_test.c: one finished record, changed in every way that a forger has; each is
 * refused, and the message names the file, in the transcript the line too.
 *
 * The record is that of the shipped rehearsal, run once. By default a file's octets are
 * sampled; TAMPER=all changes each of them, one bit in each octet of each file, which takes half an hour;
 * TAMPER=K/N every N-th of them from the K-th, so that N runs change all of them, too. */
#include "ceremony/audit/test/finished.h"

#define SAMPLES 16 /* octets of a file that are changed */

/* ---- files --------------------------------------------------------------------------- */

#define PERSONAL CEREMONY PERSONAL_NAME

/* Which octets are changed: the whole, or the first-th and every step-th after it. */
static bool every_octet(size_t *first, size_t *step)
{
	const char *s = getenv("TAMPER");
	unsigned    k = 1, n = 1;
	char        rest;

	if (!s)
		return false;
	assert_true(strcmp(s, "all") == 0 || (sscanf(s, "%u/%u%c", &k, &n, &rest) == 2 && k >= 1 && k <= n));
	*first = k - 1;
	*step = n;
	return true;
}

/* What a message about a file must name: "root.pem" its whole; a script, profile or witness's signature
 * may be told by its stem, for the message says what of it is wrong. */
static void word_for(char out[80], const char *name)
{
	const char *base = strrchr(name, '/');

	(void)snprintf(out, 80, "%s", base ? base + 1 : name);
	if (strstr(name, "script.ini") || strstr(name, "profiles/") || strstr(name, ".minisig"))
		*strchr(out, '.') = 0;
}

/* summed: SHA256SUMS is made to fit. */
static void change_octets(const char *name, struct bytes content, size_t first, size_t step, bool summed)
{
	char     how[200], word[80];
	uint8_t *copy = malloc(content.len);

	assert_non_null(copy);
	memcpy(copy, content.p, content.len);
	word_for(word, name);
	for (size_t i = first; i < content.len; i += step) {
		copy[i] ^= (uint8_t)(1u << (i % 8));
		put(name, bytes_of(copy, content.len));
		if (summed)
			sum_again();
		(void)snprintf(how, sizeof how, "%s, octet %zu%s", name, i, summed ? ", summed again" : "");
		refused(how, word, NULL);
		copy[i] = content.p[i];
	}
	restore(name);
	restore(CEREMONY SUMS_NAME);
	free(copy);
}

static void test_every_file_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < g.num_files; i++) {
		size_t first = 0, step = g.content[i].len / SAMPLES + 1;
		if (strcmp(g.name[i], TRANSCRIPT) == 0)
			continue;
		(void)every_octet(&first, &step);
		change_octets(g.name[i], g.content[i], first, step, false);
		if (strcmp(g.name[i], CEREMONY SUMS_NAME) != 0)
			change_octets(g.name[i], g.content[i], first, step, true);
	}
}

static void test_every_file_shorter_longer_or_gone(void **state)
{
	char how[200], word[80];

	(void)state;
	for (size_t i = 0; i < g.num_files; i++) {
		const char  *name = g.name[i];
		struct bytes c = g.content[i];
		size_t       lens[] = { 0, c.len / 2, c.len - 1 };
		word_for(word, name);
		for (size_t k = 0; k < COUNT_OF(lens); k++) {
			(void)snprintf(how, sizeof how, "%s cut to %zu octets", name, lens[k]);
			put(name, bytes_first(c, lens[k]));
			/* without any disclosure it is the report that does not fit */
			refused(how, lens[k] ? word : strcmp(name, PERSONAL) == 0 ? "report.txt" : strcmp(name, TRANSCRIPT) != 0 ? word : NULL, NULL);
		}
		struct bytes longer = arena_copy(&g.arena, c); /* with a NUL behind it */
		put(name, bytes_of(longer.p, longer.len + 1));
		(void)snprintf(how, sizeof how, "%s with an octet more", name);
		refused(how, word, NULL);
		assert_int_equal(unlinkat(g.fd, name, 0), 0);
		(void)snprintf(how, sizeof how, "%s is gone", name);
		refused(how, strcmp(name, PERSONAL) == 0 ? "report.txt" : strcmp(name, TRANSCRIPT) != 0 ? word : NULL, NULL);
		restore(name);
	}
}

/* Whole lines of personal.jsonl: one that is missing, there twice, of another ceremony, or of a value that nobody
 * committed to. Nothing else in the record changes. */
static void test_every_disclosure(void **state)
{
	struct bytes       whole = *content_of(PERSONAL), rest = whole, line;
	const struct bytes other = BYTES_LIT("{\"commitment\":\"e2df38864ff3cfae8dff169566caecc731915cc2a0b625752e53d0b1e0fdfae4\",\"salt\":\"0000000000000000000000000000"
	                                     "000000000000000000000000000000000000\",\"value\":\"Eve\"}\n");
	char               how[80];
	size_t             num = 0;

	(void)state;
	while (bytes_cut(rest, '\n', &line, &rest)) {
		size_t     cap = whole.len * 2 + other.len;
		struct buf less = buf_init(arena_take(&g.scratch, cap), cap), more = buf_init(arena_take(&g.scratch, cap), cap);
		buf_put(&less, bytes_of(whole.p, (size_t)(line.p - whole.p)));
		buf_put(&less, rest);
		buf_put(&more, whole);
		buf_put(&more, line);
		buf_u8(&more, '\n');
		assert_true(buf_ok(&less) && buf_ok(&more));
		put(PERSONAL, buf_bytes(&less));
		(void)snprintf(how, sizeof how, "disclosure %zu is missing", ++num);
		refused(how, "report.txt", "withheld");
		put(PERSONAL, buf_bytes(&more));
		(void)snprintf(how, sizeof how, "disclosure %zu is there twice", num);
		refused(how, PERSONAL_NAME " line", "Two disclosures");
	}
	assert_true(num > 10);
	struct buf b = buf_init(arena_take(&g.scratch, whole.len + other.len), whole.len + other.len);
	buf_put(&b, whole);
	buf_put(&b, other);
	put(PERSONAL, buf_bytes(&b));
	refused("a disclosure of nothing", PERSONAL_NAME " line", "of nothing that the transcript says");
	restore(PERSONAL);
	g.scratch.len = 0;
}

static void test_nothing_may_be_added(void **state)
{
	static const char *const names[] = {
		"stray.txt", "root.crl", "ca.ini.tmp", ".hidden", "ceremonies/stray.txt", CEREMONY "stray.txt",
		CEREMONY "certificates/other.pem", CEREMONY "crls/other.crl", CEREMONY "requests/other.csr",
		CEREMONY "profiles/other.ini", CEREMONY "witnesses/witness-3.pub", CEREMONY "backup/other.bin",
		CEREMONY "report.html", CEREMONY "transcript.jsonl.tmp", CEREMONY ".hidden", CEREMONY "certificates/.hidden.pem",
	};
	struct err e;
	size_t     num_allowed = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		put(names[i], bytes_str("stray\n"));
		refused(names[i], NULL, NULL);
		if (strncmp(names[i], CEREMONY, strlen(CEREMONY)) == 0 && bundle_allows(names[i] + strlen(CEREMONY))) {
			sum_again();
			refused(names[i], "holds", "files, the transcript implies");
			num_allowed++;
		}
		assert_int_equal(unlinkat(g.fd, names[i], 0), 0);
		restore(CEREMONY SUMS_NAME);
	}
	assert_int_equal(num_allowed, 7);
	assert_int_equal(mkdirat(g.fd, CEREMONY "more", 0755), 0);
	assert_int_equal(mkdirat(g.fd, "ceremonies/0003-more", 0755), 0);
	refused("folders", NULL, NULL);
	assert_int_equal(unlinkat(g.fd, CEREMONY "more", AT_REMOVEDIR), 0);
	refused("a ceremony after a gap", "0003-more", NULL);
	assert_int_equal(unlinkat(g.fd, "ceremonies/0003-more", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(g.fd, CEREMONY "report.txt", 0), 0);
	assert_int_equal(symlinkat("script.ini", g.fd, CEREMONY "report.txt"), 0);
	refused("a link", "report.txt", NULL);
	assert_int_equal(unlinkat(g.fd, CEREMONY "report.txt", 0), 0);
	restore(CEREMONY "report.txt");
	assert_true(verifies(&e));
}

/* ---- the transcript's lines ------------------------------------------------------------- */

static void put_lines(const struct bytes *line, size_t num)
{
	size_t     cap = 1 << 20;
	uint8_t   *p = malloc(cap);
	struct buf b = buf_init(p, cap);

	assert_non_null(p);
	for (size_t i = 0; i < num; i++) {
		buf_put(&b, line[i]);
		buf_u8(&b, '\n');
	}
	assert_true(buf_ok(&b));
	put(TRANSCRIPT, buf_bytes(&b));
	free(p);
}

/* One octet of a line changed: the line is named. The last one has no successor whose chain tells
 * which it was: the checkpoint finds it, or the message names both. */
static void change_line(size_t n, size_t at)
{
	struct bytes line[MAX_LINES];
	char         how[80], word[40];

	memcpy(line, g.line, sizeof line);
	line[n] = arena_copy(&g.scratch, g.line[n]);
	uint8_t *octet = (uint8_t *)(uintptr_t)line[n].p + at;
	*octet ^= (uint8_t)(1u << (at % 8)); /* '\n' may come of it too */
	put_lines(line, g.num_lines);
	(void)snprintf(how, sizeof how, "line %zu, octet %zu", n + 1, at);
	(void)snprintf(word, sizeof word, *octet == '\n' ? "line" : "line %zu", n + 1);
	if (n + 1 < g.num_lines)
		refused(how, word, "transcript.jsonl");
	else
		refused(how, NULL, NULL);
	g.scratch.len = 0;
}

static void test_every_line_changed(void **state)
{
	static const size_t whole[] = { 0, 5, 19 };
	size_t              first = 0, step = 1;
	const bool          every = every_octet(&first, &step);

	(void)state;
	for (size_t n = 0; n < g.num_lines; n++) {
		size_t len = g.line[n].len;
		for (size_t at = first; every && at < len; at += step)
			change_line(n, at);
		for (size_t k = 0; !every && k < 6; k++)
			change_line(n, k * (len - 1) / 5);
		change_line(n, len - 30); /* in prev */
	}
	for (size_t k = 0; k < COUNT_OF(whole); k++)
		for (size_t at = 0; at < g.line[whole[k]].len; at++)
			change_line(whole[k], at);
	restore(TRANSCRIPT);
}

enum deed { REMOVED, TWICE, SWAPPED, TO_END, TO_START, NUM_DEEDS };
static const char *const deeds[] = { "removed", "twice", "swapped with the next", "moved to the end", "moved to the start" };

/* The lines after the deed to line n; how many. */
static size_t do_deed(struct bytes *out, enum deed deed, size_t n)
{
	struct bytes one = g.line[n];
	size_t       num = g.num_lines;

	memcpy(out, g.line, num * sizeof *out);
	switch (deed) {
	case TWICE:
		memmove(out + n + 1, out + n, (num - n) * sizeof *out);
		return num + 1;
	case SWAPPED:
		out[n] = out[n + 1];
		out[n + 1] = one;
		return num;
	default: memmove(out + n, out + n + 1, (num - n - 1) * sizeof *out);
	}
	if (deed == TO_END)
		out[num - 1] = one;
	if (deed == TO_START) {
		memmove(out + 1, out, (num - 1) * sizeof *out);
		out[0] = one;
	}
	return deed == REMOVED ? num - 1 : num;
}

static bool changes_something(enum deed deed, size_t n)
{
	return !(deed == TO_START && n == 0) && !((deed == TO_END || deed == SWAPPED) && n + 1 == g.num_lines);
}

static void test_lines_out_of_place(void **state)
{
	struct bytes line[MAX_LINES];
	char         how[80];

	(void)state;
	for (int deed = 0; deed < NUM_DEEDS; deed++)
		for (size_t n = 0; n < g.num_lines; n++) {
			if (!changes_something((enum deed)deed, n))
				continue;
			put_lines(line, do_deed(line, (enum deed)deed, n));
			(void)snprintf(how, sizeof how, "line %zu %s", n + 1, deeds[deed]);
			/* without its last line the record is one that is not finished */
			refused(how, "line ", deed == REMOVED && n + 1 == g.num_lines ? NULL : "transcript.jsonl");
		}
	restore(TRANSCRIPT);
}

/* ---- forgers who know the format --------------------------------------------------------- */

/* Numbers and chains the lines again; the tree over them is left in *tree. */
static void chain(struct bytes *line, size_t num, struct merkle *tree)
{
	uint8_t prev[32] = { 0 };

	*tree = (struct merkle){ .size = 0 };
	for (size_t i = 0; i < num; i++) {
		struct event ev;
		struct err   e = { 0 };
		assert_true(event_parse(&ev, &g.scratch, line[i], &e));
		ev.n = i;
		memcpy(ev.prev, prev, sizeof prev);
		size_t     cap = line[i].len + 64;
		struct buf b = buf_init(arena_take(&g.scratch, cap), cap);
		event_encode(&b, &ev);
		assert_true(buf_ok(&b));
		line[i] = buf_bytes(&b);
		struct digest d = hash_of(HASH_SHA256, line[i]);
		memcpy(prev, d.p, sizeof prev);
		merkle_add(tree, line[i]);
	}
}

/* The first lines of a text, then the size and the root of this tree, then what follows in the text. */
static void put_tree(const char *name, unsigned num_first, const struct merkle *tree)
{
	struct bytes rest = *content_of(name), line;
	uint8_t      root[32], text[2048];
	struct buf   b = BUF_ON(text);

	for (unsigned i = 0; i < num_first + 2; i++) {
		assert_true(bytes_cut(rest, '\n', &line, &rest));
		if (i < num_first) {
			buf_put(&b, line);
			buf_u8(&b, '\n');
		}
	}
	merkle_root(root, tree);
	buf_fmt(&b, "%llu\n", (unsigned long long)tree->size);
	buf_base64(&b, bytes_of(root, sizeof root));
	buf_u8(&b, '\n');
	buf_put(&b, rest);
	assert_true(buf_ok(&b));
	put(name, buf_bytes(&b));
}

static const char *const messages[] = { CEREMONY "witnesses/witness-1.message", CEREMONY "witnesses/witness-2.message",
	                                CEREMONY "witnesses/auditor-1.message" };

/* Lines, report, sums and messages all fit each other: only the signatures do not, or the lines make no
 * sense. */
static void forged(const char *how, struct bytes *line, size_t num)
{
	struct merkle tree;
	struct err    e;
	int           dir = openat(g.fd, CEREMONY, O_RDONLY | O_DIRECTORY);
	size_t        cap = REPORT_MAX;
	char          with[120];

	assert_true(dir >= 0);
	chain(line, num, &tree);
	put_lines(line, num);
	struct buf b = buf_init(arena_take(&g.scratch, cap), cap);
	if (report_text(&b, dir, &e))
		put(CEREMONY "report.txt", buf_bytes(&b));
	for (size_t i = 0; i < COUNT_OF(messages); i++)
		put_tree(messages[i], 3, &tree); /* magic, time, origin */
	sum_again();
	refused(how, NULL, NULL);
	put_tree(CEREMONY "checkpoint", 1, &tree); /* under the signatures of the other tree */
	sum_again();
	(void)snprintf(with, sizeof with, "%s, checkpoint too", how);
	refused(with, NULL, NULL);
	(void)close(dir);
	restore(CEREMONY "checkpoint");
	for (size_t i = 0; i < COUNT_OF(messages); i++)
		restore(messages[i]);
	g.scratch.len = 0;
}

static void restore_all(void)
{
	struct err e;

	restore(TRANSCRIPT);
	restore(CEREMONY "report.txt");
	restore(CEREMONY "SHA256SUMS");
	assert_true(verifies(&e));
}

/* Another letter or digit in the last value of a line's data; false if it has none. */
static bool other_value(struct bytes *line)
{
	static const char before_prev[] = "\"},\"prev\"";
	struct bytes      copy = arena_copy(&g.scratch, *line);
	char             *at = strstr((char *)(uintptr_t)copy.p, before_prev);

	if (!at)
		return false;
	at[-1] = at[-1] == 'A' ? 'B' : 'A';
	*line = copy;
	return true;
}

static void test_chained_again(void **state)
{
	struct bytes line[MAX_LINES];
	char         how[80];

	(void)state;
	for (size_t n = 0; n < g.num_lines; n++) {
		memcpy(line, g.line, sizeof line);
		(void)snprintf(how, sizeof how, "line %zu says something else, chained again", n + 1);
		if (other_value(&line[n]))
			forged(how, line, g.num_lines);
	}
	for (int deed = 0; deed < NUM_DEEDS; deed++)
		for (size_t n = 0; n < g.num_lines; n++) {
			if (!changes_something((enum deed)deed, n))
				continue;
			(void)snprintf(how, sizeof how, "line %zu %s, chained again", n + 1, deeds[deed]);
			forged(how, line, do_deed(line, (enum deed)deed, n));
		}
	restore_all();
}

/* The same events at another time: nothing but the signatures knows. */
static void test_another_time(void **state)
{
	struct bytes line[MAX_LINES];

	(void)state;
	for (size_t n = 0; n < g.num_lines; n++) {
		struct bytes copy = arena_copy(&g.arena, g.line[n]);
		char        *at = strstr((char *)(uintptr_t)copy.p, "\"mono\":");
		assert_non_null(at);
		at[7] = at[7] == '1' ? '2' : '1';
		memcpy(line, g.line, sizeof line);
		line[n] = copy;
		forged("another mono, chained again", line, g.num_lines);
	}
	restore_all();
}

static void test_it_verifies(void **state)
{
	struct err e;

	(void)state;
	if (!verifies(&e))
		fail_msg("%s: %s", err_text_of(e.id)->name, e.detail);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_verifies),
		cmocka_unit_test(test_nothing_may_be_added),
		cmocka_unit_test(test_every_disclosure),
		cmocka_unit_test(test_every_file_shorter_longer_or_gone),
		cmocka_unit_test(test_every_line_changed),
		cmocka_unit_test(test_lines_out_of_place),
		cmocka_unit_test(test_chained_again),
		cmocka_unit_test(test_another_time),
		cmocka_unit_test(test_every_file_changed),
		cmocka_unit_test(test_it_verifies), /* everything was put back */
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
