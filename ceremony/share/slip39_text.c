/* slip39_text.c: a share as words: slip39_parse, slip39_wrong_word, slip39_put.
 *
 * The words are the secret. The list is always walked from end to end and a word's place
 * in it never is an index or a branch; only where words end is seen. */
#include "ceremony/share/ct.h"
#include "ceremony/share/rs1024.h"
#include "ceremony/share/slip39.h"

#define HEADER_WORDS 4
#define WORD_BITS    10
#define WORD_MAX     8 /* letters of the longest word */

const char *const slip39_words[SLIP39_NUM_WORDS] = {
#include "ceremony/share/slip39_words.inc"
};

/* Padded with zeros to eight octets, a word is one number. */
static const char words[SLIP39_NUM_WORDS][WORD_MAX + 1] = {
#include "ceremony/share/slip39_words.inc"
};

static uint64_t word_at(size_t i)
{
	uint64_t w;

	memcpy(&w, words[i], sizeof w);
	return w;
}

/* The value of a typed word, 0..1023; all ones if it is not in the list. */
static uint32_t word_value(struct bytes typed)
{
	char     letters[WORD_MAX] = { 0 };
	uint64_t packed = 0, value = UINT32_MAX;

	if (typed.len > WORD_MAX)
		return UINT32_MAX;
	for (size_t i = 0; i < typed.len; i++) {
		uint32_t c = typed.p[i];
		uint32_t is_upper = ((c - 'A') >> 31 ^ 1) & (('Z' - c) >> 31 ^ 1);
		uint32_t is_nul = ct_equal(c, 0) & 1; /* must not pass for our padding */
		letters[i] = (char)(c | is_upper << 5 | is_nul);
	}
	memcpy(&packed, letters, sizeof packed);
	wipe(letters, sizeof letters);
	for (size_t i = 0; i < COUNT_OF(words); i++)
		value ^= (value ^ i) & ct_equal(packed, word_at(i));
	return (uint32_t)value;
}

/* The word of a value, walking the whole list. */
static uint64_t word_of_value(uint32_t value)
{
	uint64_t packed = 0;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		packed |= word_at(i) & ct_equal(value, i);
	return packed;
}

/* True if blank. Where the words end is public: our own output shows it, a card too. */
static bool is_blank(uint8_t c)
{
	uint64_t hit = ct_equal(c, ' ') | ct_equal(c, '\t') | ct_equal(c, '\r') | ct_equal(c, '\n');

	CT_PUBLIC(&hit, sizeof hit);
	return hit != 0;
}

/* Cuts the next word off the front; false at the end. */
static bool next_word(struct bytes *text, struct bytes *word)
{
	size_t n = 0;

	while (text->len && is_blank(text->p[0]))
		*text = bytes_skip(*text, 1);
	while (n < text->len && !is_blank(text->p[n]))
		n++;
	*word = bytes_first(*text, n);
	*text = bytes_skip(*text, n);
	return n > 0;
}

/* What stands in a mnemonic before its rules are looked at. */
struct scan {
	size_t   num_words, num_unknown, first_unknown;
	uint32_t second;      /* the word with the extendable flag */
	uint32_t syndrome[2]; /* for a set that is not extendable, and for one that is */
};

static void scan_words(struct scan *s, struct bytes text)
{
	struct bytes word;
	uint32_t     state[2] = { rs1024_start(false), rs1024_start(true) };

	*s = (struct scan){ 0 };
	for (; next_word(&text, &word); s->num_words++) {
		uint32_t value = word_value(word);
		/* Whether a word exists is the answer that the custodian waits for. */
		uint32_t unknown = value >> 31;
		CT_PUBLIC(&unknown, sizeof unknown);
		if (unknown && s->num_unknown++ == 0)
			s->first_unknown = s->num_words;
		if (s->num_words == 1)
			s->second = value;
		for (unsigned ext = 0; ext < 2; ext++)
			state[ext] = rs1024_put(state[ext], value & 1023);
	}
	for (unsigned ext = 0; ext < 2; ext++)
		s->syndrome[ext] = rs1024_syndrome(state[ext]);
}

/* Its bit 4: id (15 bits), ext (1), exponent (4) fill the first two words. Public. */
static unsigned ext_of(uint32_t second_word)
{
	uint32_t ext = second_word >> 4 & 1;

	CT_PUBLIC(&ext, sizeof ext);
	return ext;
}

/* The one place where a wrong word explains the syndrome. A wrong second word may have
 * turned the extendable flag, and the checksum began with that. */
