/* quirk.c: see quirk.h; what was measured to fill the table is in docs/tokens.md. */
#include "ceremony/token/quirk.h"

#define KWP    "aes-kwp-rfc5649"
#define KW     "aes-kw-rfc3394"
#define CBC    "aes-cbc-pad"
#define NO_WAY { { 0, NULL } }

/* In each row, the ways from the best to the least: what counts is which of them works when it is tried. */
static const struct quirk quirks[] = {
	/* Its 0x210A is RFC 5649, over the PKCS #8 padded with zeros to eight octets. */
	{ .name = "SoftHSM", .manufacturer = "SoftHSM", .model = "", .software = true,
	  .wrap = { { CKM_AES_KEY_WRAP_PAD, KWP }, { CKM_AES_KEY_WRAP, KW } } },
	/* Its 0x210A is PKCS #7 padding under RFC 3394, which no other module reads: not used. */
	{ .name = "NSS", .manufacturer = "Mozilla", .model = "", .software = true, .factory_so_pin = "",
	  .point_to_unwrap = true, .wrap = { { MECH_AES_KEY_WRAP_KWP, KWP }, { CKM_AES_CBC_PAD, CBC } } },
	/* Two spellings: 3.8, and 3.23 of Debian 13. Newer releases may know key wrap: tried first. What C_UnwrapKey
	 * is told of a key's protection it does not keep: that is set afterwards, for every module. */
	{ .name = "opencryptoki, soft token", .manufacturer = "IBM", .model = "IBM SoftTok", .software = true,
	  .factory_so_pin = "87654321", .wrap = { { MECH_AES_KEY_WRAP_KWP, KWP }, { CKM_AES_CBC_PAD, CBC } } },
	{ .name = "opencryptoki, soft token", .manufacturer = "IBM", .model = "Soft", .software = true,
	  .factory_so_pin = "87654321", .wrap = { { MECH_AES_KEY_WRAP_KWP, KWP }, { CKM_AES_CBC_PAD, CBC } } },
	/* A TPM that is a program: swtpm says IBM, SW TPM. It is found by its model alone. */
	{ .name = "tpm2-pkcs11, simulated", .manufacturer = "", .model = "SW", .software = true, .one_lockout = true,
	  .wrap = NO_WAY },
	/* A card behind OpenSC names its maker; none of them wraps by PKCS #11 (docs/tokens.md). */
	{ .name = "SmartCard-HSM", .manufacturer = "www.CardContact.de", .model = "", .wrap = NO_WAY },
	{ .name = "any other", .manufacturer = "", .model = "",
	  .wrap = { { MECH_AES_KEY_WRAP_KWP, KWP }, { CKM_AES_KEY_WRAP, KW }, { CKM_AES_CBC_PAD, CBC } } },
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
