/* secret.c: see secret.h. */
#include "ceremony/base/secret.h"

#include <malloc.h>
#include <pthread.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

bool secret_new(struct secret *s, size_t cap, struct err *e)
{
	/* Before it is started, sodium_malloc does not know the page size. Later calls do nothing. */
	MUST(sodium_init() >= 0);
	uint8_t *p = sodium_malloc(cap ? cap : 1);
	if (!p)
		return err_set(e, ERR_LOCK_MEMORY, "%zu octets", cap);
	/* sodium_malloc ignores a refused mlock: ask again, and mean it. */
	if (sodium_mlock(p, cap ? cap : 1) != 0) {
		sodium_free(p);
		return err_set(e, ERR_LOCK_MEMORY, "%zu octets", cap);
	}
	*s = (struct secret){ .p = p, .cap = cap };
	return true;
}

bool secret_set(struct secret *s, struct bytes from, struct err *e)
{
	if (!secret_new(s, from.len, e))
		return false;
	return secret_put(s, from);
}

bool secret_put(struct secret *s, struct bytes from)
{
	if (from.len > s->cap - s->len)
		return false;
	if (from.len)
		memcpy(s->p + s->len, from.p, from.len);
	s->len += from.len;
	return true;
}

uint8_t *secret_extend(struct secret *s, size_t len)
{
	if (len > s->cap - s->len)
		return NULL;
	uint8_t *at = s->p + s->len;
	memset(at, 0, len);
	s->len += len;
	return at;
}

void secret_cut(struct secret *s, size_t len)
{
	MUST(len <= s->len);
	if (s->len > len)
		wipe(s->p + len, s->len - len);
	s->len = len;
}

void secret_move(struct secret *to, struct secret *from)
{
	MUST(!to->p);
	*to = *from;
	*from = (struct secret){ 0 };
}

void secret_done(struct secret *s)
{
	if (s->p)
		sodium_free(s->p); /* wipes and unlocks */
	*s = (struct secret){ 0 };
}

struct bytes secret_expose(const struct secret *s)
{
	return bytes_of(s->p, s->len);
}

#define STACK_LEN ((size_t)512 << 10) /* whole pages: libsodium then begins it at one */

struct run {
	bool (*fn)(void *ctx, struct err *e);
	void       *ctx;
	struct err *e;
	bool        ok;
};

static void *run(void *arg)
{
	struct run *r = arg;

	r->ok = r->fn(r->ctx, r->e);
	return NULL;
}

bool secret_run(bool (*fn)(void *ctx, struct err *e), void *ctx, struct err *e)
{
	SECRET         stack = { 0 };
	struct run     r = { fn, ctx, e, false };
	pthread_attr_t attr;
	pthread_t      thread;

	if (!secret_new(&stack, STACK_LEN, e))
		return false;
	MUST(pthread_attr_init(&attr) == 0);
	bool started = pthread_attr_setstack(&attr, stack.p, STACK_LEN) == 0 && pthread_create(&thread, &attr, run, &r) == 0;
	(void)pthread_attr_destroy(&attr);
	if (!started)
		return err_set(e, ERR_LOCK_MEMORY, "a locked stack");
	MUST(pthread_join(thread, NULL) == 0);
	return r.ok;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
	return a->len == b->len && (a->len == 0 || sodium_memcmp(a->p, b->p, a->len) == 0);
}

void wipe(void *p, size_t len)
{
	sodium_memzero(p, len);
}

void random_fill(void *p, size_t len)
{
	randombytes_buf(p, len);
}

bool process_harden(struct err *e)
{
	struct rlimit none = { 0, 0 };

	if (sodium_init() < 0)
		return err_set(e, ERR_BUG_HERE, "libsodium does not start");
	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_BUG_HERE, "the process cannot be closed to others");
	/* What wolfCrypt frees after one signature it wants again for the next: it need not go to the kernel between them. */
	(void)mallopt(M_TRIM_THRESHOLD, 1 << 24);
	return true;
}
