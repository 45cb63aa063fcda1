/* decode.h: the QR codes in a picture, by zxing-cpp. Runs only in ceremony-scan, shut in.
 *
 * The one header that C++ reads too: decode.cc is the only C++ of this project, and no
 * exception leaves it. */
#pragma once

#ifdef __cplusplus
extern "C" {
#else
#include <stdbool.h>
#endif

#include <stddef.h>
#include <stdint.h>

#define DECODE_MAX_CODES 8
#define DECODE_MAX_CODE  7089 /* octets: digits in version 40, level L */

enum decode_result {
	DECODE_DONE,
	DECODE_NO_MEMORY,
	DECODE_FAILED, /* the library threw something else */
};

/* decode_image: grey is width * height octets, row by row, 0 black. Calls found() for each QR code
 * (at most DECODE_MAX_CODES; no Micro QR) with the exact octets that it holds, 1 to
 * DECODE_MAX_CODE of them, which it borrows. Mirrored, rotated and inverted codes too, as far as
 * the library goes. */
enum decode_result decode_image(const uint8_t *grey, int width, int height,
                                void (*found)(void *ctx, const uint8_t *p, size_t len), void *ctx);

#ifdef __cplusplus
}
#endif
