/* op_qr.c: a picture in, what its QR codes hold out; see parse.h. */
#include "ceremony/parse/parse.h"

#include <stdio.h>

#include "ceremony/parse/picture.h"
#include "ceremony/port/ipc.h"
#include "qr/image.h"

_Static_assert(PARSE_ARENA >= IMAGE_ARENA + (IPC_MAX_BODY / 4 * 3), "a picture and its pixels");
_Static_assert(PARSE_ARENA >= IMAGE_ARENA + SOURCE_MAX_FILE + DECODE_MAX_CODES * DECODE_MAX_CODE, "a picture that is scanned");

bool parse_qr_image(struct fields *out, struct arena *a, const struct fields *in, struct bytes content, struct err *e)
{
	struct picture      p;
	struct camera_frame f = { .content = content };
	uint64_t            width = 0, height = 0;

	if (fields_find(in, "format")) {
		if (!fields_get_u64(&width, in, "width", UINT32_MAX) || !fields_get_u64(&height, in, "height", UINT32_MAX))
			return err_set(e, ERR_OP_FIELD, "width, height");
		f.format = fields_is(in, "format", "yuyv") ? "yuyv" : fields_is(in, "format", "grey") ? "grey" : "";
		f.width = (unsigned)width;
		f.height = (unsigned)height;
	}
	if (!picture_read(&p, a, &f, e))
		return false;
	fields_u64(out, "width", p.width);
	fields_u64(out, "height", p.height);
	fields_u64(out, "parts", p.num);
	for (size_t i = 0; i < p.num; i++) {
		char key[32];
		(void)snprintf(key, sizeof key, "part.%zu", i + 1);
		fields_base64(out, key, p.code[i]);
	}
	return true;
}
