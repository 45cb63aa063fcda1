/* module.c: see module.h. The only place that loads code. */
#include "ceremony/token/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/token/ckr.h"

#define MAX_LOADED 3 /* the root's token, a second one and a witness's card may be of three makers */

/* What this process has started. A module cannot be started twice, and two tokens may share one:
 * each path is loaded once, and the last of its users finalizes it. */
static struct loaded {
	struct module module; /* owned */
	unsigned      users;  /* 0: free */
} loaded[MAX_LOADED];

static void unload(struct module *m)
{
	if (m->started)
		(void)m->fn->C_Finalize(NULL);
	if (m->library)
		(void)dlclose(m->library);
	*m = (struct module){ 0 };
}

void module_done(struct module *m)
{
	for (size_t i = 0; i < MAX_LOADED; i++)
		if (m->library && loaded[i].users && loaded[i].module.library == m->library && --loaded[i].users == 0)
			unload(&loaded[i].module);
	*m = (struct module){ 0 };
}

/* One that runs already, or a free place for one. */
static struct loaded *place_for(const char *path)
{
	struct loaded *free_one = NULL;

	for (size_t i = 0; i < MAX_LOADED; i++) {
		if (loaded[i].users && strcmp(loaded[i].module.path, path) == 0)
			return &loaded[i];
		if (!loaded[i].users)
			free_one = &loaded[i];
	}
	return free_one;
}

static bool cannot(struct err *e, const char *path, const char *why)
{
	char       text[160];
	struct buf b = BUF_ON(text);

	text_escape(&b, bytes_str(path));
	buf_str(&b, ": ");
	text_escape(&b, bytes_str(why));
	return err_set(e, ERR_TOKEN_MODULE, "%s", buf_cstr(&b));
}

static bool hash_file(struct module *m, struct err *e)
{
	struct hash h;
	uint8_t     piece[65536];
	struct stat st;
	ssize_t     n = 0;
	int         fd = open(m->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		int why = fd < 0 ? errno : EINVAL;
		if (fd >= 0)
			(void)close(fd);
		return cannot(e, m->path, strerror(why));
	}
	hash_init(&h, HASH_SHA256);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		hash_put(&h, bytes_of(piece, (size_t)n));
	int why = errno;
	(void)close(fd);
	struct digest d = hash_end(&h);
	if (n < 0)
		return cannot(e, m->path, strerror(why));
	(void)digest_hex(m->sha256, &d);
	return true;
}

/* Longer than the standard's: NSS has a member of its own (the text) where the standard has
 * pReserved, and reads one more behind it. */
struct start {
	CK_C_INITIALIZE_ARGS standard;
	void                *beyond;
};

static bool start(struct module *m, const char *init, struct err *e)
{
	CK_C_GetFunctionList get = NULL;
	char                 name[40];

	void *symbol = dlsym(m->library, "C_GetFunctionList");
	if (!symbol)
		return cannot(e, m->path, "it is no PKCS #11 module");
	memcpy(&get, &symbol, sizeof get); /* ISO C has no cast from object to function */
	if (get(&m->fn) != CKR_OK || !m->fn || m->fn->version.major != 2)
		return cannot(e, m->path, "it is not of PKCS #11 version 2");
	struct start s = { .standard = { .flags = CKF_OS_LOCKING_OK, .pReserved = (void *)(uintptr_t)init } };
	CK_RV        rv = m->fn->C_Initialize(init ? &s : NULL);
	if (rv != CKR_OK)
		return cannot(e, m->path, ckr_name(name, rv));
	m->started = true;
	rv = m->fn->C_GetInfo(&m->info);
	return rv == CKR_OK || cannot(e, m->path, ckr_name(name, rv));
}

static bool load(struct module *m, const char *path, const char *init, struct err *e)
{
	__attribute__((cleanup(unload))) struct module got = { 0 };

	if (strlen(path) >= sizeof got.path)
		return cannot(e, path, "the path is too long");
	memcpy(got.path, path, strlen(path) + 1);
	if (!hash_file(&got, e))
		return false;
	got.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!got.library)
		return cannot(e, "", dlerror());
	if (!start(&got, init, e))
		return false;
	*m = got;
	got = (struct module){ 0 };
	return true;
}

bool module_load(struct module *m, const char *path, const char *init, struct err *e)
{
	struct loaded *l = place_for(path);

	if (!l)
		return cannot(e, path, "three other modules are loaded");
	if (!l->users && !load(&l->module, path, init, e))
		return false;
	l->users++;
	*m = l->module;
	return true;
}
