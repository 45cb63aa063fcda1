/* witnesses.h: the keys that witnesses sign the record with: made in the room, or brought on a medium
 * (minisign) or on a card (PKCS #11). */
#pragma once

#include "ceremony/flow/kinds.h"

/* flow_witnesses: as `rounds`: one round each. flow_this_witness: the round's person, as who must act. */
unsigned flow_witnesses(const struct flow *f);
void     flow_this_witness(const struct flow *f, struct prompt *p);
/* flow_witness_name: as `actor`: the same person by name. */
const char *flow_witness_name(const struct flow *f);
/* flow_witness_kind: the round's key; before the sign-off what the script says (of a choice: made in the room). */
enum witness_kind flow_witness_kind(const struct flow *f);
