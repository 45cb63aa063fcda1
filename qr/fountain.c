/* fountain.c: see fountain.h. */
#include "qr/fountain.h"

#include "ceremony/base/buf.h"

static void add(struct fountain_set *s, size_t i)
{
	s->word[i / 64] |= (uint64_t)1 << i % 64;
}

static void mix(uint8_t *into, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		into[i] ^= from[i];
}

/* ---- choosing ----------------------------------------------------------- */

size_t fountain_fragment_len(size_t len, size_t max)
{
	MUST(len >= 1 && max >= 1);
	size_t pieces = (len - 1) / max + 1;
	return (len - 1) / pieces + 1;
}

void fountain_init(struct fountain *f, size_t num, uint32_t checksum)
{
	double weight[FOUNTAIN_MAX];

	for (size_t i = 0; i < num && i < FOUNTAIN_MAX; i++)
		weight[i] = 1.0 / (double)(i + 1);
	sampler_init(&f->degree, weight, num);
	f->checksum = checksum;
}

void fountain_shuffle(struct xoshiro *x, uint16_t *out, size_t take, uint16_t *list, size_t num)
{
	MUST(take <= num);
	for (size_t i = 0; i < take; i++, num--) {
		size_t k = (size_t)xoshiro_int(x, 0, num - 1);
		out[i] = list[k];
		memmove(&list[k], &list[k + 1], (num - 1 - k) * sizeof *list);
	}
}

void fountain_choose(const struct fountain *f, struct fountain_set *out, uint32_t seq)
{
	uint16_t       list[FOUNTAIN_MAX], drawn[FOUNTAIN_MAX];
	uint8_t        octets[8];
	struct buf     b = BUF_ON(octets);
	struct xoshiro x;
	size_t         num = f->degree.num;

	*out = (struct fountain_set){ 0 };
	if (seq >= 1 && seq <= num) {
		add(out, seq - 1);
		return;
	}
	buf_u32(&b, seq);
	buf_u32(&b, f->checksum);
	struct digest seed = hash_of(HASH_SHA256, buf_bytes(&b));
	xoshiro_init(&x, &seed);
	size_t degree = sampler_next(&f->degree, &x) + 1;
	for (size_t i = 0; i < num; i++)
		list[i] = (uint16_t)i;
	fountain_shuffle(&x, drawn, degree, list, num);
	for (size_t i = 0; i < degree; i++)
		add(out, drawn[i]);
}

void fountain_mix(uint8_t *out, struct bytes message, size_t fragment_len, const struct fountain_set *set)
{
	memset(out, 0, fragment_len);
	for (size_t i = 0; i < FOUNTAIN_MAX && i * fragment_len < message.len; i++) {
		struct bytes rest = bytes_skip(message, i * fragment_len);
		if (fountain_has(set, i))
			mix(out, rest.p, rest.len < fragment_len ? rest.len : fragment_len);
	}
}

/* ---- taking apart ------------------------------------------------------- */

bool fountain_rows_init(struct fountain_rows *r, struct arena *a, size_t num, size_t fragment_len, struct err *e)
{
	MUST(num >= 1 && num <= FOUNTAIN_MAX && fragment_len <= SIZE_MAX / FOUNTAIN_MAX);
	struct fountain_rows fresh = {
		.num = num,
		.fragment_len = fragment_len,
		.have = arena_take(a, num * sizeof *r->have),
		.set = arena_take(a, num * sizeof *r->set),
		.data = arena_take(a, num * fragment_len),
		.spare = arena_take(a, fragment_len),
	};
	if (!fresh.have || !fresh.set || !fresh.data || !fresh.spare)
		return err_set(e, ERR_TOO_LARGE, "%zu fragments of %zu octets", num, fragment_len);
	*r = fresh;
	return true;
}

static void mix_sets(struct fountain_set *into, const struct fountain_set *from)
{
	for (size_t i = 0; i < COUNT_OF(into->word); i++)
		into->word[i] ^= from->word[i];
}

bool fountain_rows_put(struct fountain_rows *r, struct fountain_set set, const uint8_t *data)
{
	memcpy(r->spare, data, r->fragment_len);
	for (size_t p = 0; p < r->num; p++) {
		if (!fountain_has(&set, p))
			continue;
		uint8_t *row = r->data + p * r->fragment_len;
		if (!r->have[p]) {
			r->have[p] = true;
			r->set[p] = set;
			memcpy(row, r->spare, r->fragment_len);
			r->rank++;
			return true;
		}
		mix_sets(&set, &r->set[p]);
		mix(r->spare, row, r->fragment_len);
	}
	return false;
}

void fountain_rows_solve(struct fountain_rows *r)
{
	MUST(r->rank == r->num);
	for (size_t p = r->num; p-- > 0;) {
		for (size_t q = p + 1; q < r->num; q++)
			if (fountain_has(&r->set[p], q))
				mix(r->data + p * r->fragment_len, r->data + q * r->fragment_len, r->fragment_len);
		r->set[p] = (struct fountain_set){ 0 };
		add(&r->set[p], p);
	}
}
