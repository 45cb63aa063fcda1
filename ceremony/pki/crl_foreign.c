/* crl_foreign.c: see crl_foreign.h. */
#include "ceremony/pki/crl_foreign.h"

#include "ceremony/pki/crl_parts.h"
#include "ceremony/pki/der.h"
#include "ceremony/pki/ext.h"
#include "ceremony/pki/signed.h"

#define EXTENSIONS DER_CONTEXT_IN(0)

const char *crl_odd_text(enum crl_odd o)
{
	static const char *const texts[] = {
		[CRL_ODD_EMPTY] = "revokedCertificates is there and empty (RFC 5280 5.1.2.6)",
		[CRL_ODD_VERSION] = "it is of version 1 (RFC 5280 5.1.2.1)",
		[CRL_ODD_NUMBER] = "it bears no number (RFC 5280 5.2.3)",
		[CRL_ODD_KEY_ID] = "authorityKeyIdentifier is not there, or more than a keyIdentifier (RFC 5280 5.2.1)",
		[CRL_ODD_NO_NEXT] = "nextUpdate is not there: the next list is due at once (RFC 5280 5.1.2.5)",
		[CRL_ODD_TIME] = "a time before 2050 is a GeneralizedTime (RFC 5280 5.1.2.4)",
		[CRL_ODD_EXTENSION] = "it has an extension that later lists will not have (RFC 5280 5.2)",
		[CRL_ODD_POINT] = "issuingDistributionPoint names a point, and later lists will not (RFC 5280 5.2.5)",
		[CRL_ODD_UNSPECIFIED] = "an entry bears the reason unspecified, which is left out (RFC 5280 5.3.1)",
		[CRL_ODD_ENTRY] = "an entry has an extension that later lists will not have (RFC 5280 5.3)",
		[CRL_ODD_ISSUER] = "its issuer is the CA's name in other string types (RFC 5280 5.1.2.3)",
	};

	return texts[o];
}

void crl_odd_put(struct buf *b, unsigned odd)
{
	const char *between = "";

	for (int o = 0; o < CRL_ODD_COUNT_; o++) {
		if (!(odd & CRL_ODD_BIT(o)))
			continue;
		buf_fmt(b, "%s%s", between, crl_odd_text((enum crl_odd)o));
		between = "; ";
	}
}

/* ---- what stands around them ------------------------------------------------------------------- */

bool crl_odd_head(struct bytes *in, struct crl *c, const struct bytes *outer, unsigned *odd, struct err *e)
{
	struct bytes content, whole;
	uint32_t     version;
	unsigned     tag;

	if (!der_next_is(*in, DER_INTEGER))
		*odd |= CRL_ODD_BIT(CRL_ODD_VERSION);
	else if (!der_get_small(in, &version, 1) || version != 1)
		return err_set(e, ERR_CRL_VERSION, "%s", "");
	if (!der_get_any(in, &tag, &content, &whole))
		return err_set(e, ERR_CRL_DER, "signature");
	if ((outer && !bytes_equal(whole, *outer)) || !sig_find(&c->sig, whole))
		return err_set(e, ERR_CRL_SIGALG, "%s", "");
	if (!der_get_any(in, &tag, &content, &whole))
		return err_set(e, ERR_CRL_DER, "issuer");
	if (!name_parse(&c->issuer, whole, e))
		return false;
	if (!crl_time_get(in, &c->this_update, odd))
		return err_set(e, ERR_CRL_TIME, "thisUpdate");
	c->next_update = c->this_update;
	if (!der_next_is(*in, DER_UTC_TIME) && !der_next_is(*in, DER_GENERALIZED_TIME))
		*odd |= CRL_ODD_BIT(CRL_ODD_NO_NEXT);
	else if (!crl_time_get(in, &c->next_update, odd) || c->next_update <= c->this_update)
		return err_set(e, ERR_CRL_TIME, "nextUpdate");
	return true;
}

/* A list of but some of the certificates or reasons is none to go on from. */
static bool is_of_all(struct bytes value)
{
	struct ext_partition p;

	return ext_get_partition(&p, value) && !p.odd && !p.only_users && !p.only_cas && !p.only_attributes && !p.indirect;
}

static bool get_extension(struct crl *c, const struct ext *x, unsigned *odd, struct err *e)
{
	switch (x->id) {
	case OID_EXT_CRL_NUMBER:
		if (!(*odd & CRL_ODD_BIT(CRL_ODD_NUMBER)) || x->critical || !crl_number_get(&c->number, x->value) ||
		    !crl_number_has_room(c->number))
			return err_set(e, ERR_CRL_EXT, "crlNumber is critical, twice there, not well-formed, or too large to count on (RFC 5280 5.2.3: 20 octets)");
		*odd &= ~CRL_ODD_BIT(CRL_ODD_NUMBER);
		return true;
	case OID_EXT_AKI:
		if (!x->critical && !c->authority_key_id.len && ext_get_authority_id(&c->authority_key_id, x->value))
			*odd &= ~CRL_ODD_BIT(CRL_ODD_KEY_ID);
		return !x->critical || err_set(e, ERR_CRL_EXT, "authorityKeyIdentifier is critical");
	case OID_EXT_IDP:
		*odd |= CRL_ODD_BIT(CRL_ODD_POINT);
		return is_of_all(x->value) ||
		       err_set(e, ERR_CRL_EXT, "issuingDistributionPoint: a list of but some certificates or reasons");
	default:
		*odd |= CRL_ODD_BIT(CRL_ODD_EXTENSION);
		return !x->critical || err_set(e, ERR_CRL_EXT, "%s is critical", oid_name(x->id));
	}
}

bool crl_odd_extensions(struct bytes *in, struct crl *c, unsigned *odd, struct err *e)
{
	struct bytes wrapped, list;
	struct ext   x;

	*odd |= CRL_ODD_BIT(CRL_ODD_NUMBER) | CRL_ODD_BIT(CRL_ODD_KEY_ID);
	if (!in->len)
		return true;
	if (*odd & CRL_ODD_BIT(CRL_ODD_VERSION))
		return err_set(e, ERR_CRL_VERSION, "extensions in version 1");
	if (!der_get(in, EXTENSIONS, &wrapped) || in->len || !der_get(&wrapped, DER_SEQUENCE, &list) || wrapped.len || !list.len)
		return err_set(e, ERR_CRL_EXT, "the list of extensions");
	while (list.len)
		if (!ext_get(&list, &x))
			return err_set(e, ERR_CRL_EXT, "the list of extensions");
		else if (!get_extension(c, &x, odd, e))
			return false;
	return true;
}

bool crl_read(struct crl *out, unsigned *odd, struct bytes der, struct err *e)
{
	struct crl          c = { .der = der };
	struct signed_parts s;
	struct bytes        tbs, in;
	unsigned            seen = 0;

	if (!signed_parse(&s, der))
		return err_set(e, ERR_CRL_DER, "its three parts");
	c.tbs = tbs = s.tbs;
	c.signature = s.signature;
	MUST(der_get(&tbs, DER_SEQUENCE, &in));
	if (!crl_odd_head(&in, &c, &s.algorithm, &seen, e) || !crl_entries_get(&in, &c, &seen, true, e) || !crl_odd_extensions(&in, &c, &seen, e))
		return false;
	*out = c;
	*odd = seen;
	return true;
}
