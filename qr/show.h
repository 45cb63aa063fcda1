/* show.h: a file as a row of QR codes of one size: what all that show one share: the full screen, the lines, the
 * pictures of a rehearsal, and `ceremony qr send`. */
#pragma once

#include "qr/code.h"
#include "qr/render.h"
#include "qr/ur.h"

#define SHOW_MAX_VERSION 27 /* of codes on a screen: larger ones want a better camera than most have */
#define SHOW_PICTURE     20 /* of pictures: what most cameras and prints can carry */
#define SHOW_FPS         8  /* frames a second, unless somebody says otherwise */
#define SHOW_MAX_FPS     30

struct show {
	struct arena    *arena; /* borrowed: the show's alone from `mark` on */
	size_t           mark;
	struct bytes     content; /* borrowed */
	unsigned         version; /* of the codes */
	struct ur_sender sender;
};

/* What a file needs at a size. */
struct show_fit {
	unsigned version; /* 0: no code fits, or none that the file fits in */
	size_t   octets;  /* of the file that a frame carries */
	size_t   frames;  /* to be seen at least */
};

/* show_fit: the smallest codes that take no more frames than those of version `most`; most 0: none fits. */
struct show_fit show_fit(size_t content_len, unsigned most);

/* show_fit_on: on so many columns and rows, codes of version SHOW_MAX_VERSION at most. */
struct show_fit show_fit_on(size_t content_len, enum render_style style, unsigned columns, unsigned rows);

/* Screens that a file may be shown on, the console's and others, before anybody walks to one. */
struct show_screen {
	const char *name;
	unsigned    columns, rows, width, height; /* characters; or pixels, at 4 a module */
	bool        brief;                        /* one of the few that stand in one line */
};
#define SHOW_NUM_SCREENS 7
extern const struct show_screen show_screens[SHOW_NUM_SCREENS];

/* show_fit_screen: on that screen, by half blocks or pixels. */
struct show_fit show_fit_screen(size_t content_len, const struct show_screen *screen);

/* show_elsewhere: appends how many frames the file needs on the few, but for a screen of that size: "128x48 3, 240x67 2, ..."; octets: and
 * how many of them a frame holds, "128x48 3 of 385". */
void show_elsewhere(struct buf *b, size_t content_len, bool octets, unsigned columns, unsigned rows);

/* show_init: content in codes of that version. ERR_TOO_LARGE if it takes too many; ERR_QR_SIZE for version 0. The arena
 * needs room for the content once more. */
bool show_init(struct show *s, struct arena *a, struct bytes content, unsigned version, struct err *e)
	__attribute__((warn_unused_result));

/* show_frame: the code at a place (from 0) of an endless row (ur_sender_seq). */
bool show_frame(struct code *out, const struct show *s, uint64_t place, struct err *e)
	__attribute__((warn_unused_result));
