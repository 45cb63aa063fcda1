/* proof.c: see proof.h. */
#include "ceremony/cmd/proof.h"

#include <fcntl.h>

#include "ceremony/audit/prove.h"
#include "ceremony/base/file.h"
#include "ceremony/cmd/load.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/proof.h"

#define SERIAL_MAX 20 /* RFC 5280 4.1.2.2 */

struct wanted {
	const char *record, *certificate, *file;
};

static bool parse_options(struct wanted *w, int argc, char **argv, struct err *e)
{
	for (int i = 1; i < argc; i += 2) {
		const char **value = strcmp(argv[i], "--record") == 0      ? &w->record :
		                     strcmp(argv[i], "--certificate") == 0 ? &w->certificate :
		                     strcmp(argv[i], "-o") == 0            ? &w->file :
		                                                             NULL;
		if (!value || *value || i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s", argv[i]);
		*value = argv[i + 1];
	}
	return (w->record && w->certificate && w->file) ||
	       err_set(e, ERR_USAGE, "proof --record DIR --certificate FILE|SERIAL -o FILE");
}

/* Hex, with colons or without; leading zeros do not count. */
static bool take_serial(struct buf *out, const char *text)
{
	char       digits[SERIAL_MAX * 2 + 3] = "0";
	struct buf b = buf_init(digits + 1, sizeof digits - 2);

	for (; *text; text++)
		if (*text != ':')
			buf_u8(&b, (uint8_t)*text);
	return buf_ok(&b) && b.len && hex_decode(out, b.len % 2 ? bytes_of(digits, b.len + 1) : buf_bytes(&b));
}

/* A file of that name; else a serial. */
static bool load_certificate(struct bytes *out, struct arena *a, const struct wanted *w, struct err *e)
{
	uint8_t      storage[SERIAL_MAX + 1];
	struct buf   b = BUF_ON(storage);
	struct bytes serial;

	if (file_exists(AT_FDCWD, w->certificate) || !take_serial(&b, w->certificate))
		return file_read(out, a, AT_FDCWD, w->certificate, BUNDLE_FILE_MAX, e);
	serial = buf_bytes(&b);
	while (serial.len > 1 && serial.p[0] == 0)
		serial = bytes_skip(serial, 1);
	return audit_find_serial(out, a, w->record, serial, e);
}

int cmd_proof(int argc, char **argv)
{
	struct wanted w = { 0 };
	struct arena  room = arena_new(BUNDLE_FILE_MAX * 2);
	struct bytes  certificate;
	struct err    e = { 0 };
	bool          ok = room.cap || err_set(&e, ERR_NO_MEMORY, "the proof");

	ok = ok && parse_options(&w, argc, argv, &e) && load_certificate(&certificate, &room, &w, &e);
	struct buf text = buf_init(ok ? arena_take(&room, PROOF_MAX * 4) : NULL, PROOF_MAX * 4);
	ok = ok && (text.p || err_set(&e, ERR_NO_MEMORY, "the proof")) && audit_prove(&text, w.record, certificate, &e) &&
	     file_write(AT_FDCWD, w.file, buf_bytes(&text), 0644, &e);
	arena_free(&room);
	return ok ? 0 : complain(&e);
}
