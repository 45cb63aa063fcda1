/* share.c: see share.h. */
#include "ceremony/cmd/share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/cmd/hidden.h"
#include "ceremony/cmd/share_card.h"
#include "ceremony/cmd/share_options.h"

const char share_usage[] =
	"usage: ceremony share split --threshold K --shares N [options]   a hex secret in, one mnemonic a line out\n"
	"       ceremony share split --groups K/N,K/N,... --group-threshold GT [options]   GT groups, K of N shares in each\n"
	"       ceremony share combine [options]                          one mnemonic a line in, the secret as hex out\n"
	"       ceremony share check                                      one mnemonic in, what it says of itself out\n"
	"       ceremony share card [options] -o FILE.pdf|svg|png         one mnemonic in, a card to print out\n"
	"\n"
	"  --passphrase          ask for the passphrase on the terminal\n"
	"  --passphrase-fd FD    read it from an open descriptor, one line: ... 3<FILE. Never from the command line\n"
	"  --exponent E          split: 10000 * 2^E iterations guard the passphrase (0 to 15, default 1)\n"
	"  --not-extendable      split: for a tool that is older than SLIP-0039's extendable shares\n"
	"\n"
	"Secrets come in on stdin and go out on stdout; on a terminal what is typed is not shown. The shares are\n"
	"SLIP-0039's, at most 16 in a group, in at most 16 groups; of several groups all are needed, unless\n"
	"--group-threshold says how many (--groups GT:K/N,... says the same). With more shares than are needed,\n"
	"combine checks that all agree and names one that does not. A wrong passphrase gives another secret and no\n"
	"error.\n";

static int exit_of(enum err_id id)
{
	switch (id) {
	case ERR_LOCK_MEMORY:
	case ERR_FILE_READ:
	case ERR_FILE_WRITE:
	case ERR_DISK_FULL: return 3;
	case ERR_USAGE:
	case ERR_SHARE_SCHEME:
	case ERR_SHARE_SECRET_LENGTH:
	case ERR_SHARE_PASSPHRASE:
	case ERR_PASSPHRASE_TWICE:
	case ERR_SECRET_HEX:
	case ERR_LINE_TOO_LONG:
	case ERR_LINE_LEFT_OVER: return 2;
	default: return 1;
	}
}

static int fail(const struct err *e)
{
	char text[768];

	(void)fprintf(stderr, "ceremony share: %s\n", err_line(text, sizeof text, e));
	return exit_of(e->id);
}

static bool write_out(struct bytes a, struct err *e)
{
	return fd_write(STDOUT_FILENO, a) ||
	       err_set(e, errno == ENOSPC ? ERR_DISK_FULL : ERR_FILE_WRITE, "standard output: %s", strerror(errno));
}

static bool write_line(const struct secret *s, struct err *e)
{
	return write_out(secret_expose(s), e) && write_out(BYTES_LIT("\n"), e);
}

/* 0..15, or above if it is no digit. */
static unsigned hex_value(unsigned c)
{
	if (c - '0' < 10)
		return c - '0';
	return (c | 0x20) - 'a' < 6 ? (c | 0x20) - 'a' + 10 : 16;
}

/* buf.h's hex is not for secrets. */
static bool hex_to_secret(struct secret *out, const struct secret *text, struct err *e)
{
	struct bytes hex = bytes_trim(secret_expose(text));
	SECRET       octets = { 0 };

	if (hex.len % 2 != 0)
		return err_set(e, ERR_SECRET_HEX, "%zu digits", hex.len);
	if (!secret_new(&octets, hex.len / 2, e))
		return false;
	for (size_t i = 0; i < hex.len; i += 2) {
		unsigned high = hex_value(hex.p[i]), low = hex_value(hex.p[i + 1]);
		if (high > 15 || low > 15)
			return err_set(e, ERR_SECRET_HEX, "at place %zu", i + 1 + (high <= 15));
		uint8_t v = (uint8_t)(high << 4 | low);
		MUST(secret_put(&octets, bytes_of(&v, 1)));
	}
	secret_move(out, &octets);
	return true;
}

static bool secret_to_hex(struct secret *out, const struct secret *octets, struct err *e)
{
	static const char digits[] = "0123456789abcdef";
	struct bytes      from = secret_expose(octets);

	if (!secret_new(out, from.len * 2, e))
		return false;
	for (size_t i = 0; i < from.len; i++) {
		const char pair[2] = { digits[from.p[i] >> 4], digits[from.p[i] & 15] };
		MUST(secret_put(out, bytes_of(pair, sizeof pair)));
	}
	return true;
}

