/* file_test.c: a file is replaced whole or not at all, and every octet is written or it is said that not. */
#include "ceremony/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];
static int  dir;

static int start(void **state)
{
	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)strcpy(path, "/tmp/file-test-XXXXXX");
	dir = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	return dir < 0 ? -1 : 0;
}

static int end(void **state)
{
	static const char *const names[] = { "a", "a.tmp", "link" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		(void)unlinkat(dir, names[i], 0);
	(void)close(dir);
	return rmdir(path);
}

/* No file of this process grows beyond so many octets. */
static void set_limit(rlim_t octets)
{
	struct rlimit l;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = octets;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* Not synced, and else the same: whole, and nothing left of a failure. */
static void a_file_that_is_put_is_there_whole(void **state)
{
	struct err e;

	(void)state;
	assert_true(file_put(dir, "a", BYTES_LIT("old"), 0600, &e));
	assert_true(file_put(dir, "a", BYTES_LIT("the new one"), 0600, &e));
	assert_true(file_sync_all(dir, &e));
	assert_true(file_is(dir, "a", BYTES_LIT("the new one")));
	assert_false(file_exists(dir, "a.tmp"));
	set_limit(4);
	assert_false(file_put(dir, "a", BYTES_LIT("too long"), 0600, &e));
	set_limit(RLIM_INFINITY);
	assert_int_equal(e.id, ERR_FILE_WRITE);
	assert_true(file_is(dir, "a", BYTES_LIT("the new one")));
	assert_false(file_exists(dir, "a.tmp"));
	assert_false(file_sync_all(-1, &e));
	assert_int_equal(e.id, ERR_FILE_WRITE);
}

static void a_file_is_replaced_whole(void **state)
{
	struct err  e;
	struct stat st;

	(void)state;
	assert_true(file_write(dir, "a", BYTES_LIT("old"), 0600, &e));
	assert_true(file_is(dir, "a", BYTES_LIT("old")));
	assert_true(file_write(dir, "a", BYTES_LIT("the new one"), 0600, &e));
	assert_true(file_is(dir, "a", BYTES_LIT("the new one")));
	assert_false(file_is(dir, "a", BYTES_LIT("the new two")));
	assert_false(file_is(dir, "a", BYTES_LIT("the new one.")));
	assert_int_equal(fstatat(dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(file_exists(dir, "a.tmp"));
}

static void where_nothing_more_fits_the_old_one_stays(void **state)
{
	static uint8_t large[10000];
	struct err     e;

	(void)state;
	assert_true(file_write(dir, "a", BYTES_LIT("old"), 0644, &e));
	set_limit(4096);
	assert_false(file_write(dir, "a", bytes_of(large, sizeof large), 0644, &e));
	set_limit(RLIM_INFINITY);
	assert_int_equal(e.id, ERR_FILE_WRITE);
	assert_true(file_is(dir, "a", BYTES_LIT("old")));
	assert_false(file_exists(dir, "a.tmp"));
}

static void a_link_or_a_device_is_not_replaced(void **state)
{
	struct err  e;
	struct stat st;

	(void)state;
	assert_true(file_write(dir, "a", BYTES_LIT("old"), 0644, &e));
	assert_int_equal(symlinkat("a", dir, "link"), 0);
	assert_false(file_write(dir, "link", BYTES_LIT("new"), 0644, &e));
	assert_int_equal(e.id, ERR_FILE_WRITE);
	assert_int_equal(fstatat(dir, "link", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_true(file_is(dir, "a", BYTES_LIT("old")));
	assert_false(file_is(dir, "link", BYTES_LIT("old"))); /* nor followed */
	assert_false(file_write(AT_FDCWD, "/dev/null", BYTES_LIT("new"), 0644, &e));
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

static void every_octet_is_written_or_not(void **state)
{
	static uint8_t large[10000];
	struct stat    st;

	(void)state;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(full >= 0);
	errno = 0;
	assert_false(fd_write(full, BYTES_LIT("x")));
	assert_int_equal(errno, ENOSPC);
	assert_true(fd_write(full, (struct bytes){ 0 }));
	(void)close(full);

	int fd = openat(dir, "a", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	set_limit(4096);
	errno = 0;
	assert_false(fd_write(fd, bytes_of(large, sizeof large))); /* the first write takes a part */
	set_limit(RLIM_INFINITY);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 4096);
	(void)close(fd);
}

static int no_range; /* why sync_file_range fails; 0: it does not */

int sync_file_range(int fd, off64_t at, off64_t len, unsigned flags)
{
	errno = no_range;
	return no_range ? -1 : (int)syscall(SYS_sync_file_range, fd, at, len, flags);
}

static uint64_t told[8];
static size_t   num_told;

static void hear(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	assert_ptr_equal(ctx, told);
	assert_non_null(what);
	assert_int_equal(total, 9 << 20);
	assert_true(num_told < COUNT_OF(told));
	told[num_told++] = done;
}

static void a_large_file_is_synced_by_pieces(void **state)
{
	int fd = openat(dir, "a", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4 << 20), 0);
	assert_true(fd_sync(fd, hear, told)); /* one piece: nothing to tell */
	assert_int_equal(num_told, 0);
	assert_int_equal(ftruncate(fd, 9 << 20), 0);
	assert_true(fd_sync(fd, NULL, NULL) && fd_sync(fd, hear, told));
	assert_true(num_told == 3 && told[0] == 4 << 20 && told[1] == 8 << 20 && told[2] == 9 << 20);
	num_told = 0;
	no_range = EIO; /* which nobody hears of a second time */
	assert_false(fd_sync(fd, hear, told));
	assert_true(errno == EIO && num_told == 0);
	no_range = ENOSYS;
	assert_true(fd_sync(fd, hear, told));
	assert_int_equal(num_told, 0);
	no_range = 0;
	(void)close(fd);
	assert_false(fd_sync(fd, NULL, NULL));
	assert_false(fd_sync(fd, hear, told));
	assert_int_equal(errno, EBADF);
}

/* What lies where a file is first written is not written into: a pipe would hold us up, another file keeps its mode, a link leads elsewhere. */
static void what_lies_in_the_way_of_a_new_file_goes(void **state)
{
	struct err  e;
	struct stat st;

	(void)state;
	(void)alarm(10);
	assert_int_equal(mkfifoat(dir, "a.tmp", 0644), 0);
	assert_true(file_write(dir, "a", BYTES_LIT("one"), 0600, &e));
	assert_true(file_is(dir, "a", BYTES_LIT("one")) && !file_exists(dir, "a.tmp"));
	int fd = openat(dir, "a.tmp", O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	assert_true(fd >= 0 && write(fd, "left of a power cut", 19) == 19 && close(fd) == 0);
	assert_true(file_write(dir, "a", BYTES_LIT("two"), 0600, &e));
	assert_true(file_is(dir, "a", BYTES_LIT("two")) && fstatat(dir, "a", &st, 0) == 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(symlinkat("link", dir, "a.tmp"), 0);
	assert_true(file_write(dir, "a", BYTES_LIT("three"), 0600, &e));
	assert_true(file_is(dir, "a", BYTES_LIT("three")) && !file_exists(dir, "link"));
	assert_int_equal(mkdirat(dir, "a.tmp", 0700), 0);
	assert_false(file_write(dir, "a", BYTES_LIT("four"), 0600, &e));
	assert_true(e.id == ERR_FILE_WRITE && file_is(dir, "a", BYTES_LIT("three")));
	assert_int_equal(unlinkat(dir, "a.tmp", AT_REMOVEDIR), 0);
	(void)alarm(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_that_is_put_is_there_whole, start, end),
		cmocka_unit_test_setup_teardown(a_file_is_replaced_whole, start, end),
		cmocka_unit_test_setup_teardown(where_nothing_more_fits_the_old_one_stays, start, end),
		cmocka_unit_test_setup_teardown(a_link_or_a_device_is_not_replaced, start, end),
		cmocka_unit_test_setup_teardown(what_lies_in_the_way_of_a_new_file_goes, start, end),
		cmocka_unit_test_setup_teardown(every_octet_is_written_or_not, start, end),
		cmocka_unit_test_setup_teardown(a_large_file_is_synced_by_pieces, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
