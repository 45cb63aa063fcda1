/* numbers.c: what QR codes carry, for `make bench`: how much of a code's room the file gets, how many frames are needed against
 * what no code can beat, and how long that takes at ten frames a second. All of it is arithmetic and fixed seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/base/hash.h"
#include "qr/show.h"
#include "qr/xoshiro.h"

enum { SEEDS = 24 };

static const unsigned losses[] = { 0, 10, 30, 50 };

static uint8_t            file[30720];
static struct arena       sending, receiving;
static struct ur_receiver receiver;

/* Octets of byte mode, level L (ISO/IEC 18004 table 7), of the versions that are shown: the most that a code can carry. */
static const struct {
	unsigned version, octets;
} room[] = { { 6, 134 }, { 12, 367 }, { 17, 644 }, { 20, 858 }, { 27, 1465 }, { 40, 2953 } };

static bool carried(void)
{
	(void)printf("version  octets a frame  of the code's  part\n");
	for (size_t i = 0; i < COUNT_OF(room); i++) {
		size_t     octets, num;
		struct err e = { 0 };
		if (!ur_sender_measure(&octets, &num, sizeof file, code_capacity(room[i].version, CODE_L), &e))
			return false;
		(void)printf("%7u  %14zu  %13u  %3.0f %%\n", room[i].version, octets, room[i].octets, 100.0 * (double)octets / room[i].octets);
	}
	return true;
}

/* Frames on the screen until the file is there, a receiver that misses so many of a hundred. */
static double shown(const struct show *s, unsigned loss, uint64_t late, unsigned seed)
{
	char           text[UR_MAX_TEXT], name[32];
	struct xoshiro x;
	enum ur_news   news = UR_NEW;
	struct err     e = { 0 };
	uint64_t       place = 0;

	(void)snprintf(name, sizeof name, "numbers-%u", seed);
	struct digest d = hash_of(HASH_SHA256, bytes_str(name));
	xoshiro_init(&x, &d);
	ur_receiver_init(&receiver, &receiving, ur_types);
	ur_receiver_restart(&receiver);
	for (; news != UR_DONE && place < 100000; place++) {
		struct buf b = BUF_ON(text);
		ur_sender_frame(&b, &s->sender, ur_sender_seq(&s->sender, late + place));
		if (xoshiro_int(&x, 1, 100) > loss && !ur_receiver_put(&receiver, &news, buf_bytes(&b), &e))
			return 0;
	}
	return (double)place;
}

static bool needed(const char *what, size_t len, unsigned version)
{
	struct show s;
	struct err  e = { 0 };

	sending.len = 0;
	if (!show_init(&s, &sending, bytes_of(file, len), version, &e))
		return false;
	for (size_t i = 0; i < COUNT_OF(losses); i++) {
		double start = 0, late = 0, ideal = 100.0 / (100 - losses[i]), num = (double)s.sender.num;
		for (unsigned seed = 0; seed < SEEDS; seed++) {
			start += shown(&s, losses[i], 0, seed) / SEEDS;
			late += shown(&s, losses[i], 17 + 11 * seed, seed) / SEEDS;
		}
		(void)printf("%-14s %7u %6zu %4u %% %6.2f %7.2f %7.2f %9.1f s %9.1f s\n", what, version, s.sender.num, losses[i], ideal,
		             start / num, late / num, start / 10, late / 10);
	}
	return true;
}

int main(void)
{
	for (size_t i = 0; i < sizeof file; i++)
		file[i] = (uint8_t)(i * 2654435761U >> 13);
	sending = arena_new(UR_ARENA);
	receiving = arena_new(UR_ARENA);
	if (!sending.cap || !receiving.cap || !carried())
		return 3;
	(void)printf("\nfile           version frames  loss  ideal  needed    late  10 a second        late\n");
	bool ok = needed("1.2 KiB CSR", 1229, 6) && needed("1.2 KiB CSR", 1229, 17) && needed("30 KiB CRL", 30720, 17) &&
	          needed("30 KiB CRL", 30720, 27);
	return ok ? 0 : 3;
}
