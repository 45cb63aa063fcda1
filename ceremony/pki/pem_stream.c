/* pem_stream.c: see pem_stream.h. */
#include "ceremony/pki/pem_stream.h"

#include "ceremony/base/text.h"
#include "ceremony/pki/pem.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* What stands between two rows of dashes: "BEGIN X509 CRL". */
static bool is_boundary(struct bytes line, const char *word, const char *label)
{
	char       text[96];
	struct buf b = BUF_ON(text);

	buf_fmt(&b, "-----%s%s-----", word, label);
	return buf_ok(&b) && bytes_equal(line, buf_bytes(&b));
}

/* A line outside of base64 has come to its end. */
static bool end_line(struct pem_stream *s, struct err *e)
{
	struct bytes line = bytes_of(s->line, s->line_len);

	while (line.len && is_blank((char)line.p[line.len - 1]))
		line.len--;
	s->line_len = 0;
	s->line_begins = true;
	s->in_line = false;
	if (s->at == PEM_INSIDE) {
		if (!line.len)
			return true;
		s->at = PEM_BEHIND;
		return is_boundary(line, "END ", s->label) || err_set(e, ERR_PEM_BASE64, "no line -----END %s----- at its end", s->label);
	}
	if (bytes_starts(line, "-----END ") && line.len >= 14 && bytes_is(bytes_skip(line, line.len - 5), "-----"))
		return err_set(e, ERR_PEM_BASE64, "there is a line -----END ...----- without its -----BEGIN ...-----: half of another block");
	if (!bytes_starts(line, "-----BEGIN "))
		return true;
	if (s->at == PEM_BEHIND)
		return err_set(e, ERR_PEM_MANY, "more than one block");
	s->at = PEM_INSIDE;
	return is_boundary(line, "BEGIN ", s->label) || err_set(e, ERR_PEM_NONE, "another block instead of %s", s->label);
}

static bool take_base64(struct pem_stream *s, struct buf *out, char c, struct err *e)
{
	if (s->padded)
		return err_set(e, ERR_PEM_BASE64, "not base64");
	s->quad[s->num_quad++] = c;
	if (s->num_quad < sizeof s->quad)
		return true;
	s->num_quad = 0;
	s->any = true;
	s->padded = s->quad[3] == '=';
	return base64_decode(out, bytes_of(s->quad, sizeof s->quad)) || err_set(e, ERR_PEM_BASE64, "not base64");
}

static bool take(struct pem_stream *s, struct buf *out, char c, struct err *e)
{
	if (c == 0)
		return err_set(e, ERR_PEM_BASE64, "there are NUL octets in it: the file is no text");
	if (is_line_end(c))
		return end_line(s, e);
	if (is_blank(c) && (s->line_begins || s->at == PEM_INSIDE) && !s->in_line)
		return true;
	if (s->line_begins)
		s->in_line = s->at != PEM_INSIDE || c == '-';
	s->line_begins = false;
	if (!s->in_line)
		return take_base64(s, out, c, e);
	if (s->line_len < sizeof s->line)
		s->line[s->line_len++] = c;
	return true;
}

/* As pem.c's is_der: nothing that is signed is so short that its second octet could be one of text. */
static bool is_der(struct bytes a)
{
	return a.len >= 2 && a.p[0] == 0x30 && (a.p[1] >= 0x7f || a.p[1] < '\t');
}

bool pem_stream_feed(struct pem_stream *s, struct buf *out, struct bytes piece, struct err *e)
{
	if (s->at == PEM_NEW && piece.len) {
		s->at = is_der(piece) ? PEM_DER : PEM_TEXT;
		s->line_begins = true;
	}
	if (s->at == PEM_DER) {
		buf_put(out, piece);
		MUST(buf_ok(out));
		return true;
	}
	for (size_t i = 0; i < piece.len; i++)
		if (!take(s, out, (char)piece.p[i], e))
			return false;
	return true;
}

bool pem_stream_end(struct pem_stream *s, struct err *e)
{
	if (s->at == PEM_NEW)
		return err_set(e, ERR_PEM_NONE, "the file is empty");
	if (s->at == PEM_DER)
		return true;
	if (s->line_len && !end_line(s, e))
		return false;
	if (s->at == PEM_TEXT)
		return err_set(e, ERR_PEM_NONE, "no line -----BEGIN %s-----", s->label);
	if (s->at == PEM_INSIDE)
		return err_set(e, ERR_PEM_BASE64, "no line -----END %s----- at its end", s->label);
	return (s->any && !s->num_quad) || err_set(e, ERR_PEM_BASE64, "not base64");
}
