/* terminal.c: see terminal.h. */
#include "ceremony/port/terminal.h"

#include <langinfo.h>
#include <linux/kd.h>
#include <locale.h>
#include <string.h>
#include <sys/ioctl.h>

#include "ceremony/base/bytes.h"

bool terminal_has_half_blocks(int fd)
{
	static struct unipair pairs[4096];
	struct unimapdesc     map = { .entry_ct = COUNT_OF(pairs), .entries = pairs };
	unsigned              found = 0;
	char                  kind = 0;

	if (ioctl(fd, KDGKBTYPE, &kind) != 0)
		return true;
	if (ioctl(fd, GIO_UNIMAP, &map) != 0)
		return false;
	for (unsigned i = 0; i < map.entry_ct; i++)
		if (pairs[i].unicode == 0x2580 || pairs[i].unicode == 0x2584 || pairs[i].unicode == 0x2588)
			found |= 1U << (pairs[i].unicode - 0x2580) / 4;
	return found == 7;
}

void terminal_size(int fd, unsigned *columns, unsigned *rows)
{
	struct winsize w = { .ws_col = 0 };
	bool           known = ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 && w.ws_row > 0;

	*columns = known ? w.ws_col : 80;
	*rows = known ? w.ws_row : 25;
}

bool terminal_is_utf8(void)
{
	return setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
