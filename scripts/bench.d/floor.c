/* floor.c: the least that a PKCS #11 token asks for: what any program must spend.
 *
 *   floor root MODULE LABEL     makes a token, its PIN and a P-384 key, and signs once
 *   floor sign MODULE LABEL     finds that key and signs once
 *   floor csr MODULE LABEL DER...   finds that key; for each request: wolfCrypt verifies it, the
 *                               token signs, wolfCrypt verifies that signature
 *   floor verify DER...         wolfCrypt verifies each request
 *
 * No certificate is made and nothing else is checked. PIN 987654321, SO PIN 123456789. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <p11-kit/pkcs11.h>
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/ecc.h>

static CK_FUNCTION_LIST *p11;
static unsigned char     so_pin[] = "123456789", pin[] = "987654321";

#define DO(call)                                                             \
	do {                                                                 \
		CK_RV rv_ = (call);                                          \
		if (rv_ != CKR_OK) {                                         \
			(void)fprintf(stderr, "%s: 0x%lx\n", #call, rv_);    \
			return 1;                                            \
		}                                                            \
	} while (0)

static int find_slot(CK_SLOT_ID *out, const char *label)
{
	CK_SLOT_ID    slot[16];
	CK_ULONG      n = 16;
	CK_TOKEN_INFO info;

	DO(p11->C_GetSlotList(CK_TRUE, slot, &n));
	for (CK_ULONG i = 0; i < n; i++) {
		DO(p11->C_GetTokenInfo(slot[i], &info));
		if (label ? memcmp(info.label, label, strlen(label)) == 0 : !(info.flags & CKF_TOKEN_INITIALIZED)) {
			*out = slot[i];
			return 0;
		}
	}
	(void)fprintf(stderr, "no such token\n");
	return 1;
}

static int make_token(const char *label)
{
	unsigned char     padded[32];
	CK_SLOT_ID        slot;
	CK_SESSION_HANDLE s;

	memset(padded, ' ', sizeof padded);
	memcpy(padded, label, strlen(label));
	if (find_slot(&slot, NULL))
		return 1;
	DO(p11->C_InitToken(slot, so_pin, sizeof so_pin - 1, padded));
	if (find_slot(&slot, label))
		return 1;
	DO(p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s));
	DO(p11->C_Login(s, CKU_SO, so_pin, sizeof so_pin - 1));
	DO(p11->C_InitPIN(s, pin, sizeof pin - 1));
	DO(p11->C_Logout(s));
	DO(p11->C_CloseSession(s));
	return 0;
}

static int make_key(CK_OBJECT_HANDLE *private_key, CK_SESSION_HANDLE s)
{
	static unsigned char p384[] = { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 };
	CK_BBOOL             yes = CK_TRUE, no = CK_FALSE;
	CK_MECHANISM         mechanism = { CKM_EC_KEY_PAIR_GEN, NULL, 0 };
	CK_ATTRIBUTE         pub[] = {
                { CKA_EC_PARAMS, p384, sizeof p384 }, { CKA_TOKEN, &yes, 1 }, { CKA_VERIFY, &yes, 1 }, { CKA_LABEL, "floor", 5 },
                { CKA_ID, "floor", 5 }
	};
	CK_ATTRIBUTE priv[] = { { CKA_TOKEN, &yes, 1 },       { CKA_PRIVATE, &yes, 1 }, { CKA_SENSITIVE, &yes, 1 },
		                { CKA_EXTRACTABLE, &no, 1 },  { CKA_SIGN, &yes, 1 },    { CKA_LABEL, "floor", 5 },
		                { CKA_ID, "floor", 5 } };
	CK_OBJECT_HANDLE public_key;

	DO(p11->C_GenerateKeyPair(s, &mechanism, pub, 5, priv, 7, &public_key, private_key));
	return 0;
}

static int find_key(CK_OBJECT_HANDLE *key, CK_SESSION_HANDLE s)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE    want[] = { { CKA_CLASS, &class, sizeof class } };
	CK_ULONG        n = 0;

	DO(p11->C_FindObjectsInit(s, want, 1));
	DO(p11->C_FindObjects(s, key, 1, &n));
	DO(p11->C_FindObjectsFinal(s));
	return n != 1;
}

/* 0 if the request in this file is signed by its own key. */
static int verify_request(const char *path)
{
	static unsigned char der[1 << 17];
	DecodedCert          d;
	FILE                *f = fopen(path, "re");
	size_t               len = f ? fread(der, 1, sizeof der, f) : 0;

	if (f)
		(void)fclose(f);
	wc_InitDecodedCert(&d, der, (word32)len, NULL);
	int rc = wc_ParseCert(&d, CERTREQ_TYPE, VERIFY, NULL);
	wc_FreeDecodedCert(&d);
	if (rc != 0)
		(void)fprintf(stderr, "%s: %d\n", path, rc);
	return rc;
}

