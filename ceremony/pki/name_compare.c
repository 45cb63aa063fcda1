/* name_compare.c: when two names are one (RFC 5280 7.1); see name.h.
 *
 * The standard asks for LDAP's string preparation. This is what of it concerns names that name_is_plain lets pass: letters of
 * either case and wide ones, blanks of any width, marks that stand apart from their letter and in any order. Letters that Unicode
 * only calls compatible (those of formulas, numerals, ligatures) are what they are.
 */
#include "ceremony/base/text.h"
#include "ceremony/pki/name.h"

/* What is compared as another character. */
static const struct {
	uint32_t first, last, step;
	int32_t  to_folded;
} cases[] = {
#define X(from, to, in_steps, by) { .first = from, .last = to, .step = in_steps, .to_folded = by },
#include "ceremony/pki/name_case.def"
#undef X
};

/* A letter with its mark, and without; in order. */
static const struct {
	uint16_t letter, without, mark;
} marked[] = {
#define X(one, other, its_mark) { .letter = one, .without = other, .mark = its_mark },
#include "ceremony/pki/name_marks.def"
#undef X
};

#define CLUSTER_MAX 24 /* characters: a letter and its marks; more of them begin the next one */

struct cluster {
	uint32_t c[CLUSTER_MAX];
	size_t   num;
};

/* A value, and the cluster that was eaten off it last. */
struct reader {
	struct bytes   in;
	struct cluster x;
	size_t         at;
};

/* The next character of well-formed UTF-8, and how many octets it has. */
static uint32_t peek(struct bytes in, size_t *len)
{
	uint8_t  c = in.p[0];
	size_t   n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t v = n == 1 ? c : c & (0xffu >> (n + 1));

	MUST(n <= in.len);
	for (size_t i = 1; i < n; i++)
		v = v << 6 | (in.p[i] & 0x3f);
	*len = n;
	return v;
}

static void skip_blanks(struct bytes *in)
{
	size_t n;

	while (in->len && text_is_blank(peek(*in, &n)))
		*in = bytes_skip(*in, n);
}

static uint32_t fold(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (c >= cases[i].first && c <= cases[i].last && (c - cases[i].first) % cases[i].step == 0)
			return (uint32_t)((int32_t)c + cases[i].to_folded);
	return c;
}

static void add(struct cluster *out, uint32_t c)
{
	if (out->num < CLUSTER_MAX)
		out->c[out->num++] = c;
}

/* A syllable of Hangul is two or three letters (Unicode 3.12). */
static bool add_hangul(struct cluster *out, uint32_t c)
{
	const uint32_t n = c - 0xac00;

	if (c < 0xac00 || c > 0xd7a3)
		return false;
	add(out, 0x1100 + n / 588);
	add(out, 0x1161 + n % 588 / 28);
	if (n % 28)
		add(out, 0x11a7 + n % 28);
	return true;
}

/* Adds a folded character, taken apart as far as it goes. */
static void add_apart(struct cluster *out, uint32_t c)
{
	uint32_t marks[CLUSTER_MAX];
	size_t   num = 0;

	for (size_t low = 0, high = COUNT_OF(marked); c >= 0x80 && low < high;) {
		size_t i = (low + high) / 2;
		if (marked[i].letter != c) {
			*(marked[i].letter < c ? &low : &high) = marked[i].letter < c ? i + 1 : i;
			continue;
		}
		if (marked[i].mark && num < CLUSTER_MAX)
			marks[num++] = marked[i].mark;
		c = fold(marked[i].without);
		low = 0;
		high = COUNT_OF(marked);
	}
	if (c == 0xdf || c == 0x1e9e) { /* sharp s */
		add(out, 's');
		add(out, 's');
	} else if (!add_hangul(out, c)) {
		add(out, c);
	}
	while (num)
		add(out, fold(marks[--num]));
}

static bool is_mark(uint32_t c)
{
	return c >= 0x300 && c <= 0x36f;
}

/* Marks in any order are the same: one above and one below stand where they stand. */
static void sort_marks(struct cluster *x)
{
	for (size_t i = 1; i < x->num; i++)
		for (size_t k = i; k > 0 && is_mark(x->c[k]) && is_mark(x->c[k - 1]) && x->c[k - 1] > x->c[k]; k--) {
			uint32_t c = x->c[k];
			x->c[k] = x->c[k - 1];
			x->c[k - 1] = c;
		}
}

