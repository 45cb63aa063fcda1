/* camera.c: see camera.h. Video for Linux 2, streaming with mapped buffers. */
#include "ceremony/port/camera.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define WAIT_MS 1000

/* In the order in which they are asked for: what decodes best first. */
static const struct {
	uint32_t    fourcc;
	const char *format;
	unsigned    step; /* octets a pixel; 0: compressed */
} kinds[] = {
	{ V4L2_PIX_FMT_GREY, "grey", 1 },
	{ V4L2_PIX_FMT_YUYV, "yuyv", 2 },
	{ V4L2_PIX_FMT_MJPEG, NULL, 0 },
	{ V4L2_PIX_FMT_JPEG, NULL, 0 },
};

static int control(struct camera *c, unsigned long request, void *argument)
{
	int r;

	do
		r = c->control ? c->control(c->fd, request, argument) : ioctl(c->fd, request, argument);
	while (r < 0 && errno == EINTR);
	return r;
}

static bool cannot(struct err *e, const char *what)
{
	return err_set(e, ERR_CAMERA, "%s: %s", what, strerror(errno));
}

static bool choose_format(struct camera *c, struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct v4l2_format f = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };

		f.fmt.pix.width = 1280;
		f.fmt.pix.height = 720;
		f.fmt.pix.pixelformat = kinds[i].fourcc;
		f.fmt.pix.field = V4L2_FIELD_NONE;
		bool taken = control(c, VIDIOC_S_FMT, &f) == 0;
		if (!taken && errno == EBUSY)
			return cannot(e, "something else uses it");
		if (!taken || f.fmt.pix.pixelformat != kinds[i].fourcc)
			continue; /* a driver answers with what it has instead */
		uint64_t row = (uint64_t)f.fmt.pix.width * kinds[i].step;
		if (f.fmt.pix.width == 0 || f.fmt.pix.height == 0 || row * f.fmt.pix.height > CAMERA_MAX_FRAME ||
		    (row && f.fmt.pix.bytesperline && f.fmt.pix.bytesperline < row))
			continue;
		c->format = kinds[i].format;
		c->width = f.fmt.pix.width;
		c->height = f.fmt.pix.height;
		c->step = kinds[i].step;
		c->stride = f.fmt.pix.bytesperline && row ? f.fmt.pix.bytesperline : (unsigned)row;
		return true;
	}
	return err_set(e, ERR_CAMERA, "it has neither GREY nor YUYV nor MJPEG");
}

static bool map_buffers(struct camera *c, struct err *e)
{
	struct v4l2_requestbuffers r = { .count = COUNT_OF(c->buffer),
		                         .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		                         .memory = V4L2_MEMORY_MMAP };

	if (control(c, VIDIOC_REQBUFS, &r) != 0 || r.count == 0)
		return cannot(e, "it gives no buffers");
	for (unsigned i = 0; i < r.count && i < COUNT_OF(c->buffer); i++) {
		struct v4l2_buffer b = { .index = i,
			                 .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
			                 .memory = V4L2_MEMORY_MMAP };
		if (control(c, VIDIOC_QUERYBUF, &b) != 0)
			return cannot(e, "it shows no buffers");
		void *p = mmap(NULL, b.length, PROT_READ, MAP_SHARED, c->fd, (off_t)b.m.offset);
		if (p == MAP_FAILED)
			return cannot(e, "its buffers cannot be mapped");
		c->buffer[i].p = p;
		c->buffer[i].len = b.length;
		c->num_buffers = i + 1;
		if (control(c, VIDIOC_QBUF, &b) != 0)
			return cannot(e, "it takes no buffers");
	}
	return true;
}

bool camera_open(struct camera *c, const char *device, struct err *e)
{
	struct v4l2_capability k = { 0 };
	int                    type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	int fd = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return cannot(e, device);
	c->fd = fd;
	if (control(c, VIDIOC_QUERYCAP, &k) != 0)
		return cannot(e, "it is no camera");
	uint32_t can = k.capabilities & V4L2_CAP_DEVICE_CAPS ? k.device_caps : k.capabilities;
	if (!(can & V4L2_CAP_VIDEO_CAPTURE) || !(can & V4L2_CAP_STREAMING))
		return err_set(e, ERR_CAMERA, "%s gives no pictures: try its neighbours", device);
	if (!choose_format(c, e) || !map_buffers(c, e))
		return false;
	if (control(c, VIDIOC_STREAMON, &type) != 0)
		return cannot(e, "it does not start");
	c->streaming = true;
	return true;
}

/* Takes the newest of the frames that are ready; older ones go back at once. */
static bool take_newest(struct camera *c, struct v4l2_buffer *newest, bool *got, struct err *e)
{
	*got = false;
	for (;;) {
		struct v4l2_buffer b = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP };

		if (control(c, VIDIOC_DQBUF, &b) != 0)
			return errno == EAGAIN || cannot(e, "it gives no more pictures");
		if (b.index >= c->num_buffers)
			return err_set(e, ERR_CAMERA, "it names a buffer that it does not have");
		if (*got && control(c, VIDIOC_QBUF, newest) != 0)
			return cannot(e, "it takes no buffers");
		*newest = b;
		*got = true;
	}
}

/* Copies the rows without what lies between them; false if the frame is not whole. */
static bool copy_frame(struct camera *c, struct camera_frame *out, struct arena *a, const uint8_t *p, size_t len)
{
	size_t row = c->format ? (size_t)c->width * c->step : len;
	size_t rows = c->format ? c->height : 1, stride = c->format ? c->stride : len;

	if (len == 0 || len > CAMERA_MAX_FRAME * 2 || row * rows > CAMERA_MAX_FRAME || len < stride * (rows - 1) + row)
		return false;
	uint8_t *to = arena_take(a, row * rows);
	if (!to)
		return false;
	for (size_t y = 0; y < rows; y++)
		memcpy(to + y * row, p + y * stride, row);
	*out = (struct camera_frame){ bytes_of(to, row * rows), c->format, c->width, c->height };
	return true;
}

bool camera_next(struct camera *c, struct camera_frame *out, bool *got, struct arena *a, struct err *e)
{
	struct pollfd      p = { .fd = c->fd, .events = POLLIN };
	struct v4l2_buffer b;

	*got = false;
	int n = poll(&p, 1, WAIT_MS);
	if (n < 0 && errno != EINTR)
		return cannot(e, "waiting");
	if (n <= 0)
		return true;
	if (p.revents & (POLLERR | POLLHUP | POLLNVAL))
		return err_set(e, ERR_CAMERA, "it has gone");
	if (!take_newest(c, &b, got, e))
		return false;
	if (!*got)
		return true;
	size_t len = b.bytesused < c->buffer[b.index].len ? b.bytesused : c->buffer[b.index].len;
	*got = !(b.flags & V4L2_BUF_FLAG_ERROR) && copy_frame(c, out, a, c->buffer[b.index].p, len);
	if (control(c, VIDIOC_QBUF, &b) != 0)
		return cannot(e, "it takes no buffers");
	return true;
}

void camera_done(struct camera *c)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (c->streaming)
		(void)control(c, VIDIOC_STREAMOFF, &type);
	for (unsigned i = 0; i < c->num_buffers; i++)
		(void)munmap(c->buffer[i].p, c->buffer[i].len);
	if (c->fd > 0)
		(void)close(c->fd);
	*c = (struct camera){ 0 };
}
