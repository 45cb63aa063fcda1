/* module.h: one PKCS #11 module, loaded by its path and by nothing else.
 *
 * Never through p11-kit's own registry: that would load every module of the system. */
#pragma once

#include "ceremony/base/hash.h"

#include "ceremony/token/pkcs11.h"

struct module {
	void             *library; /* owned; module_done */
	CK_FUNCTION_LIST *fn;      /* borrows library */
	CK_INFO           info;
	char              path[1024];
	char              sha256[HASH_MAX * 2 + 1]; /* of the file, hex */
	bool              started;
};

/* module_load: hashes the file, loads and starts it. ERR_TOKEN_MODULE with the loader's words. */
bool module_load(struct module *m, const char *path, struct err *e) __attribute__((warn_unused_result));

/* module_done: C_Finalize, unloads; safe on zero and twice. */
void module_done(struct module *m);
