/* slow.c: a PKCS #11 module: SoftHSM (REAL: its path), with a key generation that takes seconds, as in a smartcard. For slow.t. */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

static CK_FUNCTION_LIST      list;
static CK_C_GenerateKeyPair  make;

static CK_RV slowly(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_ATTRIBUTE *pub, CK_ULONG num_pub, CK_ATTRIBUTE *priv, CK_ULONG num_priv,
                    CK_OBJECT_HANDLE *pub_key, CK_OBJECT_HANDLE *priv_key)
{
	for (int i = 0; i < 60; i++)
		(void)usleep(100000);
	return make(s, m, pub, num_pub, priv, num_priv, pub_key, priv_key);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **out)
{
	void             *real = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
	CK_FUNCTION_LIST *theirs = NULL;
	CK_C_GetFunctionList get = real ? (CK_C_GetFunctionList)dlsym(real, "C_GetFunctionList") : NULL;

	if (!get || get(&theirs) != CKR_OK)
		return CKR_GENERAL_ERROR;
	memcpy(&list, theirs, sizeof list);
	make = list.C_GenerateKeyPair;
	list.C_GenerateKeyPair = slowly;
	*out = &list;
	return CKR_OK;
}
