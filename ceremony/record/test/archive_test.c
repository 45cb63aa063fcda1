/* archive_test.c: a whole record as one file, that tar opens; what does not fit, and a sink that fails at each piece. */
#include "ceremony/record/archive.h"

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
#include "ceremony/record/personal.h"
#include "ceremony/record/sums.h"
#include "ceremony/record/transcript.h"

#define LONGEST "certificates/" "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345.pem"

struct ground {
	char          path[32];
	struct record r;
	struct bundle b;
};

/* What is put together; fails at put number `fails_at`, if that is not 0. */
struct sink {
	uint8_t  room[1 << 20];
	size_t   len;
	unsigned puts, fails_at;
};

static bool put(void *ctx, struct bytes piece, struct err *e)
{
	struct sink *s = ctx;

	if (++s->puts == s->fails_at)
		return err_set(e, ERR_DISK_FULL, "put %u", s->puts);
	assert_true(s->len + piece.len <= sizeof s->room);
	memcpy(s->room + s->len, piece.p, piece.len);
	s->len += piece.len;
	return true;
}

static void close_it(int dir)
{
	struct transcript t = { .fd = -1 };
	struct err        e = { 0 };
	struct event      ev = { .time = 1795251600, .type = EVENT_CLOSE };

	assert_true(transcript_create(&t, dir, &e) && transcript_append(&t, &ev, &e));
	transcript_done(&t);
}

/* A sealed ceremony, and one that is closed and not sealed yet. */
static int make_ground(void **state)
{
	struct ground *g = calloc(1, sizeof *g);
	struct err     e = { 0 };

	(void)snprintf(g->path, sizeof g->path, "/tmp/archive-XXXXXX");
	g->b.fd = -1;
	*state = g;
	if (!mkdtemp(g->path) || !record_open(&g->r, AT_FDCWD, g->path, true, &e) || !file_write(g->r.fd, CA_NAME, BYTES_LIT("[ca]\n"), 0644, &e) ||
	    !file_write(g->r.fd, "root.pem", BYTES_LIT("pem\n"), 0644, &e) || !bundle_start(&g->b, &g->r, "root", &e) ||
	    !bundle_put(g->b.fd, "script.ini", BYTES_LIT("script"), &e))
		return -1;
	close_it(g->b.fd);
	if (!sums_write(g->b.fd, NULL, &e))
		return -1;
	bundle_done(&g->b);
	if (!bundle_start(&g->b, &g->r, "crl", &e) || !bundle_put(g->b.fd, LONGEST, BYTES_LIT("certificate"), &e) ||
	    !file_write(g->b.fd, PERSONAL_NAME, BYTES_LIT("{}\n"), 0644, &e))
		return -1;
	close_it(g->b.fd);
	return 0;
}

static int drop_ground(void **state)
{
	struct ground *g = *state;
	char           command[64];

	bundle_done(&g->b);
	record_done(&g->r);
	(void)snprintf(command, sizeof command, "rm -rf %s*", g->path);
	int rc = system(command);
	free(g);
	return rc;
}

static void tar_opens_it(void **state)
{
	struct ground *g = *state;
	struct sink   *s = calloc(2, sizeof *s);
	struct err     e = { 0 };
	char           command[512];
	size_t         files = 0;

	/* what a power cut left is no file of a record */
	assert_true(file_write(g->b.fd, "script.ini.tmp", BYTES_LIT("half"), 0644, &e));
	assert_true(archive_write(&g->r, &files, put, &s[0], &e));
	assert_false(file_exists(g->b.fd, SUMS_NAME)); /* sealing is not its business */
	assert_int_equal(files, 2 + 3 + 4);
	(void)snprintf(command, sizeof command, "%s.tar", g->path);
	assert_true(file_write(AT_FDCWD, command, bytes_of(s[0].room, s[0].len), 0644, &e));
	assert_true(sums_write(g->b.fd, NULL, &e)); /* from here on it is sealed, and the archive is the same */
	assert_true(archive_write(&g->r, &files, put, &s[1], &e));
	assert_int_equal(s[0].len, s[1].len);
	assert_memory_equal(s[0].room, s[1].room, s[0].len);
	(void)snprintf(command, sizeof command, "mkdir %s.out && tar -C %s.out -xf %s.tar && diff -r %s %s.out/record", g->path, g->path, g->path,
	               g->path, g->path);
	assert_int_equal(system(command), 0);
	free(s);
}

static void each_piece_may_fail(void **state)
{
	struct ground *g = *state;
	struct sink   *s = calloc(1, sizeof *s);
	struct err     e = { 0 };
	size_t         files = 0;

	assert_true(archive_write(&g->r, &files, put, s, &e));
	unsigned all = s->puts;
	assert_true(all > 20);
	for (unsigned i = 1; i <= all; i++) {
		*s = (struct sink){ .fails_at = i };
		e = (struct err){ 0 };
		assert_false(archive_write(&g->r, &files, put, s, &e));
		assert_int_equal(e.id, ERR_DISK_FULL);
		assert_int_equal(s->puts, i); /* and nothing is put after it */
	}
	free(s);
}

static void what_is_no_record_is_refused(void **state)
{
	struct ground *g = *state;
	struct sink   *s = calloc(1, sizeof *s);
	struct err     e = { 0 };
	size_t         files = 0;

	assert_int_equal(symlinkat("/etc/passwd", g->b.fd, "report.txt"), 0);
	assert_false(archive_write(&g->r, &files, put, s, &e));
	assert_int_equal(e.id, ERR_RECORD_STRAY);
	assert_int_equal(unlinkat(g->b.fd, "report.txt", 0), 0);
	assert_int_equal(unlinkat(g->r.fd, "root.pem", 0), 0);
	assert_false(archive_write(&g->r, &files, put, s, &e));
	assert_int_equal(e.id, ERR_FILE_OPEN);
	free(s);
}

static void its_name(void **state)
{
	char name[ARCHIVE_NAME_MAX];

	(void)state;
	archive_name(name, 7, BYTES_LIT("abc"));
	assert_string_equal(name, "record-0007-ba7816bf.tar");
}

int main(void)
{
#define ON_GROUND(f) cmocka_unit_test_setup_teardown(f, make_ground, drop_ground)
	const struct CMUnitTest tests[] = {
		ON_GROUND(tar_opens_it),
		ON_GROUND(each_piece_may_fail),
		ON_GROUND(what_is_no_record_is_refused),
		cmocka_unit_test(its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
