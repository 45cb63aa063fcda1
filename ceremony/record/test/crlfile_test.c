/* crlfile_test.c: entries sorted in runs, merged, written to a file, read back; lists that were bent. */
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/record/crlfile.h"

#define OK(call, e)                                                                        \
	do {                                                                               \
		if (!(call))                                                               \
			fail_msg("%s: %s (%s)", #call, err_text_of((e).id)->name, (e).detail); \
	} while (0)

/* version, a signature, an issuer, two times; and behind the entries extensions. */
static const uint8_t head[] = { 0x02, 0x01, 0x01, 0x30, 0x00, 0x30, 0x00, 0x17, 0x0d, '2', '7', '0', '1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z',
	                        0x17, 0x0d, '2', '7', '0', '9', '0', '1', '0', '0', '0', '0', '0', '0', 'Z' };
static const uint8_t tail[] = { 0xa0, 0x02, 0x30, 0x00 };
static const struct bytes signature = { (const uint8_t *)"sig", 3 };

static struct revoked entry(uint64_t n, uint8_t reason)
{
	uint8_t        serial[8];
	struct buf     b = BUF_ON(serial);
	size_t         skip = 0;
	struct revoked r;

	buf_u64(&b, n);
	while (serial[skip] == 0)
		skip++;
	revoked_pack(&r, bytes_skip(buf_bytes(&b), skip), reason, 1700000000 + (int64_t)(n % 1000), 0, (uint32_t)n);
	return r;
}

static int temporary(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

/* 0, 1, many entries, in any order, all of a shared beginning or not: they come out sorted, as often as they went in. */
static void sorted_whatever_they_are(void **state)
{
	static const size_t nums[] = { 0, 1, 2, 25, 1000, SORTER_RUN, SORTER_RUN + 1, 3 * SORTER_RUN + 77 };
	static struct sorter s;
	int                  dir = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err           e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nums); i++) {
		OK(sorter_init(&s, dir, &e), e);
		for (uint64_t n = 0; n < nums[i]; n++) {
			struct revoked r = entry(1 + n * 7919 % (nums[i] + 5) * (i % 2 ? 1 : 0x1000000000), 1);
			OK(sorter_put(&s, &r, &e), e);
		}
		for (int pass = 0; pass < 2; pass++) {
			struct revoked        was = { .reason = 0 };
			const struct revoked *r;
			size_t                num = 0;
			OK(sorter_begin(&s, &e), e);
			for (;;) {
				OK(sorter_next(&s, &r, &e), e);
				if (!r)
					break;
				assert_true(num == 0 || revoked_compare(&was, r) <= 0);
				was = *r;
				num++;
			}
			assert_int_equal(num, nums[i]);
		}
		sorter_done(&s);
		sorter_done(&s);
	}
	(void)close(dir);
}

/* Serials of twenty octets: half of them begin alike, and so do the others, and what goes first by its first octet goes last
 * by those behind. */
static void alike_for_long(void **state)
{
	static struct sorter  s;
	const struct revoked *r;
	uint8_t               serial[SERIAL_MAX];
	struct err            e = { 0 };

	(void)state;
	memset(serial, 0x11, sizeof serial);
	OK(sorter_init(&s, AT_FDCWD, &e), e);
	for (uint32_t i = 0; i < 10007; i++) {
		const uint32_t n = i * 7919 % 10007;
		struct revoked one;
		serial[0] = n < 5000 ? 0x11 : 0x22;
		serial[17] = (uint8_t)(n / 200 + (n < 5000 ? 100 : 0));
		serial[19] = (uint8_t)(n % 200);
		revoked_pack(&one, bytes_of(serial, sizeof serial), 1, 0, 0, n);
		OK(sorter_put(&s, &one, &e), e);
	}
	for (int pass = 0; pass < 2; pass++) {
		OK(sorter_begin(&s, &e), e);
		for (uint32_t n = 0; n < 10007; n++) {
			OK(sorter_next(&s, &r, &e), e);
			assert_true(r && revoked_line(r) == n);
		}
		OK(sorter_next(&s, &r, &e), e);
		assert_null(r);
	}
	sorter_done(&s);
}

