/* frame_test.c: a camera's frames, from its ioctls to what is read in them: each raw format with rows of odd lengths, motion
 * JPEG with what drivers leave behind it, frames cut short, and a plug that is pulled. */
#include "ceremony/parse/test/pictures.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <turbojpeg.h>

/* A camera is a file and a table of answers. */
enum { SLOT = 1 << 20, SLOTS = 2 };

static struct {
	int      fd;
	uint32_t fourcc, width, height, stride;
	uint32_t len;   /* octets of the frame that comes next */
	bool     ready; /* it is there */
	bool     gone;  /* the plug was pulled */
} cam;

static int answer_buffer(unsigned long request, struct v4l2_buffer *b)
{
	if (request == VIDIOC_QUERYBUF) {
		b->length = SLOT;
		b->m.offset = b->index * SLOT;
		return 0;
	}
	if (request == VIDIOC_QBUF)
		return 0;
	errno = cam.gone ? ENODEV : EAGAIN;
	if (cam.gone || !cam.ready)
		return -1;
	cam.ready = false;
	b->index = 1;
	b->bytesused = cam.len;
	return 0;
}

static int control(int fd, unsigned long request, void *argument)
{
	struct v4l2_pix_format *p = &((struct v4l2_format *)argument)->fmt.pix;

	(void)fd;
	switch (request) {
	case VIDIOC_QUERYCAP:
		((struct v4l2_capability *)argument)->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
		return 0;
	case VIDIOC_S_FMT:
		p->pixelformat = cam.fourcc;
		p->width = cam.width;
		p->height = cam.height;
		p->bytesperline = cam.stride;
		return 0;
	case VIDIOC_REQBUFS:
		((struct v4l2_requestbuffers *)argument)->count = SLOTS;
		return 0;
	case VIDIOC_STREAMON:
	case VIDIOC_STREAMOFF:
		return 0;
	default:
		return answer_buffer(request, argument);
	}
}

static void plug_in(struct camera *c, uint32_t fourcc, uint32_t width, uint32_t height, uint32_t stride)
{
	char       path[64];
	struct err e = { 0 };

	cam.fd = memfd_create("camera", MFD_CLOEXEC);
	assert_true(cam.fd >= 0);
	assert_int_equal(ftruncate(cam.fd, SLOT * SLOTS), 0);
	cam.fourcc = fourcc;
	cam.width = width;
	cam.height = height;
	cam.stride = stride;
	cam.ready = cam.gone = false;
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", cam.fd);
	*c = (struct camera){ .control = control };
	assert_true(camera_open(c, path, &e));
}

static void unplug(struct camera *c)
{
	camera_done(c);
	(void)close(cam.fd);
}

/* The frame that the camera has next. */
static void frame(const void *p, size_t len)
{
	assert_true(len <= SLOT);
	assert_int_equal(pwrite(cam.fd, p, len, SLOT), (ssize_t)len);
	cam.len = (uint32_t)len;
	cam.ready = true;
}

/* Whether a frame came; then it is read. */
static bool look(struct camera *c)
{
	struct camera_frame f;
	struct err          e = { 0 };
	bool                got = false;

	taken.len = room.len = 0;
	assert_true(camera_next(c, &f, &got, &taken, &e));
	if (!got)
		return false;
	assert_true(picture_read(&seen, &room, &f, &e));
	return true;
}

/* Rows of so many octets, with something else between them, and none behind the last. */
static struct buf padded(struct bytes grey, unsigned side, unsigned step, unsigned stride)
{
	struct buf b = buffer((size_t)stride * side);

	for (unsigned y = 0; y < side; y++) {
		for (unsigned x = 0; x < side; x++) {
			buf_u8(&b, grey.p[y * side + x]);
			for (unsigned i = 1; i < step; i++)
				buf_u8(&b, (uint8_t)(x % 2 ? 20 : 240)); /* colours that would mislead */
		}
		for (unsigned i = side * step; y + 1 < side && i < stride; i++)
			buf_u8(&b, (uint8_t)(i % 2 ? 0 : 255));
	}
	return b;
}

