/* crl_large.h: revocation lists that lie as files of the ceremony's folder: what steps_crl.c takes from
 * steps_crl_large.c for its turns. */
#pragma once

#include "ceremony/flow/kinds.h"

/* crl_is_large: whether this ceremony's list lies as a file: one was imported, it has parts, it follows such a one, or
 * the script says so. crl_num_shards: its parts, 1 for none. crl_num_files: those of every list of a series; the n-th is
 * part n % shards of list n / shards. */
bool     crl_is_large(const struct flow *f);
unsigned crl_num_shards(const struct flow *f);
unsigned crl_num_files(const struct flow *f);

/* crl_large_plan: the plan of the n-th file without its entries, its profile checked with every reason of the imported
 * list. ERR_PROFILE_*. */
bool crl_large_plan(const struct flow *f, unsigned n, struct crl_plan *out, struct err *e) __attribute__((warn_unused_result));

/* crl_large_rows: its review. */
void crl_large_rows(const struct flow *f, struct prompt *p);

/* The functions of the turns build, sign-file and write. */
#define CRL_LARGE_TURNS(X) X(build) X(sign) X(write)
#define X(name)                                                                                                    \
	bool crl_large_ask_##name(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result)); \
	bool crl_large_check_##name(const struct flow *f, const struct fields *out, struct err *e)                 \
		__attribute__((warn_unused_result));                                                               \
	bool crl_large_apply_##name(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
CRL_LARGE_TURNS(X)
#undef X
