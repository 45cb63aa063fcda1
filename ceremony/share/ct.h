/* ct.h: marks for the constant-time check (`make ct`), and masks instead of branches.
 *
 * With CEREMONY_CT defined, valgrind is told which octets are secret, and complains of
 * every branch and index that depends on them. Without it the marks are nothing. Each
 * CT_PUBLIC stands where something derived from a secret is given away on purpose, and
 * says why in a comment. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef CEREMONY_CT
#include <valgrind/memcheck.h>
#define CT_SECRET(p, len) ((void)VALGRIND_MAKE_MEM_UNDEFINED(p, len))
#define CT_PUBLIC(p, len) ((void)VALGRIND_MAKE_MEM_DEFINED(p, len))
#else
#define CT_SECRET(p, len) ((void)(p), (void)(len))
#define CT_PUBLIC(p, len) ((void)(p), (void)(len))
#endif

/* ct_hide: v, of which the compiler now knows nothing: it cannot see that a mask is only
 * ever all ones or none and make a branch of it (clang does). */
static inline uint64_t ct_hide(uint64_t v)
{
	__asm__("" : "+r"(v));
	return v;
}

/* ct_mask: all ones for a bit of 1, zero for 0. */
static inline uint32_t ct_mask(uint32_t bit)
{
	return (uint32_t)ct_hide(UINT64_C(0) - bit);
}

/* ct_equal: all ones if a == b, else zero. */
static inline uint64_t ct_equal(uint64_t a, uint64_t b)
{
	uint64_t d = a ^ b;

	return ct_hide(((d | (UINT64_C(0) - d)) >> 63) - 1);
}
