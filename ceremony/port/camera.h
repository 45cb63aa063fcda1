/* camera.h: frames from a V4L2 camera, by its ioctls alone, unread: what is in them is foreign,
 * and only ceremony-scan looks at it. */
#pragma once

#include <linux/videodev2.h>

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"

#define CAMERA_MAX_FRAME ((size_t)5 << 20) /* octets: 1920 by 1080 of two octets, and some */

/* The ioctls that camera_next needs, once the camera runs: all others may be shut off. */
#define CAMERA_TAKE VIDIOC_DQBUF
#define CAMERA_GIVE VIDIOC_QBUF

/* What a frame is, as ceremony-scan reads it. */
struct camera_frame {
	struct bytes content; /* rows without padding */
	const char  *format;  /* "grey", "yuyv", or NULL: a JPEG */
	unsigned     width, height;
};

struct camera {
	int         fd;     /* owned; 0 if there is none: that is never a camera */
	const char *format; /* as in struct camera_frame */
	unsigned    width, height;
	unsigned    step, stride; /* octets a pixel, and from row to row */
	unsigned    num_buffers;
	bool        streaming;
	struct {
		void  *p;
		size_t len;
	} buffer[4]; /* mapped from the driver; owned */
	/* ioctl(2), or what a test puts in its place. NULL: ioctl(2) itself. */
	int (*control)(int fd, unsigned long request, void *argument);
};

/* camera_open: a device such as /dev/video0, about 1280 by 720, in the first of GREY, YUYV and MJPEG
 * that it has, and lets it run. ERR_CAMERA says why not. camera_done is due in any case. */
bool camera_open(struct camera *c, const char *device, struct err *e) __attribute__((warn_unused_result));

/* camera_next: waits for the newest frame and copies it into `a`, which needs room for
 * CAMERA_MAX_FRAME. *got is false if a signal came, or a damaged frame, or none within a second.
 * ERR_CAMERA if the camera has gone. */
bool camera_next(struct camera *c, struct camera_frame *out, bool *got, struct arena *a, struct err *e)
	__attribute__((warn_unused_result));

/* camera_done: stops it and gives everything back; safe on zero and twice. */
void camera_done(struct camera *c);
