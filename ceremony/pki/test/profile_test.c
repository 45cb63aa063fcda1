/* profile_test.c: profiles read and refused. */
#include "ceremony/pki/test/changed.h"

#define CROSS   "scripts/profiles/tls-cross.ini"
#define TC      "scripts/profiles/tls-subca-tc.ini"
#define OCSP    "scripts/profiles/ocsp-responder.ini"
#define PRIVATE "scripts/profiles/private-subca.ini"
#define SMIME   "scripts/profiles/smime-subca.ini"
#define CODE    "scripts/profiles/cs-subca.ini"
#define TIME    "scripts/profiles/ts-subca.ini"
#define LIST    "scripts/profiles/crl-ca.ini"

static uint8_t      storage[1 << 20];
static struct arena arena;

/* Each is one change that breaks a profile, and what must be said of it. */
static const struct broken {
	const char *path, *old, *new;
	enum err_id want;
	const char *says;
} broken[] = {
	/* not understood */
	{ ROOT, "name = tls-root", "name =", ERR_PROFILE_VALUE, "name" },
	{ ROOT, "kind = certificate", "kind = certificat", ERR_PROFILE_VALUE, ":6: kind" },
	/* what the linter would find in the room, found before */
	{ PRIVATE, "critical, CA:TRUE, pathlen:0", "critical, CA:FALSE", ERR_PROFILE_RULE, "keyUsage: keyCertSign is a CA's, and basicConstraints does not say CA:TRUE: RFC 5280 4.2.1.9" },
	{ PRIVATE, "basicConstraints = critical, CA:TRUE, pathlen:0", "", ERR_PROFILE_RULE, "RFC 5280 4.2.1.9" },
	{ PRIVATE, "basicConstraints = critical, CA:TRUE, pathlen:0\n# 4.2.1.3\nkeyUsage = critical, keyCertSign, cRLSign", "nameConstraints = critical, permitted;DNS:a.test", ERR_PROFILE_RULE, "RFC 5280 4.2.1.10" },
	{ PRIVATE, "authorityKeyIdentifier = keyid:always", "", ERR_PROFILE_RULE, "RFC 5280 4.2.1.1" },
	{ CODE, "= codeSigning", "= codeSigning, OCSPSigning", ERR_PROFILE_RULE, "and OCSPSigning: Code Signing BR 7.1.2.2" },
	{ TIME, "= timeStamping", "= timeStamping, OCSPSigning", ERR_PROFILE_RULE, "and OCSPSigning: Code Signing BR 7.1.2.2" },
	{ TC, "URI:http://crl.example.com/root.crl", "URI:http:///root.crl", ERR_PROFILE_VALUE, "without a host" },
	{ TC, "URI:http://crl.example.com/root.crl", "URI:http://:80/root.crl", ERR_PROFILE_VALUE, "without a host" },
	{ LIST, "crlNumber = next", "crlNumber = critical, next", ERR_PROFILE_VALUE, "RFC 5280 5.2.1, 5.2.3" },
	{ ROOT, "kind = certificate", "kinds = certificate", ERR_INI_MISSING, "kind" },
	{ ROOT, "kind = certificate", "kind = certificate\nsort = x", ERR_INI_UNKNOWN, "sort" },
	{ ROOT, "[validity]", "[velocity]", ERR_INI_MISSING, "[validity]" },
	{ ROOT, "[validity]", "[entries]\nreasons = superseded\n[validity]", ERR_INI_UNKNOWN, "[entries]" },
	{ ROOT, "BR 7.1.2.1, ", "BR 7.1.2.99, ", ERR_PROFILE_CLAIM, "BR 7.1.2.99" },
	{ ROOT, "BR 7.1.2.1, RFC 5280", "BR 7.1.2.1", ERR_PROFILE_VALUE, "RFC 5280" },
	{ ROOT, "C = script", "C = scribble", ERR_PROFILE_VALUE, "C: request" },
	{ ROOT, "C = script", "C = fixed:xx", ERR_PROFILE_VALUE, "C" },
	{ ROOT, "C = script", "C = script, maybe", ERR_PROFILE_VALUE, "optional" },
	{ ROOT, "C = script", "Q = script", ERR_INI_UNKNOWN, "Q is not an attribute" },
	{ ROOT, "C = script", "C = script\n2.5.4.6 = script", ERR_PROFILE_VALUE, "twice" },
	{ ROOT, "C = script", "C = request", ERR_PROFILE_VALUE, "from the request" },
	{ ROOT, "= P-384,", "= P-383,", ERR_PROFILE_VALUE, "P-256, P-384" },
	{ ROOT, "RSA-3072,", "RSA-3072..2048,", ERR_PROFILE_VALUE, "RSA-BITS" },
	{ ROOT, "= P-384,", "= P-384..521,", ERR_PROFILE_VALUE, "RSA-BITS" },
	{ ROOT, "ecdsa-with-SHA384,", "ecdsa-with-SHA1,", ERR_PROFILE_VALUE, "signature algorithm" },
	{ ROOT, "= signing", "= yesterday", ERR_PROFILE_VALUE, "notBefore: signing" },
	{ ROOT, "= 20y", "= twenty", ERR_PROFILE_VALUE, "duration" },
	{ ROOT, "= 20y", "= 0d", ERR_PROFILE_VALUE, "duration" },
	{ ROOT, "= 20y", "= 101y", ERR_PROFILE_VALUE, "duration" },
	{ ROOT, "notBefore = signing\nduration = 20y", "notBefore = 2026-11-29\nnotAfter = 2030-01-01", ERR_PROFILE_RULE, "BR 7.1.2.1.1" },
	{ ROOT, "notBefore = signing\nduration = 20y", "notBefore = 2026-11-29\nnotAfter = 2076-01-01", ERR_PROFILE_RULE, "BR 7.1.2.1.1" },
	{ SUB, "C = request", "C = fixed:UK", ERR_PROFILE_RULE, "does not assign this C: BR 7.1.4.2" },
	{ SUB, "O = request", "O = fixed:-", ERR_PROFILE_VALUE, "no letter and no digit" },
	{ SUB, "O = request", "O = fixed:Ex\xd0\xb0mple", ERR_PROFILE_VALUE, "mixes" },
	{ PRIVATE, "RSA-3072..8192", "RSA-1024..8192", ERR_PROFILE_RULE, "at least 2048 bits" },
	{ PRIVATE, "RSA-3072..8192", "RSA-3071", ERR_PROFILE_RULE, "multiple of 8" },
	{ ROOT, "= 20y", "= 20y\nclamp = perhaps", ERR_PROFILE_VALUE, "clamp: yes or no" },
	{ ROOT, "CA:TRUE", "CA:true", ERR_PROFILE_VALUE, "basicConstraints" },
	{ ROOT, "CA:TRUE", "CA:TRUE, pathlen:-1", ERR_PROFILE_VALUE, "pathlen" },
	{ ROOT, "cRLSign", "cRLsign", ERR_PROFILE_VALUE, "not a key usage" },
	{ ROOT, "cRLSign", "cRLSign, cRLSign", ERR_PROFILE_VALUE, "twice" },
	{ ROOT, "= hash", "= none", ERR_PROFILE_VALUE, "hash is wanted" },
	{ ROOT, "keyid:always", "keyid, issuer", ERR_PROFILE_VALUE, "keyid:always" },
	{ ROOT, "subjectKeyIdentifier", "subjectAltName", ERR_INI_UNKNOWN, "subjectAltName" },
	{ SUB, "= serverAuth", "= serverauth", ERR_PROFILE_VALUE, "serverauth" },
	{ SUB, "URI:http://crl", "http://crl", ERR_PROFILE_VALUE, "URI:" },
	{ SUB, "URI:http://crl.example.com/", "URI:http://crl example.com/", ERR_PROFILE_VALUE, "not a URI" },
	{ SUB, "com/root.crl", "com/{part}.crl", ERR_PROFILE_VALUE, "{shard} in it once" },
	{ SUB, "com/root.crl", "com/{shard}/{shard}.crl", ERR_PROFILE_VALUE, "{shard} in it once" },
	{ SUB, "com/root.crl", "com/{shard}}.crl", ERR_PROFILE_VALUE, "{shard} in it once" },
	{ SUB, "com/root.crl", "com/{shard", ERR_PROFILE_VALUE, "{shard} in it once" },
	{ SUB, "com/root.crl", "com/{shard}.crl, URI:http://b.example/", ERR_PROFILE_VALUE, "one URI with {shard}" },
	{ SUB, "URI:http://crl.example.com/root.crl", "http://crl.example.com/{shard}.crl", ERR_PROFILE_VALUE, "one URI with {shard}" },
	{ SUB, "URI:http://crl.example.com/root.crl", "URI:ftp://crl.example.com/{shard}.crl", ERR_PROFILE_RULE, "BR 7.1.2.11.2" },
	{ SUB, "caIssuers;URI:http://", "caIssuers;URI:http://{shard}", ERR_PROFILE_VALUE, "not a URI" },
	{ SUB, "caIssuers;", "caIssuers:", ERR_PROFILE_VALUE, "METHOD;URI" },
	{ CRL, "= next", "= 7", ERR_PROFILE_VALUE, "crlNumber = next" },
	{ CRL, "superseded", "certificateHold", ERR_PROFILE_VALUE, "keyCompromise" },
	{ CRL, "[entries]", "[subject]\nCN = request\n[entries]", ERR_INI_UNKNOWN, "[subject]" },
	{ CRL, "BR 7.2", "BR 7.1.2.1", ERR_PROFILE_CLAIM, "BR 7.1.2.1" },

	{ ROOT, "C = script", "C = script, required, maybe", ERR_PROFILE_VALUE, "pattern" },
	{ ROOT, "C = script", "C = script, pattern:", ERR_PROFILE_VALUE, "pattern" },
	{ ROOT, "C = script", "subject = script", ERR_PROFILE_VALUE, "no attribute stands beside it" },
	{ CROSS, "subject = existing", "subject = somewhere", ERR_PROFILE_VALUE, "existing is wanted" },
	{ ROOT, "= signing", "= 2026-02-29T00:00:00Z", ERR_PROFILE_VALUE, "notBefore: signing, or a moment" },
	{ ROOT, "duration = 20y", "notAfter = soon", ERR_PROFILE_VALUE, "notAfter: a moment" },
	{ ROOT, "= 20y", "= 20y\nnotAfter = 2046-01-01T00:00:00Z", ERR_INI_UNKNOWN, "duration" },
	{ ROOT, "= signing\nduration = 20y", "= 2036-01-01\nnotAfter = 2035-01-01", ERR_PROFILE_VALUE, "ends before it begins" },
	{ TC, "permitted;DNS:example.com", "DNS:example.com", ERR_PROFILE_VALUE, "permitted;TYPE:NAME" },
	{ TC, "DNS:example.com", "dns:example.com", ERR_PROFILE_VALUE, "DNS, IP, email, URI or dirName" },
	{ TC, "DNS:example.com", "DNS:.example.com", ERR_PROFILE_VALUE, "not a host's name" },
	{ TC, "DNS:example.com", "DNS:exa_mple.com", ERR_PROFILE_VALUE, "not a host's name" },
	{ TC, "DNS:example.com", "email:@example.com", ERR_PROFILE_VALUE, "a mailbox, a host or .host" },
	{ TC, "DNS:example.com", "URI:https://example.com", ERR_PROFILE_VALUE, "without a scheme" },
	{ TC, "0.0.0.0/0.0.0.0", "0.0.0.0", ERR_PROFILE_VALUE, "ADDRESS/MASK" },
	{ TC, "0.0.0.0/0.0.0.0", "10.0.0.0/255.0.255.0", ERR_PROFILE_VALUE, "not a prefix" },
	{ TC, "0.0.0.0/0.0.0.0", "10.1.0.0/255.0.0.0", ERR_PROFILE_VALUE, "goes beyond it" },
	{ TC, "0.0.0.0/0.0.0.0", "10.0.0.0/ffff::", ERR_PROFILE_VALUE, "ADDRESS/MASK" },
	{ TC, "dirName:C=XX, O", "dirName:C=xx, O", ERR_NAME_TEXT, "C" },
	{ TC, "excluded;IP:::/::", "excluded;IP:0.0.0.0/0.0.0.0", ERR_PROFILE_VALUE, "twice" },
	{ OCSP, "= ignored", "= yes", ERR_PROFILE_VALUE, "ignored is wanted" },

	/* understood, and against what they claim */
	{ PRIVATE, "RFC 5280", "BR 7.1.2.6, RFC 5280", ERR_PROFILE_RULE, "each in a line of its own: BR 7.1.2.10.2" },
	{ SMIME, "RSA-4096..", "RSA-3072..", ERR_PROFILE_RULE, "S/MIME BR 6.1.5" },
	{ ROOT, "C = script\n", "", ERR_PROFILE_RULE, "BR 7.1.2.10.2" },
	{ ROOT, "O = script", "O = script, optional", ERR_PROFILE_RULE, ":13: subject" },
	{ ROOT, "CN = script", "OU = script\nCN = script", ERR_PROFILE_RULE, "no place in a CA's name: BR 7.1.2.10.2" },
	{ ROOT, "O = script\nCN = script", "CN = script\nO = script", ERR_PROFILE_RULE, "BR 7.1.4.2" },
	{ ROOT, "RSA-3072,", "RSA-2047,", ERR_PROFILE_RULE, "BR 6.1.5" },
	{ ROOT, "RSA-3072,", "Ed25519,", ERR_PROFILE_RULE, "BR 6.1.5" },
	{ ROOT, "ecdsa-with-SHA384,", "Ed25519,", ERR_PROFILE_RULE, "BR 7.1.3.2" },
	{ ROOT, "= 20y", "= 2921d", ERR_PROFILE_RULE, "BR 7.1.2.1.1" },
	{ ROOT, "= 20y", "= 9133d", ERR_PROFILE_RULE, "BR 7.1.2.1.1" },
	{ ROOT, "= 20y", "= 26y", ERR_PROFILE_RULE, "BR 7.1.2.1.1" },
	{ ROOT, "= 20y", "= 20y\nclamp = yes", ERR_PROFILE_RULE, "clamp" },
	{ ROOT, "critical, CA:TRUE", "CA:TRUE", ERR_PROFILE_RULE, "basicConstraints is not critical" },
	{ ROOT, "critical, CA:TRUE", "critical, CA:FALSE", ERR_PROFILE_RULE, "CA:TRUE: BR 7.1.2.10.4" },
	{ ROOT, "CA:TRUE", "CA:TRUE, pathlen:3", ERR_PROFILE_RULE, "pathlen, which a root should not" },
	{ ROOT, "critical, keyCertSign", "keyCertSign", ERR_PROFILE_RULE, "keyUsage is not critical" },
	{ ROOT, ", cRLSign", "", ERR_PROFILE_RULE, "both keyCertSign and cRLSign" },
	{ ROOT, ", cRLSign", ", cRLSign, nonRepudiation", ERR_PROFILE_RULE, "BR 7.1.2.10.7" },
	{ ROOT, "subjectKeyIdentifier = hash", "", ERR_PROFILE_RULE, "subjectKeyIdentifier is missing" },
	{ ROOT, "= hash", "= critical, hash", ERR_PROFILE_RULE, ":36: subjectKeyIdentifier is critical" },
	{ ROOT, "[extensions]", "[extensions]\nextendedKeyUsage = serverAuth", ERR_PROFILE_RULE, "BR 7.1.2.1.2" },
	{ ROOT, "[extensions]", "[extensions]\ncertificatePolicies = anyPolicy", ERR_PROFILE_RULE, "BR 7.1.2.1.2" },
	{ ROOT, "[extensions]", "[extensions]\ncrlDistributionPoints = URI:http://a.example/", ERR_PROFILE_RULE,
	  "BR 7.1.2.11.2" },
	{ ROOT, "[extensions]", "[extensions]\nauthorityInfoAccess = OCSP;URI:http://a.example/", ERR_PROFILE_RULE,
	  "BR 7.1.2.1.2" },
	{ SUB, "= serverAuth", "= serverAuth, clientAuth", ERR_PROFILE_RULE, "BR 7.1.2.10.6" },
	{ SUB, "= serverAuth", "= critical, serverAuth", ERR_PROFILE_RULE, "extendedKeyUsage is critical" },
	{ SUB, "extendedKeyUsage = serverAuth", "", ERR_PROFILE_RULE, "extendedKeyUsage is missing" },
	{ SUB, "= 2.23.140.1.2.1", "= 2.23.140.1.2.1, 2.23.140.1.2.2", ERR_PROFILE_RULE, "BR 7.1.2.10.5" },
	{ SUB, "= 2.23.140.1.2.1", "= anyPolicy, 2.23.140.1.2.1", ERR_PROFILE_RULE, "anyPolicy beside" },
	{ SUB, "= 2.23.140.1.2.1", "= 1.2.3.4, 2.23.140.1.2.1", ERR_PROFILE_RULE, "does not begin" },
	{ SUB, "URI:http://crl", "URI:https://crl", ERR_PROFILE_RULE, "BR 7.1.2.11.2" },
	{ SUB, "URI:http://crl", "URI:http://b.example/, URI:http://crl", ERR_PROFILE_RULE, "one distribution point" },
	{ SUB, "URI:http://aia", "URI:ldap://aia", ERR_PROFILE_RULE, "BR 7.1.2.10.3" },
	{ SUB, "caIssuers;", "caRepository;", ERR_PROFILE_RULE, "neither OCSP nor caIssuers" },
	{ CRL, "= 364d", "= 367d", ERR_PROFILE_RULE, "BR 7.2" },
	{ CRL, "= 364d", "= 13m", ERR_PROFILE_RULE, "BR 7.2" },
	{ CRL, "crlNumber = next", "", ERR_PROFILE_RULE, "crlNumber is missing" },
	{ CRL, "authorityKeyIdentifier = keyid:always", "", ERR_PROFILE_RULE, "BR 7.2.2" },
};

