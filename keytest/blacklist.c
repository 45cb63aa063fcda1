/* blacklist.c: see blacklist.h. */
#include "keytest/blacklist.h"

#include <unistd.h>

#include "ceremony/base/file.h"

static unsigned load(struct bytes *out, struct arena *a, int dir, const char *name)
{
	*out = bytes_of(NULL, 0);
	return file_read(out, a, dir, name, BLACKLIST_ROOM / 2, NULL);
}

unsigned blacklist_load(struct blacklist *out, struct arena *a, const char *folder)
{
	int      dir = dir_open(-1, folder, false, NULL);
	unsigned num = 0;

	*out = (struct blacklist){ 0 };
	if (dir < 0)
		return 0;
	num += load(&out->rsa_2048, a, dir, "blacklist.RSA-2048");
	num += load(&out->rsa_4096, a, dir, "blacklist.RSA-4096");
	(void)close(dir);
	return num;
}

bool keytest_all(const struct key *k, const struct blacklist *lists, struct err *e)
{
	struct bytes list = k->bits == 2048 ? lists->rsa_2048 : k->bits == 4096 ? lists->rsa_4096 : bytes_of(NULL, 0);

	return keytest_key(k, e) && keytest_debian(k, list, e);
}
