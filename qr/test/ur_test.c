/* ur_test.c: frames: the vectors of whole parts, the field captures, what is refused, and how
 * many frames it takes when some are lost. Run from the project's folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "qr/bytewords.h"
#include "qr/cbor.h"
#include "qr/crc32.h"
#include "qr/test/vector.h"

static struct arena       room, sending, receiving;
static struct bytes       all;
static struct ur_sender   sender;
static struct ur_receiver receiver;

static int setup(void **state)
{
	(void)state;
	room = arena_new((size_t)8 << 20);
	sending = arena_new(UR_ARENA);
	receiving = arena_new(UR_ARENA);
	all = vector_read(&room, "ur.tsv");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&room);
	arena_free(&sending);
	arena_free(&receiving);
	return 0;
}

static bool same_letters(struct bytes a, struct bytes b)
{
	for (size_t i = 0; a.len == b.len && i < a.len; i++) {
		uint8_t x = a.p[i], y = b.p[i];
		if (x != y && (x | 0x20) != (y | 0x20))
			return false;
	}
	return a.len == b.len;
}

/* A text whose content is that hex, behind a path. */
static struct bytes frame_of(const char *path, const char *hex)
{
	struct buf b = buf_init(arena_take(&room, 2 * UR_MAX_TEXT), 2 * UR_MAX_TEXT);

	buf_str(&b, path);
	bytewords_put(&b, vector_hex(&room, bytes_str(hex)), BYTEWORDS_MINIMAL);
	assert_true(buf_ok(&b));
	return buf_bytes(&b);
}

static void part_vectors(void **state)
{
	struct bytes rest = all, f, cbor_rest = all, cbor_row;
	struct bytes message = message_of(&room, 256);
	unsigned     rows = 0;
	uint8_t      octets[UR_MAX_OCTETS];
	static struct fountain fountain;

	(void)state;
	fountain_init(&fountain, 9, crc32_of(message));
	for (; vector_next(&f, &rest, "fountain_encoder_256_max30_parts"); rows++) {
		struct fountain_set set;
		uint8_t             data[29];
		struct ur_part      p = { .type = BYTES_LIT("bytes") }, back;
		char                text[512];
		struct buf          b = BUF_ON(text);
		p.seq = (uint32_t)vector_number(&f, '\t');
		p.num = (uint32_t)vector_number(&f, '\t');
		p.len = (uint32_t)vector_number(&f, '\t');
		p.checksum = (uint32_t)vector_number(&f, '\t');
		p.data = vector_hex(&room, f);
		assert_int_equal(p.checksum, fountain.checksum);
		assert_int_equal(fountain_fragment_len(256, 30), sizeof data);
		fountain_choose(&fountain, &set, p.seq);
		fountain_mix(data, message, sizeof data, &set);
		assert_true(bytes_equal(p.data, bytes_of(data, sizeof data)));

		ur_part_put(&b, &p);
		assert_true(vector_next(&cbor_row, &cbor_rest, "fountain_encoder_256_max30_cbor"));
		struct buf letters = buf_init(arena_take(&room, 512), 512);
		bytewords_put(&letters, vector_hex(&room, cbor_row), BYTEWORDS_MINIMAL);
		assert_true(b.len > letters.len && memcmp(b.p + b.len - letters.len, letters.p, letters.len) == 0);
		assert_true(ur_part_parse(&back, octets, buf_bytes(&b), NULL));
		assert_true(back.seq == p.seq && back.num == p.num && back.len == p.len && back.checksum == p.checksum);
		assert_true(bytes_equal(back.data, p.data));
	}
	assert_int_equal(rows, 20);
}

/* The one part whose lengths cannot belong together (5 octets, 8 fragments of 100): the CBOR is
 * the vector's, and the frame is refused for what it says. */
