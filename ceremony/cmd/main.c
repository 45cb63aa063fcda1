/* main.c: the conductor's front door: one row a subcommand; the table is also the help. */
#include <stdio.h>
#include <unistd.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/secret.h"
#include "ceremony/cmd/check.h"
#include "ceremony/cmd/disclose.h"
#include "ceremony/cmd/lint.h"
#include "ceremony/cmd/media.h"
#include "ceremony/cmd/policy.h"
#include "ceremony/cmd/proof.h"
#include "ceremony/cmd/publish.h"
#include "ceremony/cmd/qr.h"
#include "ceremony/cmd/report.h"
#include "ceremony/cmd/request.h"
#include "ceremony/cmd/run.h"
#include "ceremony/cmd/share.h"
#include "ceremony/cmd/share_card.h"
#include "ceremony/cmd/start.h"
#include "ceremony/cmd/status.h"
#include "ceremony/cmd/token.h"
#include "ceremony/cmd/tour.h"
#include "ceremony/port/cell.h"
#include "tui/keys.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage, *what;
};

static const struct command commands[] = {
	{ "run", cmd_run,
	  "run SCRIPT --record DIR [--answers FILE | --plain] [--rehearsal] [--token URI]\n"
	  "             [--token2 URI] [--witness-token URI] [--media DIR] [--profiles DIR]\n"
	  "             [--camera DEV | --images DIR] [--mono] [--ascii]",
	  "run a ceremony; --mono: no colour, the highest contrast; --ascii: no line drawing" },
	{ "resume", cmd_resume, "resume --record DIR [the same options]", "go on with one that was paused or cut off" },
	{ "check", cmd_check, "check SCRIPT|PROFILE [--profiles DIR] [--paper FILE.pdf|FILE.txt]", "are a script and its profiles valid, or one profile? prints their SHA-256 and words" },
	{ "request", cmd_request,
	  "request check --profile FILE.ini [--issuer CERT] [--sheet FILE.pdf|FILE.txt] CSR...\n"
	  "         request show CSR",
	  "look at a certification request before the day" },
	{ "lint", cmd_lint, "lint FILE...", "look for faults in certificates and revocation lists" },
	{ "token", cmd_token,
	  "token list [--token URI] [--json]\n"
	  "         token qualify --token URI [--pin-fd FD] [--json]",
	  "the tokens that are plugged in, by serial; is one fit to hold a root key?" },
	{ "media", cmd_media, "media list [--loops] [--burners] [--json]", "the removable media that are plugged in, by serial and label" },
	{ "share", cmd_share, "share split|combine|check", "SLIP-0039 shares on stdin and stdout, or the terminal" },
	{ "status", cmd_status, "status --record DIR [--json] [--ics FILE] [--pdf FILE]", "what is due, and when; exit 1 if something is overdue" },
	{ "report", cmd_report, "report --record DIR [--ceremony N] --format text|html|pdf -o FILE", "a report for people" },
	{ "publish", cmd_publish, "publish --record DIR -o DIR [--withhold personal|TEXT]...",
	  "copy a record without what is personal: names, and what people typed in words" },
	{ "disclose", cmd_disclose, "disclose --record DIR [--ceremony N] [--name TEXT -o FILE | --report -o FILE]",
	  "open one withheld value, for verify --disclosures; without -o: list what is personal" },
	{ "verify", audit_main,
	  "verify DIR [--policy FILE] [--root SHA256] [--disclosures FILE] [--json]\n"
	  "         verify --proof FILE --certificate FILE [--policy FILE] [--json]",
	  "the auditor's verifier; also ceremony-verify" },
	{ "proof", cmd_proof, "proof --record DIR --certificate FILE|SERIAL -o FILE",
	  "cut out the proof that a certificate was signed in a ceremony, for verify --proof" },
	{ "policy", cmd_policy, "policy --record DIR [-o FILE]", "write down whose signatures a record carries, for verify --policy" },
	{ "tour", cmd_tour, "tour [--plain] [--mono] [--ascii] | --paper FILE.pdf|FILE.txt", "try the keys out, or print the crib sheet; nothing is recorded" },
	{ "qr", cmd_qr,
	  "qr send FILE [--png DIR | --svg DIR] [--fps N] [--version V] [--ascii] [--once]\n"
	  "         qr receive [--camera DEV | --images DIR] -o FILE",
	  "both ends of the air gap: a file as QR codes, and back" },
};

/* Those that have more to say of how they are called. */
static const struct {
	const char *name, *usage;
} at_length[] = {
	{ "request", request_usage }, { "lint", lint_usage },   { "token", token_usage },        { "media", media_usage },
	{ "share", share_usage },     { "share", share_card_usage }, { "qr", qr_usage_text },
};

static void print_command(FILE *to, const struct command *c)
{
	(void)fprintf(to, "ceremony %s\n    %s\n", c->usage, c->what);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

static int no_command(const char *name)
{
	(void)fprintf(stderr, "ceremony: there is no command %s\nSee: ceremony help\n", name);
	return 2;
}

static int help_command(const struct command *c)
{
	print_command(stdout, c);
	for (size_t i = 0; i < COUNT_OF(at_length); i++)
		if (strcmp(at_length[i].name, c->name) == 0)
			(void)printf("\n%s", at_length[i].usage);
	return fflush(stdout) == 0 ? 0 : 3;
}

static int help(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "keys") == 0) {
		char       sheet[4096];
		struct buf b = BUF_ON(sheet);
		keys_sheet(&b);
		(void)printf("%s", buf_cstr(&b));
		return 0;
	}
	if (argc > 1)
		return find(argv[1]) ? help_command(find(argv[1])) : no_command(argv[1]);
	(void)printf("Ceremony %s: create a root CA key together, and sign with it.\n\n", CEREMONY_VERSION);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		print_command(stdout, &commands[i]);
	(void)printf("ceremony [--record DIR] [--scripts DIR] [the options of run]\n    the screen: choose a script, or resume what was interrupted\n"
	             "ceremony help [COMMAND | keys]\nceremony --version\n\n"
	             "Exit: 0 done; 1 the answer is no; 2 wrong use; 3 the world failed.\n");
	return 0;
}

/* `ceremony COMMAND ... --help`, wherever it stands. */
static bool wants_help(int argc, char **argv)
{
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int say(const struct err *e)
{
	char text[512];

	(void)fprintf(stderr, "ceremony: %s\n", err_line(text, sizeof text, e));
	return 3;
}

/* Who does hands some of root's rights on. */
static bool starts_media(int (*run)(int argc, char **argv))
{
	return run == cmd_run || run == cmd_resume || run == cmd_media;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };

	if (!process_harden(&e))
		return say(&e);
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		(void)printf("ceremony %s\n", CEREMONY_VERSION);
		return 0;
	}
	if (argc > 1 && (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return help(argc - 1, argv + 1);
	const struct command *c = argc > 1 ? find(argv[1]) : NULL;
	if (c && wants_help(argc, argv))
		return help_command(c);
	if (c)
		return cell_give_up(starts_media(c->run) ? CELL_MEDIA : CELL_ANY_FILE, &e) ? c->run(argc - 1, argv + 1) : say(&e);
	if (argc == 1 && (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1)) {
		(void)fprintf(stderr, "ceremony: there is no terminal to choose on: name a command. See: ceremony help\n");
		return 2;
	}
	if (argc == 1 || strncmp(argv[1], "--", 2) == 0)
		return cell_give_up(CELL_MEDIA, &e) ? cmd_start(argc, argv) : say(&e);
	return no_command(argv[1]);
}