static bool is_blank_line(const struct secret *line)
{
	return bytes_trim(secret_expose(line)).len == 0;
}

/* One line of a descriptor. */
static bool read_one(struct secret *out, struct hidden *h, const char *prompt, struct err *e)
{
	bool end = false;

	return hidden_line(h, out, &end, prompt, e);
}

static bool ask_passphrase(struct secret *out, bool twice, struct err *e)
{
	__attribute__((cleanup(hidden_done))) struct hidden h = { 0 };
	SECRET again = { 0 };
	int    fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_set(e, ERR_USAGE, "there is no terminal to ask for the passphrase: --passphrase-fd");
	bool ok = hidden_init(&h, fd, e) && read_one(out, &h, "Passphrase (not shown): ", e) &&
	          (!twice || read_one(&again, &h, "The same again: ", e));
	hidden_done(&h);
	(void)close(fd);
	if (ok && twice && !secret_equal(out, &again))
		return err_set(e, ERR_PASSPHRASE_TWICE, "%s", "");
	return ok;
}

/* The passphrase, if there is to be one. */
static bool get_passphrase(struct secret *out, const struct share_options *o, bool twice, struct err *e)
{
	__attribute__((cleanup(hidden_done))) struct hidden h = { 0 };

	if (o->ask_passphrase)
		return ask_passphrase(out, twice, e);
	if (o->passphrase_fd < 0)
		return true;
	if (o->passphrase_fd <= STDERR_FILENO || fcntl(o->passphrase_fd, F_GETFD) < 0)
		return err_set(e, ERR_USAGE, "--passphrase-fd %d is not an open descriptor of its own", o->passphrase_fd);
	return hidden_init(&h, o->passphrase_fd, e) && read_one(out, &h, "Passphrase (not shown): ", e);
}

/* Nothing but blank lines may follow. */
static bool nothing_left(struct hidden *in, struct err *e)
{
	SECRET line = { 0 };
	bool   end = in->is_terminal;

	while (!end) {
		if (!hidden_line(in, &line, &end, "", e))
			return false;
		if (!is_blank_line(&line))
			return err_set(e, ERR_LINE_LEFT_OVER, "line %u", in->line);
	}
	return true;
}

/* The one line that is wanted, the first that is not blank. */
static bool only_line(struct secret *out, struct hidden *in, const char *prompt, struct err *e)
{
	bool end = false;

	do {
		if (!hidden_line(in, out, &end, prompt, e))
			return false;
	} while (!end && is_blank_line(out));
	return true;
}

static bool split(struct secret *mnemonic, size_t *num, const struct share_options *o, struct hidden *in, struct err *e)
{
	SECRET line = { 0 }, master = { 0 }, passphrase = { 0 };

	if (!slip39_scheme_check(&o->scheme, e) || !only_line(&line, in, "Secret in hex (not shown): ", e) ||
	    !hex_to_secret(&master, &line, e) || !nothing_left(in, e) || !get_passphrase(&passphrase, o, true, e))
		return false;
	return slip39_split(mnemonic, SLIP39_MAX_SHARES, num, &o->scheme, &master, &passphrase, &rng_system, e);
}

static int share_split(const struct share_options *o, struct hidden *in)
{
	struct secret mnemonic[SLIP39_MAX_SHARES] = { 0 };
	size_t        num = 0;
	struct err    e = { 0 };

	if (!o->has_scheme)
		(void)err_set(&e, ERR_USAGE, "split wants --threshold and --shares, or --groups");
	bool ok = o->has_scheme && split(mnemonic, &num, o, in, &e);
	for (size_t i = 0; ok && i < num; i++)
		ok = write_line(&mnemonic[i], &e);
	for (size_t i = 0; i < num; i++)
		secret_done(&mnemonic[i]);
	return ok ? 0 : fail(&e);
}

/* The shares that were read, each with the line where it stood. */
struct hand {
	struct slip39_share share[SLIP39_MAX_SHARES];
	unsigned            line[SLIP39_MAX_SHARES];
	size_t              num;
};

static void hand_done(struct hand *hand)
{
	for (size_t i = 0; i < hand->num; i++)
		slip39_share_done(&hand->share[i]);
}

static bool in_line(unsigned line, const struct err *why, struct err *e)
{
	char detail[sizeof why->detail];

	memcpy(detail, why->detail, sizeof detail);
	return err_set(e, why->id, "line %u%s%s", line, detail[0] ? ": " : "", detail);
}

