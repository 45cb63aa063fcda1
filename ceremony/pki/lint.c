/* lint.c: see lint.h. Finished certificates and CRLs, read with the decoder, held to the
 * rules: the extensions to those of rules.c, the rest to the two tables here. */
#include "ceremony/pki/lint.h"

#include "ceremony/pki/ext.h"
#include "ceremony/pki/rules.h"

/* A finished thing and its issuer, which is NULL where it is not known. */
struct subject {
	const struct certificate *c, *issuer;
	const struct crl         *crl;
	unsigned                  claims;
};

static const uint8_t f4[] = { 1, 0, 1 }; /* 65537 */

/* ---- certificates: why not, or NULL ---------------------------------------- */

/* 64 bits from a generator take 8 octets; a shorter number was counted, or very lucky. */
static const char *serial_is_random(const struct subject *s)
{
	return s->c->serial.len < SERIAL_MIN ? "is shorter than 64 bits" : NULL;
}

static const char *has_ca_names(const struct subject *s)
{
	static const enum oid must[] = { OID_AT_C, OID_AT_O, OID_AT_CN };

	for (size_t i = 0; i < COUNT_OF(must); i++)
		if (!name_find(&s->c->subject, must[i]))
			return "lacks one of C, O and CN";
	return NULL;
}

static const char *has_no_other_names(const struct subject *s)
{
	const struct name *n = &s->c->subject;

	for (size_t i = 0; i < n->num_attrs; i++)
		if (!rules_attr_is_allowed(n->attr[i].type))
			return "has an attribute that has no place in a CA's name";
	return NULL;
}

static const char *has_names_in_order(const struct subject *s)
{
	const struct name *n = &s->c->subject;

	for (size_t i = 1; i < n->num_attrs; i++)
		if (rules_attr_rank(n->attr[i].type) < rules_attr_rank(n->attr[i - 1].type))
			return "is not in the order C, ST, L, postalCode, street, O, CN";
	return NULL;
}

static const char *has_single_names(const struct subject *s)
{
	const struct name *n = &s->c->subject;

	for (size_t i = 0; i < n->num_attrs; i++)
		for (size_t k = 0; k < i; k++) {
			if (n->attr[i].rdn == n->attr[k].rdn)
				return "has two attributes in one level";
			if (bytes_equal(n->attr[i].type_der, n->attr[k].type_der) && n->attr[i].type != OID_AT_STREET)
				return "has an attribute twice";
		}
	return NULL;
}

static const char *subject_is_not_empty(const struct subject *s)
{
	return s->c->subject.num_attrs == 0 ? "is empty" : NULL;
}

static const char *issuer_is_not_empty(const struct subject *s)
{
	return s->c->issuer.num_attrs == 0 ? "is empty" : NULL;
}

static const char *country_is_assigned(const struct subject *s)
{
	const struct name_attr *c = name_find(&s->c->subject, OID_AT_C);

	return c && !rules_country_is_assigned(c->value) ? "has a C that ISO 3166-1 does not assign" : NULL;
}

static const char *key_is_br(const struct subject *s)
{
	const struct key *k = &s->c->key;

	if (k->alg == KEY_ED25519 && !(s->claims & CLAIMS_SMIME))
		return "is Ed25519, which is not among the allowed ones";
	if (k->alg != KEY_RSA)
		return NULL;
	if (k->bits < RSA_MIN_BITS || k->bits % 8)
		return "is RSA under 2048 bits or not of whole octets";
	return bytes_equal(k->exponent, bytes_of(f4, sizeof f4)) ? NULL : "has an exponent other than 65537";
}

static const char *rsa_is_long(const struct subject *s)
{
	const struct key *k = &s->c->key;

	return k->alg == KEY_RSA && k->bits < rules_rsa_min(s->claims) ? "is RSA under 4096 bits" : NULL;
}

static const char *signature_is_br(const struct subject *s)
{
	return s->c->sig == SIG_ED25519 && !(s->claims & CLAIMS_SMIME) ? "is Ed25519, which is not among the allowed ones" : NULL;
}

static const char *root_is_long(const struct subject *s)
{
	int64_t seconds = s->c->not_after - s->c->not_before + 1; /* both ends count (BR 1.6.1) */

	if (seconds < ROOT_MIN_DAYS * UTC_DAY || seconds > ROOT_MAX_DAYS * UTC_DAY)
		return "is not 2922 to 9132 days";
	return NULL;
}

static const char *root_names_its_own_key(const struct subject *s)
{
	struct bytes aki = s->c->authority_key_id;

	return aki.len && !bytes_equal(aki, s->c->subject_key_id) ? "is not the root's own key identifier" : NULL;
}

