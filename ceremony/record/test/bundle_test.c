/* bundle_test.c: the folders of a record, its files, sums and ca.ini. */
#include "ceremony/record/bundle.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/record/ca.h"
#include "ceremony/record/sums.h"
#include "ceremony/record/transcript.h"

static uint8_t room[1 << 20];

struct ground {
	char          path[32];
	struct record r;
	struct bundle b;
};

static int make_ground(void **state)
{
	struct ground *g = calloc(1, sizeof *g);
	struct err     e = { 0 };

	(void)snprintf(g->path, sizeof g->path, "/tmp/bundle-XXXXXX");
	g->b.fd = -1;
	*state = g;
	return mkdtemp(g->path) && record_open(&g->r, AT_FDCWD, g->path, true, &e) ? 0 : -1;
}

static int drop_ground(void **state)
{
	struct ground *g = *state;
	char           command[64];

	bundle_done(&g->b);
	record_done(&g->r);
	(void)snprintf(command, sizeof command, "rm -rf %s", g->path);
	int rc = system(command);
	free(g);
	return rc;
}

/* A transcript of `num` events in the open ceremony, the last of type `last`. */
static void say(int dir, unsigned num, enum event_type last)
{
	struct transcript t = { .fd = -1 };
	struct err        e = { 0 };

	assert_true(transcript_create(&t, dir, &e));
	for (unsigned i = 0; i < num; i++) {
		struct event ev = { .time = 1795251600, .type = i + 1 == num ? last : EVENT_ANSWER };
		assert_true(transcript_append(&t, &ev, &e));
	}
	transcript_done(&t);
}

static void a_folder_without_ceremonies_is_no_record(void **state)
{
	struct ground *g = *state;
	struct record  other = { -1, -1 };
	struct bundle  b = { .fd = -1 };
	struct err     e = { 0 };

	assert_false(record_open(&other, g->r.fd, "ceremonies", false, &e));
	assert_int_equal(e.id, ERR_RECORD_NONE);
	assert_false(record_open(&other, g->r.fd, "nowhere", false, &e));
	assert_int_equal(e.id, ERR_FILE_OPEN);
	assert_int_equal(other.fd, -1);
	assert_true(record_open(&other, AT_FDCWD, g->path, false, &e));
	assert_false(bundle_open(&b, &other, 0, &e));
	assert_int_equal(e.id, ERR_RECORD_NUMBER);
	record_done(&other);
	record_done(&other);
}

