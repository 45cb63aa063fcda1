/* quirk.c: see quirk.h; what was measured to fill the table is in docs/tokens.md. */
#include "ceremony/token/quirk.h"

#define KWP    "aes-kwp-rfc5649"
#define NO_WAY { { 0, NULL } }

static const struct quirk quirks[] = {
	/* Its 0x210A is RFC 5649, over the PKCS #8 padded with zeros to eight octets. */
	{ .name = "SoftHSM", .manufacturer = "SoftHSM", .model = "", .software = true,
	  .wrap = { { CKM_AES_KEY_WRAP_PAD, KWP } } },
	/* Its 0x210A is PKCS #7 padding under RFC 3394, which no other module reads: not used. */
	{ .name = "NSS", .manufacturer = "Mozilla", .model = "", .software = true, .factory_so_pin = "",
	  .point_to_unwrap = true, .wrap = { { MECH_AES_KEY_WRAP_KWP, KWP } } },
	/* Wraps by CBC only, which does not notice a change: no backup by wrap. Two spellings: 3.8, 3.23. */
	{ .name = "opencryptoki, soft token", .manufacturer = "IBM", .model = "IBM SoftTok", .software = true,
	  .factory_so_pin = "87654321", .wrap = NO_WAY },
	{ .name = "opencryptoki, soft token", .manufacturer = "IBM", .model = "Soft", .software = true,
	  .factory_so_pin = "87654321", .wrap = NO_WAY },
	/* A TPM that is a program: swtpm says IBM, SW TPM. It is found by its model alone. */
	{ .name = "tpm2-pkcs11, simulated", .manufacturer = "", .model = "SW", .software = true, .one_lockout = true,
	  .wrap = NO_WAY },
	{ .name = "any other", .manufacturer = "", .model = "", .wrap = { { MECH_AES_KEY_WRAP_KWP, KWP } } },
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
