/* person.h: somebody who sits at the face on a pseudo-terminal: starts it, types, looks, and ends. For cmocka tests. */
#pragma once

#include "tui/test/job.h"
#include "tui/test/vt.h"
#include "tui/tui.h"

extern struct job *job; /* shared with the face's process */
extern struct vt   vt;

/* person_init: once, before the tests. */
void person_init(void);

/* start, start_at: a sample's prompt in a terminal; at 80 by 25, with UTF-8 and colour, or as told. */
void start(const char *sample);
void start_at(const char *sample, int lines, int cols, const char *term, const char *locale);

/* type_keys: a key at a time, as a person types. type_line: letters, and Enter when they are on the screen. */
void type_keys(const char *keys);
void type_line(const char *text);

/* check_golden: the screen comes to look like tui/test/golden/NAME.txt; ACCEPT=1 rewrites it. */
void check_golden(const char *name);

/* ends_with: the answer that came of it. leave: out of a conversation that only looked. */
void ends_with(enum reply_kind kind, const char *fields, const char *secret);
void leave(void);
