/* vivid.c: the kernel's virtual camera (vivid), for the test of cameras on an emulated machine (scripts/e2e/vivid.t).
 *
 *   vivid show OUTPUT CAMERA SECONDS PNG...   what is in front of the camera: the pictures, half a second each, over and over
 *   vivid look CAMERA grey|yuyv FRAMES        takes frames as ceremony-scan does, of a camera that has this format alone; says
 *                                             "FORMAT WIDTH HEIGHT FRAMES OCTETS BRIGHT" of them (BRIGHT: grey over 127 in the last, in percent)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/parse/source.h"
#include "qr/image.h"

enum { WIDTH = 1280, HEIGHT = 720, MAX_PICTURES = 16 };

static uint8_t picture[MAX_PICTURES][HEIGHT][WIDTH];

static int die(const char *what)
{
	(void)fprintf(stderr, "vivid: %s: %s\n", what, strerror(errno));
	exit(3);
}

static void die_of(const struct err *e)
{
	char line[512];

	(void)fprintf(stderr, "vivid: %s [%s]\n", err_line(line, sizeof line, e), err_text_of(e->id)->name);
	exit(3);
}

/* ---- show ---- */

/* Whichever of the two nodes has it. */
static void set(const int *fd, const char *name, int value)
{
	for (int i = 0; i < 2; i++) {
		struct v4l2_query_ext_ctrl q = { .id = V4L2_CTRL_FLAG_NEXT_CTRL };
		while (ioctl(fd[i], VIDIOC_QUERY_EXT_CTRL, &q) == 0) {
			struct v4l2_control c = { q.id, value };
			if (strcmp(q.name, name) == 0) {
				if (ioctl(fd[i], VIDIOC_S_CTRL, &c) != 0)
					die(name);
				return;
			}
			q.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
		}
	}
	errno = ENOENT;
	die(name);
}

/* In the middle, as large as whole multiples of its pixels fit. */
static void put_picture(uint8_t to[HEIGHT][WIDTH], const struct image *i)
{
	unsigned times = i->height <= HEIGHT && i->width <= WIDTH ? HEIGHT / i->height : 0;

	if (!times) {
		errno = EFBIG;
		die("a picture");
	}
	unsigned left = (WIDTH - i->width * times) / 2, top = (HEIGHT - i->height * times) / 2;
	memset(to, 200, (size_t)HEIGHT * WIDTH);
	for (unsigned y = 0; y < i->height * times; y++)
		for (unsigned x = 0; x < i->width * times; x++)
			to[top + y][left + x] = i->grey[(size_t)(y / times) * i->width + x / times];
}

static int read_pictures(int argc, char **argv)
{
	for (int n = 0; n < argc; n++) {
		struct arena a = arena_new((size_t)32 << 20);
		struct bytes content;
		struct image i;
		struct err   e = { 0 };
		if (!file_read_named(&content, &a, argv[n], (size_t)8 << 20, &e) || !image_read(&i, &a, content, &e))
			die_of(&e);
		put_picture(picture[n], &i);
		arena_free(&a);
	}
	return argc;
}

static void set_format(int fd, enum v4l2_buf_type type)
{
	struct v4l2_format f = { .type = type };

	f.fmt.pix.width = WIDTH;
	f.fmt.pix.height = HEIGHT;
	f.fmt.pix.pixelformat = V4L2_PIX_FMT_GREY;
	f.fmt.pix.field = V4L2_FIELD_NONE;
	if (ioctl(fd, VIDIOC_S_FMT, &f) != 0 || f.fmt.pix.pixelformat != V4L2_PIX_FMT_GREY || f.fmt.pix.width != WIDTH ||
	    f.fmt.pix.height != HEIGHT || f.fmt.pix.bytesperline != WIDTH || f.fmt.pix.sizeimage != WIDTH * HEIGHT)
		die("its format");
}

static void *buffer[8];

/* The picture of this half second, into a buffer that the device takes next. */
static void give(int fd, struct v4l2_buffer *b, int num)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	memcpy(buffer[b->index], picture[(t.tv_sec * 2 + (t.tv_nsec >= 500000000)) % num], sizeof picture[0]);
	b->bytesused = sizeof picture[0];
	b->field = V4L2_FIELD_NONE;
	if (ioctl(fd, VIDIOC_QBUF, b) != 0)
		die("it takes no buffer");
}

