/* card.h: a share card: the words of one share, large and numbered, a QR code of them, what set they are of and how
 * they are used without this program. As PDF, SVG or PNG.
 *
 * The card is the secret. So are the buffer that it is built in and all that the makers of PDF and QR codes put on
 * the heap: call these only in a process whose memory is locked and that ends soon (share_card.c). */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/share/slip39.h"
#include "qr/code.h"

#define CARD_MAX_VERSION 15              /* of the QR code: a phone reads it from paper */
#define CARD_MAX_LEN     ((size_t)3 << 20) /* octets of a card */
#define CARD_TEXT        60              /* columns of a name on it */

struct card {
	struct bytes        words; /* of the mnemonic, single blanks */
	size_t              num_words;
	const struct slip39_share *share;
	const char         *set, *epoch, *group, *custodian; /* "" where not said */
	struct code         code;
};

/* card_line: the facts on a card, one label and value for each i from 0; false after the last one. */
bool card_line(const struct card *c, unsigned i, const char **label, struct buf *value);
/* card_word: word i (from 0). */
struct bytes card_word(const struct card *c, size_t i);
/* card_how: how to recover, as paragraphs. */
extern const char *const card_how[];
extern const size_t      card_num_how;

bool card_pdf(struct buf *out, const struct card *c, struct err *e) __attribute__((warn_unused_result));
bool card_svg(struct buf *out, const struct card *c, struct err *e) __attribute__((warn_unused_result));
bool card_png(struct buf *out, const struct card *c, struct err *e) __attribute__((warn_unused_result));
