/* copy.c: what a device's own tool does, for software tokens: copies the key pair of one CKA_ID from one token into
 * another. For scripts/e2e/methods.t and rehearsals; it knows nothing of the program that it is used beside.
 *
 *   copy MODULE FROM-LABEL FROM-PIN TO-LABEL TO-PIN ID-HEX [LABEL] */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/token/pkcs11.h"

static CK_FUNCTION_LIST *fn;

static void must(CK_RV rv, const char *what)
{
	if (rv == CKR_OK)
		return;
	(void)fprintf(stderr, "copy: %s: 0x%lx\n", what, rv);
	exit(1);
}

static CK_SESSION_HANDLE session(const char *label, const char *pin)
{
	CK_SLOT_ID        slot[16];
	CK_ULONG          num = 16;
	CK_SESSION_HANDLE s = 0;
	char              padded[33];
	CK_UTF8CHAR       typed[64];

	(void)snprintf(padded, sizeof padded, "%-32s", label);
	(void)snprintf((char *)typed, sizeof typed, "%s", pin);
	must(fn->C_GetSlotList(CK_TRUE, slot, &num), "C_GetSlotList");
	for (CK_ULONG i = 0; i < num; i++) {
		CK_TOKEN_INFO info;
		must(fn->C_GetTokenInfo(slot[i], &info), "C_GetTokenInfo");
		if (memcmp(info.label, padded, 32) != 0)
			continue;
		must(fn->C_OpenSession(slot[i], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s), "C_OpenSession");
		must(fn->C_Login(s, CKU_USER, typed, strlen(pin)), "C_Login");
		return s;
	}
	(void)fprintf(stderr, "copy: no token %s\n", label);
	exit(1);
}

static CK_OBJECT_HANDLE find(CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, CK_BYTE *id, CK_ULONG id_len)
{
	CK_ATTRIBUTE     t[] = { { CKA_CLASS, &class, sizeof class }, { CKA_ID, id, id_len } };
	CK_OBJECT_HANDLE h = 0;
	CK_ULONG         num = 0;

	must(fn->C_FindObjectsInit(s, t, 2), "C_FindObjectsInit");
	must(fn->C_FindObjects(s, &h, 1, &num), "C_FindObjects");
	must(fn->C_FindObjectsFinal(s), "C_FindObjectsFinal");
	if (num == 1)
		return h;
	(void)fprintf(stderr, "copy: no such key\n");
	exit(1);
}

static CK_OBJECT_HANDLE wrapping_key(CK_SESSION_HANDLE s)
{
	CK_OBJECT_CLASS  class = CKO_SECRET_KEY;
	CK_KEY_TYPE      type = CKK_AES;
	CK_BBOOL         yes = CK_TRUE, no = CK_FALSE;
	CK_BYTE          value[32] = "of a rehearsal, and of no worth";
	CK_ATTRIBUTE     t[] = { { CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type },
		                 { CKA_TOKEN, &no, sizeof no },       { CKA_WRAP, &yes, sizeof yes },
		                 { CKA_UNWRAP, &yes, sizeof yes },    { CKA_VALUE, value, sizeof value } };
	CK_OBJECT_HANDLE h = 0;

	must(fn->C_CreateObject(s, t, sizeof t / sizeof *t, &h), "C_CreateObject");
	return h;
}

static CK_BYTE  id[64], label[64], params[64], point[200], wrapped[512];
static CK_ULONG id_len, wrapped_len = sizeof wrapped;

static void bring(CK_SESSION_HANDLE to, CK_ATTRIBUTE *public_key)
{
	CK_OBJECT_CLASS  private_class = CKO_PRIVATE_KEY, public_class = CKO_PUBLIC_KEY;
	CK_KEY_TYPE      type = CKK_EC;
	CK_BBOOL         yes = CK_TRUE, no = CK_FALSE;
	CK_MECHANISM     kwp = { CKM_AES_KEY_WRAP_PAD, NULL, 0 };
	CK_OBJECT_HANDLE h = 0;
	CK_ATTRIBUTE     in[] = { { CKA_CLASS, &private_class, sizeof private_class }, { CKA_KEY_TYPE, &type, sizeof type },
		                  { CKA_TOKEN, &yes, sizeof yes }, { CKA_PRIVATE, &yes, sizeof yes },
		                  { CKA_SENSITIVE, &yes, sizeof yes }, { CKA_EXTRACTABLE, &no, sizeof no },
		                  { CKA_SIGN, &yes, sizeof yes }, { CKA_ID, id, id_len }, { CKA_LABEL, label, strlen((char *)label) } };
	CK_ATTRIBUTE     pub[] = { { CKA_CLASS, &public_class, sizeof public_class }, { CKA_KEY_TYPE, &type, sizeof type },
		                   { CKA_TOKEN, &yes, sizeof yes }, { CKA_PRIVATE, &no, sizeof no }, { CKA_VERIFY, &yes, sizeof yes },
		                   { CKA_ID, id, id_len }, { CKA_LABEL, label, strlen((char *)label) }, public_key[0], public_key[1] };

	must(fn->C_UnwrapKey(to, &kwp, wrapping_key(to), wrapped, wrapped_len, in, sizeof in / sizeof *in, &h), "C_UnwrapKey");
	must(fn->C_CreateObject(to, pub, sizeof pub / sizeof *pub, &h), "C_CreateObject");
}

int main(int argc, char **argv)
{
	CK_MECHANISM       kwp = { CKM_AES_KEY_WRAP_PAD, NULL, 0 };
	CK_ATTRIBUTE       ec[] = { { CKA_EC_PARAMS, params, sizeof params }, { CKA_EC_POINT, point, sizeof point } };
	CK_ATTRIBUTE       name = { CKA_LABEL, label, sizeof label - 1 };
	CK_C_GetFunctionList list = NULL;

	if (argc < 7 || argc > 8) {
		(void)fprintf(stderr, "copy MODULE FROM-LABEL FROM-PIN TO-LABEL TO-PIN ID-HEX [LABEL]\n");
		return 2;
	}
	for (unsigned octet = 0; id_len < sizeof id && sscanf(argv[6] + 2 * id_len, "%2x", &octet) == 1; id_len++)
		id[id_len] = (CK_BYTE)octet;
	void *module = dlopen(argv[1], RTLD_NOW);
	if (module)
		*(void **)&list = dlsym(module, "C_GetFunctionList");
	if (!list || list(&fn) != CKR_OK)
		return 1;
	must(fn->C_Initialize(NULL), "C_Initialize");
	CK_SESSION_HANDLE from = session(argv[2], argv[3]), to = session(argv[4], argv[5]);
	CK_OBJECT_HANDLE  private_key = find(from, CKO_PRIVATE_KEY, id, id_len), public_key = find(from, CKO_PUBLIC_KEY, id, id_len);
	must(fn->C_GetAttributeValue(from, public_key, ec, 2), "C_GetAttributeValue");
	must(fn->C_GetAttributeValue(from, public_key, &name, 1), "C_GetAttributeValue");
	if (argc == 8)
		(void)snprintf((char *)label, sizeof label, "%s", argv[7]);
	must(fn->C_WrapKey(from, &kwp, wrapping_key(from), private_key, wrapped, &wrapped_len), "C_WrapKey");
	bring(to, ec);
	(void)printf("1 key pair copied, %lu octets wrapped\n", wrapped_len);
	return fn->C_Finalize(NULL) == CKR_OK ? 0 : 1;
}
