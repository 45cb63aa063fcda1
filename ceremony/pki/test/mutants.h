/* mutants.h: for tests: certificates and lists that are broken in one place each.
 *
 * Each row is a change of what the profiles that it names make, and the rule that must find
 * it; NULL: still fine. A rule in capitals is a refusal of the reader. rows_test.c asks the
 * table whether a rule is alive; scripts/e2e/zlint.t compares the verdicts with zlint's. */
#pragma once

#include "ceremony/pki/oid.h"

#define ROOTS    "tls-root smime-root cs-root"
#define TLS_SUBS "tls-subca tls-subca-tc"
#define BR_SUBS  "tls-cross tls-subca tls-subca-tc nontls-subca-tc"
#define SUBS     BR_SUBS " smime-subca cs-subca ts-subca"
#define NAMED    ROOTS " tls-subca tls-subca-tc nontls-subca-tc smime-subca cs-subca ts-subca"
#define BR_ALL   "tls-root " BR_SUBS
#define ALL      ROOTS " " SUBS
#define EVERY    ALL " ocsp-responder"

struct mutant {
	const char *profiles;
	enum change {
		AS_IS,   /* nothing: agreement on what is good */
		DROP,    /* the extension id */
		SAY,     /* the extension id, as text says */
		RAW,     /* the extension id, number octets of text; number < 0: critical */
		SUBJECT, /* is text */
		ISSUER,  /* is text */
		DAYS,    /* it lasts number days */
		SERIAL,  /* has number octets */
		KEY_IDS, /* id is of zeros */
		RSA,     /* the key has number bits; text: another exponent than 65537 */
		ED25519, /* the key */
		TWICE,   /* the extension id */
		UNIQUE,  /* a subjectUniqueID stands before the extensions */
		LONG,    /* notAfter as GeneralizedTime, before 2050 */
		POKE,    /* text, hex, "OLD NEW": in what is signed */
		OUTER,   /* the same in the whole, after it was signed */
	} change;
	enum oid    id;
	const char *text;
	long        number;
	const char *rule;
};

