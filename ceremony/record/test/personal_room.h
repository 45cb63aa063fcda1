/* personal_room.h: a folder with a transcript in it, for personal_test.c and personal_text_test.c. */
#pragma once

#include "ceremony/record/transcript.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static uint8_t keys[1 << 20], storage[1 << 20];

struct room {
	char path[32];
	int  dir;
};

static int make_room(void **state)
{
	struct room *r = calloc(1, sizeof *r);

	(void)snprintf(r->path, sizeof r->path, "/tmp/personal-XXXXXX");
	if (!mkdtemp(r->path))
		return -1;
	r->dir = open(r->path, O_RDONLY | O_DIRECTORY);
	*state = r;
	return r->dir < 0 ? -1 : 0;
}

static int drop_room(void **state)
{
	struct room *r = *state;

	(void)unlinkat(r->dir, TRANSCRIPT_NAME, 0);
	(void)unlinkat(r->dir, PERSONAL_NAME, 0);
	(void)close(r->dir);
	int rc = rmdir(r->path);
	free(r);
	return rc;
}

static struct bytes content(const struct room *r, const char *name)
{
	int     fd = openat(r->dir, name, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, storage, sizeof storage);

	assert_true(n >= 0 && (size_t)n < sizeof storage);
	if (fd >= 0)
		(void)close(fd);
	return bytes_of(storage, (size_t)n);
}

static void put(const struct room *r, const char *name, struct bytes text)
{
	int fd = openat(r->dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text.p, text.len), (ssize_t)text.len);
	(void)close(fd);
}

static bool append(struct transcript *t, enum event_type type, const char *key, const char *value, struct err *e)
{
	struct arena a = ARENA_ON(keys);
	struct event ev = { .time = 1795251600, .type = type, .data = fields_on(&a) };

	fields_str(&ev.data, key, value);
	bool ok = transcript_append(t, &ev, e);
	assert_true(fields_is(&ev.data, key, value)); /* as it was */
	return ok;
}

static void begin(struct transcript *t, const struct room *r)
{
	struct err e = { 0 };

	assert_true(transcript_create(t, r->dir, &e));
	assert_true(append(t, EVENT_OPEN, "format", TRANSCRIPT_FORMAT, &e));
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_room, drop_room)
