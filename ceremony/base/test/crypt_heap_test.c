/* crypt_heap_test.c: whose memory wolfCrypt is given, and that it gets it back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/memory.h>

#include "ceremony/base/crypt_heap.h"
#include "ceremony/base/locked_heap.h"

#define PAGE   ((size_t)2 << 20)
#define BLOCK  3168 /* octets: about a point of wolfCrypt's */
#define BLOCKS 1024 /* more of them than a page holds */

static uint8_t *block[BLOCKS];

static size_t page_of(const uint8_t *p)
{
	return (uintptr_t)p / PAGE;
}

/* The page as long as there is room in it, then the usual heap; no block reaches into another. */
static void blocks_are_apart_when_the_page_is_full(void **state)
{
	size_t in_page = 0;

	(void)state;
	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = wolfSSL_Malloc(BLOCK);
		assert_non_null(block[i]);
		assert_int_equal((uintptr_t)block[i] % 16, 0);
		memset(block[i], (int)(i & 0xff), BLOCK);
		in_page += page_of(block[i]) == page_of(block[0]);
	}
	assert_int_equal(page_of(block[0]), page_of(block[1]));
	assert_true(in_page <= PAGE / BLOCK);
	assert_true(in_page >= 600);
	assert_true(page_of(block[BLOCKS - 1]) != page_of(block[0]));
	for (size_t i = 0; i < BLOCKS; i++)
		for (size_t k = 0; k < BLOCK; k++)
			assert_int_equal(block[i][k], i & 0xff);
	for (size_t i = 0; i < BLOCKS; i++)
		wolfSSL_Free(block[i]);
}

/* As long as one of them is in use none is given out twice; then all of the page is there again. */
static void the_page_is_there_again_when_all_is_back(void **state)
{
	(void)state;
	uint8_t *first = wolfSSL_Malloc(BLOCK), *second = wolfSSL_Malloc(BLOCK);
	wolfSSL_Free(first);
	uint8_t *third = wolfSSL_Malloc(BLOCK);
	assert_ptr_not_equal(third, first);
	assert_ptr_not_equal(third, second);
	wolfSSL_Free(third);
	wolfSSL_Free(second);
	uint8_t *again = wolfSSL_Malloc(BLOCK);
	assert_ptr_equal(again, first);
	wolfSSL_Free(again);
	wolfSSL_Free(NULL);
}

static void small_and_huge_blocks_are_the_heap_s(void **state)
{
	(void)state;
	uint8_t *in = wolfSSL_Malloc(BLOCK), *small = wolfSSL_Malloc(511), *huge = wolfSSL_Malloc(PAGE + 1);
	assert_true(page_of(small) != page_of(in));
	assert_true(page_of(huge) != page_of(in));
	memset(huge, 1, PAGE + 1);
	wolfSSL_Free(huge);
	wolfSSL_Free(small);
	wolfSSL_Free(in);
}

/* A private key's blocks are locked memory, and go back there even when it is locked no more. */
static void locked_blocks_lie_elsewhere(void **state)
{
	(void)state;
	uint8_t *in = wolfSSL_Malloc(BLOCK);
	locked_heap(true);
	uint8_t *locked = wolfSSL_Malloc(BLOCK);
	assert_non_null(locked);
	assert_true(page_of(locked) != page_of(in));
	memset(locked, 1, BLOCK);
	wolfSSL_Free(in);
	locked_heap(false);
	crypt_heap_start(); /* takes nothing from it */
	wolfSSL_Free(locked);
	assert_null(wolfSSL_Realloc(NULL, BLOCK));
}

int main(void)
{
	crypt_heap_start();
	crypt_heap_start();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_apart_when_the_page_is_full),
		cmocka_unit_test(the_page_is_there_again_when_all_is_back),
		cmocka_unit_test(small_and_huge_blocks_are_the_heap_s),
		cmocka_unit_test(locked_blocks_lie_elsewhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