static const char *pathlen_leaves_room(const struct subject *s)
{
	if (!s->issuer || !s->issuer->has_pathlen || !s->c->is_ca)
		return NULL;
	return s->issuer->pathlen == 0 ? "is not allowed by the issuer's pathlen:0" : NULL;
}

static const char *issuer_is_issuer(const struct subject *s)
{
	return s->issuer && !bytes_equal(s->c->issuer.der, s->issuer->subject.der) ? "is not the issuer's subject" : NULL;
}

static const char *key_id_is_issuers(const struct subject *s)
{
	struct bytes aki = s->c->authority_key_id;

	if (!s->issuer || (aki.len == 0 && bytes_equal(s->c->der, s->issuer->der)))
		return NULL; /* a root may leave it out */
	return bytes_equal(aki, s->issuer->subject_key_id) ? NULL : "is not the issuer's subjectKeyIdentifier";
}

static const char *is_within_issuer(const struct subject *s)
{
	if (!s->issuer)
		return NULL;
	if (s->c->not_before < s->issuer->not_before || s->c->not_after > s->issuer->not_after)
		return "reaches beyond the issuer's";
	return NULL;
}

/* RFC 5280 4.2.1.1: all but a root's, which may leave it out. */
static const char *names_issuers_key(const struct subject *s)
{
	bool self = bytes_equal(s->c->issuer.der, s->c->subject.der);

	return self || s->c->authority_key_id.len ? NULL : "is missing";
}

static const char *only_a_ca_signs(const struct subject *s)
{
	return !s->c->is_ca && (s->c->key_usage & USAGE_KEY_CERT_SIGN) ? "says keyCertSign, and it is no CA" : NULL;
}

static const char *only_a_ca_constrains(const struct subject *s)
{
	return !s->c->is_ca && ext_find(s->c->ext, s->c->num_exts, OID_EXT_NC) ? "stands in what is no CA" : NULL;
}

static const char *issuer_may_sign(const struct subject *s)
{
	struct issuer ignored;

	return s->issuer && !issuer_of(&ignored, s->issuer, NULL) ? "is not one that may sign certificates" : NULL;
}

/* RFC 3279 2.2.3: of ECDSA two positive numbers, whoever signed; what a key must look at is signature_is_good's. */
static const char *signature_is_formed(enum sig_alg sig, struct bytes signature)
{
	struct bytes in, r, t;

	if (sig < SIG_ECDSA_SHA256 || sig > SIG_ECDSA_SHA512)
		return NULL;
	return der_get(&signature, DER_SEQUENCE, &in) && signature.len == 0 && der_get_unsigned(&in, &r) && der_get_unsigned(&in, &t) &&
	                       in.len == 0
	               ? NULL
	               : "is not two integers in DER";
}

static const char *certificate_is_signed(const struct subject *s)
{
	return signature_is_formed(s->c->sig, s->c->signature);
}

static const char *crl_is_signed(const struct subject *s)
{
	return signature_is_formed(s->crl->sig, s->crl->signature);
}

static const char *signature_is_good(const struct subject *s)
{
	return s->issuer && !certificate_verify(s->c, &s->issuer->key, NULL) ? "does not verify" : NULL;
}

/* ---- CRLs ------------------------------------------------------------------- */

static const char *crl_signature_is_br(const struct subject *s)
{
	return s->crl->sig == SIG_ED25519 ? "is Ed25519, which is not among the allowed ones" : NULL;
}

static const char *crl_is_short(const struct subject *s)
{
	struct utc_span year = { .months = CRL_MAX_MONTHS };

	return s->crl->next_update > utc_add(s->crl->this_update, year) ? "is over 12 months after thisUpdate" : NULL;
}

static const char *crl_has_reasons(const struct subject *s)
{
	const unsigned   good = 1u << 1 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 9;
	struct crl_entry x;

	for (struct bytes rest = s->crl->revoked; rest.len;) {
		MUST(crl_next(&rest, &x, NULL));
		if (!(good >> x.reason & 1))
			return "is missing or not one of 1, 3, 4, 5, 9";
	}
	return NULL;
}

static const char *crl_has_no_future(const struct subject *s)
{
	struct crl_entry x;

	for (struct bytes rest = s->crl->revoked; rest.len;) {
		MUST(crl_next(&rest, &x, NULL));
		if (x.date > s->crl->this_update)
			return "is after thisUpdate";
	}
	return NULL;
}

static const char *crl_issuer_is_not_empty(const struct subject *s)
{
	return s->crl->issuer.num_attrs == 0 ? "is empty" : NULL;
}

static const char *crl_issuer_is_issuer(const struct subject *s)
{
	return s->issuer && !bytes_equal(s->crl->issuer.der, s->issuer->subject.der) ? "is not the CA's subject" : NULL;
}

static const char *crl_key_id_is_issuers(const struct subject *s)
{
	return s->issuer && !bytes_equal(s->crl->authority_key_id, s->issuer->subject_key_id)
	               ? "is not the CA's subjectKeyIdentifier"
	               : NULL;
}

