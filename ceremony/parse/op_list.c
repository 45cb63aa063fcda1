/* op_list.c: certificates and lists that were signed elsewhere; see parse.h. */
#include "ceremony/base/utc.h"
#include "ceremony/parse/parse.h"
#include "ceremony/pki/certificate.h"
#include "ceremony/pki/crl_foreign.h"
#include "ceremony/pki/pem.h"

#define ISSUER_MAX (4 * NAME_MAX_DER)

bool parse_list(struct fields *out, struct arena *a, struct bytes foreign, struct err *e)
{
	struct crl   c;
	struct bytes der;
	char         hex[HASH_MAX * 2 + 1], text[ISSUER_MAX], said[CRL_ODD_MAX], at[24], number[CRL_NUMBER_TEXT];
	struct buf   issuer = BUF_ON(text), findings = BUF_ON(said);
	unsigned     odd = 0;

	if (!pem_decode(&der, a, "X509 CRL", foreign, e) || !crl_read(&c, &odd, der, e))
		return false;
	name_put(&issuer, &c.issuer);
	if (!buf_ok(&issuer))
		return err_set(e, ERR_TOO_LARGE, "an issuer");
	fields_str(out, "sha256", sha256_hex(hex, der));
	fields_str(out, "number", crl_number_str(number, c.number));
	fields_put(out, "issuer-text", buf_bytes(&issuer));
	fields_str(out, "this-update", utc_str(at, c.this_update));
	fields_str(out, "next-update", utc_str(at, c.next_update));
	fields_u64(out, "entries", c.num_entries);
	crl_odd_put(&findings, odd);
	if (odd)
		fields_put(out, "odd", buf_bytes(&findings));
	return true;
}

bool parse_certificate(struct fields *out, struct arena *a, struct bytes foreign, struct err *e)
{
	struct certificate c;
	struct bytes       der;
	char               hex[HASH_MAX * 2 + 1], text[2][ISSUER_MAX], at[24], key[16];
	struct buf         subject = BUF_ON(text[0]), issuer = BUF_ON(text[1]);

	if (!pem_decode(&der, a, "CERTIFICATE", foreign, e) || !certificate_parse(&c, der, e))
		return false;
	name_put(&subject, &c.subject);
	name_put(&issuer, &c.issuer);
	if (!buf_ok(&subject) || !buf_ok(&issuer))
		return err_set(e, ERR_TOO_LARGE, "a name");
	fields_str(out, "sha256", sha256_hex(hex, der));
	fields_put(out, "subject-text", buf_bytes(&subject));
	fields_put(out, "issuer-text", buf_bytes(&issuer));
	fields_hex(out, "serial", c.serial);
	fields_str(out, "key", key_name(key, &c.key));
	fields_str(out, "not-before", utc_str(at, c.not_before));
	fields_str(out, "not-after", utc_str(at, c.not_after));
	fields_str(out, "ca", c.is_ca ? "yes" : "no");
	return true;
}
