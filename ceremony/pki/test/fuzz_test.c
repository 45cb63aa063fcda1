/* fuzz_test.c: the fuzzers' targets over the fixtures and changes of them: a smoke test, without a fuzzer. The changes
 * follow from a fixed seed. */
#include <dirent.h>

#include "ceremony/pki/fuzz/targets.h"
#include "ceremony/pki/test/throwaway.h"

#define CHANGES 6 /* of each file */

static struct arena arena;
static uint64_t     seed = 1795251600;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* A copy with an octet changed, some taken out, or its end cut. */
static struct bytes spoil(struct bytes in)
{
	uint8_t *p = arena_take(&arena, in.len + 1);
	uint32_t at = chance((uint32_t)in.len), n = chance(8);

	assert_non_null(p);
	memcpy(p, in.p, in.len);
	switch (chance(3)) {
	case 0: p[at] = (uint8_t)(p[at] ^ (1u << n)); break;
	case 1: return bytes_of(p, at);
	default:
		n = at + n > in.len ? 0 : n;
		memmove(p + at, p + at + n, in.len - at - n);
		in.len -= n;
	}
	return bytes_of(p, in.len);
}

static size_t run(const char *folder, const char *ending, void (*target)(struct bytes in, struct arena *a))
{
	DIR           *d = opendir(folder);
	struct dirent *x;
	size_t         num = 0;

	assert_non_null(d);
	while ((x = readdir(d)) != NULL) {
		size_t       len = strlen(x->d_name), mark = arena.len;
		char         path[512];
		struct bytes file, der;
		struct err   e = { 0 };
		if (len < strlen(ending) || strcmp(x->d_name + len - strlen(ending), ending) != 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", folder, x->d_name);
		OK(file_read(&file, &arena, AT_FDCWD, path, 1 << 20, &e), e);
		target(arena_copy(&arena, file), &arena);
		for (int i = 0; i < CHANGES && file.len; i++) {
			const size_t here = arena.len;
			target(spoil(file), &arena);
			if (pem_decode(&der, &arena, "CERTIFICATE REQUEST", file, &e) && der.len) /* inside of the base64, too */
				target(spoil(der), &arena);
			arena.len = here;
		}
		arena.len = mark;
		num++;
	}
	(void)closedir(d);
	return num;
}

static void requests(void **state)
{
	(void)state;
	assert_true(run("scripts/fixtures/requests", ".csr", fuzz_request) > 400);
}

static void texts(void **state)
{
	(void)state;
	assert_true(run("scripts/fixtures/requests", ".csr", fuzz_pem) > 400);
}

static void profiles(void **state)
{
	(void)state;
	assert_true(run("scripts/profiles", ".ini", fuzz_profile) >= 14);
}

static void certificates_and_lists(void **state)
{
	struct chain *c = chain_new(KEY_P384, KEY_P256);

	(void)state;
	assert_true(run("scripts/fixtures/requests", ".pem", fuzz_certificate) >= 2);
	for (int i = 0; i < 2000; i++) {
		const size_t mark = arena.len;
		fuzz_certificate(i ? spoil(c->sub.der) : c->sub.der, &arena);
		fuzz_crl(i ? spoil(c->crl.der) : c->crl.der, &arena);
		arena.len = mark;
	}
	chain_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(texts),
		cmocka_unit_test(profiles),
		cmocka_unit_test(certificates_and_lists),
	};

	arena = arena_new((size_t)16 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
