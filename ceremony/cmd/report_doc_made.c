/* report_doc_made.c: a report's sections on what was signed, what crossed the room's border, and the files of the record;
 * see report_doc.h. */
#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/cmd/report_doc.h"
#include "ceremony/pki/crl.h"
#include "ceremony/pki/pem.h"
#include "ceremony/record/report_carried.h"
#include "ceremony/record/report_media.h"
#include "ceremony/record/report_signed.h"
#include "ceremony/record/sums.h"

#define LIST_MOST ((size_t)1 << 20) /* of a list that is tried as PEM */
#define WORDS 4 /* of a digest, that are enough to find it again */

/* The next "HEX  NAME" of SHA256SUMS. */
static bool next_sum(struct bytes *rest, struct bytes *hex, struct bytes *name)
{
	struct bytes line;

	if (!bytes_cut(*rest, '\n', &line, rest) || line.len < 67)
		return false;
	*hex = bytes_first(line, 64);
	*name = bytes_skip(line, 66);
	return true;
}

/* The files of the record that have this SHA-256, one a line. */
static struct bytes files_with(struct report_doc *r, struct bytes sha256)
{
	struct bytes rest = r->sums, hex, name, all = BYTES_LIT("");

	while (next_sum(&rest, &hex, &name))
		if (bytes_equal(hex, sha256))
			all = report_doc_said(r, "%s%s%s", (const char *)all.p, all.len ? "\n" : "", (const char *)report_doc_shown(r, name).p);
	return all;
}

/* ---- certificates and CRLs ---- */

struct made {
	struct report_doc *r;
	bool               crls; /* wanted now */
	unsigned           shown;
};

static struct bytes name_of(struct report_doc *r, const struct name *name)
{
	char       text[4096];
	struct buf b = BUF_ON(text);

	name_put(&b, name);
	return report_doc_said(r, "%s", buf_cstr(&b));
}

static struct bytes plain_hex(struct report_doc *r, struct bytes octets)
{
	char       text[256];
	struct buf b = BUF_ON(text);

	buf_hex(&b, octets);
	return report_doc_said(r, "%s", buf_cstr(&b));
}

/* Hex, and the first words under it. */
static struct bytes print_of(struct report_doc *r, struct bytes digest)
{
	return report_doc_said(r, "%s\n%s", (const char *)report_doc_hex(r, digest).p,
	                       (const char *)report_doc_words(r, bytes_first(digest, WORDS), 2).p);
}

static struct bytes span_of(struct report_doc *r, int64_t from, int64_t to)
{
	return report_doc_said(r, "%s\nto\n%s", (const char *)report_doc_time(r, from).p, (const char *)report_doc_time(r, to).p);
}

static void put_certificate(struct report_doc *r, struct bytes der, struct bytes print)
{
	struct certificate c;
	struct err         why = { 0 };

	if (!certificate_parse(&c, der, &why)) {
		doc_table_row(r->d, (const struct bytes[]){ bytes_str(err_text_of(why.id)->what), { NULL, 0 }, { NULL, 0 }, print });
		return;
	}
	const bool own = bytes_equal(c.subject.der, c.issuer.der);
	doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "%s\n%s%s", (const char *)name_of(r, &c.subject).p, own ? "self-signed" : "signed by ",
	                                                            own ? "" : (const char *)name_of(r, &c.issuer).p),
	                                            plain_hex(r, c.serial), span_of(r, c.not_before, c.not_after), print });
}

static void put_crl(struct report_doc *r, struct bytes der, struct bytes print)
{
	struct crl c;
	struct err why = { 0 };
	char       number[CRL_NUMBER_TEXT];

	if (!crl_parse(&c, der, &why)) {
		doc_table_row(r->d, (const struct bytes[]){ bytes_str(err_text_of(why.id)->what), { NULL, 0 }, { NULL, 0 }, print });
		return;
	}
	doc_table_row(r->d, (const struct bytes[]){ name_of(r, &c.issuer),
	                                            report_doc_said(r, "%s, with %zu entries", crl_number_str(number, c.number), c.num_entries),
	                                            span_of(r, c.this_update, c.next_update), print });
}