/* The token's public key: CKA_EC_POINT is 04 LEN 04 X Y. */
static int public_key(ecc_key *out, CK_SESSION_HANDLE s)
{
	unsigned char    point[128];
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_ATTRIBUTE     want[] = { { CKA_CLASS, &class, sizeof class } };
	CK_ATTRIBUTE     get[] = { { CKA_EC_POINT, point, sizeof point } };
	CK_OBJECT_HANDLE key;
	CK_ULONG         n = 0;

	DO(p11->C_FindObjectsInit(s, want, 1));
	DO(p11->C_FindObjects(s, &key, 1, &n));
	DO(p11->C_FindObjectsFinal(s));
	DO(p11->C_GetAttributeValue(s, key, get, 1));
	return wc_ecc_init(out) || wc_ecc_import_x963_ex(point + 2, 97, out, ECC_SECP384R1);
}

static int answer(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key, ecc_key *pub, const char *path)
{
	CK_MECHANISM  mechanism = { CKM_ECDSA, NULL, 0 };
	unsigned char digest[48] = { 1 }, signature[96], der[128];
	CK_ULONG      len = sizeof signature;
	word32        der_len = sizeof der;
	int           good = 0;

	if (verify_request(path))
		return 1;
	digest[1] = (unsigned char)path[strlen(path) - 5];
	DO(p11->C_SignInit(s, &mechanism, key));
	DO(p11->C_Sign(s, digest, sizeof digest, signature, &len));
	return wc_ecc_rs_raw_to_sig(signature, 48, signature + 48, 48, der, &der_len) ||
	       wc_ecc_verify_hash(der, der_len, digest, sizeof digest, &good, pub) || good != 1;
}

static int answer_all(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key, int num, char **path)
{
	ecc_key pub;
	int     bad = public_key(&pub, s);

	for (int i = 0; !bad && i < num; i++)
		bad = answer(s, key, &pub, path[i]);
	return bad;
}

int main(int argc, char **argv)
{
	CK_MECHANISM      mechanism = { CKM_ECDSA, NULL, 0 };
	CK_SLOT_ID        slot;
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE  key;
	unsigned char     digest[48] = { 1 }, signature[96];
	CK_ULONG          len = sizeof signature;

	if (argc > 2 && strcmp(argv[1], "verify") == 0) {
		int bad = 0;
		for (int i = 2; i < argc; i++)
			bad |= verify_request(argv[i]) != 0;
		return bad;
	}
	if (argc < 4 || strlen(argv[3]) > 32)
		return 2;
	void *module = dlopen(argv[2], RTLD_NOW);
	CK_C_GetFunctionList get;
	if (!module || !(*(void **)&get = dlsym(module, "C_GetFunctionList")))
		return 1;
	DO(get(&p11));
	DO(p11->C_Initialize(NULL));
	int root = strcmp(argv[1], "root") == 0;
	if ((root && make_token(argv[3])) || find_slot(&slot, argv[3]))
		return 1;
	DO(p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s));
	DO(p11->C_Login(s, CKU_USER, pin, sizeof pin - 1));
	if (root ? make_key(&key, s) : find_key(&key, s))
		return 1;
	if (strcmp(argv[1], "csr") == 0)
		return answer_all(s, key, argc - 4, argv + 4);
	DO(p11->C_SignInit(s, &mechanism, key));
	DO(p11->C_Sign(s, digest, sizeof digest, signature, &len));
	DO(p11->C_Finalize(NULL));
	return 0;
}
