/* module.h: one PKCS #11 module, loaded by its path and by nothing else.
 *
 * Never through p11-kit's own registry: that would load every module of the system. */
#pragma once

#include "ceremony/base/hash.h"

#include "ceremony/token/pkcs11.h"

struct module {
	void             *library; /* shared; module_done */
	CK_FUNCTION_LIST *fn;      /* borrows library */
	CK_INFO           info;
	char              path[1024];
	char              sha256[HASH_MAX * 2 + 1]; /* of the file, hex */
	bool              started;
};

/* module_load: hashes the file, loads and starts it; one that this process runs already is shared,
 * since a module cannot be started twice. ERR_TOKEN_MODULE with the loader's words.
 * init: what C_Initialize is given in pReserved, or NULL: then it is given nothing. The standard
 * wants no such text, and most modules refuse one; NSS takes its whole configuration so. */
bool module_load(struct module *m, const char *path, const char *init, struct err *e) __attribute__((warn_unused_result));

/* module_done: its last user finalizes and unloads it; safe on zero and twice. */
void module_done(struct module *m);