static void each_made(void *ctx, const struct report_signed *s)
{
	struct made       *m = ctx;
	struct report_doc *r = m->r;
	const size_t       was = r->room.len;

	if (s->is_crl != m->crls)
		return;
	m->shown++;
	if (s->der.len == 0) {
		doc_table_band(r->d, PAPER_ALARM, report_doc_said(r, "What was signed at line %llu cannot be put together from the transcript.",
		                                                  (unsigned long long)s->n + 1));
	} else {
		struct digest sha256 = hash_of(HASH_SHA256, s->der);
		struct bytes  print = print_of(r, digest_bytes(&sha256));
		if (s->is_crl)
			put_crl(r, s->der, print);
		else
			put_certificate(r, s->der, print);
	}
	r->room.len = was;
}

/* A list that is a file of the record: its signature's message is not in the transcript. */
static bool each_written(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct made       *m = ctx;
	struct report_doc *r = m->r;
	uint8_t            sha256[32];
	struct buf         b = BUF_ON(sha256);
	const size_t       was = r->room.len;

	(void)line;
	(void)e;
	if (ev->type != EVENT_RESULT || !fields_is(&ev->data, "op", "crl-write") || !hex_decode(&b, fields_get(&ev->data, "sha256")) || b.len != 32)
		return true;
	m->shown++;
	doc_table_row(r->d, (const struct bytes[]){ files_with(r, fields_get(&ev->data, "sha256")),
	                                            report_doc_said(r, "with %s entries", (const char *)report_doc_shown(r, fields_get(&ev->data, "entries")).p),
	                                            BYTES_LIT("see the file"), print_of(r, buf_bytes(&b)) });
	r->room.len = was;
	return true;
}

/* Lists that were signed ahead, at what risk; and those that were, and must not be used any more. */
static bool each_ahead(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_doc *r = ctx;
	const size_t       was = r->room.len;

	(void)line;
	(void)e;
	if (ev->type == EVENT_ANSWER && fields_find(&ev->data, "risk"))
		doc_notice(r->d, PAPER_ALARM,
		           report_doc_said(r, "%s lists, one every %s, signed in one ceremony: all but the first ahead of their time. %s",
		                           (const char *)report_doc_shown(r, fields_get(&ev->data, "lists")).p,
		                           (const char *)report_doc_shown(r, fields_get(&ev->data, "every")).p,
		                           (const char *)report_doc_shown(r, fields_get(&ev->data, "risk")).p));
	if (ev->type == EVENT_ANSWER && fields_find(&ev->data, "overtaken"))
		doc_notice(r->d, PAPER_ALARM,
		           report_doc_said(r, "Overtaken: %s. These lists of an earlier ceremony were signed ahead and must never be published: "
		                              "destroy every copy.",
		                           (const char *)report_doc_shown(r, fields_get(&ev->data, "overtaken")).p));
	r->room.len = was;
	return true;
}

bool report_doc_signed(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[2][4] = {
		{ { "Subject", 0.29F, PAPER_PLAIN }, { "Serial", 0.17F, PAPER_CODE }, { "Valid (UTC)", 0.20F, PAPER_PLAIN }, { "SHA-256", 0.34F, PAPER_CODE } },
		{ { "Issuer", 0.29F, PAPER_PLAIN }, { "Number", 0.17F, PAPER_PLAIN }, { "This update to next (UTC)", 0.20F, PAPER_PLAIN }, { "SHA-256", 0.34F, PAPER_CODE } },
	};

	for (unsigned i = 0; i < 2; i++) {
		struct made m = { .r = r, .crls = i };
		doc_heading(r->d, i ? BYTES_LIT("Certificate revocation lists") : BYTES_LIT("Certificates"));
		if (i && !transcript_each(r->dir, each_ahead, r, e))
			return false;
		doc_table(r->d, columns[i], 4, false, 0);
		bool ok = report_signed_each(r->dir, each_made, &m, e) && (!i || transcript_each(r->dir, each_written, &m, e));
		if (ok && !m.shown)
			doc_table_band(r->d, PAPER_PLAIN, BYTES_LIT("None was signed."));
		doc_table_end(r->d);
		if (!ok)
			return false;
	}
	return true;
}

/* ---- files ---- */

