/* share_options.h: the options of `ceremony share split` and `combine`. */
#pragma once

#include "ceremony/share/slip39.h"

struct share_options {
	struct slip39_scheme scheme;
	bool                 has_scheme, is_for_split, ask_passphrase;
	int                  passphrase_fd; /* -1: none */
};

/* share_options_parse: false if they are no options, or contradict each other. Whether the scheme
 * can be dealt is slip39_scheme_check's to say. */
bool share_options_parse(struct share_options *o, int argc, char **argv) __attribute__((warn_unused_result));