static void part_cbor_vector(void **state)
{
	struct bytes   rest = all, f;
	struct ur_part p = { .type = BYTES_LIT("bytes") }, back;
	char           text[128];
	struct buf     b = BUF_ON(text);
	struct err     e = { 0 };
	uint8_t        octets[UR_MAX_OCTETS];

	(void)state;
	assert_true(vector_next(&f, &rest, "part_cbor"));
	p.seq = (uint32_t)vector_number(&f, '\t');
	p.num = (uint32_t)vector_number(&f, '\t');
	p.len = (uint32_t)vector_number(&f, '\t');
	p.checksum = (uint32_t)vector_number(&f, '\t');
	p.data = vector_hex(&room, vector_field(&f, '\t'));
	ur_part_put(&b, &p);
	struct buf letters = buf_init(arena_take(&room, 128), 128);
	buf_str(&letters, "UR:BYTES/12-8/");
	bytewords_put(&letters, vector_hex(&room, f), BYTEWORDS_MINIMAL);
	assert_true(bytes_equal(buf_bytes(&b), buf_bytes(&letters)));
	assert_false(ur_part_parse(&back, octets, buf_bytes(&b), &e));
	assert_int_equal(e.id, ERR_QR_FORM);
}

static void encoder_vectors(void **state)
{
	struct bytes rest = all, f;
	unsigned     rows = 0;
	char         text[UR_MAX_TEXT];

	(void)state;
	sending.len = 0;
	assert_true(ur_sender_init(&sender, &sending, message_of(&room, 50), UR_MAX_TEXT, NULL));
	assert_true(vector_next(&f, &rest, "single_part_ur_bytes50"));
	struct buf b = BUF_ON(text);
	ur_sender_frame(&b, &sender, 1);
	assert_true(same_letters(buf_bytes(&b), f));

	/* 114 characters: room for fragments of 29 octets, with the longest number in the path */
	sending.len = 0;
	assert_true(ur_sender_init(&sender, &sending, message_of(&room, 256), 114, NULL));
	assert_int_equal(sender.num, 9);
	for (rest = all; vector_next(&f, &rest, "ur_encoder_256_max30"); rows++) {
		b = BUF_ON(text);
		ur_sender_frame(&b, &sender, rows + 1);
		if (!same_letters(buf_bytes(&b), f))
			fail_msg("frame %u: %.*s, not %.*s", rows + 1, (int)b.len, text, (int)f.len, (const char *)f.p);
	}
	assert_int_equal(rows, 20);
}

static void field_captures(void **state)
{
	static const char *const psbt[] = { "crypto-psbt", NULL };
	static const struct {
		const char        *name;
		const char *const *types;
	} cases[] = { { "PSBT_1", psbt }, { "PSBT_5", psbt }, { "bytes_1", ur_types }, { "bytes_2", ur_types }, { "bytes_3", ur_types } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char       name[32];
		struct buf b = BUF_ON(name);
		buf_fmt(&b, "%s.txt", cases[i].name);
		struct bytes rest = vector_read(&room, buf_cstr(&b)), line;
		b.len -= 3;
		buf_str(&b, "bin");
		struct bytes want = vector_read(&room, buf_cstr(&b));
		unsigned     frames = 0;
		ur_receiver_init(&receiver, &receiving, cases[i].types);
		while (bytes_cut(rest, '\n', &line, &rest)) {
			struct err   e = { 0 };
			enum ur_news news;
			line = bytes_trim(line);
			if (line.len == 0)
				continue;
			frames += !receiver.done;
			if (!ur_receiver_put(&receiver, &news, line, &e))
				fail_msg("%s: %s %s", name, err_text_of(e.id)->name, e.detail);
		}
		assert_true(receiver.done);
		assert_true(bytes_equal(receiver.content, want));
		print_message("  %s: %u frames for %u fragments\n", cases[i].name, frames, (unsigned)receiver.num);
	}
	/* and a ceremony takes no other type */
	struct err   e = { 0 };
	enum ur_news news;
	struct bytes rest = vector_read(&room, "PSBT_1.txt"), line;
	assert_true(bytes_cut(rest, '\n', &line, &rest));
	ur_receiver_init(&receiver, &receiving, ur_types);
	assert_false(ur_receiver_put(&receiver, &news, line, &e));
	assert_int_equal(e.id, ERR_QR_TYPE);
	assert_string_equal(e.detail, "crypto-psbt");
	assert_false(receiver.begun);
}

