/* device_test.c: what is taken for a removable medium, and what it is called: from a /sys of our own. With devices of the
 * kernel: scripts/e2e/media.t, and with USB sticks of an emulated machine: scripts/e2e/usb.t. */
#include "media/device.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"

static char              root[64];
static struct device_tree tree;
static struct device     device[DEVICE_MAX];
static size_t            num;
static struct err        e;

static void run(const char *command)
{
	char text[4096];

	(void)snprintf(text, sizeof text, "cd '%s' && %s", root, command);
	assert_int_equal(system(text), 0);
}

static int start(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof root, "/tmp/ceremony-device-XXXXXX");
	assert_non_null(mkdtemp(root));
	run("mkdir -p sys/class/block dev");
	char path[80];
	(void)snprintf(path, sizeof path, "%s/sys", root);
	tree.sys = dir_open(AT_FDCWD, path, false, &e);
	(void)snprintf(path, sizeof path, "%s/dev", root);
	tree.dev = dir_open(AT_FDCWD, path, false, &e);
	assert_true(tree.sys >= 0 && tree.dev >= 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	(void)close(tree.sys);
	(void)close(tree.dev);
	if (chdir("/") != 0)
		return 1;
	run("rm -rf \"$PWD\"");
	return 0;
}

/* A disk of `sectors` below a folder of devices/, with what stands around it made by more shell. */
static void disk(const char *where, const char *name, const char *numbers, const char *more)
{
	char text[3000];

	(void)snprintf(text, sizeof text,
	               "d=sys/devices/%s && mkdir -p $d/block/%s && ln -s ../.. $d/block/%s/device && echo %s >$d/block/%s/dev && "
	               "echo 2048 >$d/block/%s/size && echo 7 >$d/block/%s/diskseq && echo 0 >$d/block/%s/removable && "
	               "ln -s ../../devices/%s/block/%s sys/class/block/%s && %s",
	               where, name, name, numbers, name, name, name, name, where, name, name, more);
	run(text);
}

static const char *line(size_t i)
{
	static char text[DEVICE_LINE];

	device_line(text, &device[i]);
	return text;
}

static void only_removable_disks_are_media(void **state)
{
	(void)state;
	disk("pci/nvme0", "nvme0n1", "259:0", "true");
	disk("pci/ata1/host1/target/1:0:0:0", "sda", "8:0", "echo ATA >$d/vendor");
	disk("pci/ata2/host2/target/2:0:0:0", "sr0", "11:0", "echo 1 >$d/block/sr0/removable && echo 'PIONEER ' >$d/vendor && echo 'BD-RW' >$d/model");
	disk("pci/usb1/1-1/1-1:1.0/host3/target/3:0:0:0", "sdb", "8:16",
	     "echo 0781 >$d/../../../../idVendor && echo SanDisk >$d/../../../../manufacturer && echo 'Ultra Fit' >$d/../../../../product && "
	     "echo 4C530001 >$d/../../../../serial && for p in 1 2 10; do mkdir $d/block/sdb/sdb$p && echo 8:$((16 + p)) >$d/block/sdb/sdb$p/dev && "
	     "echo 1000 >$d/block/sdb/sdb$p/size && echo $p >$d/block/sdb/sdb$p/partition && ln -s ../../devices/pci/usb1/1-1/1-1:1.0/host3/target/3:0:0:0/block/sdb/sdb$p sys/class/block/sdb$p; done");
	disk("pci/mmc0/mmc0:aaaa", "mmcblk0", "179:0", "echo SD >$d/type && echo SC16G >$d/name && echo 0x1234abcd >$d/serial");
	disk("pci/mmc1/mmc1:0001", "mmcblk1", "179:8", "echo MMC >$d/type && echo EMMC >$d/name");
	assert_true(device_scan(device, &num, &tree, &e));
	assert_int_equal(num, 5);
	assert_string_equal(line(0), "SD card \"SC16G\", serial 0x1234abcd, 1048576 octets");
	assert_string_equal(line(1), "SanDisk \"Ultra Fit\", serial 4C530001, 512000 octets, partition 1");
	assert_string_equal(line(2), "SanDisk \"Ultra Fit\", serial 4C530001, 512000 octets, partition 2");
	assert_string_equal(line(3), "SanDisk \"Ultra Fit\", serial 4C530001, 512000 octets, partition 10");
	assert_string_equal(line(4), "PIONEER \"BD-RW\", serial none, 1048576 octets");
	for (size_t i = 0; i < num; i++)
		assert_true(!device[i].usable && device[i].why.id == ERR_MEDIUM_GONE); /* there is no such node in /dev */
}

