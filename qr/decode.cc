/* decode.cc: see decode.h. zxing-cpp 1.4 (Debian 12) and 2.3 (Debian 13). */
#include "qr/decode.h"

#include <new>

#define ZX_USE_UTF8 1 /* 1.4: text as std::string, as later releases have it; not used here */
#include <ZXing/ReadBarcode.h>

#if __has_include(<ZXing/ReaderOptions.h>)
using Options = ZXing::ReaderOptions;
#else
using Options = ZXing::DecodeHints;
#endif

extern "C" enum decode_result decode_image(const uint8_t *grey, int width, int height,
                                           void (*found)(void *ctx, const uint8_t *p, size_t len), void *ctx)
{
	try {
		Options options;
		options.setFormats(ZXing::BarcodeFormat::QRCode);
		options.setTryHarder(true);
		options.setTryRotate(true);
		options.setTryDownscale(true);
		options.setMaxNumberOfSymbols(DECODE_MAX_CODES);
		const ZXing::ImageView image(grey, width, height, ZXing::ImageFormat::Lum);
		int                    left = DECODE_MAX_CODES;
		for (const auto &code : ZXing::ReadBarcodes(image, options)) {
			const auto &octets = code.bytes();
			if (code.isValid() && !octets.empty() && octets.size() <= DECODE_MAX_CODE && left-- > 0)
				found(ctx, octets.data(), octets.size());
		}
		return DECODE_DONE;
	} catch (const std::bad_alloc &) {
		return DECODE_NO_MEMORY;
	} catch (...) {
		return DECODE_FAILED;
	}
}
