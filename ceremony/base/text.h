/* text.h: text for eyes and for reading aloud.
 *
 * Foreign text reaches a person only through text_escape(). */
#pragma once

#include "ceremony/base/buf.h"

/* text_is_utf8: well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates. */
bool text_is_utf8(struct bytes a);

/* text_whole: drops of a C string the octets that are no UTF-8: what is left of a character that was cut. Hands it back. */
char *text_whole(char *text);

/* text_char: the character at the front of `a`, which is not empty, and its length in octets; 0 if
 * it is not UTF-8 (RFC 3629). */
size_t text_char(uint32_t *out, struct bytes a);

/* text_ascii: how many octets at the front are printable ASCII (0x20 to 0x7e), and neither `but` nor `nor` (0: nothing is left
 * out). All text passes by here many times, and most of it is such: it is looked at eight octets at a time. */
size_t text_ascii(struct bytes a, uint8_t but, uint8_t nor);

/* text_is_plain: well-formed UTF-8 without controls (C0, DEL, C1), bidi controls, zero-
 * width characters, other format characters that nobody sees, line and paragraph separators, non-characters, private use, or
 * a plane in which nothing is assigned. */
bool text_is_plain(struct bytes a);

/* text_is_blank: a blank of any width (Unicode's Zs: no-break, thin, ideographic ...). */
bool text_is_blank(uint32_t c);

/* text_escape: appends `a` so that it cannot deceive an eye or a terminal: what
 * text_is_plain() refuses is written \xHH (an octet) or \u{HEX} (a character), a
 * backslash as \\. Where there is no room for all of it, as much as fits; the buffer has failed then. */
void text_escape(struct buf *b, struct bytes a);

/* text_columns: how many terminal columns well-formed UTF-8 takes (wcwidth per
 * character by our own small table: combining 0, East Asian wide 2, others 1). */
size_t text_columns(struct bytes a);

/* text_wrap: takes from the front of *rest the next line of at most `columns` (>= 2)
 * terminal columns, without the blanks or the '\n' that it ends at. It breaks at '\n', else at the last
 * blank that fits, else inside a word. False when nothing is left. Spans borrow. */
bool text_wrap(struct bytes *line, struct bytes *rest, size_t columns) __attribute__((warn_unused_result));

/* text_groups: appends text with blanks in it, so that each number of 32 or more hexadecimal digits, a multiple of four,
 * stands in groups of four: as it is compared and read aloud. */
void text_groups(struct buf *b, struct bytes text);

/* words_put: appends octets as PGP words (even places two syllables, odd ones three),
 * `per_line` words a line separated by spaces; lines by '\n'. per_line 0: all on one. The list: docs/formats/pgp-words.md. */
void words_put(struct buf *b, struct bytes octets, unsigned per_line);

/* word_of: the PGP word of an octet at place `index` (0-based). */
const char *word_of(uint8_t octet, size_t index);

/* words_begun: true if `typed` (any case, any blanks between) is PGP words of either column; the last one, which no blank
 * ends, need only begin like one. */
bool words_begun(struct bytes typed);

/* words_match: true if `typed` (any case, any blanks between) spells exactly `octets`. */
bool words_match(struct bytes typed, struct bytes octets);