/* One share more. On a terminal a bad one is told and asked for again. */
static bool take_share(struct hand *hand, struct hidden *in, const struct secret *line, struct err *e)
{
	struct slip39_share *share = &hand->share[hand->num];
	struct err           why = { 0 };

	if (hand->num == SLIP39_MAX_SHARES)
		return err_set(e, ERR_SHARE_TOO_MANY, "line %u", in->line);
	if (slip39_parse(share, line, &why)) {
		hand->line[hand->num++] = in->line;
		if (!in->is_terminal)
			return true;
		if (slip39_check(hand->share, hand->num, &why) || why.id == ERR_SHARE_TOO_FEW ||
		    why.id == ERR_SHARE_TOO_FEW_GROUPS) {
			(void)fprintf(stderr, "Good: set %u, group %u, share %u.\n", share->id, share->group_index + 1U,
			              share->member_index + 1U);
			return true;
		}
		slip39_share_done(&hand->share[--hand->num]);
	}
	if (!in->is_terminal || exit_of(why.id) == 3)
		return in_line(in->line, &why, e);
	(void)fail(&why);
	return true;
}

static bool read_hand(struct hand *hand, struct hidden *in, struct err *e)
{
	SECRET line = { 0 };
	bool   end = false, enough = false;

	while (!enough) {
		char prompt[64];
		(void)snprintf(prompt, sizeof prompt, "Share %zu (not shown; Ctrl-D ends): ", hand->num + 1);
		if (!hidden_line(in, &line, &end, prompt, e))
			return false;
		if (end)
			break;
		if (!is_blank_line(&line) && !take_share(hand, in, &line, e))
			return false;
		enough = in->is_terminal && hand->num && slip39_check(hand->share, hand->num, NULL);
	}
	return true;
}

static int share_combine(const struct share_options *o, struct hidden *in)
{
	__attribute__((cleanup(hand_done))) struct hand hand = { 0 };
	SECRET     passphrase = { 0 }, master = { 0 }, hex = { 0 };
	bool       forged[SLIP39_MAX_SHARES] = { 0 };
	struct err e = { 0 };

	if (!read_hand(&hand, in, &e) || !get_passphrase(&passphrase, o, false, &e))
		return fail(&e);
	bool ok = slip39_combine_all(&master, forged, hand.share, hand.num, &passphrase, &e);
	for (size_t i = 0; i < hand.num; i++)
		if (forged[i])
			(void)fprintf(stderr, "ceremony share: line %u, group %u, share %u: it contradicts the others\n",
			              hand.line[i], hand.share[i].group_index + 1U, hand.share[i].member_index + 1U);
	return ok && secret_to_hex(&hex, &master, &e) && write_line(&hex, &e) ? 0 : fail(&e);
}

static int share_check(struct hidden *in)
{
	__attribute__((cleanup(slip39_share_done))) struct slip39_share share = { 0 };
	SECRET     line = { 0 };
	struct err e = { 0 }, why = { 0 };
	char       text[256];

	if (!only_line(&line, in, "Share (not shown): ", &e))
		return fail(&e);
	unsigned at = in->line;
	if (!nothing_left(in, &e))
		return fail(&e);
	if (!slip39_parse(&share, &line, &why)) {
		(void)in_line(at, &why, &e);
		return fail(&e);
	}
	int n = snprintf(text, sizeof text,
	                 "well-formed: set %u, group %u of %u (needs %u), share %u (needs %u), %zu bits, %s, exponent %u\n",
	                 share.id, share.group_index + 1U, share.num_groups, share.group_threshold,
	                 share.member_index + 1U, share.member_threshold, share.value.len * 8,
	                 share.ext ? "extendable" : "not extendable", share.exponent);
	MUST(n > 0 && (size_t)n < sizeof text);
	return write_out(bytes_of(text, (size_t)n), &e) ? 0 : fail(&e);
}

int cmd_share(int argc, char **argv)
{
	__attribute__((cleanup(hidden_done))) struct hidden in = { 0 };
	struct share_options o;
	struct err     e = { 0 };
	struct bytes   what = bytes_str(argc > 1 ? argv[1] : "");

	if (bytes_is(what, "card"))
		return cmd_share_card(argc - 1, argv + 1);
	bool is_split = bytes_is(what, "split"), is_combine = bytes_is(what, "combine");
	bool ok = (is_split || is_combine || bytes_is(what, "check")) && share_options_parse(&o, argc - 1, argv + 1);
	if (!ok || (!is_split && o.is_for_split) ||
	    (!is_split && !is_combine && (o.ask_passphrase || o.passphrase_fd >= 0))) {
		(void)fputs(share_usage, stderr);
		return 2;
	}
	if (!hidden_init(&in, STDIN_FILENO, &e))
		return fail(&e);
	return is_split ? share_split(&o, &in) : is_combine ? share_combine(&o, &in) : share_check(&in);
}
