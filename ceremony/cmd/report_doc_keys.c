/* report_doc_keys.c: a report's sections on the tokens, the keys in them, and their backup; see report_doc.h. */
#include "ceremony/base/hash.h"
#include "ceremony/cmd/report_doc.h"
#include "keytest/qualify.h"

#define MOST_TOKENS 32
#define MOST_READ   64 /* times that attributes were read back */
#define SIDE        4  /* of them beside each other */

static struct bytes shown(struct report_doc *r, const struct event *ev, const char *key)
{
	return report_doc_shown(r, fields_get(&ev->data, key));
}

static bool is_result(const struct event *ev, const char *op)
{
	return ev->type == EVENT_RESULT && fields_is(&ev->data, "op", op);
}

/* ---- tokens ---- */

struct tokens {
	struct report_doc *r;
	struct bytes       serial[MOST_TOKENS];
	size_t             num;
	unsigned           qualified;
};

static bool is_new(struct tokens *t, struct bytes serial)
{
	for (size_t i = 0; i < t->num; i++)
		if (bytes_equal(t->serial[i], serial))
			return false;
	if (t->num == MOST_TOKENS) {
		t->r->failed = true;
		return false;
	}
	t->serial[t->num] = arena_copy(&t->r->room, serial);
	t->r->failed |= !t->serial[t->num].p;
	t->num++;
	return true;
}

static void put_token(struct report_doc *r, const struct event *ev)
{
	static const struct {
		const char *label, *key;
	} rows[] = {
		{ "Maker", "manufacturer" }, { "Model", "model" },           { "Label", "label" },
		{ "Hardware", "hardware" },  { "Firmware", "firmware" },     { "Software token", "software" },
		{ "PIN pad", "pin-pad" },    { "Library", "library" },       { "Module", "module" },
	};
	uint8_t    sha256[32];
	struct buf b = BUF_ON(sha256);

	doc_subheading(r->d, report_doc_said(r, "Token %s", (const char *)shown(r, ev, "serial").p));
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (fields_get(&ev->data, rows[i].key).len)
			doc_row(r->d, bytes_str(rows[i].label), PAPER_PLAIN, shown(r, ev, rows[i].key));
	if (hex_decode(&b, fields_get(&ev->data, "module-sha256")) && b.len == 32)
		doc_digest(r->d, "Module's SHA-256", buf_bytes(&b));
	doc_row(r->d, BYTES_LIT("Taken in"), PAPER_PLAIN,
	        report_doc_said(r, "line %llu, %s", (unsigned long long)ev->n + 1, (const char *)report_doc_time(r, ev->time).p));
}

static void put_findings(struct report_doc *r, const struct event *ev)
{
	static const struct paper_column columns[] = { { "Property", 0.28F, PAPER_PLAIN }, { "Grade", 0.12F, PAPER_STRONG },
		                                       { "Measured", 0.60F, PAPER_PLAIN } };

	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	for (size_t i = 0; i < ev->data.num; i++) {
		const struct field *f = &ev->data.item[i];
		struct bytes        grade, text;
		if (bytes_starts(f->key, "spki.") || !bytes_cut(f->value, ':', &grade, &text) || grade.len > 8)
			continue;
		doc_table_row(r->d, (const struct bytes[]){ report_doc_shown(r, f->key), report_doc_shown(r, grade),
		                                            report_doc_shown(r, bytes_trim(text)) });
	}
	doc_table_end(r->d);
}

static bool put_verdict(struct tokens *t, const struct event *ev, struct err *e)
{
	struct report_doc *r = t->r;
	struct arena       scratch = arena_new((size_t)4 << 20);
	struct qualify     q;

	if (!scratch.cap)
		return err_set(e, ERR_NO_MEMORY, "the verdict on a token");
	qualify_judge(&q, &scratch, &ev->data);
	arena_free(&scratch);
	t->qualified++;
	doc_subheading(r->d, report_doc_said(r, "Qualification of token %s", (const char *)shown(r, ev, "serial").p));
	doc_row(r->d, BYTES_LIT("Verdict"), q.fit ? PAPER_STRONG : PAPER_ALARM, bytes_str(qualify_words(&q)));
	for (size_t i = 0; i < q.num_reasons; i++)
		doc_row(r->d, BYTES_LIT("Not fit"), PAPER_ALARM, report_doc_shown(r, bytes_str(q.reason[i])));
	for (size_t i = 0; i < q.num_remarks; i++)
		doc_row(r->d, BYTES_LIT("Remark"), PAPER_PLAIN, report_doc_shown(r, bytes_str(q.remark[i])));
	doc_row(r->d, BYTES_LIT("Measured"), PAPER_PLAIN,
	        report_doc_said(r, "line %llu, %s", (unsigned long long)ev->n + 1, (const char *)report_doc_time(r, ev->time).p));
	put_findings(r, ev);
	return true;
}

static bool each_token(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct tokens *t = ctx;
	struct bytes   serial = fields_get(&ev->data, "serial");

	(void)line;
	if (is_result(ev, "token-open") && serial.len && is_new(t, serial))
		put_token(t->r, ev);
	return !is_result(ev, "token-qualify") || put_verdict(t, ev, e);
}