static const char *crl_issuer_may_sign(const struct subject *s)
{
	return s->issuer && !(s->issuer->key_usage & USAGE_CRL_SIGN) ? "does not say cRLSign" : NULL;
}

static const char *crl_signature_is_good(const struct subject *s)
{
	return s->issuer && !crl_verify(s->crl, &s->issuer->key, NULL) ? "does not verify" : NULL;
}

/* ---- the tables -------------------------------------------------------------- */

/* All but a cross-certificate, whose subject is another certificate's (BR 7.1.2.2.2). */
#define NAMED ((CLAIMS_CA & ~CLAIM_BR_CROSS) | CLAIM_BR_OCSP)

static const struct rule {
	unsigned    claims; /* any of them */
	const char *name, *field, *clause;
	const char *(*check)(const struct subject *s);
} certificate_rules[] = {
	{ CLAIM_CA, "empty-name", "subject", "RFC 5280 4.1.2.6", subject_is_not_empty },
	{ CLAIM_RFC5280, "empty-issuer", "issuer", "RFC 5280 4.1.2.4", issuer_is_not_empty },
	{ CLAIM_RFC5280, "pathlen", "CA:TRUE", "RFC 5280 4.2.1.9", pathlen_leaves_room },
	{ CLAIM_RFC5280, "issuer-name", "issuer", "RFC 5280 6.1.3", issuer_is_issuer },
	{ CLAIM_RFC5280, "issuer-key-id", "authorityKeyIdentifier", "RFC 5280 4.2.1.1", key_id_is_issuers },
	{ CLAIM_RFC5280, "issuer-may-sign", "issuer", "RFC 5280 4.2.1.9", issuer_may_sign },
	{ CLAIM_RFC5280, "authority-key-id", "authorityKeyIdentifier", "RFC 5280 4.2.1.1", names_issuers_key },
	{ CLAIM_RFC5280, "cert-sign-without-ca", "keyUsage", "RFC 5280 4.2.1.9", only_a_ca_signs },
	{ CLAIM_RFC5280, "constraints-without-ca", "nameConstraints", "RFC 5280 4.2.1.10", only_a_ca_constrains },
	{ CLAIM_SIGNATURE, "signature-form", "signature", "RFC 3279 2.2.3", certificate_is_signed },
	{ CLAIM_SIGNATURE, "signature", "signature", "RFC 5280 6.1.3", signature_is_good },
	{ CLAIM_BR, "serial-entropy", "serialNumber", "BR 7.1.2", serial_is_random },
	{ NAMED, "subject-attributes", "subject", "BR 7.1.2.10.2", has_ca_names },
	{ NAMED, "subject-other", "subject", "BR 7.1.2.10.2", has_no_other_names },
	{ NAMED, "subject-order", "subject", "BR 7.1.4.2", has_names_in_order },
	{ CLAIM_BR, "subject-country", "subject", "BR 7.1.4.2", country_is_assigned },
	{ CLAIM_BR, "subject-single", "subject", "BR 7.1.4.1", has_single_names },
	{ CLAIM_BR, "key", "key", "BR 6.1.5", key_is_br },
	{ CLAIMS_SMIME, "smime-key", "key", "S/MIME BR 6.1.5", rsa_is_long },
	{ CLAIMS_CODE, "code-key", "key", "Code Signing BR 6.1.5.1", rsa_is_long },
	{ CLAIM_BR, "signature-algorithm", "signature", "BR 7.1.3.2", signature_is_br },
	{ CLAIM_BR_ROOT | CLAIM_SMIME_ROOT, "root-validity", "validity", "BR 7.1.2.1.1", root_is_long },
	{ CLAIMS_ROOT, "root-own-key-id", "authorityKeyIdentifier", "BR 7.1.2.1.3", root_names_its_own_key },
	{ CLAIMS_SUBCA & ~CLAIM_BR_CROSS, "subca-validity", "validity", "BR 7.1.2.10.1", is_within_issuer },
};

