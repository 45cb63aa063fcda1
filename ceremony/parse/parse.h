/* parse.h: what ceremony-parse does with each op: foreign octets in, one checked struct out. What pictures show is scan.h's.
 *
 * Pure: no descriptor is touched here; main.c shuts the process in and serves the calls. */
#pragma once

#include "ceremony/pki/crl_stream.h"
#include "ceremony/pki/revocations.h"
#include "ceremony/port/helper.h"
#include "keytest/blacklist.h"

#define PARSE_ARENA  ((size_t)24 << 20)  /* octets of scratch: a call of IPC_MAX_BODY three times over */
#define PARSE_MEMORY ((size_t)256 << 20) /* octets of address space for the whole process */
#define PARSE_CPU    120                 /* seconds of CPU for the whole process */
#define PARSE_PICTURE_CPU 5000           /* milliseconds of CPU for one picture */

/* What outlives the calls. */
struct parser {
	struct arena    *scratch; /* emptied at each call */
	struct blacklist lists;   /* read before the process was shut in */
	struct revocations revocations; /* the list that is being read */
	bool               in_list;
	uint8_t            issuer[4096];
	struct crl_stream  crl; /* the CRL that is being read */
	bool               in_crl;
};

/* parse_request: parse-request of ops.def. foreign: PEM or DER of a certification request.
 * The fields of `out` are filled as ops.def says; what is asked for stands a line each,
 * without a line end behind the last. ERR_PEM_*, ERR_REQUEST_*,
 * ERR_NAME_*, ERR_KEY_*, ERR_KEYTEST_*, ERR_TOO_LARGE; `out` is then untouched. */
bool parse_request(struct fields *out, struct parser *p, struct bytes foreign, struct err *e)
	__attribute__((warn_unused_result));

/* parse_revocations: parse-revocations of ops.def. ERR_LIST_EMPTY, ERR_TOO_LARGE, ERR_OP_FIELD. */
bool parse_revocations(struct fields *out, struct parser *p, const struct fields *in, struct err *e)
	__attribute__((warn_unused_result));

/* parse_crl: parse-crl of ops.def. ERR_CRL_*, ERR_TOO_LARGE, ERR_OP_FIELD. */
bool parse_crl(struct fields *out, struct parser *p, const struct fields *in, struct err *e) __attribute__((warn_unused_result));

/* parse_list: parse-list of ops.def. foreign: PEM or DER of a revocation list. ERR_PEM_*, ERR_CRL_*;
 * `out` is then untouched. */
bool parse_list(struct fields *out, struct arena *a, struct bytes foreign, struct err *e) __attribute__((warn_unused_result));

/* parse_certificate: parse-certificate of ops.def. foreign: PEM or DER of one. ERR_PEM_*, ERR_CERT_*;
 * `out` is then untouched. */
bool parse_certificate(struct fields *out, struct arena *a, struct bytes foreign, struct err *e)
	__attribute__((warn_unused_result));

/* parse_helper: the helper that answers calls of PORT_PARSE; `p` must outlive it. */
struct helper parse_helper(struct parser *p);
