/* code.c: see code.h. */
#include "qr/code.h"

#include <errno.h>
#include <limits.h>
#include <qrencode.h>

/* Octets of data that a code holds (ISO/IEC 18004 table 7). */
static const uint16_t data_octets[CODE_MAX_VERSION][4] = {
	{ 19, 16, 13, 9 }, { 34, 28, 22, 16 }, { 55, 44, 34, 26 }, { 80, 64, 48, 36 },
	{ 108, 86, 62, 46 }, { 136, 108, 76, 60 }, { 156, 124, 88, 66 }, { 194, 154, 110, 86 },
	{ 232, 182, 132, 100 }, { 274, 216, 154, 122 }, { 324, 254, 180, 140 }, { 370, 290, 206, 158 },
	{ 428, 334, 244, 180 }, { 461, 365, 261, 197 }, { 523, 415, 295, 223 }, { 589, 453, 325, 253 },
	{ 647, 507, 367, 283 }, { 721, 563, 397, 313 }, { 795, 627, 445, 341 }, { 861, 669, 485, 385 },
	{ 932, 714, 512, 406 }, { 1006, 782, 568, 442 }, { 1094, 860, 614, 464 }, { 1174, 914, 664, 514 },
	{ 1276, 1000, 718, 538 }, { 1370, 1062, 754, 596 }, { 1468, 1128, 808, 628 }, { 1531, 1193, 871, 661 },
	{ 1631, 1267, 911, 701 }, { 1735, 1373, 985, 745 }, { 1843, 1455, 1033, 793 }, { 1955, 1541, 1115, 845 },
	{ 2071, 1631, 1171, 901 }, { 2191, 1725, 1231, 961 }, { 2306, 1812, 1286, 986 }, { 2434, 1914, 1354, 1054 },
	{ 2566, 1992, 1426, 1096 }, { 2702, 2102, 1502, 1142 }, { 2812, 2216, 1582, 1222 }, { 2956, 2334, 1666, 1276 },
};

static const QRecLevel levels[] = {
	[CODE_L] = QR_ECLEVEL_L,
	[CODE_M] = QR_ECLEVEL_M,
	[CODE_Q] = QR_ECLEVEL_Q,
	[CODE_H] = QR_ECLEVEL_H,
};

size_t code_capacity(unsigned version, enum code_level level)
{
	MUST(version >= 1 && version <= CODE_MAX_VERSION);
	/* ISO/IEC 18004 7.4.4: four bits of mode, the count, 11 bits for two characters, 6 for one */
	size_t count_bits = version < 10 ? 9 : version < 27 ? 11 : 13;
	size_t bits = 8 * (size_t)data_octets[version - 1][level] - 4 - count_bits;
	return 2 * (bits / 11) + (bits % 11 >= 6);
}

static void input_done(QRinput **in)
{
	if (*in)
		QRinput_free(*in);
}

static void code_done(QRcode **c)
{
	if (*c)
		QRcode_free(*c);
}

static void take_modules(struct code *out, const QRcode *c)
{
	out->version = (unsigned)c->version;
	out->size = code_size(out->version);
	MUST((unsigned)c->width == out->size);
	for (size_t i = 0; i < (size_t)out->size * out->size; i++)
		out->module[i] = c->data[i] & 1;
}

bool code_encode(struct code *out, struct bytes text, unsigned version, enum code_level level, struct err *e)
{
	__attribute__((cleanup(input_done))) QRinput *in = NULL;
	__attribute__((cleanup(code_done))) QRcode   *c = NULL;

	if (text.len > code_capacity(version, level))
		return err_set(e, ERR_QR_SIZE, "%zu characters in version %u", text.len, version);
	in = QRinput_new2((int)version, levels[level]);
	if (!in)
		return err_set(e, ERR_NO_MEMORY, "a QR code");
	if (QRinput_append(in, QR_MODE_AN, (int)text.len, text.p) != 0)
		return err_set(e, ERR_BUG_HERE, "a text that is not alphanumeric");
	c = QRcode_encodeInput(in);
	if (!c)
		return errno == ENOMEM ? err_set(e, ERR_NO_MEMORY, "a QR code")
		                       : err_set(e, ERR_BUG_HERE, "a QR code: %s", strerror(errno));
	MUST((unsigned)c->version == version);
	take_modules(out, c);
	return true;
}

bool code_encode_octets(struct code *out, struct bytes octets, unsigned max_version, enum code_level level, struct err *e)
{
	__attribute__((cleanup(input_done))) QRinput *in = QRinput_new2(0, levels[level]);
	__attribute__((cleanup(code_done))) QRcode   *c = NULL;

	if (!in || octets.len > INT_MAX || QRinput_append(in, QR_MODE_8, (int)octets.len, octets.p) != 0)
		return err_set(e, ERR_NO_MEMORY, "a QR code");
	c = QRcode_encodeInput(in);
	if (!c && errno != ERANGE)
		return err_set(e, ERR_NO_MEMORY, "a QR code");
	if (!c || (unsigned)c->version > max_version)
		return err_set(e, ERR_QR_SIZE, "%zu octets in version %u", octets.len, max_version);
	take_modules(out, c);
	return true;
}
