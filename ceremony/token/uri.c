/* uri.c: see uri.h. p11-kit decodes; what it is too kind about is refused here. */
#include "ceremony/token/uri.h"

#include <stdio.h>

static const char *const known[] = { "token", "serial", "manufacturer", "model", "module-path", "x-init" };
enum { TOKEN, SERIAL, MANUFACTURER, MODEL, MODULE_PATH, INIT, NUM_KNOWN };
_Static_assert(NUM_KNOWN == COUNT_OF(known), "a name for each");

void uri_done(struct uri *u)
{
	if (u->p)
		p11_kit_uri_free(u->p);
	*u = (struct uri){ 0 };
}

static bool refuse(struct err *e, const char *why, struct bytes what)
{
	int len = what.len > 40 ? 40 : (int)what.len;

	for (int i = 0; i < len; i++) /* foreign text: show letters only */
		if (what.p[i] <= ' ' || what.p[i] >= 0x7f)
			len = i;
	return err_set(e, ERR_TOKEN_URI, "%s%s%.*s", why, len ? ": " : "", len, len ? (const char *)what.p : "");
}

/* One attribute, "name=value": known, in its place, not empty, not seen before. */
static bool check_one(struct bytes one, bool in_query, unsigned *seen, struct err *e)
{
	struct bytes name, value;

	if (!bytes_cut(one, '=', &name, &value))
		return refuse(e, "an attribute without a value", one);
	for (unsigned i = 0; i < NUM_KNOWN; i++) {
		if (!bytes_is(name, known[i]))
			continue;
		if (in_query != (i >= MODULE_PATH))
			return refuse(e, "an attribute on the wrong side of the ?", name);
		if (*seen & 1U << i)
			return refuse(e, "an attribute stands twice", name);
		if (!value.len)
			return refuse(e, "an attribute is empty", name);
		*seen |= 1U << i;
		return true;
	}
	return refuse(e, "an attribute that is not taken", name);
}

static bool check_all(struct bytes part, uint8_t separator, bool in_query, unsigned *seen, struct err *e)
{
	struct bytes one;

	while (bytes_cut(part, separator, &one, &part))
		if (!check_one(one, in_query, seen, e))
			return false;
	return check_one(part, in_query, seen, e);
}

static bool check_text(struct bytes text, unsigned *seen, struct err *e)
{
	struct bytes path, query = { 0 };

	if (text.len > URI_MAX)
		return refuse(e, "too long", bytes_of(NULL, 0));
	if (memchr(text.p, 0, text.len))
		return refuse(e, "a NUL", bytes_of(NULL, 0));
	if (!bytes_starts(text, "pkcs11:"))
		return refuse(e, "it does not begin with the scheme pkcs11", text);
	text = bytes_skip(text, 7);
	if (!bytes_cut(text, '?', &path, &query))
		return refuse(e, "no ?module-path=", bytes_of(NULL, 0));
	if (path.len && !check_all(path, ';', false, seen, e))
		return false;
	return check_all(query, '&', true, seen, e);
}

bool uri_parse(struct uri *out, struct bytes text, struct err *e)
{
	__attribute__((cleanup(uri_done))) struct uri u = { 0 };
	char     z[URI_MAX + 1];
	unsigned seen = 0;

	if (!text.len)
		return refuse(e, "it is empty", text);
	if (!check_text(text, &seen, e))
		return false;
	memcpy(z, text.p, text.len);
	z[text.len] = 0;
	u.p = p11_kit_uri_new();
	if (!u.p)
		return err_set(e, ERR_NO_MEMORY, "a URI");
	int r = p11_kit_uri_parse(z, P11_KIT_URI_FOR_ANY, u.p);
	if (r != P11_KIT_URI_OK || p11_kit_uri_any_unrecognized(u.p))
		return refuse(e, r == P11_KIT_URI_BAD_ENCODING ? "a % without two hex digits" : "a value is too long",
		              bytes_of(NULL, 0));
	u.module_path = p11_kit_uri_get_module_path(u.p);
	if (!u.module_path || u.module_path[0] != '/')
		return refuse(e, "the module-path is not absolute", bytes_of(NULL, 0));
	u.init = p11_kit_uri_get_vendor_query(u.p, known[INIT]);
	u.has_token = seen & 1U << TOKEN;
	u.has_serial = seen & 1U << SERIAL;
	*out = u;
	u = (struct uri){ 0 };
	return true;
}

void uri_module_only(struct uri *u)
{
	*p11_kit_uri_get_token_info(u->p) = (CK_TOKEN_INFO){ .flags = 0 };
	u->has_token = u->has_serial = false;
}

/* Blank-padded, as PKCS #11 has it. */
static bool pad(CK_UTF8CHAR *out, size_t len, struct bytes text)
{
	if (text.len > len)
		return false;
	memset(out, ' ', len);
	memcpy(out, text.p, text.len);
	return true;
}

bool uri_name(struct uri *u, struct bytes label, struct bytes serial, struct err *e)
{
	CK_TOKEN_INFO *t = p11_kit_uri_get_token_info(u->p);

	if ((label.len && !pad(t->label, sizeof t->label, label)) ||
	    (serial.len && !pad(t->serialNumber, sizeof t->serialNumber, serial)))
		return err_set(e, ERR_OP_FIELD, "label or serial");
	u->has_token |= label.len > 0;
	u->has_serial |= serial.len > 0;
	return true;
}

bool uri_fits(const struct uri *u, const CK_TOKEN_INFO *info)
{
	return p11_kit_uri_match_token_info(u->p, info) == 1;
}

bool uri_fits_blank(const struct uri *u, const CK_TOKEN_INFO *info)
{
	CK_TOKEN_INFO labelled = *info;

	memcpy(labelled.label, p11_kit_uri_get_token_info(u->p)->label, sizeof labelled.label);
	return uri_fits(u, &labelled);
}
