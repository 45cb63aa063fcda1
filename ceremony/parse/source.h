/* source.h: where pictures come from while somebody scans: a camera, or a folder of image files. It is opened before this
 * process shuts itself in; afterwards nothing new can be opened, and only these descriptors are read. */
#pragma once

#include "ceremony/port/camera.h"

#define SOURCE_MAX_FILES 4096            /* of a folder, in the order of their names; more are refused */
#define SOURCE_MAX_FILE  ((size_t)6 << 20) /* octets of one */
#define SOURCE_NAME      640 /* octets of a name that is told, escaped */

struct source_file {
	int  fd; /* -1: it is no regular file, or cannot be read */
	char name[SOURCE_NAME];
};

struct source {
	bool                is_camera;
	struct camera       camera;
	struct source_file *file; /* owned, in `room` */
	size_t              num, next;
	struct arena        room;
};

/* source_camera: a V4L2 device. ERR_CAMERA. source_images: every regular file of a folder whose name does not begin with
 * '.'. ERR_FILE_OPEN, ERR_FILE_READ, ERR_TOO_LARGE. source_done is due in any case. */
bool source_camera(struct source *s, const char *device, struct err *e) __attribute__((warn_unused_result));
bool source_images(struct source *s, const char *folder, struct err *e) __attribute__((warn_unused_result));
void source_done(struct source *s);

/* source_next: the next picture, in `a`; format NULL: a file. *name is what it is called ("" of a camera). *got is false if
 * there is none yet (a camera), or none any more: then *end is true. ERR_CAMERA; ERR_TOO_LARGE, ERR_FILE_READ of one
 * file, after which the next one may be asked for. */
bool source_next(struct source *s, struct camera_frame *out, const char **name, bool *got, bool *end, struct arena *a,
                 struct err *e) __attribute__((warn_unused_result));