static void ceremonies_follow_each_other(void **state)
{
	struct ground *g = *state;
	struct err     e = { 0 };

	assert_true(bundle_start(&g->b, &g->r, "root-generation", &e));
	assert_string_equal(g->b.name.text, "0001-root-generation");
	assert_int_equal(g->b.state, BUNDLE_EMPTY);
	/* power cut before the first line: the folder is taken again, emptied and renamed */
	assert_true(bundle_put(g->b.fd, "script.ini", BYTES_LIT("old"), &e));
	assert_true(bundle_put(g->b.fd, "profiles/old.ini", BYTES_LIT("old"), &e));
	assert_true(file_write(g->b.fd, TRANSCRIPT_NAME, BYTES_LIT("{\"n\":0"), 0644, &e));
	bundle_done(&g->b);
	assert_true(bundle_start(&g->b, &g->r, "root", &e));
	assert_string_equal(g->b.name.text, "0001-root");
	assert_false(file_exists(g->b.fd, "script.ini") || file_exists(g->b.fd, "profiles"));
	assert_false(file_exists(g->b.fd, TRANSCRIPT_NAME));
	bundle_done(&g->b);
	assert_true(bundle_start(&g->b, &g->r, "root", &e));

	/* begun: to be resumed, and nothing of it is touched */
	say(g->b.fd, 2, EVENT_ANSWER);
	bundle_done(&g->b);
	assert_true(bundle_open(&g->b, &g->r, 0, &e));
	assert_int_equal(g->b.state, BUNDLE_BEGUN);
	struct bundle next = { .fd = -1 };
	assert_false(bundle_start(&next, &g->r, "crl", &e));
	assert_int_equal(e.id, ERR_RECORD_UNFINISHED);
	assert_true(file_exists(g->b.fd, TRANSCRIPT_NAME));
	/* closed: still to be sealed */
	assert_int_equal(unlinkat(g->b.fd, TRANSCRIPT_NAME, 0), 0);
	say(g->b.fd, 3, EVENT_CLOSE);
	assert_false(bundle_start(&next, &g->r, "crl", &e));
	assert_int_equal(e.id, ERR_RECORD_UNFINISHED);
	bundle_done(&g->b);
	assert_true(bundle_open(&g->b, &g->r, 1, &e));
	assert_int_equal(g->b.state, BUNDLE_CLOSED);
	assert_true(sums_write(g->b.fd, NULL, &e));
	bundle_done(&g->b);
	assert_true(bundle_open(&g->b, &g->r, 1, &e));
	assert_int_equal(g->b.state, BUNDLE_SEALED);
	bundle_done(&g->b);

	/* aborted: ended without a seal */
	assert_true(bundle_start(&g->b, &g->r, "crl", &e));
	assert_string_equal(g->b.name.text, "0002-crl");
	say(g->b.fd, 1, EVENT_ABORT);
	bundle_done(&g->b);
	assert_true(bundle_open(&g->b, &g->r, 0, &e));
	assert_int_equal(g->b.state, BUNDLE_ABORTED);
	bundle_done(&g->b);
	assert_true(bundle_start(&g->b, &g->r, "crl", &e));
	assert_int_equal(g->b.name.number, 3);

	struct arena       a = ARENA_ON(room);
	struct bundle_list l;
	assert_true(bundle_list(&l, &a, &g->r, &e));
	assert_int_equal(l.num, 3);
	assert_string_equal(l.item[0].text, "0001-root");
	assert_string_equal(l.item[2].text, "0003-crl");
	assert_false(bundle_open(&next, &g->r, 4, &e));
	assert_int_equal(e.id, ERR_RECORD_NUMBER);
}

