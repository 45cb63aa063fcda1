/* crc32.h: the CRC-32 of ISO/IEC 8802-3, as bytewords, multipart frames and PNG use it. */
#pragma once

#include "ceremony/base/bytes.h"

/* crc32_of: polynomial EDB88320 reflected, all ones before and after. It finds accidents,
 * never a forger. */
uint32_t crc32_of(struct bytes a);