static bool find_wrong(size_t *place, const struct scan *s)
{
	size_t   at = 0, num_hits = 0;
	uint32_t error = 0;

	for (unsigned ext = 0; ext < 2; ext++) {
		uint32_t syndrome = s->syndrome[ext];
		/* A syndrome tells of the errors alone (rs1024.h). */
		CT_PUBLIC(&syndrome, sizeof syndrome);
		if (!rs1024_find(&at, &error, syndrome, s->num_words))
			continue;
		if (ext_of(s->second ^ (at == 1 ? error : 0)) != ext)
			continue;
		*place = at;
		num_hits++;
	}
	return num_hits == 1;
}

static bool checksum_holds(const struct scan *s)
{
	uint32_t syndrome = s->syndrome[ext_of(s->second)];

	CT_PUBLIC(&syndrome, sizeof syndrome); /* as in find_wrong */
	return syndrome == 0;
}

bool slip39_wrong_word(size_t *place, const struct secret *mnemonic)
{
	struct scan s;
	size_t      at = 0;

	scan_words(&s, secret_expose(mnemonic));
	if (s.num_unknown || s.num_words < SLIP39_MIN_WORDS || s.num_words > SLIP39_MAX_WORDS || checksum_holds(&s) ||
	    !find_wrong(&at, &s))
		return false;
	*place = at;
	return true;
}

/* Bits before the value, which is a whole number of 16-bit units. */
static size_t padding_of(size_t num_words)
{
	return (num_words - HEADER_WORDS - RS1024_WORDS) * WORD_BITS % 16;
}

static bool check_words(const struct scan *s, struct err *e)
{
	size_t place = 0;

	if (s->num_unknown)
		return err_set(e, ERR_SHARE_WORD, "word %zu of %zu%s", s->first_unknown + 1, s->num_words,
		               s->num_unknown > 1 ? ", and others" : "");
	if (s->num_words < SLIP39_MIN_WORDS)
		return err_set(e, ERR_SHARE_SHORT, "%zu words; the shortest has %d", s->num_words, SLIP39_MIN_WORDS);
	if (s->num_words > SLIP39_MAX_WORDS || padding_of(s->num_words) > 8)
		return err_set(e, ERR_SHARE_LENGTH, "%zu words", s->num_words);
	if (checksum_holds(s))
		return true;
	if (find_wrong(&place, s))
		return err_set(e, ERR_SHARE_CHECKSUM, "if one word is wrong, it is word %zu of %zu", place + 1,
		               s->num_words);
	return err_set(e, ERR_SHARE_CHECKSUM, "more than one of the %zu words is wrong", s->num_words);
}

/* The first four words, highest bit first: id 15, ext 1, exponent 4, group index 4, group
 * threshold - 1 4, groups - 1 4, member index 4, member threshold - 1 4. All public. */
static void take_header(struct slip39_share *share, uint64_t header)
{
	CT_PUBLIC(&header, sizeof header);
	share->id = (uint16_t)(header >> 25 & 0x7fff);
	share->ext = header >> 24 & 1;
	share->exponent = header >> 20 & 15;
	share->group_index = header >> 16 & 15;
	share->group_threshold = (uint8_t)((header >> 12 & 15) + 1);
	share->num_groups = (uint8_t)((header >> 8 & 15) + 1);
	share->member_index = header >> 4 & 15;
	share->member_threshold = (uint8_t)((header & 15) + 1);
}

static uint64_t give_header(const struct slip39_share *share)
{
	MUST(share->id < 0x8000 && share->exponent < 16 && share->group_index < 16 && share->member_index < 16);
	MUST(share->group_threshold >= 1 && share->group_threshold <= 16);
	MUST(share->num_groups >= share->group_threshold && share->num_groups <= 16);
	MUST(share->member_threshold >= 1 && share->member_threshold <= 16);
	return (uint64_t)share->id << 25 | (uint64_t)share->ext << 24 | (uint64_t)share->exponent << 20 |
	       (uint64_t)share->group_index << 16 | (uint64_t)(share->group_threshold - 1) << 12 |
	       (uint64_t)(share->num_groups - 1) << 8 | (uint64_t)share->member_index << 4 |
	       (uint64_t)(share->member_threshold - 1);
}

/* Reads the words of a sound text: the header's, then the value's into p. False if the
 * padding is not zero. */
