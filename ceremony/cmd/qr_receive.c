/* qr_receive.c: `ceremony qr receive`: pictures become a file; see qr.h. A process that is shut in reads the pictures and puts
 * the file together; this one gets the file. */
#include "ceremony/cmd/qr.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/scanner.h"
#include "qr/ur.h"

struct receive {
	const char    *camera, *images, *out;
	struct scanner scanner;
	struct scanned now;
	bool           tty;
};

static bool read_options(struct receive *r, int argc, char **argv)
{
	static const struct option options[] = { { "camera", required_argument, NULL, 'c' },
		                                 { "images", required_argument, NULL, 'i' },
		                                 { NULL, 0, NULL, 0 } };
	int                        opt;

	for (optind = 1; (opt = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
		const char **value = opt == 'c' ? &r->camera : opt == 'i' ? &r->images : opt == 'o' ? &r->out : NULL;
		if (!value || *value)
			return false;
		*value = optarg;
	}
	if (optind != argc || !r->out || (r->camera && r->images))
		return false;
	if (!r->camera && !r->images)
		r->camera = SCANNER_CAMERA;
	return true;
}

static void progress(const struct receive *r, bool end)
{
	const struct scanned *n = &r->now;

	if (r->tty || end)
		(void)fprintf(stderr, "%s%llu pictures, %llu codes, %llu of %llu fragments%s", r->tty ? "\r\033[K" : "",
		              (unsigned long long)n->pictures, (unsigned long long)n->codes, (unsigned long long)n->fragments,
		              (unsigned long long)n->of, end ? "\n" : "");
}

/* Of a folder everything is told that was left out; of a camera what is of another kind, or does not add up. */
static void tell(const struct receive *r)
{
	const struct scanned *n = &r->now;
	char                  line[512];
	const char           *what = n->again ? "starting again with the other file" : n->name[0] ? n->name : "a picture";

	if (n->why.id != ERR_NONE && (n->again || r->images || n->why.id == ERR_QR_CHECKSUM || n->why.id == ERR_QR_TYPE ||
	                              n->why.id == ERR_HELPER_DIED))
		(void)fprintf(stderr, "%s%s: %s [%s]\n", r->tty ? "\r\033[K" : "", what, err_line(line, sizeof line, &n->why),
		              err_text_of(n->why.id)->name);
}

static bool receive(struct receive *r, struct err *e)
{
	struct bytes content;

	qr_catch();
	if (!scanner_open(&r->scanner, r->camera, r->images, e))
		return false;
	while (!r->now.done && !r->now.end && !qr_stopped()) {
		if (!scanner_next(&r->scanner, &r->now, e))
			return false;
		tell(r);
		progress(r, false);
	}
	progress(r, true);
	if (!r->now.done)
		return err_set(e, ERR_QR_INCOMPLETE, "%llu of %llu fragments", (unsigned long long)r->now.fragments,
		               (unsigned long long)r->now.of);
	if (!scanner_take(&r->scanner, UR_MAX_CONTENT, e))
		return false;
	if (!fields_get_base64(&content, &r->scanner.room, &r->scanner.call.out, "content"))
		return err_set(e, ERR_OP_FIELD, "content");
	if (!file_write(AT_FDCWD, r->out, content, 0644, e))
		return false;
	qr_print_digest(r->out, content);
	return true;
}

int qr_receive(int argc, char **argv)
{
	static struct receive r;
	struct err            e = { 0 };

	if (!read_options(&r, argc, argv))
		return qr_usage();
	r.tty = isatty(STDERR_FILENO);
	bool ok = receive(&r, &e);
	scanner_done(&r.scanner);
	return ok ? 0 : qr_fail(&e);
}
