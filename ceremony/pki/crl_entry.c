/* crl_entry.c: see crl_parts.h; crl_next of crl.h and crl_read_next of crl_foreign.h. */
#include "ceremony/pki/crl_parts.h"

#include "ceremony/pki/der.h"
#include "ceremony/pki/ext.h"

/* YYYYMMDDHHMMSSZ, whatever the year. */
static bool get_long_time(struct bytes *in, int64_t *out)
{
	struct bytes rest = *in, text;
	uint8_t      spelled[20];
	struct buf   b = BUF_ON(spelled);
	int64_t      t = 0;

	if (!der_get(&rest, DER_GENERALIZED_TIME, &text) || text.len != 15 || text.p[14] != 'Z')
		return false;
	for (size_t i = 0; i < 14; i++) {
		buf_put(&b, bytes_of(text.p + i, 1));
		if (i >= 3 && i % 2 == 1)
			buf_str(&b, i < 7 ? "-" : i == 7 ? "T" : i < 13 ? ":" : "Z");
	}
	if (!utc_parse(&t, buf_bytes(&b)))
		return false;
	*out = t;
	*in = rest;
	return true;
}

bool crl_time_get(struct bytes *in, int64_t *t, unsigned *odd)
{
	if (der_get_time(in, t))
		return true;
	if (!get_long_time(in, t))
		return false;
	*odd |= CRL_ODD_BIT(CRL_ODD_TIME);
	return true;
}

/* A reasonCode or an invalidityDate (RFC 5280 5.3.1, 5.3.2); anything else is odd, and lost if it is passed over. */
static bool get_ext(struct crl_entry *out, const struct ext *x, unsigned *odd)
{
	struct bytes value = x->value, code;

	if (x->critical)
		return false;
	if (x->id == OID_EXT_INVALIDITY_DATE)
		return !out->invalidity && get_long_time(&value, &out->invalidity) && !value.len && out->invalidity > 0;
	if (x->id != OID_EXT_REASON_CODE) {
		*odd |= CRL_ODD_BIT(CRL_ODD_ENTRY);
		return true;
	}
	if (out->reason || !der_get(&value, DER_ENUMERATED, &code) || value.len || code.len != 1 || code.p[0] > 10)
		return false;
	out->reason = code.p[0];
	*odd |= code.p[0] ? 0 : CRL_ODD_BIT(CRL_ODD_UNSPECIFIED);
	return true;
}

bool crl_read_next(struct bytes *revoked, struct crl_entry *out, unsigned *odd, struct err *e)
{
	struct bytes     rest = *revoked, in, serial, exts = { NULL, 0 };
	struct crl_entry entry = { .reason = 0 };
	struct ext       x;

	if (!der_get(&rest, DER_SEQUENCE, &in))
		return err_set(e, ERR_CRL_ENTRY, "not a SEQUENCE");
	if (!der_get_unsigned(&in, &serial) || serial.len > SERIAL_MAX || serial.p[0] == 0)
		return err_set(e, ERR_CRL_ENTRY, "serial number");
	if (!crl_time_get(&in, &entry.date, odd))
		return err_set(e, ERR_CRL_ENTRY, "revocation date");
	if (in.len && (!der_get(&in, DER_SEQUENCE, &exts) || in.len || !exts.len))
		return err_set(e, ERR_CRL_ENTRY, "what follows the date is not a list of extensions");
	while (exts.len)
		if (!ext_get(&exts, &x) || !get_ext(&entry, &x, odd))
			return err_set(e, ERR_CRL_ENTRY, "an extension that is critical, twice there, or not well-formed");
	if (entry.invalidity > entry.date) { /* it says nothing: from that date on it is revoked */
		entry.invalidity = 0;
		*odd |= CRL_ODD_BIT(CRL_ODD_ENTRY);
	}
	memcpy(entry.serial, serial.p, serial.len);
	entry.serial_len = (uint8_t)serial.len;
	*revoked = rest;
	*out = entry;
	return true;
}

bool crl_next(struct bytes *revoked, struct crl_entry *out, struct err *e)
{
	struct bytes     rest = *revoked;
	struct crl_entry entry;
	char             text[CRL_ODD_MAX];
	struct buf       said = BUF_ON(text);
	unsigned         odd = 0;

	if (!crl_read_next(&rest, &entry, &odd, e))
		return false;
	crl_odd_put(&said, odd);
	if (odd)
		return err_set(e, ERR_CRL_ENTRY, "%s", buf_cstr(&said));
	*revoked = rest;
	*out = entry;
	return true;
}

bool crl_entries_get(struct bytes *in, struct crl *c, unsigned *odd, bool odd_too, struct err *e)
{
	struct crl_entry entry;
	struct err       why = { 0 };

	if (!der_next_is(*in, DER_SEQUENCE))
		return true;
	if (!der_get(in, DER_SEQUENCE, &c->revoked))
		return err_set(e, ERR_CRL_DER, "revokedCertificates");
	if (!c->revoked.len && !odd_too)
		return err_set(e, ERR_CRL_EMPTY, "%s", "");
	*odd |= c->revoked.len ? 0 : CRL_ODD_BIT(CRL_ODD_EMPTY);
	for (struct bytes rest = c->revoked; rest.len; c->num_entries++)
		if (!(odd_too ? crl_read_next(&rest, &entry, odd, &why) : crl_next(&rest, &entry, &why)))
			return err_set(e, ERR_CRL_ENTRY, "entry %zu: %s", c->num_entries + 1, why.detail);
	return true;
}