/* A device says of itself what it likes. */
static void names_are_foreign(void **state)
{
	(void)state;
	disk("pci/usb2/2-1/2-1:1.0/host4/target/4:0:0:0", "sdc", "8:32",
	     "echo 1 >$d/../../../../idVendor && printf 'A\\033[2JB\\n' >$d/../../../../manufacturer && head -c 4000 /dev/zero | tr '\\000' x >$d/../../../../product && "
	     "printf '\\377\\376\\342\\200\\256' >$d/../../../../serial");
	assert_true(device_scan(device, &num, &tree, &e));
	assert_int_equal(num, 6);
	assert_string_equal(device[4].make, "A\\x1b[2JB");
	assert_int_equal(strlen(device[4].model), sizeof device[4].model - 1);
	assert_string_equal(device[4].serial, "\\xff\\xfe\\u{202e}");
	run("rm sys/class/block/sdc");
}

static void numbers_that_are_none(void **state)
{
	static const char *const bad[] = { "", "8", "8:", ":16", "8:x", "99999999999:1" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char text[200];
		(void)snprintf(text, sizeof text, "echo '%s' >sys/devices/pci/usb1/1-1/1-1:1.0/host3/target/3:0:0:0/block/sdb/dev", bad[i]);
		run(text);
		assert_true(device_scan(device, &num, &tree, &e));
		assert_int_equal(num, 2);
	}
	run("echo 8:16 >sys/devices/pci/usb1/1-1/1-1:1.0/host3/target/3:0:0:0/block/sdb/dev");
}

/* A drive is told by its own names, whatever is in it; a stick is none, and neither is a drive a medium of another kind. */
static void drives_are_told_by_what_they_are(void **state)
{
	struct device_tree drives = tree;

	(void)state;
	drives.burners = true;
	assert_true(device_scan(device, &num, &drives, &e));
	assert_int_equal(num, 0);
	disk("pci/ata7/host7/target/7:0:0:0", "sr1", "11:1",
	     "echo 0 >$d/block/sr1/size && echo 1 >$d/block/sr1/removable && echo 5 >$d/type && echo 'HL-DT-ST' >$d/vendor && echo 'DVDRAM GU90N' >$d/model && "
	     "printf '\\0\\200\\0\\014  KZ\\033GA123456' >$d/vpd_pg80");
	assert_true(device_scan(device, &num, &drives, &e));
	assert_int_equal(num, 1);
	assert_string_equal(line(0), "HL-DT-ST \"DVDRAM GU90N\", serial KZ\\x1bGA123456, burner");
	assert_true(!device[0].usable && device[0].why.id == ERR_MEDIUM_GONE); /* there is no such node in /dev */
	run("rm -r sys/class/block/sr1");
}

static void too_many_are_refused(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "sdx%c", 'a' + i);
		char where[64];
		(void)snprintf(where, sizeof where, "pci/x%d/host/target/9:0:0:0", i);
		char more[64];
		(void)snprintf(more, sizeof more, "echo 1 >$d/block/%s/removable", name);
		disk(where, name, "8:48", more);
	}
	assert_false(device_scan(device, &num, &tree, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_removable_disks_are_media),
		cmocka_unit_test(names_are_foreign),
		cmocka_unit_test(numbers_that_are_none),
		cmocka_unit_test(drives_are_told_by_what_they_are),
		cmocka_unit_test(too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, start, end);
}
