/* quirk.c: see quirk.h; what was measured to fill the table is in docs/tokens.md. */
#include "ceremony/token/quirk.h"

static const struct quirk quirks[] = {
	/* Its 0x210A is RFC 5649, over the PKCS #8 padded with zeros to eight octets. */
	{ "SoftHSM", "SoftHSM", "", true, { { CKM_AES_KEY_WRAP_PAD, "aes-kwp-rfc5649" }, { 0, NULL } } },
	/* Its 0x210A is PKCS #7 padding under RFC 3394, which no other module reads: not used. */
	{ "NSS", "Mozilla", "", true, { { MECH_AES_KEY_WRAP_KWP, "aes-kwp-rfc5649" }, { 0, NULL } } },
	/* Wraps by CBC only, which does not notice a change: no backup by wrap. */
	{ "opencryptoki, soft token", "IBM", "Soft", true, { { 0, NULL } } },
	{ "any other", "", "", false, { { MECH_AES_KEY_WRAP_KWP, "aes-kwp-rfc5649" }, { 0, NULL } } },
};

const struct quirk *quirk_find(const CK_TOKEN_INFO *info)
{
	struct bytes manufacturer = bytes_of(info->manufacturerID, sizeof info->manufacturerID);
	struct bytes model = bytes_of(info->model, sizeof info->model);

	for (size_t i = 0; i < COUNT_OF(quirks); i++)
		if (bytes_starts(manufacturer, quirks[i].manufacturer) && bytes_starts(model, quirks[i].model))
			return &quirks[i];
	bug(__FILE__, __LINE__, "the last row fits every token");
}
