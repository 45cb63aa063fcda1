/* share.h: `ceremony share`: SLIP-0039 on stdin and stdout, or on the terminal. */
#pragma once

/* cmd_share: argv[0] is "share", argv[1] split, combine or check. Needs process_harden()
 * before. Returns the exit code: 0 done, 1 the shares do not combine or the share is not
 * well-formed, 2 wrong use, 3 the world failed. */
int cmd_share(int argc, char **argv);

/* share_usage: how to call it, whole lines. */
extern const char share_usage[];
