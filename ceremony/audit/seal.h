/* seal.h: what closed a record: the checkpoint, its witnesses' signatures, the record key's. */
#pragma once

#include "ceremony/audit/audit.h"
#include "ceremony/flow/flow.h"

/* seal_check: reads checkpoint, checkpoint.token.sig and the witnesses' minisig files in the
 * ceremony's folder, verifies them against the replayed state, and fills in the state's
 * signatures, so that flow_files can compare every file. name: of the folder, for messages. */
bool seal_check(struct flow *f, int dir, const char *name, const struct audit_say *say, struct err *e)
	__attribute__((warn_unused_result));
