/* qr.c: `ceremony qr`: what sending and receiving share; see qr.h. */
#include "ceremony/cmd/qr.h"

#include <signal.h>
#include <stdio.h>

#include "ceremony/base/text.h"

const char qr_usage_text[] =
	"usage: ceremony qr send FILE [--png DIR | --svg DIR | --pdf FILE | --sizes]\n"
	"                             [--fps N] [--version V] [--ascii] [--once]\n"
	"       ceremony qr receive [--camera DEV | --images DIR] -o FILE\n"
	"\n"
	"send shows a file of up to 1 MiB as moving QR codes on this terminal until q or Ctrl-C (+ and - change the\n"
	"speed, Space stands still), or writes them as\n"
	"pictures. receive reads them with a camera (/dev/video0), or from a folder of PNG, JPEG and PGM files;\n"
	"frames may be lost and come in any order. Both print the file's SHA-256, in words to be compared aloud.\n"
	"\n"
	"  --png DIR, --svg DIR   one picture a frame, into a new or an empty folder\n"
	"  --pdf FILE             three frames a page, to be printed\n"
	"  --sizes                only says how many frames the file takes on screens of several sizes\n"
	"  --fps N                frames a second, 1 to 30; without it 8\n"
	"  --version V            size of the codes, 1 to 40; without it what fits the terminal, at most 27; 20 for pictures, 15 for paper\n"
	"  --ascii                for a terminal without half blocks: a module is two blanks wide\n"
	"  --once                 one round of frames, then end\n"
	"\n"
	"Exit status: 0 done, 1 it does not fit or frames are missing, 2 wrong use, 3 a file or the camera fails.\n";

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

bool qr_stopped(void)
{
	return stopped != 0;
}

void qr_catch(void)
{
	static const int        signals[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction  act = { .sa_handler = stop }; /* no SA_RESTART: waiting ends */

	for (size_t i = 0; i < COUNT_OF(signals); i++)
		MUST(sigaction(signals[i], &act, NULL) == 0);
}

int qr_usage(void)
{
	(void)fputs(qr_usage_text, stderr);
	return 2;
}

int qr_fail(const struct err *e)
{
	char        line[512];
	const char *name = err_text_of(e->id)->name;

	(void)fprintf(stderr, "ceremony qr: %s [%s]\n", err_line(line, sizeof line, e), name);
	if (e->id == ERR_USAGE)
		return 2;
	return strncmp(name, "ERR_QR_", strlen("ERR_QR_")) == 0 || e->id == ERR_TOO_LARGE ? 1 : 3;
}

void qr_print_digest(const char *name, struct bytes content)
{
	struct digest d = hash_of(HASH_SHA256, content);
	char          hex[HASH_MAX * 2 + 1], words[1024], shown[1024];
	struct buf    w = BUF_ON(words), n = BUF_ON(shown);

	text_escape(&n, bytes_str(name));
	words_put(&w, digest_bytes(&d), 8);
	(void)printf("%s: %zu octets\nsha256 %s\n%s\n", buf_cstr(&n), content.len, digest_hex(hex, &d), buf_cstr(&w));
}

int cmd_qr(int argc, char **argv)
{
	struct bytes what = bytes_str(argc > 1 ? argv[1] : "");
	int          code = 2;

	if (bytes_is(what, "send"))
		code = qr_send(argc - 1, argv + 1);
	else if (bytes_is(what, "receive"))
		code = qr_receive(argc - 1, argv + 1);
	else
		(void)qr_usage();
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr, "ceremony qr: standard output cannot be written\n");
		return 3;
	}
	return code;
}