static struct bytes split(struct report_doc *r, struct bytes hex)
{
	uint8_t    octets[64];
	struct buf b = BUF_ON(octets);

	return hex_decode(&b, hex) ? report_doc_hex(r, buf_bytes(&b)) : report_doc_shown(r, hex);
}

/* A list leaves the room as DER and as PEM; the record holds the DER. */
static struct bytes list_as_pem(struct report_doc *r, struct bytes sha256)
{
	struct bytes rest = r->sums, hex, name, der;
	char         digest[HASH_MAX * 2 + 1];

	while (next_sum(&rest, &hex, &name)) {
		struct err e = { 0 };
		if (!bytes_starts(name, "crls/") || !file_read(&der, &r->room, r->dir, (const char *)report_doc_shown(r, name).p, LIST_MOST, &e))
			continue;
		size_t     cap = der.len * 2 + 128;
		struct buf b = buf_init(arena_take(&r->room, cap), cap);
		if (!b.p)
			return BYTES_LIT("");
		pem_encode(&b, "X509 CRL", der);
		if (buf_ok(&b) && bytes_is(sha256, sha256_hex(digest, buf_bytes(&b))))
			return report_doc_said(r, "%s, as PEM", (const char *)report_doc_shown(r, name).p);
	}
	return BYTES_LIT("");
}

static struct bytes file_of(struct report_doc *r, struct bytes sha256)
{
	struct bytes files = files_with(r, sha256);

	if (!files.len)
		files = list_as_pem(r, sha256);
	return files.len ? files : BYTES_LIT("no file of this record");
}

struct media {
	struct report_doc *r;
	unsigned           shown;
};

static bool is_one_of(const struct event *ev, const char *const *op)
{
	while (*op && !fields_is(&ev->data, "op", *op))
		op++;
	return *op;
}

static bool each_medium(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct media      *m = ctx;
	struct report_doc *r = m->r;
	const size_t       was = r->room.len;
	const bool         in = is_one_of(ev, (const char *const[]){ "media-read", "media-newest", "list-take", NULL });
	const bool         out = is_one_of(ev, (const char *const[]){ "media-write", "file-deliver", NULL });

	(void)line;
	(void)e;
	if (ev->type != EVENT_RESULT || (!in && !out))
		return true;
	m->shown++;
	doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "%llu", (unsigned long long)ev->n + 1), in ? BYTES_LIT("in") : BYTES_LIT("out"),
	                                            report_doc_shown(r, ev->step), file_of(r, fields_get(&ev->data, "sha256")),
	                                            report_doc_shown(r, fields_get(&ev->data, "size")),
	                                            split(r, fields_get(&ev->data, "sha256")) });
	r->room.len = was;
	return true;
}

struct devices {
	struct report_doc  *r;
	struct report_media media;
};

static bool each_device(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	static const struct paper_column columns[] = { { "Line", 0.07F, PAPER_MUTED }, { "Device", 0.58F, PAPER_PLAIN }, { "Bound by", 0.35F, PAPER_PLAIN } };
	struct devices    *m = ctx;
	struct report_doc *r = m->r;
	const size_t       was = r->room.len;
	const char        *how = "";
	struct bytes       device = report_media_new(&m->media, ev, &how);

	(void)line;
	(void)e;
	if (!device.len)
		return true;
	if (m->media.num == 1)
		doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "%llu", (unsigned long long)ev->n + 1), report_doc_shown(r, device), bytes_str(how) });
	r->room.len = was;
	return true;
}

/* Where folders stood for them, there are none. */
static bool put_devices(struct report_doc *r, struct err *e)
{
	struct devices m = { .r = r };

	if (!transcript_each(r->dir, each_device, &m, e))
		return false;
	if (m.media.num)
		doc_table_end(r->d);
	return true;
}

