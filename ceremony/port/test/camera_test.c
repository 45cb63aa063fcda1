/* camera_test.c: a camera that is a file and a table of answers: formats, padding, the newest
 * frame, damaged ones, and each call failing once. */
#include "ceremony/port/camera.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAGE = 4096, BUFFERS = 3, WIDTH = 6, HEIGHT = 4, MAX_READY = 8 };

/* The device behind the ioctls. */
static struct {
	uint32_t fourcc, stride;
	uint32_t capabilities;
	uint32_t ready[MAX_READY]; /* buffers to hand out, in order */
	unsigned num_ready, next;
	uint32_t bytesused, flags;
	int      queued[BUFFERS + 8]; /* how often each was given to the driver */
	bool     streaming;
	int      calls, fail_at; /* the call that fails, or -1 */
	bool     busy;           /* another program streams from it */
} cam;

static char         path[64];
static uint8_t      storage[1 << 16];
static struct arena room;

static int answer_buffer(unsigned long request, struct v4l2_buffer *b)
{
	if (request == VIDIOC_QUERYBUF) {
		b->length = PAGE;
		b->m.offset = b->index * PAGE;
		return 0;
	}
	if (request == VIDIOC_QBUF) {
		cam.queued[b->index]++;
		return 0;
	}
	if (cam.next == cam.num_ready) {
		errno = EAGAIN;
		return -1;
	}
	b->index = cam.ready[cam.next++];
	b->bytesused = cam.bytesused;
	b->flags = cam.flags;
	return 0;
}

static int control(int fd, unsigned long request, void *argument)
{
	(void)fd;
	if (cam.calls++ == cam.fail_at) {
		errno = EIO;
		return -1;
	}
	switch (request) {
	case VIDIOC_QUERYCAP:
		((struct v4l2_capability *)argument)->capabilities = cam.capabilities;
		return 0;
	case VIDIOC_S_FMT: {
		errno = EBUSY;
		if (cam.busy)
			return -1;
		struct v4l2_pix_format *p = &((struct v4l2_format *)argument)->fmt.pix;
		p->pixelformat = cam.fourcc; /* what it has, whatever was asked */
		p->width = WIDTH;
		p->height = HEIGHT;
		p->bytesperline = cam.stride;
		return 0;
	}
	case VIDIOC_REQBUFS:
		((struct v4l2_requestbuffers *)argument)->count = BUFFERS;
		return 0;
	case VIDIOC_STREAMON:
	case VIDIOC_STREAMOFF:
		cam.streaming = request == VIDIOC_STREAMON;
		return 0;
	default:
		return answer_buffer(request, argument);
	}
}

static struct camera plug_in(uint32_t fourcc, uint32_t stride, uint32_t bytesused)
{
	memset(&cam, 0, sizeof cam);
	cam.fourcc = fourcc;
	cam.stride = stride;
	cam.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	cam.bytesused = bytesused;
	cam.fail_at = -1;
	room = ARENA_ON(storage);
	return (struct camera){ .control = control };
}

static void frames(unsigned num, const uint32_t *index)
{
	memcpy(cam.ready, index, num * sizeof *index);
	cam.num_ready = num;
	cam.next = 0;
}

