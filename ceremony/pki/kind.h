/* kind.h: what a file holds that is not what was asked for. Only for words to people: nothing is decided by it. */
#pragma once

#include "ceremony/pki/der.h"

/* kind_of: "a certificate", "a private key", ...: what the DER looks like by its outer parts; NULL if it looks like nothing that
 * is known here. */
const char *kind_of(struct bytes der);
