/* tsv.h: the rows of a test's data file: fields by tabs, '#' lines are comments. */
#pragma once

#include <fcntl.h>

#include "ceremony/base/file.h"

#define TSV_MAX_FIELDS 12

struct tsv {
	struct arena arena;
	struct bytes rest;
};

/* tsv_open: the path is from the root of the source tree, where tests run. */
static inline void tsv_open(struct tsv *t, const char *path)
{
	struct err e = { 0 };

	*t = (struct tsv){ .arena = arena_new((size_t)1 << 20) };
	if (!file_read(&t->rest, &t->arena, AT_FDCWD, path, (size_t)1 << 19, &e))
		bug(path, 0, e.detail);
}

static inline void tsv_close(struct tsv *t)
{
	arena_free(&t->arena);
}

/* tsv_next: the next row's fields; how many, 0 at the end. */
static inline size_t tsv_next(struct tsv *t, struct bytes field[TSV_MAX_FIELDS])
{
	struct bytes line = { 0 };
	size_t       num = 0;

	do {
		if (!bytes_cut(t->rest, '\n', &line, &t->rest))
			return 0;
	} while (bytes_starts(line, "#"));
	MUST(line.len > 0);
	while (num < TSV_MAX_FIELDS - 1 && bytes_cut(line, '\t', &field[num], &line))
		num++;
	field[num++] = line;
	return num;
}