/* Serials of one octet, two, twenty; the same twice in one run and in two. */
static void numbers_not_texts(void **state)
{
	static struct sorter  s;
	struct revoked        a = entry(0xff, 1), b = entry(0x100, 1), c = entry(1, 1), d;
	const struct revoked *r;
	uint8_t               most[SERIAL_MAX];
	struct err            e = { 0 };

	(void)state;
	memset(most, 0xff, sizeof most);
	revoked_pack(&d, bytes_of(most, sizeof most), 0, 0, 0, 0);
	OK(sorter_init(&s, AT_FDCWD, &e), e);
	const struct revoked in[] = { d, b, a, c, a }, out[] = { c, a, a, b, d };
	for (size_t i = 0; i < COUNT_OF(in); i++)
		OK(sorter_put(&s, &in[i], &e), e);
	OK(sorter_begin(&s, &e), e);
	for (size_t i = 0; i < COUNT_OF(out); i++) {
		OK(sorter_next(&s, &r, &e), e);
		assert_true(r && revoked_compare(r, &out[i]) == 0);
	}
	OK(sorter_next(&s, &r, &e), e);
	assert_null(r);
	sorter_done(&s);
}

static size_t num_in_place, num_joined;

/* Writes a finished list of these sources into a fresh file. */
static int write_list(struct crl_made *made, struct crl_sources *s)
{
	int        tbs = temporary(), out = temporary();
	bool       fits = false;
	struct err e = { 0 };

	OK(crlfile_tbs(made, tbs, bytes_of(head, sizeof head), bytes_of(tail, sizeof tail), s, HASH_SHA384,
	               CRLFILE_SHA256 | CRLFILE_ROOM, NULL, &e), e);
	OK(crlfile_finish(tbs, &fits, made->len, SIG_ECDSA_SHA384, signature, &e), e);
	if (fits) {
		num_in_place++;
		OK(crlfile_finish(tbs, &fits, made->len, SIG_ECDSA_SHA384, signature, &e), e); /* after a crash */
		(void)close(out);
		return tbs;
	}
	num_joined++;
	OK(crlfile_join(out, tbs, made->len, SIG_ECDSA_SHA384, signature, &e), e);
	(void)close(tbs);
	return out;
}

static bool check_list(int fd, struct crl_sources *s, struct crl_made *made, struct err *e)
{
	struct digest d;

	return crlfile_check(made, &d, dup(fd), bytes_of(head, sizeof head), bytes_of(tail, sizeof tail), s, SIG_ECDSA_SHA384, signature,
	                     NULL, e);
}

static void written_and_read_back(void **state)
{
	static struct revoked r[5000];
	struct err            e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(r); i++)
		r[i] = entry(1000 + i * 3, i % 5 ? 4 : 0);
	for (size_t num = 0; num <= COUNT_OF(r); num = num < 3 ? num + 1 : num == 3 ? 1337 : num == 1337 ? COUNT_OF(r) : num + 1) {
		struct crl_sources s = { .hand = r, .num_hand = num, .shards = 1 };
		struct crl_made    made, again;
		int                fd = write_list(&made, &s);
		assert_int_equal(made.num_entries, num);
		OK(check_list(fd, &s, &again, &e), e);
		assert_int_equal(again.len, made.len);
		assert_memory_equal(again.digest.p, made.digest.p, 48);
		if (num) { /* one entry more, one less, another reason: the list is not that */
			s.num_hand = num - 1;
			assert_false(check_list(fd, &s, &again, &e));
			assert_int_equal(e.id, ERR_CRL_DIFFERS);
			s.num_hand = num;
			r[num - 1].reason ^= 1;
			assert_false(check_list(fd, &s, &again, &e));
			r[num - 1].reason ^= 1;
		}
		(void)close(fd);
	}
	assert_true(num_in_place > 0 && num_joined > 0);
}

/* The list before, one by hand that stands on it, an imported list with repetitions, and one that is over. */
static void merged_and_counted(void **state)
{
	static struct crlfile before[1];
	static struct sorter  list;
	const struct revoked  old[] = { entry(10, 1), entry(20, 1), entry(30, 1) }, hand[] = { entry(20, 4), entry(25, 4) };
	const struct revoked  listed[] = { entry(40, 5), entry(30, 5), entry(5, 5), entry(40, 5) }, over[] = { entry(10, 1) };
	static const uint64_t want[] = { 5, 20, 25, 30, 40 };
	static const uint8_t  reasons[] = { 5, 1, 4, 1, 5 };
	struct crl_sources    first = { .hand = old, .num_hand = 3, .shards = 1 };
	struct crl_made       made;
	struct err            e = { 0 };
	const struct revoked *r;

	(void)state;
	OK(crlfile_open(&before[0], write_list(&made, &first), true, &e), e);
	OK(sorter_init(&list, AT_FDCWD, &e), e);
	for (size_t i = 0; i < COUNT_OF(listed); i++)
		OK(sorter_put(&list, &listed[i], &e), e);
	struct crl_sources s = { .before = before, .num_before = 1, .hand = hand, .num_hand = 2, .list = &list, .over = over,
		                 .num_over = 1, .shards = 1 };
	for (int pass = 0; pass < 2; pass++) {
		OK(crl_sources_begin(&s, &e), e);
		for (size_t i = 0; i < COUNT_OF(want); i++) {
			struct revoked w = entry(want[i], 0);
			OK(crl_sources_next(&s, &r, &e), e);
			assert_true(r && revoked_compare(r, &w) == 0 && r->reason == reasons[i]);
		}
		OK(crl_sources_next(&s, &r, &e), e);
		assert_null(r);
		assert_int_equal(s.num_entries, 5);
		assert_int_equal(s.num_before_all, 3);
		assert_int_equal(s.num_removed, 1);
		assert_int_equal(s.num_hand_new, 1);
		assert_int_equal(s.num_list_new, 2);
		assert_int_equal(s.num_again, 1);
		assert_int_equal(s.num_twice, 1);
	}
	struct revoked other = entry(40, 1);
	OK(sorter_put(&list, &other, &e), e);
	bool ok = crl_sources_begin(&s, &e);
	for (r = &other; ok && r;)
		ok = crl_sources_next(&s, &r, &e);
	assert_false(ok);
	assert_int_equal(e.id, ERR_LIST_TWICE);
	crlfile_done(&before[0]);
	sorter_done(&list);
}

