/* superblock_test.c: superblocks as they should not be: cut short at every place, an octet changed at every place, or of
 * noise. What they say where they are whole is held against blkid in scripts/e2e/media.t. */
#include "media/superblock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define LEN 600000

static uint8_t  disk[LEN];
static size_t   len;
static uint64_t asked; /* octets in all */

static bool read_disk(void *ctx, void *to, size_t n, uint64_t from)
{
	(void)ctx;
	asked += n;
	if (from > len || n > len - from)
		return false;
	memcpy(to, disk + from, n);
	return true;
}

static const struct superblock_source source = { read_disk, NULL };
static struct superblock              got;
static struct err                     e;

static void put16(size_t at, unsigned v)
{
	disk[at] = (uint8_t)v;
	disk[at + 1] = (uint8_t)(v >> 8);
}

static void put32(size_t at, uint32_t v)
{
	put16(at, v & 0xffff);
	put16(at + 2, v >> 16);
}

static void clear(void)
{
	memset(disk, 0, sizeof disk);
	len = sizeof disk;
}

static void make_ext(void)
{
	clear();
	put16(1024 + 0x38, 0xef53);
	memcpy(disk + 1024 + 0x78, "REQUESTS", 8);
}

static void make_fat32(void)
{
	clear();
	disk[0] = 0xeb;
	put16(510, 0xaa55);
	put16(11, 512);
	disk[13] = 1;
	put16(14, 32);
	disk[16] = 2;
	put32(36, 100);
	put32(44, 2);
	put32(67, 0x8a3c11f0);
	memcpy(disk + 71, "OLD LABEL  ", 11);
	memcpy(disk + 82, "FAT32   ", 8);
	memcpy(disk + 232 * 512, "\xe5" "GONE      \x08", 12);
	memcpy(disk + 232 * 512 + 32, "NEW LABEL  \x08", 12);
}

static void make_exfat(void)
{
	clear();
	memcpy(disk + 3, "EXFAT   ", 8);
	put16(510, 0xaa55);
	put32(88, 128);
	put32(96, 4);
	disk[108] = 9;
	disk[109] = 3;
	memcpy(disk + (128 + 16) * 512, "\x83\x03" "A\0\xc4\0\xac\x20", 8); /* A, an umlaut, the euro's sign */
}

static void make_iso(void)
{
	clear();
	memcpy(disk + 32768, "\1CD001", 6);
	memcpy(disk + 32768 + 40, "RECORD_7                        ", 32);
	memcpy(disk + 32768 + 813, "2026010203040506", 16);
}

static void make_udf(void)
{
	clear();
	memcpy(disk + 32768, "\0BEA01", 6);
	memcpy(disk + 32768 + 2048, "\0NSR03", 6);
	put16(256 * 2048, 2);
	put32(256 * 2048 + 16, 16 * 2048);
	put32(256 * 2048 + 20, 257);
	put16(257 * 2048, 6);
	memcpy(disk + 257 * 2048 + 84, "\x08log", 4);
	disk[257 * 2048 + 84 + 127] = 4;
}

static const struct {
	void (*make)(void);
	const char *kind, *label, *uuid;
} cases[] = {
	{ make_ext, "ext4", "REQUESTS", "00000000-0000-0000-0000-000000000000" },
	{ make_fat32, "vfat", "NEW LABEL", "8A3C-11F0" },
	{ make_exfat, "exfat", "A\xc3\x84\xe2\x82\xac", "0000-0000" },
	{ make_iso, "iso9660", "RECORD_7", "2026-01-02-03-04-05-06" },
	{ make_udf, "udf", "log", "" },
};

static bool look(void)
{
	asked = 0;
	got = (struct superblock){ 0 };
	bool ok = superblock_probe(&got, &source, &e);
	assert_true(asked < 200000); /* whatever the superblock says */
	if (ok) {
		assert_non_null(got.kind);
		assert_true(strlen(got.label) < sizeof got.label && strlen(got.uuid) < sizeof got.uuid);
	}
	return ok;
}

static void each_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cases[i].make();
		assert_true(look());
		assert_string_equal(got.kind, cases[i].kind);
		assert_string_equal(got.label, cases[i].label);
		assert_string_equal(got.uuid, cases[i].uuid);
	}
	clear();
	assert_false(look());
	assert_int_equal(e.id, ERR_MEDIUM_SYSTEM);
}

static void none_is_read_past_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cases[i].make();
		for (len = 0; len < LEN; len += len < 40000 ? 1 : 509)
			(void)!look();
	}
}

/* Every octet of the first two sectors, of the disc's descriptors and of the places that they lead to. */
static void any_octet_may_be_another(void **state)
{
	static const size_t from[] = { 0, 32768, 144 * 512, 232 * 512, 256 * 2048, 257 * 2048 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t k = 0; k < COUNT_OF(from); k++)
			for (size_t at = from[k]; at < from[k] + 1300; at++) {
				static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
				cases[i].make();
				for (size_t v = 0; v < COUNT_OF(values); v++) {
					disk[at] = values[v];
					(void)!look();
				}
			}
}

static void two_over_each_other_are_refused(void **state)
{
	(void)state;
	make_fat32();
	put16(1024 + 0x38, 0xef53);
	assert_false(look());
	assert_string_equal(e.detail, "both ext4 and vfat");
	make_udf();
	memcpy(disk + 32768, "\1CD001", 6); /* a disc for both kinds of reader */
	memcpy(disk + 32768 + 4096, "\0NSR03", 6);
	assert_true(look());
	assert_string_equal(got.kind, "udf");
}

/* The place of somebody's journal holds no files; a label full to its end has no NUL. */
static void odd_ones(void **state)
{
	(void)state;
	make_ext();
	put32(1024 + 0x60, 8);
	assert_false(look());
	make_ext();
	memset(disk + 1024 + 0x78, 'x', 16);
	assert_true(look());
	assert_string_equal(got.label, "xxxxxxxxxxxxxxxx");
	make_fat32();
	memset(disk + 232 * 512, 0, 512);
	assert_true(look());
	assert_string_equal(got.label, "OLD LABEL");
	memcpy(disk + 71, "NO NAME    ", 11);
	assert_true(look());
	assert_string_equal(got.label, "");
	put32(44, 0xffffffff); /* a root folder beyond all disks */
	assert_true(look());
	make_udf();
	put32(256 * 2048 + 16, 0xffffffff);
	put32(256 * 2048 + 20, 0xffffffff);
	assert_true(look());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_known),
		cmocka_unit_test(none_is_read_past_its_end),
		cmocka_unit_test(any_octet_may_be_another),
		cmocka_unit_test(two_over_each_other_are_refused),
		cmocka_unit_test(odd_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