static const struct mutant mutants[] = {
	{ EVERY " private-root private-subca", AS_IS, 0, "", 0, NULL },

	/* what no claim names has its form all the same */
	{ "private-subca", RAW, OID_EXT_EKU, "\x05\x00", 2, "extension-form" },
	{ "private-subca", RAW, OID_EXT_EKU, "\x30\x80\x00\x00", 4, "extension-form" },
	{ "private-subca tls-subca", RAW, OID_EXT_NC, "\x30\x06\xa0\x04\x30\x02\x05\x00", -8, "extension-form" },
	{ "private-subca", RAW, OID_EXT_NC, "\x30\x07\xa0\x05\x30\x03\xa2\x01\x61", -9, "extension-form" },
	{ "private-subca", RAW, OID_EXT_NC, "\x30\x0a\xa0\x08\x30\x06\xa5\x04\x30\x02\x05\x00", -12, "extension-form" },
	{ "private-subca", RAW, OID_EXT_CRLDP, "\x30\x06\x30\x04\xa0\x02\x05\x00", 8, "extension-form" },
	{ "private-subca", RAW, OID_EXT_POLICY_CONSTRAINTS, "\x30\x03\x80\x01\xff", -5, "extension-form" },
	{ "ocsp-responder private-subca", ISSUER, 0, "", 0, "empty-issuer" },

	/* every CA */
	{ ALL, SAY, OID_EXT_BC, "CA:TRUE", 0, "ca-basic-constraints" },
	{ ALL, SAY, OID_EXT_BC, "critical, CA:FALSE", 0, "ca-basic-constraints" },
	{ ALL, DROP, OID_EXT_BC, "", 0, "ca-basic-constraints" },
	{ ALL, DROP, OID_EXT_KU, "", 0, "ca-key-usage" },
	{ ALL, SAY, OID_EXT_KU, "keyCertSign, cRLSign", 0, "ca-key-usage" },
	{ ALL, SAY, OID_EXT_KU, "critical, cRLSign", 0, "br-key-usage" },
	{ ALL, SAY, OID_EXT_KU, "critical, keyCertSign", 0, "br-key-usage" },
	{ "tls-root tls-subca", SAY, OID_EXT_KU, "critical, keyCertSign, cRLSign, keyAgreement", 0, "br-key-usage" },
	{ "tls-root tls-subca", SAY, OID_EXT_KU, "critical, keyCertSign, cRLSign, digitalSignature", 0, NULL },
	{ ALL, DROP, OID_EXT_SKI, "", 0, "ca-subject-key-id" },
	{ ALL, SAY, OID_EXT_SKI, "critical, hash", 0, "ca-subject-key-id" },
	{ "tls-root tls-subca", SAY, OID_EXT_AKI, "critical, keyid:always", 0, "authority-key-id-critical" },
	{ "tls-subca", KEY_IDS, OID_EXT_AKI, "", 0, "issuer-key-id" },
	{ ROOTS, KEY_IDS, OID_EXT_AKI, "", 0, "root-own-key-id" },
	{ NAMED, SUBJECT, 0, "O=Example Trust, CN=Example", 0, "subject-attributes" },
	{ "tls-root tls-subca", SUBJECT, 0, "C=XX, CN=Example", 0, "subject-attributes" },
	{ "tls-root tls-subca", SUBJECT, 0, "C=XX, O=Example Trust", 0, "subject-attributes" },
	{ NAMED, SUBJECT, 0, "C=XX, O=Example Trust, OU=Unit, CN=Example", 0, "subject-other" },
	{ "tls-subca", SUBJECT, 0, "C=XX, O=Example Trust, title=Dr, CN=Example", 0, "subject-other" },
	{ NAMED, SUBJECT, 0, "C=XX, CN=Example, O=Example Trust", 0, "subject-order" },
	{ "tls-root tls-subca", SUBJECT, 0, "C=XX, O=Example Trust, O=Example Two, CN=Example", 0, "subject-single" },
	{ "tls-root tls-subca", SUBJECT, 0, "C=QQ, O=Example Trust, CN=Example", 0, "subject-country" },
	{ "tls-subca", SUBJECT, 0, "C=XX, ST=Example, L=Example, postalCode=12345, street=Example 1, O=Example Trust, CN=Example", 0, NULL },
	{ "tls-root tls-subca", SUBJECT, 0, "", 0, "empty-name" },
	{ "tls-subca smime-subca", ISSUER, 0, "C=XX, O=Example Trust, CN=Example Root G2", 0, "issuer-name" },
	{ "tls-subca cs-subca", DAYS, 0, "", 7306, "subca-validity" },
	{ EVERY, SERIAL, 0, "", 7, "serial-entropy" },
	{ "tls-root tls-subca", SERIAL, 0, "", 8, NULL },
	{ BR_ALL, RSA, 0, "", 1024, "key" },
	{ BR_ALL, RSA, 0, "", 2049, "key" },
	{ BR_ALL, RSA, 0, "3", 2048, "key" },
	{ BR_SUBS, RSA, 0, "", 2048, NULL },
	{ BR_ALL, ED25519, 0, "", 0, "key" },
	{ "smime-subca", ED25519, 0, "", 0, NULL },
	{ "smime-root smime-subca", RSA, 0, "", 3072, "smime-key" },
	{ "cs-root cs-subca ts-subca", RSA, 0, "", 3072, "code-key" },
	{ "cs-subca", RSA, 0, "", 4096, NULL },

	/* roots */
	{ ROOTS, SAY, OID_EXT_BC, "critical, CA:TRUE, pathlen:1", 0, "root-pathlen" },
	{ ROOTS, RAW, OID_EXT_SCT_LIST, "\x04\x02\x00\x00", 4, "root-other-extension" },
	{ ROOTS, SAY, OID_EXT_CRLDP, "URI:http://a.example/", 0, "root-crl-points" },
	{ ROOTS, SAY, OID_EXT_AIA, "OCSP;URI:http://a.example/", 0, "root-access" },
	{ "tls-root", SAY, OID_EXT_EKU, "serverAuth", 0, "root-ext-key-usage" },
	{ "tls-root", SAY, OID_EXT_CP, "anyPolicy", 0, "root-policies" },
	{ ROOTS, SAY, OID_EXT_NC, "critical, permitted;DNS:example.com", 0, "root-name-constraints" },
	{ "smime-root", SAY, OID_EXT_EKU, "emailProtection", 0, "smime-root-ext-key-usage" },
	{ "smime-root", SAY, OID_EXT_CP, "anyPolicy", 0, "smime-root-policies" },
	{ "cs-root", SAY, OID_EXT_EKU, "codeSigning", 0, "code-root-ext-key-usage" },
	{ "cs-root", SAY, OID_EXT_CP, "anyPolicy", 0, "code-root-policies" },
	{ "tls-root smime-root", DAYS, 0, "", 2921, "root-validity" },
	{ "tls-root smime-root", DAYS, 0, "", 9133, "root-validity" },
	{ "tls-root smime-root", DAYS, 0, "", 9132, NULL },
	{ "tls-root smime-root", DAYS, 0, "", 2922, NULL },
	{ "tls-root", DROP, OID_EXT_AKI, "", 0, NULL },

	/* under a CA */
	{ SUBS, DROP, OID_EXT_AKI, "", 0, "subca-authority-key-id" },
	{ SUBS, RAW, OID_EXT_SCT_LIST, "\x04\x02\x00\x00", 4, "subca-other-extension" },
	{ "tls-subca", RAW, OID_EXT_SAN, "\x30\x0d\x82\x0b" "example.com", 15, "subca-other-extension" },
	{ SUBS, DROP, OID_EXT_CRLDP, "", 0, "subca-crl-points" },
	{ "tls-subca smime-subca", SAY, OID_EXT_CRLDP, "URI:ldap://a.example/", 0, "subca-crl-points" },
	{ SUBS, SAY, OID_EXT_CRLDP, "URI:https://a.example/", 0, "subca-crl-points" },
	{ "tls-subca", SAY, OID_EXT_CRLDP, "URI:http://a.example/, URI:http://b.example/", 0, "subca-crl-points" },
	{ "tls-subca", SAY, OID_EXT_CRLDP, "critical, URI:http://a.example/", 0, "subca-crl-points" },
	{ "tls-subca", RAW, OID_EXT_CRLDP, "\x30\x00", 2, "subca-crl-points" },
	{ BR_SUBS " smime-subca", SAY, OID_EXT_AIA, "caIssuers;URI:https://a.example/", 0, "subca-access" },
	{ BR_SUBS, SAY, OID_EXT_AIA, "caRepository;URI:http://a.example/", 0, "subca-access" },
	{ "tls-subca cs-subca", SAY, OID_EXT_AIA, "critical, caIssuers;URI:http://a.example/", 0, "access-critical" },
	{ BR_SUBS, DROP, OID_EXT_AIA, "", 0, NULL },
	{ "tls-subca tls-cross nontls-subca-tc", SAY, OID_EXT_NC, "permitted;DNS:example.com", 0, "subca-name-constraints" },
	{ "tls-subca", RAW, OID_EXT_NC, "\x30\x00", -2, "subca-name-constraints" },
	{ "tls-subca", RAW, OID_EXT_NC, "\x30\x14\xa0\x12\x30\x10\x82\x0b" "example.com" "\x80\x01\x01", -22, "subca-name-constraints" },
	{ "tls-subca tls-cross", SAY, OID_EXT_NC, "critical, permitted;DNS:example.com", 0, NULL },
	{ "tls-subca", RAW, OID_EXT_POLICY_CONSTRAINTS, "\x30\x03\x80\x01\x00", 5, "policy-constraints-critical" },
	{ "tls-subca", RAW, OID_EXT_INHIBIT_ANY, "\x02\x01\x00", 3, "inhibit-any-critical" },
	{ "tls-subca", RAW, OID_EXT_POLICY_MAPPINGS, "\x30\x0e\x30\x0c\x06\x04\x2a\x03\x04\x05\x06\x04\x2a\x03\x04\x06", 16, "policy-mappings-critical" },
	{ "tls-subca", RAW, OID_EXT_FRESHEST_CRL, "\x30\x13\x30\x11\xa0\x0f\xa0\x0d\x86\x0bhttp://a.b/", -21, "freshest-crl-critical" },
	{ "tls-subca", RAW, OID_EXT_SIA, "\x30\x17\x30\x15\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x05\x86\x09http://a/", -25, "subject-access-critical" },
	{ "tls-subca", RAW, OID_EXT_SUBJECT_DIRECTORY, "\x30\x0c\x30\x0a\x06\x03\x55\x04\x06\x31\x03\x13\x01\x41", -14, "directory-attributes-critical" },

	{ TLS_SUBS, DROP, OID_EXT_EKU, "", 0, "subca-ext-key-usage" },
	{ TLS_SUBS, SAY, OID_EXT_EKU, "serverAuth, clientAuth", 0, "subca-ext-key-usage" },
	{ TLS_SUBS, SAY, OID_EXT_EKU, "anyExtendedKeyUsage", 0, "subca-ext-key-usage" },
	{ TLS_SUBS, SAY, OID_EXT_EKU, "serverAuth, emailProtection", 0, "subca-ext-key-usage" },
	{ TLS_SUBS, SAY, OID_EXT_EKU, "serverAuth, codeSigning", 0, "subca-ext-key-usage" },
	{ TLS_SUBS, SAY, OID_EXT_EKU, "critical, serverAuth", 0, "subca-ext-key-usage" },
	{ "tls-subca", RAW, OID_EXT_EKU, "\x30\x00", 2, "subca-ext-key-usage" },
	{ TLS_SUBS, DROP, OID_EXT_CP, "", 0, "subca-policies" },
	{ TLS_SUBS, SAY, OID_EXT_CP, "1.2.3.4", 0, "subca-policies" },
	{ "tls-subca", SAY, OID_EXT_CP, "cabf-dv, cabf-ov", 0, "subca-policies" },
	{ "tls-subca", SAY, OID_EXT_CP, "anyPolicy, cabf-ov", 0, "subca-policies" },
	{ "tls-subca", SAY, OID_EXT_CP, "anyPolicy", 0, NULL },
	{ "tls-subca", SAY, OID_EXT_CP, "critical, cabf-dv", 0, "subca-policies" },
	{ "tls-subca nontls-subca-tc", RAW, OID_EXT_CP, "\x30\x12\x30\x07\x06\x05\x2b\x06\x01\x04\x01\x30\x07\x06\x05\x2b\x06\x01\x04\x01", 20, "policies-twice" },

	{ "tls-subca-tc", DROP, OID_EXT_NC, "", 0, "tc-name-constraints" },
	{ "tls-subca-tc", SAY, OID_EXT_NC, "critical, permitted;DNS:example.com", 0, "tc-name-constraints" },
	{ "tls-subca-tc", SAY, OID_EXT_NC, "critical, permitted;DNS:example.com, permitted;dirName:C=XX, excluded;IP:0.0.0.0/0.0.0.0", 0, "tc-name-constraints" },
	{ "tls-subca-tc", SAY, OID_EXT_NC, "critical, permitted;dirName:C=XX, excluded;IP:0.0.0.0/0.0.0.0, excluded;IP:::/::", 0, "tc-name-constraints" },
	{ "tls-subca-tc", SAY, OID_EXT_NC, "critical, permitted;DNS:example.com, permitted;dirName:C=XX, excluded;IP:0.0.0.0/0.0.0.0, excluded;IP:::/::, permitted;email:example.com", 0, "tc-name-constraints" },
	{ "tls-subca-tc", SAY, OID_EXT_NC, "critical, excluded;DNS:, permitted;dirName:C=XX, excluded;IP:0.0.0.0/0.0.0.0, excluded;IP:::/::", 0, NULL },
	{ "tls-subca-tc", SAY, OID_EXT_NC, "permitted;DNS:example.com, permitted;dirName:C=XX, excluded;IP:0.0.0.0/0.0.0.0, excluded;IP:::/::", 0, "tc-name-constraints" },

	{ "tls-cross", DROP, OID_EXT_EKU, "", 0, "cross-ext-key-usage" },
	{ "tls-cross", SAY, OID_EXT_EKU, "anyExtendedKeyUsage", 0, "cross-ext-key-usage" },
	{ "tls-cross", DROP, OID_EXT_CP, "", 0, "cross-policies" },
	{ "tls-cross", SAY, OID_EXT_CP, "1.2.3.4", 0, "cross-policies" },
	{ "tls-cross", SAY, OID_EXT_CP, "cabf-dv, cabf-ov", 0, NULL },

	{ "nontls-subca-tc", DROP, OID_EXT_EKU, "", 0, "nontls-ext-key-usage" },
	{ "nontls-subca-tc", SAY, OID_EXT_EKU, "clientAuth, serverAuth", 0, "nontls-ext-key-usage" },
	{ "nontls-subca-tc", SAY, OID_EXT_EKU, "anyExtendedKeyUsage", 0, "nontls-ext-key-usage" },
	{ "nontls-subca-tc", SAY, OID_EXT_CP, "cabf-ov", 0, "nontls-policies" },

	{ "smime-subca", DROP, OID_EXT_EKU, "", 0, "smime-ext-key-usage" },
	{ "smime-subca", SAY, OID_EXT_EKU, "clientAuth", 0, "smime-ext-key-usage" },
	{ "smime-subca", SAY, OID_EXT_EKU, "emailProtection, serverAuth", 0, "smime-ext-key-usage" },
	{ "smime-subca", SAY, OID_EXT_EKU, "emailProtection, codeSigning", 0, "smime-ext-key-usage" },
	{ "smime-subca", SAY, OID_EXT_EKU, "emailProtection, clientAuth", 0, NULL },
	{ "smime-subca", DROP, OID_EXT_CP, "", 0, "smime-policies" },
	{ "smime-subca", SAY, OID_EXT_CP, "cabf-smime-mv-legacy", 0, "smime-policies" },
	{ "smime-subca", SAY, OID_EXT_NC, "critical, permitted;email:joe@example.com", 0, "smime-name-constraints" },
	{ "smime-subca", SAY, OID_EXT_NC, "critical, permitted;DNS:example.com", 0, "smime-name-constraints" },
	{ "smime-subca", SAY, OID_EXT_NC, "critical, permitted;email:.example.com, permitted;dirName:C=XX", 0, NULL },

	{ "cs-subca", DROP, OID_EXT_EKU, "", 0, "code-ext-key-usage" },
	{ "cs-subca", SAY, OID_EXT_EKU, "codeSigning, timeStamping", 0, "code-ext-key-usage" },
	{ "cs-subca", SAY, OID_EXT_EKU, "codeSigning, anyExtendedKeyUsage", 0, "code-ext-key-usage" },
	{ "cs-subca", DROP, OID_EXT_CP, "", 0, "code-policies" },
	{ "cs-subca", SAY, OID_EXT_CP, "1.2.3.4", 0, "code-policies" },
	{ "cs-subca ts-subca", DROP, OID_EXT_AIA, "", 0, "code-access" },
	{ "cs-subca ts-subca", SAY, OID_EXT_AIA, "OCSP;URI:http://a.example/", 0, "code-access" },
	{ "ts-subca", DROP, OID_EXT_EKU, "", 0, "time-ext-key-usage" },
	{ "ts-subca", SAY, OID_EXT_EKU, "timeStamping, codeSigning", 0, "time-ext-key-usage" },
	{ "ts-subca", DROP, OID_EXT_CP, "", 0, "time-policies" },
	{ "ts-subca", SAY, OID_EXT_CP, "cabf-codesigning", 0, "time-policies" },

	/* the responder */
	{ "ocsp-responder", DROP, OID_EXT_AKI, "", 0, "ocsp-authority-key-id" },
	{ "ocsp-responder", SAY, OID_EXT_EKU, "OCSPSigning, serverAuth", 0, "ocsp-ext-key-usage" },
	{ "ocsp-responder", DROP, OID_EXT_EKU, "", 0, "ocsp-ext-key-usage" },
	{ "ocsp-responder", DROP, OID_EXT_OCSP_NOCHECK, "", 0, "ocsp-no-check" },
	{ "ocsp-responder", RAW, OID_EXT_OCSP_NOCHECK, "\x30\x00", 2, "no-check" },
	{ "ocsp-responder", SAY, OID_EXT_KU, "critical, digitalSignature, keyAgreement", 0, "ocsp-key-usage" },
	{ "ocsp-responder", SAY, OID_EXT_KU, "critical, keyCertSign", 0, "cert-sign-without-ca" },
	{ "ocsp-responder", DROP, OID_EXT_KU, "", 0, "ocsp-key-usage" },
	{ "ocsp-responder", SAY, OID_EXT_BC, "critical, CA:TRUE", 0, "ocsp-basic-constraints" },
	{ "ocsp-responder", DROP, OID_EXT_BC, "", 0, NULL },
	{ "ocsp-responder", SAY, OID_EXT_SKI, "critical, hash", 0, "subject-key-id-critical" },
	{ "ocsp-responder", SAY, OID_EXT_NC, "critical, permitted;DNS:example.com", 0, "ocsp-name-constraints" },
	{ "ocsp-responder", SAY, OID_EXT_NC, "critical, permitted;DNS:example.com", 0, "constraints-without-ca" },
	{ "ocsp-responder", RAW, OID_EXT_SAN, "\x30\x0d\x82\x0b" "example.com", 15, "ocsp-alternative-name" },
	{ "ocsp-responder", SAY, OID_EXT_CRLDP, "URI:http://a.example/", 0, "ocsp-crl-points" },
	{ "ocsp-responder", SAY, OID_EXT_CP, "cabf-ov", 0, "ocsp-policies" },
	{ "ocsp-responder", SAY, OID_EXT_AIA, "OCSP;URI:http://a.example/", 0, "ocsp-access" },
	{ "ocsp-responder", RAW, OID_EXT_SCT_LIST, "\x04\x02\x00\x00", 4, "ocsp-other-extension" },
	{ "ocsp-responder", SUBJECT, 0, "O=Example Trust, CN=Example", 0, "subject-attributes" },

	/* a private PKI: RFC 5280 alone */
	{ "private-root private-subca", SAY, OID_EXT_BC, "CA:TRUE", 0, "ca-basic-constraints" },
	{ "private-subca", DROP, OID_EXT_AKI, "", 0, "authority-key-id" },
	{ "private-subca", SAY, OID_EXT_NC, "permitted;DNS:example.com", 0, "ca-name-constraints" },

	/* what the reader itself refuses: version 2; serial number 0 and below; UTCTime with an offset;
	 * an algorithm that differs; PrintableString for UTF8; an extension twice */
	{ EVERY, POKE, 0, "a003020102 a003020101", 0, "ERR_CERT_VERSION" },
	{ EVERY, POKE, 0, "0214759e217c 0214f59e217c", 0, "ERR_CERT_SERIAL" },
	{ "tls-root tls-subca", OUTER, 0, "300a06082a8648ce3d04030303 300a06082a8648ce3d04030203", 0, "ERR_CERT_SIGALG_DIFFERS" },
	{ "tls-root tls-subca", POKE, 0, "06035504061302 06035504060c02", 0, "ERR_NAME_TYPE" },
	{ "tls-root tls-subca", POKE, 0, "5a170d 5b170d", 0, "ERR_CERT_TIME" },
	{ "tls-subca", POKE, 0, "2a8648ce3d030107 2a8648ce3d030106", 0, "ERR_KEY_ALGORITHM" },
	{ "tls-root tls-subca", UNIQUE, 0, "", 0, "ERR_CERT_DER" },
	{ "tls-root tls-subca", LONG, 0, "", 0, "ERR_CERT_TIME" },
	{ EVERY, TWICE, OID_EXT_SKI, "", 0, "ERR_CERT_EXT_DUPLICATE" },
};

