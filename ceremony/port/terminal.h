/* terminal.h: what a terminal can draw. */
#pragma once

#include <stdbool.h>

/* terminal_has_half_blocks: whether the terminal on fd has U+2580, U+2584 and U+2588. The Linux console is asked for
 * its font, which may lack them; other terminals do not know that question, and draw them. */
bool terminal_has_half_blocks(int fd);

/* terminal_size: its columns and rows; 80 by 25 where fd is no terminal or does not know. */
void terminal_size(int fd, unsigned *columns, unsigned *rows);

/* terminal_is_utf8: whether the environment's locale is; sets LC_CTYPE from it. */
bool terminal_is_utf8(void);
