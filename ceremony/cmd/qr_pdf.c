/* qr_pdf.c: see qr_pdf.h. */
#include "ceremony/cmd/qr_pdf.h"

#include <fcntl.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"
#include "ceremony/paper/paper.h"

#define SIDE_MM 80
#define ROOM    ((size_t)16 << 20)

static struct code code;

static bool put_frame(struct paper *p, const struct show *s, uint64_t place, struct err *e)
{
	char       text[160];
	struct buf b = BUF_ON(text);
	uint32_t   seq = ur_sender_seq(&s->sender, place);

	if (!show_frame(&code, s, place, e))
		return false;
	buf_fmt(&b, "Frame %u of %zu", (unsigned)seq, s->sender.num);
	if (seq > s->sender.num)
		buf_str(&b, "\n\nIt is mixed of several: any will do in the place of one that cannot be read.");
	paper_square(p, SIDE_MM, code.module, code.size, PAPER_BODY, buf_bytes(&b));
	return true;
}

static bool fill(struct paper *p, const char *name, const struct show *s, struct err *e)
{
	struct digest d = hash_of(HASH_SHA256, s->content);
	char          hex[HASH_MAX * 2 + 1], words[512], text[160];
	struct buf    w = BUF_ON(words), b = BUF_ON(text);

	buf_fmt(&b, "%zu octets in %zu frames", s->content.len, s->sender.num);
	paper_title(p, PAPER_TITLE, bytes_str(name), buf_bytes(&b));
	words_put(&w, digest_bytes(&d), 4);
	paper_row(p, PAPER_BODY, BYTES_LIT("SHA-256"), PAPER_CODE, bytes_str(digest_hex(hex, &d)));
	paper_row(p, PAPER_BODY, BYTES_LIT("in words"), PAPER_CODE, buf_bytes(&w));
	paper_row(p, PAPER_BODY, BYTES_LIT("How"), PAPER_PLAIN,
	          BYTES_LIT("Pictures of these codes, in any order, are read by: ceremony qr receive --images FOLDER -o FILE. What comes out is "
	                    "right if it has the same words."));
	for (uint64_t i = 0; i < ur_sender_round(&s->sender); i++)
		if (!put_frame(p, s, i, e))
			return false;
	return true;
}

bool qr_pdf_write(const char *path, const char *name, const struct show *s, struct err *e)
{
	char               shown[512];
	struct buf         n = BUF_ON(shown);
	struct arena       room = arena_new(ROOM);
	struct buf         out = buf_init(room.p, room.cap);

	text_escape(&n, bytes_str(name));
	(void)buf_cstr(&n);
	struct paper_about about = { .title = bytes_str(shown), .foot = bytes_str(shown), .created = PAPER_NO_DATE };
	struct paper      *p = room.cap ? paper_new(&about, e) : NULL;
	bool               ok = p || (!room.cap && err_set(e, ERR_NO_MEMORY, "%zu octets", ROOM));

	ok = ok && fill(p, shown, s, e) && paper_end(p, &out, e) && file_write(AT_FDCWD, path, buf_bytes(&out), 0644, e);
	if (p)
		paper_free(p);
	arena_free(&room);
	return ok;
}
