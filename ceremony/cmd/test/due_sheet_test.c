/* due_sheet_test.c: the page stays one page, whatever names there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/cmd/due_sheet.h"

#define NOW   1795251600
#define CERTS 200

/* How many pages are in the file: the page tree is not compressed. */
static long num_pages(struct arena *a, const char *path)
{
	static const char mark[] = "/Count ";
	struct bytes      file;
	struct err        e = { 0 };

	assert_true(file_read(&file, a, AT_FDCWD, path, 1 << 20, &e));
	for (size_t i = 0; i + sizeof mark < file.len; i++)
		if (memcmp(file.p + i, mark, sizeof mark - 1) == 0)
			return strtol((const char *)file.p + i + sizeof mark - 1, NULL, 10);
	return 0;
}

/* A CA with very many certificates, all of that name, the first `late` of them expired. */
static void one_page(const char *name, const char *open_one, size_t late)
{
	static struct ledger_cert cert[CERTS];
	static struct due         due[CERTS + 2];
	struct arena              a = arena_new(1 << 20);
	struct err                e = { 0 };
	char                      path[] = "/tmp/due-sheet.XXXXXX";
	int                       fd = mkstemp(path);
	struct ledger             l = { .organisation = name, .root_cert = BYTES_LIT("root"), .root_not_after = NOW + 7000 * UTC_DAY,
		                        .rehearsal = true, .crl_number = crl_number_of(3), .crl_next_update = NOW - (late ? UTC_DAY : -UTC_DAY), .cert = cert };

	assert_true(fd >= 0 && a.p);
	for (size_t i = 0; i < CERTS; i++)
		cert[i] = (struct ledger_cert){ .name = "a.csr", .subject = name, .not_after = NOW + (i < late ? -UTC_DAY : 90 * UTC_DAY),
			                        .next = i + 1 < CERTS ? &cert[i + 1] : NULL };
	assert_true(due_sheet_write(path, &l, open_one, due, due_list(due, COUNT_OF(due), &l, NOW), NOW, &e));
	assert_int_equal(num_pages(&a, path), 1);
	(void)close(fd);
	(void)unlink(path);
	arena_free(&a);
}

static void it_is_one_page(void **state)
{
	static char wide[1200], plain[1200];

	(void)state;
	memset(plain, 'W', sizeof plain - 1);
	for (size_t i = 0; i + 3 < sizeof wide; i += 3)
		memcpy(wide + i, "\xe4\xb8\xad", 4);
	one_page("Example", NULL, 0);
	one_page("Example", "0007-crl", 150);
	one_page(plain, "0007-crl", 3);
	one_page(wide, "0007-crl", 3);
}

static void no_such_folder(void **state)
{
	struct ledger l = { .organisation = "Example" };
	struct err    e = { 0 };

	(void)state;
	assert_false(due_sheet_write("/nonexistent/due.pdf", &l, NULL, NULL, 0, NOW, &e));
	assert_int_equal(e.id, ERR_FILE_WRITE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_one_page),
		cmocka_unit_test(no_such_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