/* The next letter of a value with its marks, as it is compared; nothing at its end. */
static void eat_cluster(struct reader *r)
{
	struct cluster *out = &r->x;
	size_t          n;

	out->num = r->at = 0;
	if (r->in.len == 0)
		return;
	uint32_t c = peek(r->in, &n);
	r->in = bytes_skip(r->in, n);
	if (text_is_blank(c)) {
		skip_blanks(&r->in);
		if (r->in.len) /* blanks at the end do not count */
			add(out, ' ');
		return;
	}
	add_apart(out, fold(c));
	while (r->in.len && is_mark(c = peek(r->in, &n)) && out->num < CLUSTER_MAX) {
		r->in = bytes_skip(r->in, n);
		add_apart(out, fold(c));
	}
	sort_marks(out);
}

/* The next character as it is compared; 0 at the end. */
static uint32_t next_compared(struct reader *r)
{
	if (r->at < r->x.num)
		return r->x.c[r->at++];
	/* most letters are ASCII and have no mark behind them */
	if (r->in.len && r->in.p[0] > ' ' && r->in.p[0] < 0x7f && (r->in.len == 1 || r->in.p[1] < 0x80)) {
		uint32_t c = fold(r->in.p[0]);
		r->in = bytes_skip(r->in, 1);
		return c;
	}
	eat_cluster(r);
	return r->at < r->x.num ? r->x.c[r->at++] : 0;
}

bool name_value_same(struct bytes a, struct bytes b)
{
	struct reader x = { .in = a }, y = { .in = b };
	uint32_t      c, d;

	skip_blanks(&x.in);
	skip_blanks(&y.in);
	do {
		c = next_compared(&x);
		d = next_compared(&y);
	} while (c == d && c != 0);
	return c == d;
}

uint64_t name_value_hash(struct bytes a)
{
	struct reader x = { .in = a };
	uint64_t      h = 0xcbf29ce484222325U; /* FNV-1a, by characters */

	skip_blanks(&x.in);
	for (uint32_t c; (c = next_compared(&x)) != 0;)
		h = (h ^ c) * 0x100000001b3U;
	return h;
}

static bool has_attr(const struct name *n, const struct name_attr *at)
{
	for (size_t i = 0; i < n->num_attrs; i++)
		if (bytes_equal(n->attr[i].type_der, at->type_der) && name_value_same(n->attr[i].value, at->value))
			return true;
	return false;
}

bool name_same_in_any_order(const struct name *a, const struct name *b)
{
	bool same = a->num_attrs == b->num_attrs;

	for (size_t i = 0; same && i < a->num_attrs; i++)
		same = has_attr(b, &a->attr[i]) && has_attr(a, &b->attr[i]);
	return same;
}

uint64_t name_hash_in_any_order(const struct name *n)
{
	uint64_t h = n->num_attrs;

	for (size_t i = 0; i < n->num_attrs; i++)
		h += name_value_hash(n->attr[i].value);
	return h;
}

/* Behind the last attribute of the level that begins at i. */
static size_t level_end(const struct name *n, size_t i)
{
	size_t end = i;

	while (end < n->num_attrs && n->attr[end].rdn == n->attr[i].rdn)
		end++;
	return end;
}

/* A level is a set: how long a value is tells its place, and that does not count. */
static bool level_same(const struct name *a, size_t i, const struct name *b, size_t k)
{
	const size_t end = level_end(b, k);

	if (level_end(a, i) - i != end - k)
		return false;
	for (size_t x = i; x < level_end(a, i); x++) {
		size_t y = k;
		while (y < end && !(bytes_equal(a->attr[x].type_der, b->attr[y].type_der) &&
		                    name_value_same(a->attr[x].value, b->attr[y].value)))
			y++;
		if (y == end)
			return false;
	}
	return true;
}

bool name_within(const struct name *base, const struct name *n)
{
	size_t i = 0, k = 0;

	for (; i < base->num_attrs; i = level_end(base, i), k = level_end(n, k))
		if (k == n->num_attrs || !level_same(base, i, n, k))
			return false;
	return true;
}

bool name_same(const struct name *a, const struct name *b)
{
	return a->num_attrs == b->num_attrs && name_within(a, b);
}