bool report_doc_tokens(struct report_doc *r, struct err *e)
{
	static struct tokens t;

	t = (struct tokens){ .r = r };
	doc_heading(r->d, BYTES_LIT("Tokens"));
	if (!transcript_each(r->dir, each_token, &t, e))
		return false;
	if (!t.num)
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("No token was opened."));
	else if (!t.qualified)
		doc_text(r->d, PAPER_MUTED, BYTES_LIT("The script did not ask that a token be qualified: what stands here is what each says of itself."));
	return true;
}

/* ---- keys ---- */

/* One reading back of a key's attributes. */
struct read_back {
	const char   *head; /* whose, and when */
	struct field *item;
	size_t        num;
};

struct keys {
	struct report_doc *r;
	struct read_back   read[MOST_READ];
	size_t             num;
	unsigned           made;
	struct bytes       label; /* of the last key that was named */
};

static void keep_attributes(struct keys *k, const struct event *ev, const char *what)
{
	struct read_back back = { .item = arena_take(&k->r->room, ev->data.num * sizeof *back.item) };

	for (size_t i = 0; back.item && i < ev->data.num; i++)
		if (bytes_starts(ev->data.item[i].key, "CKA_"))
			back.item[back.num++] = (struct field){ arena_copy(&k->r->room, ev->data.item[i].key),
				                                report_doc_shown(k->r, ev->data.item[i].value) };
	k->r->failed |= !back.item || k->num == MOST_READ;
	if (!back.num || k->num == MOST_READ)
		return;
	back.head = (const char *)report_doc_said(k->r, "%s\n%s, line %llu", (const char *)k->label.p, what, (unsigned long long)ev->n + 1).p;
	k->read[k->num++] = back;
}

static bool each_key(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct keys *k = ctx;
	struct bytes spki;
	const bool   made = is_result(ev, "key-generate"), found = ev->type == EVENT_RESOLVED && fields_is(&ev->data, "outcome", "done");
	const bool   back = is_result(ev, "key-restore") || is_result(ev, "transfer-receive"), sealed = is_result(ev, "backup-make"), locked = is_result(ev, "key-lock");

	(void)line;
	(void)e;
	if (!made && !found && !back && !locked && !sealed)
		return true;
	if (fields_get(&ev->data, "label").len)
		k->label = shown(k->r, ev, "label");
	keep_attributes(k, ev, made ? "made" : found ? "found after a crash" : back ? "brought in" : "locked");
	if (sealed)
		k->label = BYTES_LIT("made outside a token");
	if ((made || found || sealed) && fields_get_base64(&spki, &k->r->room, &ev->data, "spki")) {
		struct digest sha256 = hash_of(HASH_SHA256, spki);
		k->made++;
		doc_table_row(k->r->d, (const struct bytes[]){ k->label, shown(k->r, ev, "algorithm"), shown(k->r, ev, "id"),
		                                               report_doc_hex(k->r, digest_bytes(&sha256)),
		                                               report_doc_said(k->r, "%llu", (unsigned long long)ev->n + 1) });
	}
	return true;
}

static struct bytes attribute(const struct read_back *b, struct bytes name)
{
	for (size_t i = 0; i < b->num; i++)
		if (bytes_equal(b->item[i].key, name))
			return b->item[i].value;
	return BYTES_LIT("");
}

/* The attributes of `num` readings, beside each other. */
static void put_attributes(struct doc *d, const struct read_back *b, size_t num)
{
	struct paper_column columns[SIDE + 1] = { { "Attribute", 0.28F, PAPER_PLAIN } };
	struct bytes        cells[SIDE + 1];

	for (size_t i = 0; i < num; i++)
		columns[i + 1] = (struct paper_column){ b[i].head, 0.72F / (float)num, PAPER_PLAIN };
	doc_table(d, columns, num + 1, false, 0);
	for (size_t i = 0; i < num; i++)
		for (size_t k = 0; k < b[i].num; k++) {
			bool before = false;
			for (size_t m = 0; m < i; m++)
				before |= attribute(&b[m], b[i].item[k].key).len > 0;
			if (before)
				continue;
			cells[0] = bytes_skip(b[i].item[k].key, 4);
			for (size_t m = 0; m < num; m++)
				cells[m + 1] = attribute(&b[m], b[i].item[k].key);
			doc_table_row(d, cells);
		}
	doc_table_end(d);
}

bool report_doc_keys(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Key", 0.25F, PAPER_STRONG }, { "Algorithm", 0.11F, PAPER_PLAIN },
		                                       { "CKA_ID", 0.22F, PAPER_CODE }, { "SHA-256 of its public key", 0.34F, PAPER_CODE },
		                                       { "Line", 0.08F, PAPER_MUTED } };
	static struct keys k;

	k = (struct keys){ .r = r, .label = BYTES_LIT("") };
	doc_heading(r->d, BYTES_LIT("Keys"));
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	bool ok = transcript_each(r->dir, each_key, &k, e);
	if (ok && !k.made)
		doc_table_band(r->d, PAPER_PLAIN, BYTES_LIT("No key was made."));
	doc_table_end(r->d);
	if (k.num)
		doc_subheading(r->d, BYTES_LIT("Attributes, as the token gave them back"));
	for (size_t i = 0; ok && i < k.num; i += SIDE)
		put_attributes(r->d, &k.read[i], k.num - i < SIDE ? k.num - i : SIDE);
	return ok;
}