/* A transcript that is damaged at its end is not mistaken for an empty one. */
static void damage_is_not_emptiness(void **state)
{
	struct ground *g = *state;
	struct err     e = { 0 };
	char           path[128];

	assert_true(bundle_start(&g->b, &g->r, "root", &e));
	say(g->b.fd, 2, EVENT_ANSWER);
	(void)snprintf(path, sizeof path, "%s/ceremonies/0001-root/" TRANSCRIPT_NAME, g->path);
	assert_int_equal(truncate(path, (off_t)(3 * EVENT_MAX_LINE)), 0);
	bundle_done(&g->b);
	assert_false(bundle_start(&g->b, &g->r, "root", &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_LINE);
	assert_int_equal(access(path, F_OK), 0);
}

static void what_does_not_belong_is_named(void **state)
{
	static const struct {
		const char *folder;
		enum err_id id;
	} rows[] = {
		{ "0002-a", ERR_RECORD_GAP },   { "0003-a", ERR_RECORD_GAP },   { "0001-b", ERR_RECORD_GAP },
		{ "0000-a", ERR_RECORD_STRAY }, { "0002", ERR_RECORD_STRAY },   { "0002-", ERR_RECORD_STRAY },
		{ "0002-A", ERR_RECORD_STRAY }, { "002-a", ERR_RECORD_STRAY },  { ".trash", ERR_RECORD_STRAY },
		{ "0002-a-", ERR_RECORD_STRAY }, { "\x1b[2J", ERR_RECORD_STRAY },
	};
	struct ground     *g = *state;
	struct arena       a = ARENA_ON(room);
	struct bundle_list l;
	struct err         e = { 0 };

	assert_int_equal(mkdirat(g->r.ceremonies, "0001-a", 0755), 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(mkdirat(g->r.ceremonies, rows[i].folder, 0755), 0);
		bool ok = bundle_list(&l, &a, &g->r, &e);
		if (i == 0) /* 1 and 2: nothing is wrong */
			assert_true(ok && l.num == 2);
		else
			assert_true(!ok && e.id == rows[i].id && !strchr(e.detail, '\x1b'));
		assert_int_equal(unlinkat(g->r.ceremonies, rows[i].folder, AT_REMOVEDIR), 0);
	}
	assert_true(bundle_list(&l, &a, &g->r, &e));
	assert_int_equal(l.num, 1);
}

static void names_that_are_allowed(void **state)
{
	static const char *const good[] = {
		"script.ini", "profiles/tls-root.ini", "transcript.jsonl", "checkpoint", "checkpoint.token.sig",
		"witnesses/a.vkey", "witnesses/a.minisig", "requests/sub-1.csr", "requests/sub-1.crt", "certificates/root.pem", "crls/1.crl",
		"backup/blob", "report.txt", "report.pdf", "SHA256SUMS",
	};
	static const char *const bad[] = {
		"", "x", "script.ini.tmp", "../script.ini", "profiles/../../x.ini", "profiles/a/b.ini", "profiles/.ini",
		"profiles/.a.ini", "profiles/a.txt", "requests/a.pem", "requests/a b.csr", "backup/", "backup/.x",
		"backup/x.tmp", "backup/x\n", "/script.ini", "requests", "witnesses/a.txt", "certificates/\xc3\xa9.pem",
	};
	struct ground *g = *state;
	struct err     e = { 0 };

	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(bundle_allows(good[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(bundle_allows(bad[i]));
		assert_false(bundle_put(g->r.fd, bad[i], BYTES_LIT("x"), &e));
		assert_int_equal(e.id, ERR_RECORD_NAME);
	}
	assert_false(bundle_put(g->r.fd, TRANSCRIPT_NAME, BYTES_LIT("x"), &e));
	assert_false(bundle_put(g->r.fd, SUMS_NAME, BYTES_LIT("x"), &e));
	assert_false(bundle_is_slug(BYTES_LIT("1234567890123456789012345678901234567890123456789")));
	assert_false(bundle_start(&g->b, &g->r, "Root", &e));
	assert_int_equal(e.id, ERR_RECORD_NAME);
}

static void put_twice_is_put_once(void **state)
{
	struct ground *g = *state;
	struct stat    first, again, changed;
	struct err     e = { 0 };

	assert_true(bundle_start(&g->b, &g->r, "root", &e));
	assert_true(bundle_put(g->b.fd, "requests/a.csr", BYTES_LIT("one"), &e));
	assert_int_equal(fstatat(g->b.fd, "requests/a.csr", &first, 0), 0);
	assert_true(bundle_put(g->b.fd, "requests/a.csr", BYTES_LIT("one"), &e));
	assert_int_equal(fstatat(g->b.fd, "requests/a.csr", &again, 0), 0);
	assert_true(first.st_ino == again.st_ino);
	assert_true(bundle_put(g->b.fd, "requests/a.csr", BYTES_LIT("two"), &e));
	assert_int_equal(fstatat(g->b.fd, "requests/a.csr", &changed, 0), 0);
	assert_true(file_is(g->b.fd, "requests/a.csr", BYTES_LIT("two")));
	assert_false(file_exists(g->b.fd, "requests/a.csr.tmp"));
}

static void put_all(struct ground *g)
{
	struct err e = { 0 };

	assert_true(bundle_start(&g->b, &g->r, "root", &e));
	say(g->b.fd, 1, EVENT_CLOSE);
	assert_true(bundle_put(g->b.fd, "script.ini", BYTES_LIT("a"), &e));
	assert_true(bundle_put(g->b.fd, "profiles/b.ini", BYTES_LIT("b"), &e));
	assert_true(bundle_put(g->b.fd, "profiles/a.ini", BYTES_LIT("a"), &e));
	assert_true(bundle_put(g->b.fd, "backup/blob", BYTES_LIT(""), &e));
}

static void sums_that_sha256sum_takes(void **state)
{
	struct ground *g = *state;
	struct err     e = { 0 };
	char           command[256];

	size_t         num = 0;

	put_all(g);
	assert_true(sums_count(&num, g->b.fd, &e));
	assert_int_equal(num, 5);
	assert_true(sums_write(g->b.fd, NULL, &e));
	assert_true(sums_check(g->b.fd, NULL, &e));
	assert_true(sums_count(&num, g->b.fd, &e));
	assert_int_equal(num, 5);
	(void)snprintf(command, sizeof command, "cd %s/ceremonies/0001-root && sha256sum --strict -c SHA256SUMS >/dev/null", g->path);
	assert_int_equal(system(command), 0);
	(void)snprintf(command, sizeof command,
	               "cd %s/ceremonies/0001-root && find * -type f ! -name SHA256SUMS | LC_ALL=C sort | "
	               "xargs sha256sum | cmp - SHA256SUMS", g->path);
	assert_int_equal(system(command), 0);
}

struct watcher {
	uint64_t asked, done, total, stop_at;
};

static bool go_on(void *ctx, uint64_t done, uint64_t total)
{
	struct watcher *w = ctx;

	assert_true(done > w->done && done <= total);
	w->asked++;
	w->done = done;
	w->total = total;
	return w->asked != w->stop_at;
}

/* Whoever watches hears of each MiB, up to the last octet; who stops it leaves no list, or the old one. */
static void sums_are_watched(void **state)
{
	static uint8_t      large[5 << 20];
	struct ground      *g = *state;
	struct arena        a = ARENA_ON(room);
	struct err          e = { 0 };
	struct watcher      w = { 0 }, again = { 0 }, stops = { .stop_at = 3 };
	struct sums_watch   watch = { go_on, &w }, second = { go_on, &again }, stopping = { go_on, &stops };
	struct bytes        old, now;

	put_all(g);
	assert_true(bundle_put(g->b.fd, "crls/root.crl", bytes_of(large, sizeof large), &e));
	assert_false(sums_write(g->b.fd, &stopping, &e));
	assert_int_equal(e.id, ERR_STOPPED_BY_KEY);
	assert_int_equal(stops.asked, 3);
	assert_false(file_exists(g->b.fd, SUMS_NAME));
	assert_true(sums_write(g->b.fd, &watch, &e));
	assert_true(w.asked >= 5 && w.done == w.total && w.total >= sizeof large);
	assert_true(sums_check(g->b.fd, &second, &e));
	assert_int_equal(again.total, w.total);
	assert_int_equal(again.done, w.done);
	assert_true(file_read(&old, &a, g->b.fd, SUMS_NAME, 4096, &e));
	stops = (struct watcher){ .stop_at = 1 };
	assert_false(sums_check(g->b.fd, &stopping, &e));
	assert_int_equal(e.id, ERR_STOPPED_BY_KEY);
	stops = (struct watcher){ .stop_at = 2 };
	assert_false(sums_write(g->b.fd, &stopping, &e));
	assert_true(file_read(&now, &a, g->b.fd, SUMS_NAME, 4096, &e));
	assert_true(bytes_equal(old, now));
}

static void sums_name_the_first_file(void **state)
{
	struct ground *g = *state;
	struct arena   a = ARENA_ON(room);
	struct err     e = { 0 };
	struct bytes   sums;

	put_all(g);
	assert_true(sums_write(g->b.fd, NULL, &e));
	assert_true(file_read(&sums, &a, g->b.fd, SUMS_NAME, 4096, &e));
#define REFUSES(want, text)                             \
	assert_false(sums_check(g->b.fd, NULL, &e));          \
	assert_int_equal(e.id, want);                   \
	assert_string_equal(e.detail, text)
	assert_true(file_write(g->b.fd, "profiles/b.ini", BYTES_LIT("B"), 0644, &e));
	REFUSES(ERR_SUMS_DIFFERS, "profiles/b.ini");
	assert_int_equal(unlinkat(g->b.fd, "profiles/b.ini", 0), 0);
	REFUSES(ERR_SUMS_MISSING, "profiles/b.ini");
	assert_true(file_write(g->b.fd, "profiles/b.ini", BYTES_LIT("b"), 0644, &e));
	assert_true(sums_check(g->b.fd, NULL, &e));
	assert_true(bundle_put(g->b.fd, "certificates/x.pem", BYTES_LIT("x"), &e));
	REFUSES(ERR_SUMS_EXTRA, "certificates/x.pem");
	assert_int_equal(unlinkat(g->b.fd, "certificates/x.pem", 0), 0);
	assert_true(bundle_put(g->b.fd, "report.txt", BYTES_LIT("x"), &e));
	REFUSES(ERR_SUMS_EXTRA, "report.txt");
	assert_int_equal(unlinkat(g->b.fd, "report.txt", 0), 0);
	assert_true(file_write(g->b.fd, "odd", BYTES_LIT("x"), 0644, &e));
	REFUSES(ERR_RECORD_STRAY, "odd");
	assert_false(sums_write(g->b.fd, NULL, &e));
	assert_int_equal(unlinkat(g->b.fd, "odd", 0), 0);
	assert_int_equal(symlinkat("script.ini", g->b.fd, "report.txt"), 0);
	REFUSES(ERR_RECORD_STRAY, "report.txt");
	assert_int_equal(unlinkat(g->b.fd, "report.txt", 0), 0);
	/* what a power cut leaves of a write is a stray to the checker and swept by the writer */
	assert_true(file_write(g->b.fd, "checkpoint.tmp", BYTES_LIT("half"), 0644, &e));
	REFUSES(ERR_RECORD_STRAY, "checkpoint.tmp");
	assert_true(sums_write(g->b.fd, NULL, &e));
	assert_false(file_exists(g->b.fd, "checkpoint.tmp"));
	assert_true(file_is(g->b.fd, SUMS_NAME, sums));
	/* any bit of the sums themselves, and any cut */
	static uint8_t copy[4096];
	memcpy(copy, sums.p, sums.len);
	for (size_t bit = 0; bit < sums.len * 8; bit += 5) {
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		int fd = openat(g->b.fd, SUMS_NAME, O_WRONLY | O_TRUNC);
		assert_int_equal(write(fd, copy, sums.len), (ssize_t)sums.len);
		(void)close(fd);
		if (sums_check(g->b.fd, NULL, &e))
			fail_msg("bit %zu is not missed", bit);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < sums.len; n += 3) {
		assert_true(file_write(g->b.fd, SUMS_NAME, bytes_first(sums, n), 0644, &e));
		assert_false(sums_check(g->b.fd, NULL, &e));
	}
}

static const char golden_ca[] =
	"# Whose record this is. docs/formats/record.md tells how to check each line.\n"
	"[ca]\nformat = 1\nname = B\xc3\xa4r & S\xc3\xb6hne GmbH\n"
	"root-sha256 = 0100000000000000000000000000000000000000000000000000000000000000\n"
	"record-key = MDA=\n"
	"record-key-sha256 = f1534392279bddbf9d43dde8701cb5be14b82f76ec6607bf8d6ad557f60f304e\n"
	"token.1 = 0001\ntoken.2 = DENK0100001\n";

static void ca_both_ways(void **state)
{
	struct ground *g = *state;
	struct arena   a = ARENA_ON(room);
	struct err     e = { 0 };
	struct ca      back = { 0 }, ca = { .legal_name = BYTES_LIT("B\xc3\xa4r & S\xc3\xb6hne GmbH"),
			               .root_sha256 = { 1 },
			               .record_key = BYTES_LIT("00"),
			               .token = { BYTES_LIT("0001"), BYTES_LIT("DENK0100001") },
			               .num_tokens = 2 };

	assert_true(ca_write(g->r.fd, &ca, &e));
	assert_true(file_is(g->r.fd, CA_NAME, bytes_str(golden_ca)));
	assert_true(ca_write(g->r.fd, &ca, &e));
	assert_true(ca_read(&back, &a, g->r.fd, &e));
	assert_true(bytes_equal(back.legal_name, ca.legal_name) && bytes_equal(back.record_key, ca.record_key));
	assert_memory_equal(back.root_sha256, ca.root_sha256, 32);
	assert_int_equal(back.num_tokens, 2);
	assert_true(bytes_is(back.token[1], "DENK0100001"));
	ca.token[1] = BYTES_LIT("another");
	assert_false(ca_write(g->r.fd, &ca, &e));
	assert_int_equal(e.id, ERR_FILE_EXISTS);
	ca.token[1] = BYTES_LIT("a\nb = c");
	assert_false(ca_write(g->r.fd, &ca, &e));
	assert_int_equal(e.id, ERR_CA_VALUE);
	ca.token[1] = BYTES_LIT(" a");
	assert_false(ca_write(g->r.fd, &ca, &e));
	ca.token[1] = BYTES_LIT("a");
	ca.legal_name = BYTES_LIT("");
	assert_false(ca_write(g->r.fd, &ca, &e));
}

static const struct {
	const char *old, *new;
	enum err_id id;
} bad_ca[] = {
	{ "format = 1", "format = 2", ERR_CA_FORMAT },
	{ "format = 1", "format = 01", ERR_CA_FORMAT },
	{ "format = 1\n", "", ERR_INI_MISSING },
	{ "[ca]", "[CA]", ERR_INI_MISSING },
	{ "[ca]", "[x]\na = b\n[ca]", ERR_INI_UNKNOWN },
	{ "root-sha256 = 01", "root-sha256 = 0", ERR_INI_VALUE },
	{ "root-sha256 = 01", "root-sha256 = 0g", ERR_INI_VALUE },
	{ "record-key = MDA=", "record-key = MDA", ERR_INI_VALUE },
	{ "record-key = MDA=", "record-key = MDE=", ERR_INI_VALUE },
	{ "sha256 = f1", "sha256 = f2", ERR_INI_VALUE },
	{ "token.2", "token.3", ERR_INI_UNKNOWN },
	{ "token.2", "token.1", ERR_INI_DUPLICATE },
	{ "token.2 = DENK0100001", "token.2 =", ERR_INI_VALUE },
	{ "name = ", "colour = red\nname = ", ERR_INI_UNKNOWN },
};

static void other_ca_files_are_refused(void **state)
{
	struct ground *g = *state;

	for (size_t i = 0; i < COUNT_OF(bad_ca); i++) {
		struct arena a = ARENA_ON(room);
		struct err   e = { 0 };
		struct ca    ca = { .num_tokens = 77 };
		uint8_t      text[2048];
		struct buf   b = BUF_ON(text);
		const char  *at = strstr(golden_ca, bad_ca[i].old);
		assert_non_null(at);
		buf_put(&b, bytes_of(golden_ca, (size_t)(at - golden_ca)));
		buf_str(&b, bad_ca[i].new);
		buf_str(&b, at + strlen(bad_ca[i].old));
		assert_true(file_write(g->r.fd, CA_NAME, buf_bytes(&b), 0644, &e));
		assert_false(ca_read(&ca, &a, g->r.fd, &e));
		if (e.id != bad_ca[i].id)
			fail_msg("row %zu: %s", i, err_text_of(e.id)->name);
		assert_int_equal(ca.num_tokens, 77);
	}
}

int main(void)
{
#define ON_GROUND(f) cmocka_unit_test_setup_teardown(f, make_ground, drop_ground)
	const struct CMUnitTest tests[] = {
		ON_GROUND(a_folder_without_ceremonies_is_no_record),
		ON_GROUND(ceremonies_follow_each_other),
		ON_GROUND(damage_is_not_emptiness),
		ON_GROUND(what_does_not_belong_is_named),
		ON_GROUND(names_that_are_allowed),
		ON_GROUND(put_twice_is_put_once),
		ON_GROUND(sums_that_sha256sum_takes),
		ON_GROUND(sums_are_watched),
		ON_GROUND(sums_name_the_first_file),
		ON_GROUND(ca_both_ways),
		ON_GROUND(other_ca_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
