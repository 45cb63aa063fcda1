/* files.h: the files that follow from the state: in the bundle, and on the output medium. */
#pragma once

#include "ceremony/flow/flow.h"
#include "ceremony/record/ca.h"

/* A result that leaves the room. */
struct flow_result {
	const char  *name; /* "root.pem", "intermediate-1.pem", "root.crl" */
	struct bytes content;
};

/* flow_num_results: how many there are. flow_result_at: the i-th; content in f->scratch. */
size_t flow_num_results(const struct flow *f);
bool   flow_result_at(const struct flow *f, size_t i, struct flow_result *out, struct err *e)
	__attribute__((warn_unused_result));

/* flow_list_at: of those, the i-th list in DER. */
bool flow_list_at(const struct flow *f, unsigned i, struct flow_result *out, struct err *e) __attribute__((warn_unused_result));

/* flow_list_file: the name of the i-th list that was signed, in the ceremony's folder under crls/. */
const char *flow_list_file(const struct flow *f, unsigned i);

/* flow_large_name: what the n-th of the lists that lie as files is called on the output medium. */
const char *flow_large_name(const struct flow *f, unsigned n);

/* flow_ca: what RECORD/ca.ini must say. Borrows from the flow. */
void flow_ca(const struct flow *f, struct ca *out);
/* flow_root_pem: RECORD/root.pem; in f->scratch. */
bool flow_root_pem(const struct flow *f, struct bytes *out, struct err *e) __attribute__((warn_unused_result));