static const struct rule crl_rules[] = {
	{ CLAIM_RFC5280, "crl-empty-issuer", "issuer", "RFC 5280 5.1.2.3", crl_issuer_is_not_empty },
	{ CLAIM_RFC5280, "crl-issuer-name", "issuer", "RFC 5280 5.1.2.3", crl_issuer_is_issuer },
	{ CLAIM_RFC5280, "crl-issuer-key-id", "authorityKeyIdentifier", "RFC 5280 5.2.1", crl_key_id_is_issuers },
	{ CLAIM_RFC5280, "crl-issuer-may-sign", "keyUsage of the issuer", "RFC 5280 4.2.1.3", crl_issuer_may_sign },
	{ CLAIM_SIGNATURE, "crl-signature-form", "signature", "RFC 3279 2.2.3", crl_is_signed },
	{ CLAIM_SIGNATURE, "crl-signature", "signature", "RFC 5280 6.3.3", crl_signature_is_good },
	{ CLAIM_RFC5280, "crl-date", "revocationDate", "RFC 5280 5.1.2.6", crl_has_no_future },
	{ CLAIM_BR_CRL, "crl-signature-algorithm", "signature", "BR 7.1.3.2", crl_signature_is_br },
	{ CLAIM_BR_CRL, "crl-next-update", "nextUpdate", "BR 7.2", crl_is_short },
	{ CLAIM_BR_CRL, "crl-reason", "reasonCode", "BR 7.2.2", crl_has_reasons },
};

static void hold(struct findings *f, unsigned claims, const struct rule *rule, size_t num, const struct subject *s)
{
	for (size_t i = 0; i < num; i++) {
		const char *why = rule[i].claims & claims ? rule[i].check(s) : NULL;
		if (why)
			finding_add(f, rule[i].name, rule[i].clause, "%s %s", rule[i].field, why);
	}
}

/* Whose rules a CA is under tells its extendedKeyUsage: TLS's where it says so, or does not say
 * at all. */
static unsigned claims_of_purposes(const struct certificate *c)
{
	static const struct {
		enum oid purpose;
		unsigned claims;
	} kinds[] = {
		{ OID_EKU_SERVER_AUTH, CLAIM_BR | CLAIM_BR_SUBCA }, { OID_EKU_ANY, CLAIM_BR | CLAIM_BR_SUBCA },
		{ OID_EKU_EMAIL, CLAIM_BR | CLAIM_SMIME_SUBCA },    { OID_EKU_CODE_SIGNING, CLAIM_BR | CLAIM_CODE_SUBCA },
		{ OID_EKU_TIME_STAMPING, CLAIM_BR | CLAIM_TIME_SUBCA },
	};
	const struct ext *x = ext_find(c->ext, c->num_exts, OID_EXT_EKU);
	struct ext_list   list;
	unsigned          claims = 0;

	if (!x || !ext_get_list(&list, OID_EXT_EKU, x->value))
		return CLAIM_BR | CLAIM_BR_SUBCA;
	for (size_t i = 0; i < list.num; i++)
		for (size_t k = 0; k < COUNT_OF(kinds); k++)
			if (oid_find(list.item[i].oid) == kinds[k].purpose)
				claims |= kinds[k].claims;
	return claims;
}

static unsigned claims_of(const struct certificate *c)
{
	const struct ext *x = ext_find(c->ext, c->num_exts, OID_EXT_EKU);
	struct ext_list   list;

	if (c->is_ca && bytes_equal(c->issuer.der, c->subject.der))
		return CLAIM_RFC5280 | CLAIM_CA | CLAIM_BR | CLAIM_BR_ROOT;
	if (c->is_ca)
		return CLAIM_RFC5280 | CLAIM_CA | claims_of_purposes(c);
	if (x && ext_get_list(&list, OID_EXT_EKU, x->value))
		for (size_t i = 0; i < list.num; i++)
			if (oid_find(list.item[i].oid) == OID_EKU_OCSP_SIGNING)
				return CLAIM_RFC5280 | CLAIM_BR | CLAIM_BR_OCSP;
	return CLAIM_RFC5280;
}

size_t lint_certificate_under(struct lint_finding *out, size_t max, const struct certificate *c,
                              const struct certificate *issuer, unsigned claims)
{
	struct findings f = { .out = out, .max = max };
	struct subject  s = { .c = c, .issuer = issuer, .claims = claims };

	rules_extensions(&f, claims, c->ext, c->num_exts, NULL);
	hold(&f, claims, certificate_rules, COUNT_OF(certificate_rules), &s);
	return f.num;
}

size_t lint_certificate(struct lint_finding *out, size_t max, const struct certificate *c, const struct certificate *issuer)
{
	return lint_certificate_under(out, max, c, issuer, claims_of(c) | CLAIM_SIGNATURE);
}

size_t lint_crl_under(struct lint_finding *out, size_t max, const struct crl *c, const struct certificate *issuer,
                      unsigned claims)
{
	struct findings f = { .out = out, .max = max };
	struct subject  s = { .crl = c, .issuer = issuer, .claims = claims };

	rules_extensions(&f, claims, c->ext, c->num_exts, NULL);
	hold(&f, claims, crl_rules, COUNT_OF(crl_rules), &s);
	return f.num;
}

size_t lint_crl(struct lint_finding *out, size_t max, const struct crl *c, const struct certificate *issuer)
{
	return lint_crl_under(out, max, c, issuer, CLAIM_RFC5280 | CLAIM_BR_CRL | CLAIM_SIGNATURE);
}