static void refused_frames(void **state)
{
	/* 85 seq num len crc data */
	static const struct {
		const char *what, *path, *hex;
		enum err_id id;
	} cases[] = {
		{ "good", "UR:BYTES/1-2/", "85010204004201ff", ERR_NONE },
		{ "good, small letters", "ur:bytes/1-2/", "85010204004201ff", ERR_NONE },
		{ "no ur", "UX:BYTES/1-2/", "85010204004201ff", ERR_QR_FORM },
		{ "no type", "UR:/1-2/", "85010204004201ff", ERR_QR_FORM },
		{ "a type with a blank", "UR:BY TES/1-2/", "85010204004201ff", ERR_QR_FORM },
		{ "path without a dash", "UR:BYTES/12/", "85010204004201ff", ERR_QR_FORM },
		{ "number 0", "UR:BYTES/0-2/", "85000204004201ff", ERR_QR_FORM },
		{ "a leading zero", "UR:BYTES/01-2/", "85010204004201ff", ERR_QR_FORM },
		{ "no fragments", "UR:BYTES/1-0/", "85010004004201ff", ERR_QR_FORM },
		{ "path says another number", "UR:BYTES/2-2/", "85010204004201ff", ERR_QR_FORM },
		{ "path says another count", "UR:BYTES/1-3/", "85010204004201ff", ERR_QR_FORM },
		{ "array of four", "UR:BYTES/1-2/", "84010204004201ff", ERR_QR_FORM },
		{ "long form of a number", "UR:BYTES/1-2/", "8518010204004201ff", ERR_QR_FORM },
		{ "something behind", "UR:BYTES/1-2/", "85010204004201ff00", ERR_QR_FORM },
		{ "cut short", "UR:BYTES/1-2/", "85010204004201", ERR_QR_FORM },
		{ "no data", "UR:BYTES/1-2/", "850102040040", ERR_QR_FORM },
		{ "message of 0", "UR:BYTES/1-2/", "85010200004201ff", ERR_QR_FORM },
		{ "message too short for the count", "UR:BYTES/1-2/", "85010202004201ff", ERR_QR_FORM },
		{ "message too long for the count", "UR:BYTES/1-2/", "85010205004201ff", ERR_QR_FORM },
		{ "CRC-32 of 33 bits", "UR:BYTES/1-2/", "850102041b00000001000000004201ff", ERR_QR_FORM },
		{ "a million fragments", "UR:BYTES/1-1000000/", "85011a000f42401a001e8480004201ff", ERR_TOO_LARGE },
		{ "1025 fragments", "UR:BYTES/1-1025/", "8501190401190802004201ff", ERR_TOO_LARGE },
		{ "a message of 2^32 - 1", "UR:BYTES/1-2/", "8501021affffffff004201ff", ERR_TOO_LARGE },
		{ "a message of 2^40", "UR:BYTES/1-2/", "8501021b0000010000000000004201ff", ERR_TOO_LARGE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t        octets[UR_MAX_OCTETS];
		struct ur_part p = { .seq = 99 };
		struct err     e = { 0 };
		bool           good = ur_part_parse(&p, octets, frame_of(cases[i].path, cases[i].hex), &e);
		if (good != (cases[i].id == ERR_NONE) || e.id != cases[i].id)
			fail_msg("%s: %s %s", cases[i].what, err_text_of(e.id)->name, e.detail);
		assert_int_equal(p.seq, good ? 1 : 99);
	}
	uint8_t        octets[UR_MAX_OCTETS];
	struct ur_part p;
	struct err     e = { 0 };
	struct bytes   good = frame_of("UR:BYTES/1-2/", "85010204004201ff");
	for (size_t n = 0; n < good.len; n++)
		assert_false(ur_part_parse(&p, octets, bytes_first(good, n), &e));
	char *huge = arena_take(&room, UR_MAX_TEXT + 1);
	memset(huge, 'A', UR_MAX_TEXT + 1);
	memcpy(huge, "UR:BYTES/", 9);
	assert_false(ur_part_parse(&p, octets, bytes_of(huge, UR_MAX_TEXT + 1), &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_false(ur_part_parse(&p, octets, bytes_of(huge, UR_MAX_TEXT), &e));
	assert_int_equal(e.id, ERR_QR_FORM);
}

/* The first frame settles which message it is. */
static void another_message(void **state)
{
	enum ur_news news;
	struct err   e = { 0 };

	(void)state;
	ur_receiver_init(&receiver, &receiving, ur_types);
	assert_true(ur_receiver_put(&receiver, &news, frame_of("UR:BYTES/1-2/", "85010204004243ff"), NULL));
	assert_int_equal(news, UR_NEW);
	assert_true(ur_receiver_put(&receiver, &news, frame_of("UR:BYTES/1-2/", "85010204004243ff"), NULL));
	assert_int_equal(news, UR_KNOWN);
	static const char *const others[][2] = {
		{ "UR:BYTES/2-2/", "8502020401420102" }, /* CRC-32 */
		{ "UR:BYTES/2-2/", "8502020300420102" }, /* length */
		{ "UR:BYTES/2-4/", "85020404004102" },   /* count */
		{ "UR:BYTES/2-2/", "850202040043010203" }, /* fragments */
		{ "UR:X-PKCS10/2-2/", "8502020400420102" },
		{ "UR:BYTES/", "420102" },
	};
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		e = (struct err){ 0 };
		assert_false(ur_receiver_put(&receiver, &news, frame_of(others[i][0], others[i][1]), &e));
		assert_int_equal(e.id, ERR_QR_OTHER);
		assert_int_equal(receiver.rows.rank, 1);
	}
	/* all there, and the CRC-32 is another: it starts again by itself */
	assert_false(ur_receiver_put(&receiver, &news, frame_of("UR:BYTES/2-2/", "8502020400420102"), &e));
	assert_int_equal(e.id, ERR_QR_CHECKSUM);
	assert_false(receiver.begun);
	/* the only frame: then another only frame */
	assert_true(ur_receiver_put(&receiver, &news, frame_of("UR:X-PKCS10/", "420102"), NULL));
	assert_int_equal(news, UR_DONE);
	assert_int_equal(receiver.content.len, 2);
	assert_true(ur_receiver_put(&receiver, &news, frame_of("UR:X-PKCS10/", "420102"), NULL));
	assert_false(ur_receiver_put(&receiver, &news, frame_of("UR:X-PKCS10/", "420103"), &e));
	assert_int_equal(e.id, ERR_QR_OTHER);
	/* what it must hold */
	static const char *const contents[] = { "40", "42010203", "4201", "0102", "5802ffff", "f6" };
	for (size_t i = 0; i < COUNT_OF(contents); i++) {
		ur_receiver_restart(&receiver);
		assert_false(ur_receiver_put(&receiver, &news, frame_of("UR:BYTES/", contents[i]), &e));
		assert_int_equal(e.id, ERR_QR_FORM);
		assert_false(receiver.begun || receiver.done);
	}
}

static void too_much(void **state)
{
	struct err   e = { 0 };
	struct arena tiny = { receiving.p, 0, 512 };
	enum ur_news news;

	(void)state;
	sending.len = 0;
	assert_false(ur_sender_init(&sender, &sending, bytes_of("", 0), UR_MAX_TEXT, &e));
	assert_false(ur_sender_init(&sender, &sending, message_of(&room, 200000), 134, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_false(ur_sender_init(&sender, &sending, message_of(&room, 100), 30, &e));
	ur_receiver_init(&receiver, &tiny, ur_types);
	assert_false(ur_receiver_put(&receiver, &news, frame_of("UR:BYTES/1-8/", "85010808004101"), &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_false(receiver.begun);
	assert_int_equal(tiny.len, 0);
}

static void every_length_round_trips(void **state)
{
	char text[UR_MAX_TEXT];

	(void)state;
	for (size_t len = 1; len < 3000; len += len < 300 ? 1 : 97) {
		size_t       mark = room.len;
		struct bytes content = message_of(&room, len);
		enum ur_news news = UR_NEW;
		sending.len = 0;
		assert_true(ur_sender_init(&sender, &sending, content, 224, NULL));
		ur_receiver_init(&receiver, &receiving, ur_types);
		for (uint32_t seq = (uint32_t)sender.num; seq >= 1; seq--) {
			struct buf b = buf_init(text, 224);
			ur_sender_frame(&b, &sender, seq);
			assert_true(buf_ok(&b));
			assert_true(ur_receiver_put(&receiver, &news, buf_bytes(&b), NULL));
		}
		assert_int_equal(news, UR_DONE);
		assert_true(bytes_equal(receiver.content, content));
		struct buf b = buf_init(text, 224);
		ur_sender_frame(&b, &sender, UR_MAX_SEQ);
		assert_true(buf_ok(&b));
		room.len = mark;
	}
}

static void the_order_of_frames(void **state)
{
	(void)state;
	sending.len = 0;
	assert_true(ur_sender_init(&sender, &sending, message_of(&room, 1200), 640, NULL));
	assert_int_equal(sender.num, 5);
	static const uint32_t want[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1, 2, 3, 4, 5, 14, 15 };
	assert_int_equal(ur_sender_round(&sender), 13);
	for (size_t i = 0; i < COUNT_OF(want); i++)
		assert_int_equal(ur_sender_seq(&sender, i), want[i]);
	for (uint64_t i = 0; i < 500000; i++) {
		uint32_t seq = ur_sender_seq(&sender, i);
		assert_true(seq >= 1 && seq <= UR_MAX_SEQ);
	}
}

/* Frames shown until the file is there, over the fragments: means of fixed seeds. What no code
 * can beat is 1 / (1 - loss). */
static double shown(size_t num, unsigned loss, uint64_t late, unsigned seed)
{
	char           text[UR_MAX_TEXT], name[16];
	struct buf     n = BUF_ON(name);
	enum ur_news   news = UR_NEW;
	struct xoshiro x;
	uint64_t       place;

	buf_fmt(&n, "loss-%u", seed);
	x = wolf(buf_cstr(&n));
	ur_receiver_init(&receiver, &receiving, ur_types);
	for (place = 0; news != UR_DONE; place++) {
		struct buf b = BUF_ON(text);
		ur_sender_frame(&b, &sender, ur_sender_seq(&sender, late + place));
		if (xoshiro_int(&x, 1, 100) > loss)
			assert_true(ur_receiver_put(&receiver, &news, buf_bytes(&b), NULL));
		assert_true(place < 20 * num + 100);
	}
	return (double)place / (double)num;
}

static void frames_needed(void **state)
{
	static const unsigned losses[] = { 0, 10, 30, 50 };
	static const double   most[] = { 1.0, 1.40, 1.75, 2.65 }; /* for 64 fragments */
	enum { SEEDS = 24 };

	(void)state;
	sending.len = 0;
	assert_true(ur_sender_init(&sender, &sending, message_of(&room, 64 * 50 - 8), 158, NULL));
	assert_int_equal(sender.num, 64);
	print_message("  loss  ideal  from the start  joined late (64 fragments)\n");
	for (size_t i = 0; i < COUNT_OF(losses); i++) {
		double start = 0, late = 0, ideal = 100.0 / (100 - losses[i]);
		for (unsigned seed = 0; seed < SEEDS; seed++) {
			start += shown(64, losses[i], 0, seed);
			late += shown(64, losses[i], 17 + 11 * seed, seed);
		}
		start /= SEEDS;
		late /= SEEDS;
		print_message("  %3u%%  %5.2f  %14.2f  %11.2f\n", losses[i], ideal, start, late);
		assert_true(start >= 1 && start <= most[i]);
		assert_true(late >= 1 && late <= most[i] + 0.35);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(part_vectors),    cmocka_unit_test(part_cbor_vector),
		cmocka_unit_test(encoder_vectors), cmocka_unit_test(field_captures),
		cmocka_unit_test(refused_frames),  cmocka_unit_test(another_message),
		cmocka_unit_test(too_much),        cmocka_unit_test(every_length_round_trips),
		cmocka_unit_test(the_order_of_frames), cmocka_unit_test(frames_needed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