static void start_output(int fd, int num)
{
	struct v4l2_requestbuffers r = { .count = 4, .type = V4L2_BUF_TYPE_VIDEO_OUTPUT, .memory = V4L2_MEMORY_MMAP };
	int                        type = V4L2_BUF_TYPE_VIDEO_OUTPUT;

	if (ioctl(fd, VIDIOC_REQBUFS, &r) != 0)
		die("it gives no buffers");
	for (unsigned i = 0; i < r.count && i < COUNT_OF(buffer); i++) {
		struct v4l2_buffer b = { .index = i, .type = r.type, .memory = r.memory };
		if (ioctl(fd, VIDIOC_QUERYBUF, &b) != 0)
			die("it shows no buffer");
		buffer[i] = mmap(NULL, b.length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)b.m.offset);
		if (buffer[i] == MAP_FAILED)
			die("mmap");
		give(fd, &b, num);
	}
	if (ioctl(fd, VIDIOC_STREAMON, &type) != 0)
		die("it does not start");
}

static int show(char **argv, int seconds, int num)
{
	const int fd[2] = { open(argv[0], O_RDWR | O_CLOEXEC), open(argv[1], O_RDWR | O_CLOEXEC) };

	if (fd[0] < 0 || fd[1] < 0)
		die("open");
	set(fd, "Loop Video", 1);
	set(fd, "OSD Text Mode", 2);
	set_format(fd[0], V4L2_BUF_TYPE_VIDEO_OUTPUT);
	set_format(fd[1], V4L2_BUF_TYPE_VIDEO_CAPTURE); /* what is shown is seen only by a camera of the same */
	start_output(fd[0], num);
	(void)printf("shown\n");
	(void)fflush(stdout);
	for (time_t end = time(NULL) + seconds; time(NULL) < end;) {
		struct v4l2_buffer b = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT, .memory = V4L2_MEMORY_MMAP };
		if (ioctl(fd[0], VIDIOC_DQBUF, &b) != 0)
			die("it gives no buffer back");
		give(fd[0], &b, num);
	}
	return 0;
}

/* ---- look ---- */

static uint32_t only;

static int of_one_format(int fd, unsigned long request, void *argument)
{
	const struct v4l2_format *f = argument;

	if (request == VIDIOC_S_FMT && f->fmt.pix.pixelformat != only) {
		errno = EINVAL;
		return -1;
	}
	return ioctl(fd, request, argument);
}

static int look(const char *device, const char *format, int frames)
{
	struct camera       c = { .control = of_one_format };
	struct camera_frame frame = { 0 };
	struct arena        a = arena_new(CAMERA_MAX_FRAME);
	struct err          e = { 0 };
	size_t              bright = 0;
	int                 taken = 0;

	only = strcmp(format, "yuyv") == 0 ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_GREY;
	if (!camera_open(&c, device, &e))
		die_of(&e);
	for (int waits = 0; taken < frames && waits < 60;) {
		bool got = false;
		a.len = 0;
		if (!camera_next(&c, &frame, &got, &a, &e))
			die_of(&e);
		got ? taken++ : waits++;
	}
	size_t step = only == V4L2_PIX_FMT_YUYV ? 2 : 1;
	for (size_t i = 0; i < frame.content.len; i += step)
		bright += frame.content.p[i] > 127;
	(void)printf("%s %u %u %d %zu %zu\n", c.format, frame.width, frame.height, taken, frame.content.len,
	             frame.content.len ? bright * 100 / (frame.content.len / step) : 0);
	camera_done(&c);
	arena_free(&a);
	return taken == frames ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc > 5 && argc <= 5 + MAX_PICTURES && strcmp(argv[1], "show") == 0)
		return show(argv + 2, atoi(argv[4]), read_pictures(argc - 5, argv + 5));
	if (argc == 5 && strcmp(argv[1], "look") == 0)
		return look(argv[2], argv[3], atoi(argv[4]));
	(void)fprintf(stderr, "vivid show OUTPUT CAMERA SECONDS PNG... | look CAMERA FORMAT FRAMES\n");
	return 2;
}
