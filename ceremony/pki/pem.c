/* pem.c: see pem.h. */
#include "ceremony/pki/pem.h"

#include "ceremony/base/text.h"

#define LINE_OCTETS 48 /* of DER in a line of 64 columns */

/* What the lines of a text held. */
struct scan {
	struct bytes found; /* the label of the first block, as it stands there */
	size_t       num_blocks;
	bool         inside, ended; /* between BEGIN and END of the first block; its END was seen */
	bool         half;          /* an END without its BEGIN */
	struct buf   base64;        /* of the first block, without line ends */
};

/* RFC 7468 3: WSP, and what may stand between the characters of base64 beside line ends. */
static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static bool is_base64(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* Eats a line, without its end (CR LF, CR or LF) and without blanks around it. */
static struct bytes eat_line(struct bytes *text)
{
	size_t n = 0;

	while (n < text->len && text->p[n] != '\n' && text->p[n] != '\r')
		n++;
	struct bytes line = bytes_first(*text, n);
	*text = bytes_skip(*text, n < text->len ? n + 1 : n);
	while (line.len && is_blank(line.p[line.len - 1]))
		line.len--;
	while (line.len && is_blank(line.p[0]))
		line = bytes_skip(line, 1);
	return line;
}

/* The label of "-----BEGIN LABEL-----", or with "-----END ". */
static bool is_boundary(struct bytes line, const char *start, struct bytes *label)
{
	const size_t n = strlen(start);

	if (!bytes_starts(line, start) || line.len < n + 5 || memcmp(line.p + line.len - 5, "-----", 5) != 0)
		return false;
	*label = bytes_of(line.p + n, line.len - n - 5);
	return true;
}

/* Whether a block is of the label that is wanted; requests have an old name too (RFC 7468 7). */
static bool label_fits(struct bytes found, const char *label)
{
	return bytes_is(found, label) ||
	       (strcmp(label, "CERTIFICATE REQUEST") == 0 && bytes_is(found, "NEW CERTIFICATE REQUEST"));
}

static void take_line(struct scan *s, struct bytes line)
{
	struct bytes label;

	if (is_boundary(line, "-----BEGIN ", &label)) {
		s->num_blocks++;
		s->inside = s->num_blocks == 1;
		if (s->inside)
			s->found = label;
	} else if (s->inside && is_boundary(line, "-----END ", &label)) {
		s->inside = false;
		s->ended = bytes_equal(label, s->found);
	} else if (is_boundary(line, "-----END ", &label)) {
		s->half = true;
	} else if (s->inside) {
		for (size_t i = 0; i < line.len; i++)
			if (!is_blank(line.p[i]))
				buf_u8(&s->base64, line.p[i]);
	}
}

/* A SEQUENCE. Text may begin with the same octet, the digit 0; but nothing that is signed is
 * so short that the octet behind it could be one of text (X.690 8.1.3.5: from 128 octets on it
 * is above). */
static bool is_der(struct bytes text)
{
	return text.len && text.p[0] == 0x30 && (text.len == 1 || text.p[1] >= 0x7f || text.p[1] < '\t');
}

/* Why there is no block, as far as it can be told. Always false. */
static bool refuse_none(struct bytes text, const char *label, struct err *e)
{
	bool base64 = text.len > 0;

	for (size_t i = 0; i < text.len && base64; i++)
		base64 = is_blank(text.p[i]) || text.p[i] == '\n' || text.p[i] == '\r' || is_base64(text.p[i]);
	if (text.len == 0)
		return err_set(e, ERR_PEM_NONE, "the file is empty");
	if (bytes_starts(text, "\xef\xbb\xbf"))
		return err_set(e, ERR_PEM_NONE, "it begins with a byte order mark: save it as plain ASCII text");
	if (bytes_starts(text, "\xff\xfe") || bytes_starts(text, "\xfe\xff"))
		return err_set(e, ERR_PEM_NONE, "it is UTF-16: save it as plain ASCII text");
	if (base64)
		return err_set(e, ERR_PEM_NONE, "no line -----BEGIN %s----- before the base64", label);
	return err_set(e, ERR_PEM_NONE, "no line -----BEGIN %s-----", label);
}

bool pem_decode(struct bytes *out, struct arena *a, const char *label, struct bytes text, struct err *e)
{
	struct scan s = { 0 };
	char        shown[64];
	struct buf  b = buf_init(shown, sizeof shown - 1);

	if (is_der(text)) {
		*out = text;
		return true;
	}
	void *base64 = arena_take(a, text.len);
	void *der = arena_take(a, text.len);
	if (text.len && (!base64 || !der))
		return err_set(e, ERR_TOO_LARGE, "%zu octets of PEM", text.len);
	s.base64 = buf_init(base64, text.len);
	for (struct bytes rest = text; rest.len;)
		take_line(&s, eat_line(&rest));
	if (s.num_blocks == 0 && text.len && text.p[0] == 0x30) { /* whoever reads it says what is wrong */
		*out = text;
		return true;
	}
	if (s.num_blocks > 1)
		return err_set(e, ERR_PEM_MANY, "%zu blocks", s.num_blocks);
	if (s.num_blocks == 0)
		return refuse_none(text, label, e);
	if (!label_fits(s.found, label)) {
		text_escape(&b, s.found);
		shown[b.len] = 0;
		return err_set(e, ERR_PEM_NONE, "%s instead of %s", shown, label);
	}
	if (!s.ended)
		return err_set(e, ERR_PEM_BASE64, "no line -----END %s----- at its end", label);
	if (s.half)
		return err_set(e, ERR_PEM_BASE64, "there is a line -----END ...----- without its -----BEGIN ...-----: half of another block");
	if (memchr(text.p, 0, text.len))
		return err_set(e, ERR_PEM_BASE64, "there are NUL octets around it: the file is no text");
	struct buf octets = buf_init(der, s.base64.cap);
	if (s.base64.len == 0 || !base64_decode(&octets, buf_bytes(&s.base64)))
		return err_set(e, ERR_PEM_BASE64, "not base64");
	*out = buf_bytes(&octets);
	return true;
}

void pem_encode(struct buf *b, const char *label, struct bytes der)
{
	buf_fmt(b, "-----BEGIN %s-----\n", label);
	while (der.len) {
		size_t n = der.len < LINE_OCTETS ? der.len : LINE_OCTETS;
		buf_base64(b, bytes_first(der, n));
		buf_str(b, "\n");
		der = bytes_skip(der, n);
	}
	buf_fmt(b, "-----END %s-----\n", label);
}