/* Each raw format, with rows as long as they are, padded, and padded by an odd number; a frame that lacks one octet. */
static void raw_frames_of_a_camera(void **state)
{
	static const struct {
		uint32_t fourcc;
		unsigned step, pad;
	} cases[] = {
		{ V4L2_PIX_FMT_GREY, 1, 0 }, { V4L2_PIX_FMT_GREY, 1, 24 }, { V4L2_PIX_FMT_GREY, 1, 7 },
		{ V4L2_PIX_FMT_YUYV, 2, 0 }, { V4L2_PIX_FMT_YUYV, 2, 24 }, { V4L2_PIX_FMT_YUYV, 2, 7 },
	};
	struct err    e;
	unsigned      side;
	struct camera c;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bytes text = text_of(300);
		assert_true(code_encode(&code, text, 12, CODE_M, &e));
		struct bytes grey = pixels(4, 30, 220, &side);
		unsigned     stride = side * cases[i].step + cases[i].pad;
		struct buf   b = padded(grey, side, cases[i].step, stride);
		char         kept[300];
		memcpy(kept, text.p, sizeof kept);
		plug_in(&c, cases[i].fourcc, side, side, stride);
		assert_false(look(&c)); /* none is there yet */
		frame(b.p, b.len - 1);
		assert_false(look(&c));
		frame(b.p, b.len);
		assert_true(look(&c));
		expect_text(bytes_of(kept, sizeof kept));
		unplug(&c);
		pictures.len = 0;
	}
}

/* Motion JPEG: as it is, with zeros to the end of the buffer, as drivers leave them, and cut short. */
static void compressed_frames_of_a_camera(void **state)
{
	unsigned char *jpeg = NULL;
	unsigned long  len = 0;
	unsigned       side;
	char           kept[300];
	struct err     e;
	struct camera  c;
	tjhandle       t = tjInitCompress();

	(void)state;
	struct bytes text = text_of(sizeof kept);
	memcpy(kept, text.p, sizeof kept);
	assert_true(code_encode(&code, text, 12, CODE_M, &e));
	struct bytes grey = pixels(4, 30, 220, &side);
	assert_int_equal(tjCompress2(t, grey.p, (int)side, 0, (int)side, TJPF_GRAY, &jpeg, &len, TJSAMP_GRAY, 70, 0), 0);
	struct buf b = buffer(len + 4096);
	buf_put(&b, bytes_of(jpeg, len));
	while (b.len < b.cap)
		buf_u8(&b, 0);
	plug_in(&c, V4L2_PIX_FMT_MJPEG, side, side, 0);
	frame(b.p, len);
	assert_true(look(&c));
	expect_text(bytes_of(kept, sizeof kept));
	frame(b.p, b.len);
	assert_true(look(&c));
	expect_text(bytes_of(kept, sizeof kept));
	frame(b.p, 0);
	assert_false(look(&c));
	struct camera_frame f;
	bool                got = false;
	frame(b.p, 12); /* no more than its head */
	assert_true(camera_next(&c, &f, &got, &taken, &e) && got);
	assert_false(picture_read(&seen, &room, &f, &e));
	assert_int_equal(e.id, ERR_QR_IMAGE);
	unplug(&c);
	tjFree(jpeg);
	(void)tjDestroy(t);
}

/* The plug is pulled between two frames. */
static void a_camera_that_vanishes(void **state)
{
	struct camera       c;
	struct camera_frame f;
	struct err          e = { 0 };
	static uint8_t      grey[64 * 64];
	bool                got = true;

	(void)state;
	plug_in(&c, V4L2_PIX_FMT_GREY, 64, 64, 64);
	frame(grey, sizeof grey);
	assert_true(look(&c));
	cam.gone = true;
	assert_false(camera_next(&c, &f, &got, &taken, &e));
	assert_int_equal(e.id, ERR_CAMERA);
	assert_non_null(strstr(e.detail, strerror(ENODEV)));
	assert_false(got);
	unplug(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(raw_frames_of_a_camera, empty), cmocka_unit_test_setup(compressed_frames_of_a_camera, empty),
		cmocka_unit_test_setup(a_camera_that_vanishes, empty),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