/* Room is asked for before it is written: for a list of megabytes whose every line stands twice, twice as much as it takes in
 * the end. What was not needed is given back, and the list is what it would have been. */
static void no_more_room_than_it_takes(void **state)
{
	static struct sorter list;
	struct crl_sources   s = { .list = &list, .shards = 1 };
	struct crl_made      made, again;
	struct stat          st;
	struct err           e = { 0 };

	(void)state;
	OK(sorter_init(&list, AT_FDCWD, &e), e);
	for (uint64_t n = 0; n < 200000; n++) {
		struct revoked r = entry(0x1000000 + n / 2, 4);
		OK(sorter_put(&list, &r, &e), e);
	}
	int fd = write_list(&made, &s);
	assert_int_equal(made.num_entries, 100000);
	assert_int_equal(s.num_twice, 100000);
	OK(check_list(fd, &s, &again, &e), e);
	assert_memory_equal(again.digest.p, made.digest.p, 48);
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(st.st_size > 3000000);
	assert_in_range(st.st_blocks * 512, st.st_size / 2, st.st_size + (1 << 17));
	(void)close(fd);
	sorter_done(&list);
}

/* Each serial in one part, all of them in some part. */
static void parts_are_a_partition(void **state)
{
	static struct revoked r[500];
	uint64_t              sum = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(r); i++)
		r[i] = entry(0x123456789a + i * 17, 1);
	for (unsigned k = 0; k < 7; k++) {
		struct crl_sources s = { .hand = r, .num_hand = COUNT_OF(r), .shard = k, .shards = 7 };
		struct crl_made    made;
		(void)close(write_list(&made, &s));
		sum += made.num_entries;
	}
	assert_int_equal(sum, COUNT_OF(r));
	assert_int_equal(shard_of(BYTES_LIT("\x01\x00"), 7), 256 % 7);
	assert_int_equal(shard_of(BYTES_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), 64), 63);
}

/* A file that is cut, or has one octet changed anywhere, is not the list. */
static void bent_files(void **state)
{
	const struct revoked r[] = { entry(10, 1), entry(300, 0), entry(70000, 4) };
	struct crl_sources   s = { .hand = r, .num_hand = 3, .shards = 1 };
	struct crl_made      made, again;
	int                  fd = write_list(&made, &s);
	off_t                size = lseek(fd, 0, SEEK_END);
	struct err           e = { 0 };
	uint8_t              was, now;

	(void)state;
	for (off_t i = 0; i < size; i++) {
		assert_int_equal(pread(fd, &was, 1, i), 1);
		for (unsigned bit = 0; bit < 8; bit++) {
			now = (uint8_t)(was ^ 1u << bit);
			assert_int_equal(pwrite(fd, &now, 1, i), 1);
			if (check_list(fd, &s, &again, &e))
				fail_msg("octet %lld, bit %u", (long long)i, bit);
		}
		assert_int_equal(pwrite(fd, &was, 1, i), 1);
	}
	OK(check_list(fd, &s, &again, &e), e);
	while (size-- > 0) {
		assert_int_equal(ftruncate(fd, size), 0);
		assert_false(check_list(fd, &s, &again, &e));
	}
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorted_whatever_they_are), cmocka_unit_test(alike_for_long),
		cmocka_unit_test(numbers_not_texts),        cmocka_unit_test(written_and_read_back),
		cmocka_unit_test(merged_and_counted),       cmocka_unit_test(parts_are_a_partition),
		cmocka_unit_test(bent_files),               cmocka_unit_test(no_more_room_than_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
