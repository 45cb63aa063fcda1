/* printed.c: see printed.h. */
#include "ceremony/cmd/printed.h"

#include <fcntl.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "qr/code.h"

#define CODE_VERSION 4 /* holds 67 characters at level Q */
#define CODE_MM      38

bool printed_form(enum doc_form *out, const char *option, const char *path, bool html, struct err *e)
{
	if (doc_form_of(out, path) && (html || *out != DOC_HTML))
		return true;
	return err_set(e, ERR_USAGE, "%s wants FILE.pdf or FILE.txt", option);
}

bool printed_make(struct buf *out, enum doc_form form, const struct doc_about *about,
                  bool (*fill)(struct doc *d, void *ctx, struct err *e), void *ctx, struct err *e)
{
	struct doc d = { .form = DOC_TEXT };
	bool       ok = doc_begin(&d, form, about, out, e) && fill(&d, ctx, e) && doc_end(&d, e);

	doc_done(&d);
	return ok;
}

bool printed_write(const char *path, enum doc_form form, const struct doc_about *about,
                   bool (*fill)(struct doc *d, void *ctx, struct err *e), void *ctx, struct err *e)
{
	struct arena room = arena_new(PAPER_MAX_LEN);
	struct buf   out = buf_init(room.p, room.cap);

	bool ok = room.cap || err_set(e, ERR_NO_MEMORY, "a document");
	ok = ok && printed_make(&out, form, about, fill, ctx, e) && file_write(AT_FDCWD, path, buf_bytes(&out), 0644, e);
	arena_free(&room);
	return ok;
}

void printed_words(struct doc *d, bool large, struct bytes octets, unsigned per_line)
{
	char       text[1024];
	struct buf b = BUF_ON(text);

	words_put(&b, octets, per_line);
	doc_mono(d, large, buf_bytes(&b));
}

bool printed_code(struct doc *d, const struct digest *sha256, const char *beside, struct err *e)
{
	static struct code c;
	char               hex[HASH_MAX * 2 + 1];

	(void)digest_hex(hex, sha256);
	for (char *p = hex; *p; p++)
		*p = (char)(*p >= 'a' ? *p - 32 : *p);
	if (!code_encode(&c, bytes_str(hex), CODE_VERSION, CODE_Q, e))
		return false;
	doc_square(d, CODE_MM, c.module, c.size, bytes_str(beside));
	return true;
}