static void each_broken_profile_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		const struct broken  *x = &broken[i];
		const struct profile *p = NULL;
		struct err            e = { 0 };
		arena = ARENA_ON(storage);
		bool good = profile_parse(&p, &arena, x->path, changed(&arena, x->path, x->old, x->new), &e);
		if (good || e.id != x->want || !strstr(e.detail, x->says) || p)
			fail_msg("%zu \"%s\": %s (%s)", i, x->new, err_text_of(e.id)->name, e.detail);
		if (!strstr(e.detail, x->path))
			fail_msg("%zu \"%s\": the file is not named: %s", i, x->new, e.detail);
	}
}

/* ... and what the rules allow is not refused: as it stands, and changed within the rules. */
static void what_the_rules_allow_is_read(void **state)
{
	static const struct broken fine[] = {
		{ ROOT, "= 20y", "= 20y", ERR_NONE, "" },
		{ ROOT, "= 20y", "= 25y", ERR_NONE, "" },
		{ ROOT, "duration = 20y", "notAfter = 2046-02-28T23:59:59Z", ERR_NONE, "" },
		{ ROOT, "CN = script", "CN = script, required, pattern:Example * G?, Inc.", ERR_NONE, "" },
		{ TC, "permitted;DNS:example.com", "permitted;DNS:a.example, permitted;IP:2001:db8::/ffff:ffff::, excluded;DNS:x.a.example", ERR_NONE, "" },
		{ SMIME, "= ecdsa-with-SHA384", "= Ed25519, ecdsa-with-SHA384", ERR_NONE, "" },
		{ ROOT, "= 20y", "= 2922d", ERR_NONE, "" },
		{ ROOT, "= 20y", "= 9132d", ERR_NONE, "" },
		{ ROOT, "keyCertSign", "digitalSignature, keyCertSign", ERR_NONE, "" },
		{ ROOT, "O = script", "ST = script, optional\nO = fixed:Example\\, Inc.", ERR_NONE, "" },
		{ ROOT, "authorityKeyIdentifier = keyid:always", "", ERR_NONE, "" },
		{ ROOT, "= P-384,", "= RSA-2048..,", ERR_NONE, "" },
		{ SUB, "duration = 3y", "duration = 30y", ERR_NONE, "" },
		{ SUB, "= 2.23.140.1.2.1", "= 2.23.140.1.2.2, 1.3.6.1.4.1.99999.1;CPS:http://cps.example.com/", ERR_NONE, "" },
		{ SUB, "= 2.23.140.1.2.1", "= anyPolicy", ERR_NONE, "" },
		{ SUB, "caIssuers;", "OCSP;URI:http://ocsp.example.com/, caIssuers;", ERR_NONE, "" },
		{ CRL, "= 364d", "= 12m", ERR_NONE, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(fine); i++) {
		const struct profile *p = NULL;
		struct err            e = { 0 };
		arena = ARENA_ON(storage);
		if (!profile_parse(&p, &arena, fine[i].path, changed(&arena, fine[i].path, fine[i].old, fine[i].new), &e))
			fail_msg("%zu: %s (%s)", i, err_text_of(e.id)->name, e.detail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_broken_profile_is_refused),
		cmocka_unit_test(what_the_rules_allow_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