bool report_doc_media(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Line", 0.07F, PAPER_MUTED }, { "Way", 0.06F, PAPER_STRONG }, { "Step", 0.14F, PAPER_PLAIN },
		                                       { "File in this record", 0.29F, PAPER_PLAIN }, { "Octets", 0.10F, PAPER_PLAIN },
		                                       { "SHA-256", 0.34F, PAPER_CODE } };
	struct media m = { .r = r };

	doc_heading(r->d, BYTES_LIT("Media"));
	doc_text(r->d, PAPER_MUTED, BYTES_LIT("What came into the room, and what left it; what was written was read back."));
	if (!put_devices(r, e))
		return false;
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	bool ok = transcript_each(r->dir, each_medium, &m, e);
	if (ok && !m.shown)
		doc_table_band(r->d, PAPER_PLAIN, BYTES_LIT("Nothing came in, and nothing left."));
	doc_table_end(r->d);
	return ok;
}

/* How it went, and what the other side said. */
static struct bytes carried_how(struct report_doc *r, const struct carried *c)
{
	const char *by = (const char *)report_doc_shown(r, c->by).p;
	if (c->in)
		return report_doc_said(r, "Read from %s. Pictures looked at: %s.%s", by, (const char *)report_doc_shown(r, c->pictures).p,
		                       c->is_card ? " Its words went to the token process, sealed, and nowhere else." : "");
	return report_doc_said(r, "Shown as QR codes: %s. The other side %s.", by, c->taken ? "has it, and read the same words" : "did not take it this way");
}

static bool each_carried(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct media      *m = ctx;
	struct report_doc *r = m->r;
	const size_t       was = r->room.len;
	struct carried     c;

	(void)line;
	(void)e;
	if (!carried_of(&c, ev))
		return true;
	m->shown++;
	const char *name = (const char *)report_doc_shown(r, c.name).p;
	doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "%llu", (unsigned long long)ev->n + 1), c.in ? BYTES_LIT("in") : BYTES_LIT("out"),
	                                            report_doc_shown(r, ev->step), report_doc_said(r, c.is_card ? "the card of share %s" : "%s", name),
	                                            report_doc_shown(r, c.size), split(r, c.sha256), carried_how(r, &c) });
	r->room.len = was;
	return true;
}

bool report_doc_carried(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Line", 0.06F, PAPER_MUTED }, { "Way", 0.05F, PAPER_STRONG }, { "Step", 0.10F, PAPER_PLAIN },
		                                       { "File", 0.18F, PAPER_PLAIN }, { "Octets", 0.08F, PAPER_PLAIN },
		                                       { "SHA-256", 0.34F, PAPER_CODE }, { "How", 0.19F, PAPER_PLAIN } };
	struct media m = { .r = r };

	doc_heading(r->d, BYTES_LIT("Carried by camera"));
	doc_text(r->d, PAPER_MUTED, BYTES_LIT("What came in before a camera, and what was shown as QR codes. A sealed checkpoint that is shown comes after the record's last line, and stands nowhere."));
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	bool ok = transcript_each(r->dir, each_carried, &m, e);
	if (ok && !m.shown)
		doc_table_band(r->d, PAPER_PLAIN, BYTES_LIT("Nothing was carried by camera."));
	doc_table_end(r->d);
	return ok;
}

bool report_doc_files(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "File", 0.34F, PAPER_PLAIN }, { "SHA-256", 0.34F, PAPER_CODE }, { "First words", 0.32F, PAPER_CODE } };
	struct bytes rest = r->sums, hex, name;

	(void)e;
	doc_heading(r->d, BYTES_LIT("Files of the record"));
	if (r->sums.len == 0) {
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("There is no " SUMS_NAME ": the ceremony was not sealed."));
		return true;
	}
	struct digest own = hash_of(HASH_SHA256, r->sums);
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	doc_table_row(r->d, (const struct bytes[]){ BYTES_LIT(SUMS_NAME ", which lists all below"), report_doc_hex(r, digest_bytes(&own)),
	                                            report_doc_words(r, bytes_first(digest_bytes(&own), WORDS), 2) });
	while (next_sum(&rest, &hex, &name)) {
		const size_t was = r->room.len;
		uint8_t      octets[32];
		struct buf   b = BUF_ON(octets);
		bool         ok = hex_decode(&b, hex);
		doc_table_row(r->d, (const struct bytes[]){ report_doc_shown(r, name), split(r, hex),
		                                            ok ? report_doc_words(r, bytes_of(octets, WORDS), 2) : BYTES_LIT("") });
		r->room.len = was;
	}
	doc_table_end(r->d);
	return true;
}
