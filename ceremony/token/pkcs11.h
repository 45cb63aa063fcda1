/* pkcs11.h: the standard's types, from p11-kit's header, with one of its names out of the way. */
#pragma once

#include <p11-kit/pkcs11.h>

#undef hash_alg /* p11-kit renames a field by this macro; ceremony/base/hash.h has an enum of that name */
