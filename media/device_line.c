/* device_line.c: a device's identity in words, and the kernel's word that one came or went; see device.h. */
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "media/device.h"

#define UEVENTS_OF_KERNEL 1 /* the netlink group; 2 is udev's */

static void quoted(struct buf *b, const char *what)
{
	if (what[0])
		buf_fmt(b, " \"%s\"", what);
}

void device_line(char out[DEVICE_LINE], const struct device *d)
{
	struct buf b = buf_init(out, DEVICE_LINE);

	buf_str(&b, d->make[0] ? d->make : "unnamed");
	quoted(&b, d->model);
	if (d->burner) {
		buf_fmt(&b, ", serial %s" DEVICE_BURNER, d->serial[0] ? d->serial : "none");
		(void)buf_cstr(&b);
		return;
	}
	buf_fmt(&b, ", serial %s, %llu octets", d->serial[0] ? d->serial : "none", (unsigned long long)d->size);
	if (d->part)
		buf_fmt(&b, ", partition %u", d->part);
	if (d->usable) {
		char       label[SUPERBLOCK_LABEL * 4];
		struct buf l = BUF_ON(label);
		text_escape(&l, bytes_str(d->super.label));
		buf_fmt(&b, ", %s", d->super.kind);
		quoted(&b, buf_cstr(&l));
		buf_fmt(&b, " %s", d->super.uuid[0] ? d->super.uuid : "without a number");
	}
	(void)buf_cstr(&b);
}

int device_watch(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = UEVENTS_OF_KERNEL };
	int                fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&a, sizeof a) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* What is told is not read: sysfs is looked at anew, whatever it was. */
void device_wait(int watch, unsigned ms)
{
	struct pollfd p = { .fd = watch, .events = POLLIN };
	uint8_t       told[4096];

	if (poll(&p, 1, (int)(ms < 1000 ? ms : 1000)) <= 0)
		return;
	while (recv(watch, told, sizeof told, 0) >= 0)
		;
}
