/* crl_number.c: see crl_number.h. */
#include "ceremony/pki/crl_number.h"

/* n * times + more; what does not fit is handed back. */
static unsigned grow(struct crl_number *n, unsigned times, uint64_t more)
{
	uint64_t carry = more;

	for (size_t i = CRL_NUMBER_MAX; i > 0; i--) {
		carry += (uint64_t)n->octet[i - 1] * times;
		n->octet[i - 1] = (uint8_t)carry;
		carry >>= 8;
	}
	return (unsigned)carry;
}

/* n / 10; the remainder is handed back. */
static unsigned shrink(struct crl_number *n)
{
	unsigned rest = 0;

	for (size_t i = 0; i < CRL_NUMBER_MAX; i++) {
		rest = rest << 8 | n->octet[i];
		n->octet[i] = (uint8_t)(rest / 10);
		rest %= 10;
	}
	return rest;
}

static bool is_positive(struct crl_number n)
{
	return n.octet[0] < 0x80;
}

struct crl_number crl_number_of(uint64_t n)
{
	struct crl_number out = { { 0 } };

	for (size_t i = CRL_NUMBER_MAX; n; n >>= 8)
		out.octet[--i] = (uint8_t)n;
	return out;
}

struct crl_number crl_number_plus(struct crl_number n, uint32_t more)
{
	MUST(grow(&n, 1, more) == 0 && is_positive(n));
	return n;
}

bool crl_number_has_room(struct crl_number n)
{
	return is_positive(n) && grow(&n, 1, UINT32_MAX) == 0 && is_positive(n);
}

bool crl_number_is_zero(struct crl_number n)
{
	return crl_number_compare(n, (struct crl_number){ { 0 } }) == 0;
}

struct bytes crl_number_octets(const struct crl_number *n)
{
	size_t zeros = 0;

	while (zeros + 1 < CRL_NUMBER_MAX && n->octet[zeros] == 0)
		zeros++;
	return bytes_of(n->octet + zeros, CRL_NUMBER_MAX - zeros);
}

bool crl_number_read(struct crl_number *out, struct bytes octets)
{
	struct crl_number n = { { 0 } };

	if (!octets.len || octets.len > CRL_NUMBER_MAX)
		return false;
	memcpy(n.octet + CRL_NUMBER_MAX - octets.len, octets.p, octets.len);
	if (!is_positive(n))
		return false;
	*out = n;
	return true;
}

const char *crl_number_str(char out[CRL_NUMBER_TEXT], struct crl_number n)
{
	size_t at = CRL_NUMBER_TEXT - 1;

	MUST(is_positive(n));
	out[at] = 0;
	do
		out[--at] = (char)('0' + shrink(&n));
	while (!crl_number_is_zero(n));
	return memmove(out, out + at, CRL_NUMBER_TEXT - at);
}

bool crl_number_parse(struct crl_number *out, struct bytes text)
{
	struct crl_number n = { { 0 } };

	if (!text.len || (text.len > 1 && text.p[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] < '0' || text.p[i] > '9' || grow(&n, 10, text.p[i] - '0') != 0)
			return false;
	if (!is_positive(n))
		return false;
	*out = n;
	return true;
}