/* The file: buffer i holds octets i * 64 + position, modulo 64. */
static int setup(void **state)
{
	(void)state;
	(void)snprintf(path, sizeof path, "/tmp/ceremony-camera.XXXXXX");
	int fd = mkstemp(path);
	for (int i = 0; fd >= 0 && i < BUFFERS * PAGE; i++) {
		uint8_t v = (uint8_t)(i / PAGE * 64 + i % PAGE % 64);
		if (write(fd, &v, 1) != 1)
			return 1;
	}
	return fd < 0 || close(fd) != 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void each_format(void **state)
{
	static const struct {
		uint32_t    fourcc, stride;
		const char *format;
		size_t      row;
	} cases[] = {
		{ V4L2_PIX_FMT_GREY, 8, "grey", 6 },  { V4L2_PIX_FMT_GREY, 6, "grey", 6 },
		{ V4L2_PIX_FMT_GREY, 0, "grey", 6 },  { V4L2_PIX_FMT_YUYV, 16, "yuyv", 12 },
		{ V4L2_PIX_FMT_YUYV, 12, "yuyv", 12 }, { V4L2_PIX_FMT_MJPEG, 0, NULL, 0 },
	};
	static const uint32_t one[] = { 1 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct camera       c = plug_in(cases[i].fourcc, cases[i].stride, cases[i].row ? 64 : 17);
		struct camera_frame f = { 0 };
		struct err          e = { 0 };
		bool                got = false;
		assert_true(camera_open(&c, path, &e));
		assert_true(cam.streaming);
		frames(1, one);
		assert_true(camera_next(&c, &f, &got, &room, &e));
		assert_true(got);
		assert_true(f.format == cases[i].format || strcmp(f.format, cases[i].format) == 0);
		if (!cases[i].row) {
			assert_int_equal(f.content.len, 17);
			assert_int_equal(f.content.p[16], 64 + 16);
		} else {
			size_t stride = cases[i].stride ? cases[i].stride : cases[i].row;
			assert_int_equal(f.content.len, cases[i].row * HEIGHT);
			for (size_t at = 0; at < f.content.len; at++)
				assert_int_equal(f.content.p[at], 64 + at / cases[i].row * stride + at % cases[i].row);
			assert_true(f.width == WIDTH && f.height == HEIGHT);
		}
		camera_done(&c);
		assert_false(cam.streaming);
		camera_done(&c);
	}
}

static void the_newest_frame(void **state)
{
	static const uint32_t three[] = { 0, 1, 2 };
	struct camera         c = plug_in(V4L2_PIX_FMT_GREY, 6, 24);
	struct camera_frame   f = { 0 };
	struct err            e = { 0 };
	bool                  got = true;

	(void)state;
	assert_true(camera_open(&c, path, &e));
	assert_true(camera_next(&c, &f, &got, &room, &e)); /* woken for nothing */
	assert_false(got);
	frames(3, three);
	assert_true(camera_next(&c, &f, &got, &room, &e));
	assert_true(got);
	assert_int_equal(f.content.p[0], 128);
	for (int i = 0; i < BUFFERS; i++)
		assert_int_equal(cam.queued[i], 2); /* at the start, and given back */
	camera_done(&c);
}

static void frames_that_are_not_whole(void **state)
{
	static const uint32_t one[] = { 0 };
	struct camera         c = plug_in(V4L2_PIX_FMT_GREY, 8, 8 * 3 + 5);
	struct camera_frame   f = { 0 };
	struct err            e = { 0 };
	bool                  got = true;

	(void)state;
	assert_true(camera_open(&c, path, &e));
	frames(1, one);
	assert_true(camera_next(&c, &f, &got, &room, &e));
	assert_false(got); /* an octet is missing */
	assert_int_equal(cam.queued[0], 2);
	cam.bytesused = 64;
	cam.flags = V4L2_BUF_FLAG_ERROR;
	frames(1, one);
	assert_true(camera_next(&c, &f, &got, &room, &e));
	assert_false(got); /* the driver says so itself */
	cam.flags = 0;
	cam.bytesused = UINT32_MAX; /* more than the buffer: no more than the buffer is read */
	frames(1, one);
	assert_true(camera_next(&c, &f, &got, &room, &e));
	assert_true(got && f.content.len == 24);
	static const uint32_t beyond[] = { BUFFERS };
	frames(1, beyond);
	assert_false(camera_next(&c, &f, &got, &room, &e));
	assert_int_equal(e.id, ERR_CAMERA);
	camera_done(&c);
}

static void what_is_no_camera(void **state)
{
	struct err    e = { 0 };
	struct camera c = plug_in(V4L2_PIX_FMT_GREY, 6, 24);

	(void)state;
	cam.capabilities = V4L2_CAP_STREAMING;
	assert_false(camera_open(&c, path, &e));
	assert_int_equal(e.id, ERR_CAMERA);
	camera_done(&c);
	c = plug_in(V4L2_PIX_FMT_NV12, 6, 24);
	assert_false(camera_open(&c, path, &e));
	camera_done(&c);
	c = plug_in(V4L2_PIX_FMT_YUYV, 6, 24); /* rows shorter than their pixels */
	assert_false(camera_open(&c, path, &e));
	assert_int_equal(e.id, ERR_CAMERA);
	camera_done(&c);
	c = (struct camera){ 0 };
	e = (struct err){ 0 };
	assert_false(camera_open(&c, "/dev/null", &e));
	assert_int_equal(e.id, ERR_CAMERA);
	camera_done(&c);
	assert_false(camera_open(&c, "/dev/no-such-camera", &e));
	camera_done(&c);
}

/* Whichever call fails, it is told, and nothing stays open. */
static void one_that_is_in_use(void **state)
{
	struct camera c = plug_in(V4L2_PIX_FMT_GREY, 6, 24);
	struct err    e = { 0 };

	(void)state;
	cam.busy = true;
	assert_false(camera_open(&c, path, &e));
	assert_int_equal(e.id, ERR_CAMERA);
	assert_non_null(strstr(e.detail, "something else uses it"));
	camera_done(&c);
}

static void each_call_fails_once(void **state)
{
	static const uint32_t two[] = { 0, 2 };
	bool                  through = false;

	(void)state;
	for (int n = 0; !through; n++) {
		struct camera       c = plug_in(V4L2_PIX_FMT_GREY, 6, 24);
		struct camera_frame f = { 0 };
		struct err          e = { 0 };
		bool                got = false;
		cam.fail_at = n;
		bool ok = camera_open(&c, path, &e);
		frames(2, two);
		ok = ok && camera_next(&c, &f, &got, &room, &e);
		through = cam.calls <= n;
		/* S_FMT may fail for one format and be asked for the next */
		if (!ok)
			assert_int_equal(e.id, ERR_CAMERA);
		assert_true(ok || !through);
		assert_true(!through || got);
		camera_done(&c);
		assert_int_equal(c.fd, 0);
		assert_true(n < 40);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format),       cmocka_unit_test(the_newest_frame), cmocka_unit_test(frames_that_are_not_whole),
		cmocka_unit_test(what_is_no_camera), cmocka_unit_test(one_that_is_in_use), cmocka_unit_test(each_call_fails_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
