/* jpeg.c: JPEG as grey, by libjpeg-turbo's TurboJPEG interface; see image.h. It reports errors
 * by its return value. A damaged picture is refused, save that the ends of motion JPEG frames
 * are known to be untidy: what is only a warning to the library is taken. */
#include <turbojpeg.h>

#include "qr/image.h"

static void done(tjhandle *t)
{
	if (*t)
		(void)tjDestroy(*t);
}

bool image_jpeg(struct image *out, struct arena *a, struct bytes content, struct err *e)
{
	__attribute__((cleanup(done))) tjhandle t = tjInitDecompress();
	int          width = 0, height = 0, sampling, space;
	struct image i;

	if (!t)
		return err_set(e, ERR_NO_MEMORY, "a JPEG");
	if (tjDecompressHeader3(t, content.p, content.len, &width, &height, &sampling, &space) != 0 || width < 0 ||
	    height < 0)
		return err_set(e, ERR_QR_IMAGE, "the head of a JPEG is damaged");
	if (!image_make(&i, a, (uint64_t)width, (uint64_t)height, e))
		return false;
	if (tjDecompress2(t, content.p, content.len, i.grey, width, 0, height, TJPF_GRAY, TJFLAG_LIMITSCANS) != 0 &&
	    tjGetErrorCode(t) != TJERR_WARNING)
		return err_set(e, ERR_QR_IMAGE, "a JPEG is damaged");
	*out = i;
	return true;
}
