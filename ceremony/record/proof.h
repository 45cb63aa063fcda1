/* proof.h: a C2SP tlog-proof: one line of a transcript, and the way from it to the checkpoint.
 *
 * It lets an operator show that a certificate was signed in a certain ceremony, without the
 * whole transcript. What the checkpoint's signatures need besides stands in the proof's
 * extra data (docs/formats/proof.md). */
#pragma once

#include "ceremony/record/event.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/note.h"

#define PROOF_MAX ((size_t)1 << 20) /* octets of the file */

/* A signature over the cosigned message that is no line of the checkpoint. */
struct proof_signature {
	struct bytes name, spki, signature; /* DER; as X.509 carries it */
	int64_t      time;
};

struct proof {
	/* the extra data */
	struct bytes           line;       /* of the transcript, without its newline */
	struct bytes           record_key; /* SPKI */
	struct bytes           record_sig; /* over the whole checkpoint */
	struct proof_signature detached[NOTE_MAX_WITNESSES];
	size_t                 num_detached;
	/* the proof */
	uint64_t     index;
	uint8_t      path[MERKLE_DEPTH][32];
	size_t       path_len;
	struct bytes checkpoint; /* the whole file */
};

/* proof_put: appends the file. */
void proof_put(struct buf *b, const struct proof *p);

/* proof_parse: exactly what proof_put writes; decoded into `a`. ERR_PROOF_FORM names the line. */
bool proof_parse(struct proof *out, struct arena *a, struct bytes file, struct err *e) __attribute__((warn_unused_result));

/* proof_leads: reads the checkpoint into *c, and goes the way from the line to its root. ERR_PROOF_PATH. */
bool proof_leads(const struct proof *p, struct checkpoint *c, struct err *e) __attribute__((warn_unused_result));
