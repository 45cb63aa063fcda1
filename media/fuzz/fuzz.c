/* fuzz.c: what ceremony-media reads of a device that it does not trust, as libFuzzer programs: -DTARGET=fuzz_superblock: the octets of its
 * file system; -DTARGET=fuzz_sysfs: what it says of itself, through the kernel's files. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "media/device.h"

/* ---- the superblocks: a disk of which three stretches are there, where the readers look --------------------- */

static const struct stretch {
	uint64_t from;
	size_t   len;
} stretches[] = { { 0, 8192 }, { 32768, 8192 }, { 522240, 20480 } };

static bool read_disk(void *ctx, void *to, size_t len, uint64_t from)
{
	const struct bytes *in = ctx;

	for (size_t i = 0; i < len; i++) {
		size_t at = 0;
		for (size_t k = 0; k < COUNT_OF(stretches); at += stretches[k++].len)
			if (from + i - stretches[k].from < stretches[k].len) {
				at += (size_t)(from + i - stretches[k].from);
				break;
			}
		((uint8_t *)to)[i] = at < in->len ? in->p[at] : 0; /* behind the last stretch: nothing */
	}
	return from <= INT64_MAX - len;
}

static void fuzz_superblock(struct bytes in)
{
	const struct superblock_source s = { read_disk, &in };
	struct superblock              got = { 0 };
	struct err                     e = { 0 };

	if (!superblock_probe(&got, &s, &e))
		return;
	if (!got.kind || strlen(got.label) >= sizeof got.label || strlen(got.uuid) >= sizeof got.uuid)
		abort();
}

/* ---- sysfs: one stick, one drive, whose files hold what comes -------------------------------------------------- */

#define STICK "/tmp/ceremony-fuzz/sys/devices/usb/1-1/1-1:1.0/host/target/3:0:0:0"

static const char *const files[] = {
	STICK "/block/sdb/dev", STICK "/block/sdb/size", STICK "/block/sdb/diskseq", STICK "/block/sdb/removable", STICK "/block/sdb/ro",
	STICK "/type", STICK "/vendor", STICK "/model", STICK "/vpd_pg80", STICK "/name", STICK "/serial",
	STICK "/../../../../manufacturer", STICK "/../../../../product", STICK "/../../../../serial",
};

static void make_tree(struct device_tree *t)
{
	if (system("d=" STICK "; mkdir -p $d/block/sdb /tmp/ceremony-fuzz/sys/class/block /tmp/ceremony-fuzz/dev && echo 1 >$d/../../../../idVendor && "
	           "ln -sfn ../.. $d/block/sdb/device && ln -sfn $d/block/sdb /tmp/ceremony-fuzz/sys/class/block/sdb") != 0)
		abort();
	t->sys = open("/tmp/ceremony-fuzz/sys", O_RDONLY | O_DIRECTORY);
	t->dev = open("/tmp/ceremony-fuzz/dev", O_RDONLY | O_DIRECTORY);
}

static void put(const char *path, struct bytes content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, content.p, content.len) != (ssize_t)content.len)
		abort();
	(void)close(fd);
}

static void fuzz_sysfs(struct bytes in)
{
	static struct device_tree tree;
	static struct device      out[DEVICE_MAX];
	struct err                e = { 0 };
	size_t                    num = 0;

	if (!tree.sys)
		make_tree(&tree);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct bytes one = in, rest = { 0 };
		if (bytes_cut(in, 0xff, &one, &rest))
			in = rest;
		else
			in = (struct bytes){ 0 };
		put(files[i], one.len ? one : bytes_str(i < 2 ? i ? "8" : "8:16" : ""));
	}
	for (int burners = 0; burners < 2; burners++) {
		tree.burners = burners;
		if (!device_scan(out, &num, &tree, &e) || num > 1)
			abort();
		for (size_t i = 0; i < num; i++) {
			char line[DEVICE_LINE];
			device_line(line, &out[i]);
			if (!text_is_plain(bytes_str(line)) || strlen(line) >= sizeof line || out[i].usable)
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	(void)fuzz_superblock;
	(void)fuzz_sysfs;
	TARGET(bytes_of(p, len));
	return 0;
}