/* ---- revocation lists --------------------------------------------------------------- */

/* Pieces of a list in hex; NULL: as it is made. Times: 2026-11-21T09:00:00Z and so on. */
#define UTC_261121 "170d3236313132313039303030305a"
#define UTC_271121 "170d3237313132313039303030305a"
#define UTC_271122 "170d3237313132323039303030305a"
#define REASON(n)  "300c300a0603551d1504030a01" n
#define ENTRY(n)   "3021" "02021122" "170d3236313132313038353930305a" REASON(n)
#define NUMBER_1   "300a0603551d140403020101"
/* distributionPoint: http://a.example/a */
#define IDP_URI    "a016a014" "8612" "687474703a2f2f612e6578616d706c652f61"

struct list_mutant {
	const char *name, *version, *times, *entries, *number, *more;
	const char *inner, *outer; /* as POKE and OUTER */
	enum { AKI_RIGHT, AKI_WRONG, AKI_NONE } aki;
	bool        other_issuer, no_issuer;
	const char *rule;
};

static const struct list_mutant list_mutants[] = {
	{ .name = "as it is" },
	{ .name = "version 1", .version = "020100", .rule = "ERR_CRL_VERSION" },
	{ .name = "no version", .version = "", .rule = "ERR_CRL_VERSION" },
	{ .name = "no nextUpdate", .times = UTC_261121, .rule = "ERR_CRL_TIME" },
	{ .name = "nextUpdate is thisUpdate", .times = UTC_261121 UTC_261121, .rule = "ERR_CRL_TIME" },
	{ .name = "12 months", .times = UTC_261121 UTC_271121 },
	{ .name = "over 12 months", .times = UTC_261121 UTC_271122, .rule = "crl-next-update" },
	{ .name = "GeneralizedTime before 2050", .times = UTC_261121 "180f32303237303232313039303030305a", .rule = "ERR_CRL_TIME" },
	{ .name = "no entry, but the field", .entries = "3000", .rule = "ERR_CRL_EMPTY" },
	{ .name = "no entry", .entries = "" },
	{ .name = "reason 1", .entries = "3023" ENTRY("01") },
	{ .name = "reason 3", .entries = "3023" ENTRY("03") },
	{ .name = "reason 5", .entries = "3023" ENTRY("05") },
	{ .name = "reason 9", .entries = "3023" ENTRY("09") },
	{ .name = "reason 0", .entries = "3023" ENTRY("00"), .rule = "ERR_CRL_ENTRY" },
	{ .name = "reason 2", .entries = "3023" ENTRY("02"), .rule = "crl-reason" },
	{ .name = "reason 6", .entries = "3023" ENTRY("06"), .rule = "crl-reason" },
	{ .name = "reason 8", .entries = "3023" ENTRY("08"), .rule = "crl-reason" },
	{ .name = "reason 10", .entries = "3023" ENTRY("0a"), .rule = "crl-reason" },
	{ .name = "no reason", .entries = "301530130202" "1122" "170d3236313132313038353930305a", .rule = "crl-reason" },
	{ .name = "revoked after thisUpdate", .entries = "30233021" "02021122" "170d3236313132313039303030315a" REASON("01"), .rule = "crl-date" },
	{ .name = "serial number 0", .entries = "30223020" "020100" "170d3236313132313038353930305a" REASON("01"), .rule = "ERR_CRL_ENTRY" },
	{ .name = "invalidityDate alone", .entries = "3031302f" "02021122" "170d3236313132313038353930305a" "301a" "3018" "0603551d18" "0411" "180f32303236313132313038353930305a" "", .rule = "crl-reason" },
	{ .name = "no number", .number = "", .rule = "ERR_CRL_EXT" },
	{ .name = "number below 0", .number = "300a0603551d1404030201ff", .rule = "ERR_CRL_EXT" },
	{ .name = "critical number", .number = "300d0603551d140101ff0403020101", .rule = "ERR_CRL_EXT" },
	{ .name = "number twice", .more = NUMBER_1, .rule = "ERR_CRL_EXT" },
	{ .name = "no key identifier", .aki = AKI_NONE, .rule = "ERR_CRL_EXT" },
	{ .name = "another key identifier", .aki = AKI_WRONG, .rule = "crl-issuer-key-id" },
	{ .name = "an empty issuer", .no_issuer = true, .rule = "crl-empty-issuer" },
	{ .name = "another issuer", .other_issuer = true, .rule = "crl-issuer-name" },
	{ .name = "a delta", .more = "300d0603551d1b0101ff0403020100", .rule = "ERR_CRL_EXT" },
	{ .name = "a partition", .more = "30270603551d1c0101ff041d301b" IDP_URI "8201ff" },
	{ .name = "a partition, not critical", .more = "30240603551d1c041d301b" IDP_URI "8201ff", .rule = "crl-partition-critical" },
	{ .name = "a partition of ldap", .more = "30240603551d1c0101ff041a3018" "a016a014" "8612" "6c6461703a2f2f612e6578616d706c652f61", .rule = "crl-partition" },
	{ .name = "a partition without a name", .more = "300f0603551d1c0101ff0405" "3003" "8201ff", .rule = "crl-partition" },
	{ .name = "users and CAs", .more = "302a0603551d1c0101ff0420301e" IDP_URI "8101ff" "8201ff", .rule = "crl-partition" },
	{ .name = "an indirect list", .more = "30270603551d1c0101ff041d301b" IDP_URI "8401ff", .rule = "crl-partition" },
	{ .name = "for attribute certificates", .more = "30270603551d1c0101ff041d301b" IDP_URI "8501ff", .rule = "crl-partition" },
	{ .name = "an empty partition", .more = "300c0603551d1c0101ff04023000", .rule = "ERR_CRL_EXT" },

	{ .name = "version 3", .version = "020102", .rule = "ERR_CRL_VERSION" },
	{ .name = "nextUpdate before thisUpdate", .times = "170d3236313132313039303030305a170d3236313132313038353935395a", .rule = "ERR_CRL_TIME" },
	{ .name = "thisUpdate with an offset", .times = "17113236313132313039303030302b30303030170d3237313132313039303030305a", .rule = "ERR_CRL_TIME" },
	{ .name = "thisUpdate without seconds", .times = "170b323631313231303930305a170d3237313132313039303030305a", .rule = "ERR_CRL_TIME" },
	{ .name = "thisUpdate with a fraction", .times = "181132303236313132313039303030302e305a170d3237313132313039303030305a", .rule = "ERR_CRL_TIME" },
	{ .name = "thisUpdate on February 30", .times = "170d3236303233303039303030305a170d3236313132313039303030305a", .rule = "ERR_CRL_TIME" },
	{ .name = "reason 7", .entries = "3023302102021122170d3236313132313038353930305a300c300a0603551d1504030a0107", .rule = "crl-reason" },
	{ .name = "reason 11", .entries = "3023302102021122170d3236313132313038353930305a300c300a0603551d1504030a010b", .rule = "ERR_CRL_ENTRY" },
	{ .name = "reason as an INTEGER", .entries = "3023302102021122170d3236313132313038353930305a300c300a0603551d150403020104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "reason critical", .entries = "3026302402021122170d3236313132313038353930305a300f300d0603551d150101ff04030a0104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "reason twice", .entries = "302f302d02021122170d3236313132313038353930305a3018300a0603551d1504030a0104300a0603551d1504030a0104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "no extension of an entry, but the field", .entries = "3017301502021122170d3236313132313038353930305a3000", .rule = "ERR_CRL_ENTRY" },
	{ .name = "an unknown extension of an entry", .entries = "302e302c02021122170d3236313132313038353930305a3017300a0603551d1504030a0104300906032a030404020500", .rule = "ERR_CRL_ENTRY" },
	{ .name = "a critical one", .entries = "3031302f02021122170d3236313132313038353930305a301a300a0603551d1504030a0104300c06032a03040101ff04020500", .rule = "ERR_CRL_ENTRY" },
	{ .name = "certificateIssuer", .entries = "303c303a02021122170d3236313132313038353930305a3025300a0603551d1504030a010430170603551d1d0101ff040d300b8209612e6578616d706c65", .rule = "ERR_CRL_ENTRY" },
	{ .name = "invalidityDate beside the reason", .entries = "303d303b02021122170d3236313132313038353930305a3026300a0603551d1504030a010430180603551d180411180f32303236313132313038353930305a" },
	{ .name = "invalidityDate as UTCTime", .entries = "303b303902021122170d3236313132313038353930305a3024300a0603551d1504030a010430160603551d18040f170d3236313132313038353930305a", .rule = "ERR_CRL_ENTRY" },
	{ .name = "revocationDate as GeneralizedTime before 2050", .entries = "3025302302021122180f32303236313132313038353930305a300c300a0603551d1504030a0104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "revocationDate with an offset", .entries = "302730250202112217113236313132313038353930302b30303030300c300a0603551d1504030a0104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "serial number below 0", .entries = "302230200201ff170d3236313132313038353930305a300c300a0603551d1504030a0104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "serial number padded", .entries = "3023302102020011170d3236313132313038353930305a300c300a0603551d1504030a0104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "serial number of 20 octets", .entries = "3035303302141111111111111111111111111111111111111111170d3236313132313038353930305a300c300a0603551d1504030a0104" },
	{ .name = "serial number of 21 octets", .entries = "303630340215111111111111111111111111111111111111111111170d3236313132313038353930305a300c300a0603551d1504030a0104", .rule = "ERR_CRL_ENTRY" },
	{ .name = "two entries", .entries = "30453020020111170d3236313132313038353930305a300c300a0603551d1504030a0104302102021122170d3236313132313038353930305a300c300a0603551d1504030a0104" },
	{ .name = "two entries, the other way round", .entries = "3045302102021122170d3236313132313038353930305a300c300a0603551d1504030a01043020020111170d3236313132313038353930305a300c300a0603551d1504030a0104" },
	{ .name = "the same serial number twice", .entries = "3046302102021122170d3236313132313038353930305a300c300a0603551d1504030a0104302102021122170d3236313132313038353930305a300c300a0603551d1504030a0104" },
	{ .name = "number 0", .number = "300a0603551d140403020100" },
	{ .name = "number padded", .number = "300b0603551d14040402020001", .rule = "ERR_CRL_EXT" },
	{ .name = "number of 9 octets", .number = "30120603551d14040b0209010101010101010101" },
	{ .name = "number of 20 octets", .number = "301d0603551d14041602147fffffffffffffffffffffffffffffffffffffff" },
	{ .name = "number of 20 octets and one for the sign", .number = "301e0603551d140417021500ffffffffffffffffffffffffffffffffffffffff", .rule = "ERR_CRL_EXT" },
	{ .name = "number of 21 octets", .number = "301e0603551d1404170215010101010101010101010101010101010101010101", .rule = "ERR_CRL_EXT" },
	{ .name = "number as ENUMERATED", .number = "300a0603551d1404030a0101", .rule = "ERR_CRL_EXT" },
	{ .name = "number and behind it NULL", .number = "300c0603551d1404050201010500", .rule = "ERR_CRL_EXT" },
	{ .name = "key identifier critical", .aki = AKI_NONE, .more = "30220603551d230101ff0418301680140101010101010101010101010101010101010101", .rule = "ERR_CRL_EXT" },
	{ .name = "key identifier of issuer and serial number", .aki = AKI_NONE, .more = "301e0603551d2304173015a110a40e300c310a300806035504030c0161820101", .rule = "ERR_CRL_EXT" },
	{ .name = "freshestCRL", .more = "30230603551d2e041c301a3018a016a0148612687474703a2f2f612e6578616d706c652f64", .rule = "ERR_CRL_EXT" },
	{ .name = "issuerAltName", .more = "30140603551d12040d300b8209612e6578616d706c65", .rule = "ERR_CRL_EXT" },
	{ .name = "an unknown critical extension", .more = "300c06032a03040101ff04020500", .rule = "ERR_CRL_EXT" },
	{ .name = "critical FALSE written out", .number = "300d0603551d140101000403020101", .rule = "ERR_CRL_EXT" },
	{ .name = "another algorithm outside", .outer = "300a06082a8648ce3d04030303 300a06082a8648ce3d04030203", .rule = "ERR_CRL_SIGALG" },
	{ .name = "another algorithm inside", .inner = "300a06082a8648ce3d04030330 300a06082a8648ce3d04030230", .rule = "ERR_CRL_SIGALG" },
};
