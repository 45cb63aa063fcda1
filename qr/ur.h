/* ur.h: any file as a row of short texts that fit QR codes: Blockchain Commons' Uniform
 * Resources, multipart (BCR-2020-005, BCR-2024-001).
 *
 * A frame's text is UR:TYPE/SEQ-NUM/LETTERS, or UR:TYPE/LETTERS where one frame holds all.
 * Frames may be lost, doubled, and come in any order. The CRC-32 within finds accidents; who
 * must know that nobody changed the file compares its SHA-256. docs/formats/qr.md has it all.
 *
 * A text is made and read only here; no more memory is taken than the caller's arena has, and
 * every length is checked against the others before any of it is taken. */
#pragma once

#include "ceremony/base/buf.h"
#include "qr/fountain.h"

#define UR_MAX_TEXT    4296 /* characters of a frame: QR version 40, level L, alphanumeric */
#define UR_MAX_OCTETS  (UR_MAX_TEXT / 2)
#define UR_MAX_CONTENT ((size_t)1 << 20) /* octets of a file */
#define UR_MAX_SEQ     65535             /* of the frames that are made here */
#define UR_ARENA       ((size_t)4 << 20) /* octets that are enough for one sender or one receiver */

/* ---- one frame ---------------------------------------------------------- */

struct ur_part {
	struct bytes type;     /* as spelled; borrows the text */
	uint32_t     seq, num; /* frame seq of a message of num fragments; both 0: the one and only frame */
	uint32_t     len;      /* octets of the whole message */
	uint32_t     checksum; /* its CRC-32 */
	struct bytes data;     /* the fragment, or the whole message */
};

/* ur_part_parse: reads a text of at most UR_MAX_TEXT characters, in either case. data borrows
 * `storage`. Refused: a bad CRC-32, numbers that differ between path and content, CBOR that is
 * not in its shortest form, lengths that do not fit each other, more than FOUNTAIN_MAX
 * fragments, a message above UR_MAX_CONTENT. ERR_QR_FORM, ERR_TOO_LARGE. */
bool ur_part_parse(struct ur_part *out, uint8_t storage[UR_MAX_OCTETS], struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* ur_part_put: appends the text of a frame in capitals. */
void ur_part_put(struct buf *b, const struct ur_part *part);

/* ---- sending ------------------------------------------------------------ */

struct ur_sender {
	struct bytes    message; /* CBOR of the content; in the arena */
	size_t          fragment_len, num;
	struct fountain fountain;
};

/* ur_sender_measure: what ur_sender_init would make of so many octets: the octets of a fragment, and how many
 * there are. Its errors. */
bool ur_sender_measure(size_t *fragment_len, size_t *num, size_t content_len, size_t max_text, struct err *e)
	__attribute__((warn_unused_result));

/* ur_sender_init: content of 1 to UR_MAX_CONTENT octets, in frames whose texts have at most
 * max_text (to UR_MAX_TEXT) characters, the fewest that do. ERR_TOO_LARGE if that takes more than FOUNTAIN_MAX
 * fragments. */
bool ur_sender_init(struct ur_sender *s, struct arena *a, struct bytes content, size_t max_text, struct err *e)
	__attribute__((warn_unused_result));

/* ur_sender_frame: appends the text of frame seq, 1 to UR_MAX_SEQ. */
void ur_sender_frame(struct buf *b, const struct ur_sender *s, uint32_t seq);

/* ur_sender_round: how many frames show all fragments once and as many mixed ones again: a
 * receiver that misses a third of them still has enough. */
size_t ur_sender_round(const struct ur_sender *s);

/* ur_sender_seq: the number of the frame to show at a place (from 0) of an endless row: rounds
 * of all fragments, and then of mixed ones that are fresh each time, so that it costs little to
 * join late, also for receivers that only peel. */
uint32_t ur_sender_seq(const struct ur_sender *s, uint64_t place);

/* ---- receiving ---------------------------------------------------------- */

/* ur_types: the types that are taken in a ceremony: bytes, x-pkcs10. Ends in NULL. */
extern const char *const ur_types[];

enum ur_news {
	UR_KNOWN, /* the frame says nothing new */
	UR_NEW,
	UR_DONE, /* the content is there */
};

/* Big: keep it static. */
struct ur_receiver {
	struct arena        *arena; /* borrowed; emptied by a restart */
	const char *const   *types; /* borrowed */
	bool                 begun, done;
	const char          *type; /* one of types */
	uint32_t             num, len, checksum;
	struct fountain      fountain;
	struct fountain_rows rows;
	struct bytes         content; /* once done; in the arena */
};

/* ur_receiver_init: the arena is the receiver's alone. */
void ur_receiver_init(struct ur_receiver *r, struct arena *a, const char *const *types);

/* ur_receiver_put: takes in the text of a frame. The first one settles type, lengths and CRC-32:
 * one that differs is ERR_QR_OTHER. Others: ERR_QR_TYPE, those of ur_part_parse; ERR_QR_CHECKSUM
 * if all is there and does not add up: the receiver has then started again. Otherwise the
 * receiver is as it was. */
bool ur_receiver_put(struct ur_receiver *r, enum ur_news *news, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* ur_receiver_restart: forgets everything, also which message it was. */
void ur_receiver_restart(struct ur_receiver *r);
