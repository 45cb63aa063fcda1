/* degrade.c: pictures of QR codes as a poor camera sees them, always the same ones.
 *
 *   degrade DIR
 *
 * Writes DIR/CONDITION.VERSION-SEED.pgm, 640 by 480, and the file that its one frame carries as
 * .txt beside it. scripts/e2e/qr.t lets ceremony and zbarimg read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "qr/code.h"
#include "qr/test/vector.h"

enum { WIDTH = 640, HEIGHT = 480, SEEDS = 2 };

/* What happens between the screen and the sensor. */
static const struct condition {
	const char *name;
	double      cos, sin; /* how it is turned */
	double      lean;     /* how much nearer one edge is than the other */
	unsigned    blur;     /* passes of a 3 by 3 mean */
	unsigned    noise;    /* to either side */
	unsigned    dark, white;
	unsigned    slope;    /* light that falls off from left to right */
	double      scale;    /* part of the height that the code fills */
	bool        mirrored;
} conditions[] = {
	/* name, cos, sin, lean, blur, noise, dark, white, slope, scale, mirrored */
	{ "clean", 1, 0, 0, 0, 0, 20, 235, 0, 0.95, false },
	{ "turned-5", 0.9962, 0.0872, 0, 0, 0, 20, 235, 0, 0.85, false },
	{ "turned-30", 0.8660, 0.5, 0, 0, 0, 20, 235, 0, 0.70, false },
	{ "turned-45", 0.7071, 0.7071, 0, 0, 0, 20, 235, 0, 0.66, false },
	{ "turned-90", 0, 1, 0, 0, 0, 20, 235, 0, 0.95, false },
	{ "turned-180", -1, 0, 0, 0, 0, 20, 235, 0, 0.95, false },
	{ "mirrored", 1, 0, 0, 0, 0, 20, 235, 0, 0.95, true },
	{ "leaning", 0.9962, 0.0872, 0.12, 0, 0, 20, 235, 0, 0.80, false },
	{ "blurred", 1, 0, 0, 2, 0, 20, 235, 0, 0.95, false },
	{ "very-blurred", 1, 0, 0, 6, 0, 20, 235, 0, 0.95, false },
	{ "noisy", 1, 0, 0, 0, 40, 40, 215, 0, 0.95, false },
	{ "very-noisy", 1, 0, 0, 0, 75, 60, 195, 0, 0.95, false },
	{ "dim", 1, 0, 0, 0, 4, 8, 45, 0, 0.95, false },
	{ "uneven-light", 1, 0, 0, 0, 4, 20, 200, 150, 0.95, false },
	{ "far", 1, 0, 0, 0, 4, 20, 235, 0, 0.55, false },
	{ "all-at-once", 0.9962, 0.0872, 0.05, 1, 20, 25, 130, 30, 0.85, false },
};

static uint8_t     now[HEIGHT][WIDTH], next[HEIGHT][WIDTH];
static struct code code;

/* The light at a point of the sensor, by nine rays through its pixel. */
static unsigned look(const struct condition *c, unsigned px, unsigned py)
{
	double   side = code.size + 2.0 * CODE_QUIET, per_pixel = side / (HEIGHT * c->scale);
	unsigned light = 0;

	for (unsigned ray = 0; ray < 9; ray++) {
		double x = px + (ray % 3) / 3.0 - WIDTH / 2.0, y = py + (ray / 3) / 3.0 - HEIGHT / 2.0;
		double near = 1 + c->lean * y / (HEIGHT / 2.0);
		x = (c->mirrored ? -x : x) / near * per_pixel;
		y = y / near * per_pixel;
		double mx = x * c->cos + y * c->sin + side / 2 - CODE_QUIET, my = y * c->cos - x * c->sin + side / 2 - CODE_QUIET;
		bool   in = mx >= 0 && my >= 0 && mx < code.size && my < code.size;
		light += in && code.module[(size_t)my * code.size + (size_t)mx] ? c->dark : c->white;
	}
	return light / 9;
}

static void blur(void)
{
	memcpy(next, now, sizeof now);
	for (unsigned y = 1; y + 1 < HEIGHT; y++) {
		for (unsigned x = 1; x + 1 < WIDTH; x++) {
			unsigned sum = 0;
			for (unsigned i = 0; i < 9; i++)
				sum += now[y + i / 3 - 1][x + i % 3 - 1];
			next[y][x] = (uint8_t)(sum / 9);
		}
	}
	memcpy(now, next, sizeof now);
}

static void take_picture(const struct condition *c, struct xoshiro *x)
{
	for (unsigned py = 0; py < HEIGHT; py++)
		for (unsigned px = 0; px < WIDTH; px++)
			now[py][px] = (uint8_t)(look(c, px, py) * (255 - c->slope * px / WIDTH) / 255);
	for (unsigned i = 0; i < c->blur; i++)
		blur();
	for (unsigned py = 0; py < HEIGHT; py++) {
		for (unsigned px = 0; px < WIDTH; px++) {
			int v = now[py][px] + (int)xoshiro_int(x, 0, 2 * c->noise) - (int)c->noise;
			now[py][px] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
		}
	}
}

static bool write_pair(int dir, const struct condition *c, unsigned version, unsigned seed)
{
	static struct ur_sender sender;
	static uint8_t          storage[1 << 14], picture[WIDTH * HEIGHT + 32];
	struct arena            a = ARENA_ON(storage);
	char                    name[64], text[UR_MAX_TEXT], content[UR_MAX_OCTETS];
	struct buf              n = BUF_ON(name), t = BUF_ON(text), p = BUF_ON(picture);
	size_t                  len = code_capacity(version, CODE_L) / 2 - 12; /* fills one frame */
	struct err              e = { 0 };

	buf_fmt(&n, "%s.%u-%u", c->name, version, seed);
	struct xoshiro x = wolf(buf_cstr(&n));
	for (size_t i = 0; i < len; i++)
		content[i] = (char)('a' + xoshiro_int(&x, 0, 25));
	if (!ur_sender_init(&sender, &a, bytes_of(content, len), code_capacity(version, CODE_L), &e) || sender.num != 1)
		return false;
	ur_sender_frame(&t, &sender, 1);
	if (!code_encode(&code, buf_bytes(&t), version, CODE_L, &e))
		return false;
	take_picture(c, &x);
	buf_fmt(&p, "P5 %d %d 255\n", WIDTH, HEIGHT);
	buf_put(&p, bytes_of(now, sizeof now));
	size_t stem = n.len;
	buf_str(&n, ".pgm");
	bool ok = file_write(dir, buf_cstr(&n), buf_bytes(&p), 0644, &e);
	n.len = stem;
	buf_str(&n, ".txt");
	return ok && file_write(dir, buf_cstr(&n), bytes_of(content, len), 0644, &e);
}

int main(int argc, char **argv)
{
	static const unsigned versions[] = { 6, 12, 17 };
	struct err            e = { 0 };
	int                   dir = argc == 2 ? dir_open(AT_FDCWD, argv[1], true, &e) : -1;

	if (dir < 0)
		return 2;
	for (size_t c = 0; c < COUNT_OF(conditions); c++)
		for (size_t v = 0; v < COUNT_OF(versions); v++)
			for (unsigned seed = 1; seed <= SEEDS; seed++)
				if (!write_pair(dir, &conditions[c], versions[v], seed))
					return 3;
	return 0;
}