static bool read_words(uint64_t *header, uint8_t *p, struct bytes text, size_t num_words)
{
	size_t       pad = padding_of(num_words), num_bits = 0;
	uint32_t     bits = 0, pad_bits = 0;
	struct bytes word;

	*header = 0;
	for (size_t i = 0; i < num_words - RS1024_WORDS && next_word(&text, &word); i++) {
		uint32_t value = word_value(word);
		if (i < HEADER_WORDS) {
			*header = *header << WORD_BITS | value;
			continue;
		}
		bits = bits << WORD_BITS | value;
		num_bits += WORD_BITS;
		if (i == HEADER_WORDS) {
			num_bits -= pad;
			pad_bits = bits >> num_bits;
			bits &= (1U << num_bits) - 1;
		}
		for (; num_bits >= 8; bits &= (1U << num_bits) - 1) {
			num_bits -= 8;
			*p++ = (uint8_t)(bits >> num_bits);
		}
	}
	/* The padding is no part of the value: whether it is zero is public. */
	CT_PUBLIC(&pad_bits, sizeof pad_bits);
	return pad_bits == 0;
}

bool slip39_parse(struct slip39_share *out, const struct secret *mnemonic, struct err *e)
{
	__attribute__((cleanup(slip39_share_done))) struct slip39_share share = { 0 };
	struct scan s;
	uint64_t    header = 0;

	scan_words(&s, secret_expose(mnemonic));
	if (!check_words(&s, e))
		return false;
	size_t len = (s.num_words - HEADER_WORDS - RS1024_WORDS) * WORD_BITS / 16 * 2;
	if (!secret_new(&share.value, len, e))
		return false;
	bool pad_ok = read_words(&header, secret_extend(&share.value, len), secret_expose(mnemonic), s.num_words);
	take_header(&share, header);
	if (share.group_threshold > share.num_groups)
		return err_set(e, ERR_SHARE_GROUPS, "%u of %u groups", share.group_threshold, share.num_groups);
	if (!pad_ok)
		return err_set(e, ERR_SHARE_PADDING, "group %u, share %u", share.group_index + 1U,
		               share.member_index + 1U);
	*out = share;
	share = (struct slip39_share){ 0 };
	return true;
}

/* A mnemonic being written. */
struct writer {
	struct secret *text;
	uint32_t       state;
};

static void put_word(struct writer *w, uint32_t value)
{
	char     letters[WORD_MAX];
	uint64_t packed = word_of_value(value);
	size_t   n = 0;

	w->state = rs1024_put(w->state, value);
	/* The text is to be shown, so its letters are given away; the lookup was blind. */
	CT_PUBLIC(&packed, sizeof packed);
	memcpy(letters, &packed, sizeof letters);
	while (n < WORD_MAX && letters[n])
		n++;
	if (w->text->len)
		MUST(secret_put(w->text, BYTES_LIT(" ")));
	MUST(secret_put(w->text, bytes_of(letters, n)));
	wipe(letters, sizeof letters);
}

bool slip39_put(struct secret *mnemonic, const struct slip39_share *share, struct err *e)
{
	SECRET        text = { 0 };
	struct bytes  value = secret_expose(&share->value);
	size_t        num_words = (value.len * 8 + WORD_BITS - 1) / WORD_BITS, num_bits = num_words * WORD_BITS - value.len * 8;
	struct writer w = { &text, rs1024_start(share->ext) };
	uint32_t      bits = 0;

	MUST(value.len >= SLIP39_MIN_SECRET && value.len <= SLIP39_MAX_SECRET && value.len % 2 == 0);
	if (!secret_new(&text, (HEADER_WORDS + num_words + RS1024_WORDS) * (WORD_MAX + 1), e))
		return false;
	uint64_t header = give_header(share);
	for (unsigned i = 0; i < HEADER_WORDS; i++)
		put_word(&w, header >> (HEADER_WORDS - 1 - i) * WORD_BITS & 1023);
	for (size_t i = 0; i < value.len; i++) { /* num_bits begins as the zero padding */
		bits = bits << 8 | value.p[i];
		num_bits += 8;
		for (; num_bits >= WORD_BITS; bits &= (1U << num_bits) - 1) {
			num_bits -= WORD_BITS;
			put_word(&w, bits >> num_bits & 1023);
		}
	}
	uint32_t checksum = rs1024_checksum(w.state);
	for (unsigned i = 0; i < RS1024_WORDS; i++)
		put_word(&w, checksum >> (RS1024_WORDS - 1 - i) * WORD_BITS & 1023);
	secret_move(mnemonic, &text);
	return true;
}
