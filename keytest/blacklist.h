/* blacklist.h: the lists of Debian's package openssl-blacklist, where it is installed. */
#pragma once

#include "keytest/keytest.h"

#define BLACKLIST_FOLDER "/usr/share/openssl-blacklist"
#define BLACKLIST_ROOM   ((size_t)8 << 20) /* octets that the lists may take */

/* One list a size. A list that is not there is empty. */
struct blacklist {
	struct bytes rsa_2048, rsa_4096;
};

/* blacklist_load: reads the lists that lie in `folder` into `a`. A list that cannot be read counts as
 * one that is not there; returns how many there are. */
unsigned blacklist_load(struct blacklist *out, struct arena *a, const char *folder);

/* keytest_all: keytest_key, then the list for the key's size. */
bool keytest_all(const struct key *k, const struct blacklist *lists, struct err *e) __attribute__((warn_unused_result));
