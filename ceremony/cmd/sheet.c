/* sheet.c: see sheet.h. */
#include "ceremony/cmd/sheet.h"

#include "ceremony/base/text.h"
#include "ceremony/cmd/printed.h"
#include "ceremony/flow/spoken.h"

static bool fill(struct doc *d, void *ctx, struct err *e)
{
	static uint8_t         text[4 * NAME_MAX_DER + 4096];
	const struct sheet_of *of = ctx;
	const struct request  *r = of->request;
	struct digest          whole = hash_of(HASH_SHA256, r->der), key = hash_of(HASH_SHA256, r->key.spki);
	struct digest          profile = hash_of(HASH_SHA256, of->profile_text);
	struct buf             b = BUF_ON(text);
	char                   name[16];

	doc_title(d, BYTES_LIT("Sheet of a certification request"),
	          BYTES_LIT("Bring this sheet to the ceremony by another way than the request itself. The words are read "
	                    "aloud from it while the room follows them on the screen."));
	const char *slash = strrchr(of->file, '/');
	text_escape(&b, bytes_str(slash ? slash + 1 : of->file));
	doc_row(d, BYTES_LIT("File"), PAPER_PLAIN, buf_bytes(&b));
	b.len = 0;
	name_put(&b, &r->subject);
	doc_row(d, BYTES_LIT("Subject"), PAPER_STRONG, r->subject.num_attrs ? buf_bytes(&b) : BYTES_LIT("(empty)"));
	doc_row_str(d, "Key", PAPER_PLAIN, key_name(name, &r->key));
	doc_digest(d, "Key SHA-256", digest_bytes(&key));
	doc_row(d, BYTES_LIT("Profile"), PAPER_PLAIN, of->profile);
	doc_digest(d, "Profile SHA-256", digest_bytes(&profile));
	doc_digest(d, "SHA-256", digest_bytes(&whole));
	doc_heading(d, BYTES_LIT("The words to be read aloud"));
	printed_words(d, true, bytes_first(digest_bytes(&whole), SPOKEN_WORDS), 4);
	doc_text(d, PAPER_MUTED,
	         BYTES_LIT("They are the PGP words of the first sixteen octets of the request's SHA-256. The ceremony picks "
	                   "some of them, which are typed back from this sheet: nobody can know which."));
	if (!printed_code(d, &whole,
	                  "The QR code holds the request's whole SHA-256: the 64 hex digits above, in capitals, and nothing else.", e))
		return false;
	doc_heading(d, BYTES_LIT("Signature of the operator who brings it"));
	doc_sign(d, BYTES_LIT("I made this request and compared it with this sheet"), BYTES_LIT(""));
	return true;
}

bool sheet_write(const char *path, enum doc_form form, const struct sheet_of *of, struct err *e)
{
	struct digest    whole = hash_of(HASH_SHA256, of->request->der);
	char             foot[192], hex[HASH_MAX * 2 + 1];
	struct buf       b = BUF_ON(foot);
	struct doc_about about = { BYTES_LIT("Sheet of a certification request"), { NULL, 0 }, PAPER_NO_DATE };
	struct sheet_of  mine = *of;

	buf_fmt(&b, "SHA-256 of the request %s", digest_hex(hex, &whole));
	about.foot = buf_bytes(&b);
	return printed_write(path, form, &about, fill, &mine, e);
}
