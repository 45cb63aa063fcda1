/* tour.h: the keys, tried out before the first ceremony: nothing is recorded, no token and no medium is touched. */
#pragma once

#include "ceremony/port/face.h"

/* cmd_tour: `ceremony tour [--plain] [--mono] [--ascii] | --paper FILE.pdf|FILE.txt`. Returns the exit code. */
int cmd_tour(int argc, char **argv);

/* tour_run: in a face. False if somebody left before the end, or the face is gone: then e says so. */
bool tour_run(struct face *face, bool plain, struct err *e) __attribute__((warn_unused_result));
