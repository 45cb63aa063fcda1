/* request_foreign.c: files that come from a medium, and what ceremony-parse says of them: believed only where the same
 * follows here. See requests.h. */
#include "ceremony/base/text.h"
#include "ceremony/flow/requests.h"
#include "ceremony/pki/pem.h"

bool foreign_check(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes content;
	char         hex[HASH_MAX * 2 + 1];

	if (!fields_get_base64(&content, f->scratch, out, "content") ||
	    !fields_is(out, "sha256", sha256_hex(hex, content)))
		return err_set(e, ERR_FLOW_FIELD, "content");
	return true;
}

bool foreign_is_too_large(const struct err *why)
{
	return why->id == ERR_TOO_LARGE;
}

bool foreign_der(const struct flow *f, struct bytes *der, const struct fields *out, struct bytes content,
                    const char *label, struct err *e)
{
	char hex[HASH_MAX * 2 + 1];

	return pem_decode(der, f->scratch, label, content, e) &&
	       (fields_is(out, "sha256", sha256_hex(hex, *der)) || err_set(e, ERR_FLOW_FIELD, "sha256"));
}
