/* samples.c: see samples.h. */
#include "tui/test/samples.h"

#include <stdio.h>

static const struct step_line steps[] = {
	{ "Roll call", "everyone", STEP_DONE },
	{ "Clock", "two people", STEP_DONE },
	{ "Environment", "administrator", STEP_DONE },
	{ "Token intake", "officers", STEP_DONE },
	{ "Root key", "officers", STEP_NOW },
	{ "Root certificate", "officers", STEP_LATER },
	{ "Backup", "custodians", STEP_LATER },
	{ "Import requests", "administrator", STEP_LATER },
	{ "Review", "everyone", STEP_LATER },
	{ "Sign", "officers", STEP_LATER },
	{ "First CRL", "officers", STEP_LATER },
	{ "Export", "administrator", STEP_LATER },
	{ "Sign-off", "witnesses", STEP_LATER },
	{ "Verification", "auditor", STEP_LATER },
};

static const char *const list[] = { "academic", "acid", "acne", "acquire", "acrobat", "activity", "actress", "adapt", "yield", "yoga", "zero" };
static const char *const curves[] = { "p384", "P-384, as the script says", "p256", "P-256", "rsa4096", "RSA with 4096 bits, for clients that are older than 2015 and take nothing else" };

static const char *const scripts[] = {
	"resume", "Go on with 0003-crl-2027, which was paused", "1", "Example CA: the yearly drill", "2", "Example CA: a new root",
	"3", "Example CA: revoke an intermediate", "4", "Example CA: the next revocation list", "5", "Example CA: destroy the root's key",
	"6", "Example CA: pass the shares on", "7", "Example CA: recover the root", "8", "Rehearsal: a root and two intermediates",
	"9", "Rehearsal: the yearly drill", "10", "Rehearsal: the next revocation list", "status", "What is due, and when",
	"leave", "Leave: nothing begins",
};

static struct secret share;

bool samples_init(struct err *e)
{
	return secret_set(&share, BYTES_LIT("duckling enlarge academic academic agency result length solution fridge kidney "
	                                    "coal piece deal husband erode duke ajar critical decision keyboard yield yoga "
	                                    "zero acid acne acquire acrobat activity actress adapt theory email alto"), e);
}

void samples_done(void)
{
	secret_done(&share);
}

static struct prompt base(size_t now, const char *role, const char *who, const char *title)
{
	static struct step_line outline[COUNT_OF(steps)];

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		outline[i] = steps[i];
		outline[i].state = i < now ? STEP_DONE : i == now ? STEP_NOW : STEP_LATER;
	}
	return (struct prompt){
		.ceremony = "Example Root CA G1", .rehearsal = true, .step = outline, .num_steps = COUNT_OF(steps), .now = now,
		.step_id = "sample", .turn = "turn", .num_rounds = 1, .role = role, .who = who, .title = title, .can_back = true,
		.can_aside = true, .can_people = true,
		.help_what = "The token makes a key pair and keeps the private half. Only the public half comes out.",
		.help_why = "A key that has never been outside the token cannot have been copied.",
		.help_clause = "CA/B Forum Baseline Requirements 6.1.1.1",
		.help_fail = "Nothing is lost: the token is asked what it holds, and the answer goes on the record. If it holds a key, "
		             "go on with it; if not, the step begins again.",
	};
}

static void open_text(struct prompt *p)
{
	*p = base(0, "administrator", "Ada Adams", "Who is in the room?");
	p->text = "Each person says their name and shows a document. Type the names as the documents spell them.\n"
	          "One person has one role.";
	p->ask[0] = (struct ask){ .key = "officer-1", .kind = ASK_TEXT, .label = "Officer 1", .hint = "given name and family name", .preset = "Oscar Olsen" };
	p->ask[1] = (struct ask){ .key = "officer-2", .kind = ASK_TEXT, .label = "Officer 2", .hint = "given name and family name" };
	p->ask[2] = (struct ask){ .key = "witness-1", .kind = ASK_TEXT, .label = "Witness 1", .hint = "given name and family name" };
	p->num_asks = 3;
}

static const struct err late = { ERR_INI_VALUE, "09:20:00 is 338 seconds from this machine's clock" };

static void refused(struct prompt *p)
{
	*p = base(1, "Witness", "Wanda Wu", "What does your watch say?");
	p->text = "Two people read their own watches. They must agree with this machine to within a minute.";
	p->row[0] = (struct row){ .label = "This machine", .value = "2026-11-21T09:14:22Z" };
	p->row[1] = (struct row){ .label = "Last transcript", .value = "none: this is the first ceremony" };
	p->num_rows = 2;
	p->refused = &late;
	p->ask[0] = (struct ask){ .key = "watch-1", .kind = ASK_TEXT, .label = "Time in UTC", .hint = "HH:MM:SS, from your watch" };
	p->num_asks = 1;
}

static const struct err twice = { ERR_FLOW_PERSON_TWICE, "Olga Orr" };

static void named_twice(struct prompt *p)
{
	open_text(p);
	p->ask[1].preset = p->ask[2].preset = "Olga Orr";
	p->refused = &twice;
	p->wrong_ask = 3;
}

/* What asks before a ceremony runs. */
static void start(struct prompt *p)
{
	*p = base(0, "administrator", "", "What is to be done?");
	p->num_steps = 0;
	p->rehearsal = p->can_aside = p->can_people = false;
	p->outside = true;
	p->row[0] = (struct row){ .label = "Record", .value = "record" };
	p->row[1] = (struct row){ .label = "State", .value = "Example Ltd: 2 ceremonies, verified" };
	p->num_rows = 2;
	p->ask[0] = (struct ask){ .key = "what", .kind = ASK_CHOICE, .label = "Ceremony", .hint = "the arrow keys, or letters of it", .choice = scripts, .num_choices = COUNT_OF(scripts) / 2 };
	p->num_asks = 1;
}

static void paper(struct prompt *p)
{
	*p = base(11, "Witness", "Wanda Wu", "Sign the checkpoint");
	p->text = "Type two words back from your paper, and sign it, with your passphrase.";
	p->ask[0] = (struct ask){ .key = "back", .kind = ASK_TYPE_BACK, .label = "Words 3 and 7", .expect = "optic onlooker", .shape = SHAPE_SPOKEN };
	p->ask[1] = (struct ask){ .key = "pin", .kind = ASK_PIN, .label = "Your passphrase", .hint = "the one of the sign-off" };
	p->num_asks = 2;
}

static void irreversible(struct prompt *p)
{
	*p = base(4, "Officer", "Oscar Olsen", "Make the root key");
	p->text = "The token makes the key now. There will be one key and no second one.";
	p->row[0] = (struct row){ .label = "Token", .value = "SmartCard-HSM, serial DECC0401234" };
	p->row[1] = (struct row){ .label = "Kind of key", .value = "P-384" };
	p->row[2] = (struct row){ .label = "Label", .value = "Example Root CA G1" };
	p->num_rows = 3;
	p->irreversible = true;
	p->can_back = false;
	p->ask[0] = (struct ask){ .key = "go", .kind = ASK_CONFIRM, .label = "Make the key" };
	p->num_asks = 1;
}

static void choice(struct prompt *p)
{
	*p = base(4, "Officer", "Oscar Olsen", "Choose the kind of key");
	p->text = "The script leaves this open.";
	p->ask[0] = (struct ask){ .key = "kind", .kind = ASK_CHOICE, .label = "Kind of key", .hint = "its number, or the arrow keys", .choice = curves, .num_choices = 3 };
	p->num_asks = 1;
}

static void long_list(struct prompt *p)
{
	*p = base(0, "administrator", "", "What is to be done?");
	p->ask[0] = (struct ask){ .key = "what", .kind = ASK_CHOICE, .label = "Ceremony", .hint = "the arrow keys, or letters of it", .choice = scripts, .num_choices = COUNT_OF(scripts) / 2 };
	p->num_asks = 1;
}

/* One of many stands there already, and is all that is shown of them. */
static void folded(struct prompt *p)
{
	long_list(p);
	p->text = "What was begun last is gone on with, unless another one is chosen.";
	p->row[0] = (struct row){ .label = "Record", .value = "record" };
	p->row[1] = (struct row){ .label = "Last", .value = "0003-crl-2027, paused" };
	p->num_rows = 2;
	p->ask[0].preset = scripts[0];
}

static const char *const ways[] = {
	"again", "It has been put right: the medium is in, and the file on it is the one that was meant; try again",
	"other", "Another medium is taken, whose label the script says, too, and what was on the first one is left where it is",
	"later", "It is left out here, written down as an exception, and two people decide on it before the record is closed",
	"stop", "The ceremony is ended here for good: nothing was signed, and everything that was done is on the record",
};
static const struct err no_file = { ERR_MEDIUM_MISSING, "nothing labelled requests came within two minutes" };

static void ways_out(struct prompt *p)
{
	*p = base(7, "Administrator", "Ada Adler", "Something did not work");
	p->text = "What is on the medium is looked at before another way is chosen.";
	p->row[0] = (struct row){ .label = "Medium", .value = "requests" };
	p->num_rows = 1;
	p->refused = &no_file;
	p->ask[0] = (struct ask){ .key = "way", .kind = ASK_CHOICE, .label = "What now?", .choice = ways, .num_choices = COUNT_OF(ways) / 2 };
	p->num_asks = 1;
}

static const char *const ends[] = { "corrected", "corrected: it has been put right", "accepted", "accepted: it stays as it is",
	                            "rejected", "rejected: it is not to be used" };

/* Several questions, of which some are choices. */
static void several(struct prompt *p)
{
	*p = base(10, "Administrator", "Ada Adler", "Exception number 1: what is decided?");
	p->text = "The record cannot be closed while an exception is open. An officer or the auditor approves.";
	p->row[0] = (struct row){ .label = "Expected", .value = "a stick with the seal 0417" };
	p->row[1] = (struct row){ .label = "Happened", .value = "the seal was 0418" };
	p->num_rows = 2;
	p->ask[0] = (struct ask){ .key = "decided", .kind = ASK_TEXT, .label = "What was decided", .hint = "in words" };
	p->ask[1] = (struct ask){ .key = "how", .kind = ASK_CHOICE, .label = "Disposition", .choice = ends, .num_choices = 3 };
	p->ask[2] = (struct ask){ .key = "who", .kind = ASK_CHOICE, .label = "Approved by", .choice = curves, .num_choices = 3 };
	p->num_asks = 3;
}

static void digest(struct prompt *p)
{
	*p = base(10, "Officers", "Olga Orr and Oscar Olsen", "Review the revocation list");
	p->text = "The list that the root key will sign.";
	p->row[0] = (struct row){ .label = "CRL number", .value = "2" };
	p->row[1] = (struct row){ .label = "Compared with list", .value = "1" };
	p->row[2] = (struct row){ .label = "First serial", .value = "4000cfd9cc6e2a98b86228f953ebe85eeec4a2" };
	p->row[3] = (struct row){ .label = "SHA-256 of it", .value = "dde6 0941 fbee 7ca3 b441 c4da 2b6f 606e\n2ae8 9dc5 4e0f 6e75 1bc4 d66f 39d9 15fd", .mark = true };
	p->num_rows = 4;
	p->ask[0] = (struct ask){ .key = "ok", .kind = ASK_CONFIRM, .label = "Olga Orr agrees" };
	p->num_asks = 1;
}

static void pin(struct prompt *p)
{
	*p = base(3, "Officer", "Olga Orr", "Choose the token's PIN");
	p->text = "It is asked for again whenever the token is opened.";
	p->secret = true;
	p->ask[0] = (struct ask){ .key = "pin", .kind = ASK_NEW_PIN, .label = "New PIN", .hint = "6 to 16 characters" };
	p->num_asks = 1;
}

static void shown(struct prompt *p)
{
	*p = base(6, "Custodian", "Dora Dunn", "Write down your share");
	p->text = "Write the 33 words on your card with the pen from the envelope, and number them.";
	p->secret = true;
	p->round = 1;
	p->num_rounds = 5;
	p->shown = &share;
	p->ask[0] = (struct ask){ .key = "written", .kind = ASK_CONFIRM, .label = "It is written down, and I have compared each word" };
	p->num_asks = 1;
}

static void words(struct prompt *p)
{
	*p = base(6, "Custodian", "Dora Dunn", "Type your share back");
	p->text = "From your card, not from memory.";
	p->secret = true;
	p->round = 1;
	p->num_rounds = 5;
	p->ask[0] = (struct ask){ .key = "words", .kind = ASK_WORDS, .label = "Your share", .num_words = 5, .wordlist = list, .num_wordlist = COUNT_OF(list) };
	p->num_asks = 1;
}

static void card(struct prompt *p)
{
	words(p);
	p->ask[0].camera = true;
}

static void aloud(struct prompt *p)
{
	*p = base(7, "Administrator", "Ada Adams", "Compare the request with its sheet");
	p->text = "The operator of the intermediate CA carried these words separately. Read each line to each other.";
	p->aloud = "tactics hamburger stapler integrate\nblowtorch caravan ringbolt everyday\nspyglass paragon dogsled unicorn";
	p->ask[0] = (struct ask){ .key = "back", .kind = ASK_TYPE_BACK, .label = "Words 3 and 7", .hint = "as the sheet has them", .expect = "stapler ringbolt" };
	p->num_asks = 1;
}

static void review(struct prompt *p)
{
	static const struct row rows[] = {
		{ "subject", "CN=Example Sub CA 1, O=Example Ltd, C=NL", "CN=Example Sub CA 1, O=Example Ltd, C=NL", "CN, O and C", "request", false },
		{ "key", "RSA 4096", "RSA 4096", "RSA 3072 and up, P-384", "request", false },
		{ "notBefore", "2026-11-21T09:14:22Z", "", "now", "clock", false },
		{ "notAfter", "2036-11-18T09:14:21Z", "", "10y", "profile", false },
		{ "basicConstraints", "critical, CA:TRUE, pathlen:0", "CA:TRUE", "critical, CA:TRUE, pathlen:0", "profile", true },
		{ "keyUsage", "critical, keyCertSign, cRLSign", "", "critical, keyCertSign, cRLSign", "profile", false },
		{ "extendedKeyUsage", "serverAuth", "serverAuth, clientAuth", "serverAuth", "profile", true },
		{ "certificatePolicies", "2.23.140.1.2.1", "", "2.23.140.1.2.1", "profile", false },
		{ "authorityKeyIdentifier", "keyid:ee3cf56f58ac7a306d6c3354905196a2d19778a9", "", "keyid:always", "issuer", false },
		{ "serial", "7f2a90c4d1e85b3360aa17", "", "random", "token", false },
	};

	*p = base(8, "Auditor", "Ines Ito", "Review what will be signed");
	p->text = "Read each line aloud. What differs from the request is marked.";
	memcpy(p->row, rows, sizeof rows);
	p->num_rows = COUNT_OF(rows);
	p->ask[0] = (struct ask){ .key = "agreed", .kind = ASK_CONFIRM, .label = "Everyone has seen it and agrees" };
	p->num_asks = 1;
}

static void agree(struct prompt *p)
{
	*p = base(9, "Officer", "Oscar Olsen", "Sign the certificate");
	p->ask[0] = (struct ask){ .key = "officer-1", .kind = ASK_CONFIRM, .label = "Oscar Olsen agrees" };
	p->ask[1] = (struct ask){ .key = "officer-2", .kind = ASK_CONFIRM, .label = "Olga Orr agrees" };
	p->num_asks = 2;
}

static const char *const taken[] = { "agree", "they have it, and read the same words", "no", "it is not carried this way" };

/* One line 24 times: 1,152 octets, about what a request has. */
static void qr(struct prompt *p)
{
	static char file[24 * 48 + 2];

	for (int i = 0; i < 24; i++)
		(void)snprintf(file + i * 48, 50, "%02d: what a request is made of, 48 octets a line\n", i);
	*p = base(11, "Administrator", "Ada Adams", "Carry issuing-1.pem across by camera");
	p->text = "The other side runs: ceremony qr receive -o FILE. Then both read the words, which must be the same.";
	p->ask[0] = (struct ask){ .key = "qr.1", .kind = ASK_QR, .label = "Show it as QR codes", .name = "issuing-1.pem",
		                  .octets = bytes_of(file, 1152) };
	p->ask[1] = (struct ask){ .key = "taken.1", .kind = ASK_CHOICE, .label = "The other side", .choice = taken, .num_choices = 2 };
	p->num_asks = 2;
}

static void names(struct prompt *p)
{
	*p = base(12, "Witness", "Zo\xc3\xab \xc5\x81ukasik", "Sign off");
	p->text = "Zo\xc3\xab \xe2\x80\x94 and \xe5\xb1\xb1\xe7\x94\xb0\xe8\x8a\xb1\xe5\xad\x90 too \xe2\x80\x94 have seen it all.";
	p->row[0] = (struct row){ .label = "SHA-256", .value = "7ced cfd9 7b50 620c 71f7 4ce6 ec73 bb73\n44de 3496 b16b 386a c083 00a6 59f0 32a8" };
	p->num_rows = 1;
	p->num_asks = 0;
}

const struct sample samples[] = {
	{ "text", open_text }, { "refused", refused }, { "irreversible", irreversible }, { "choice", choice }, { "pin", pin },
	{ "shown", shown },    { "words", words },     { "aloud", aloud },               { "review", review }, { "names", names },   { "agree", agree },
	{ "list", long_list }, { "qr", qr }, { "card", card },
	{ "named-twice", named_twice }, { "start", start }, { "paper", paper },
	{ "folded", folded }, { "ways", ways_out }, { "several", several }, { "digest", digest },
};
const size_t num_samples = COUNT_OF(samples);

const struct sample *sample_named(const char *name)
{
	for (size_t i = 0; i < num_samples; i++)
		if (strcmp(samples[i].name, name) == 0)
			return &samples[i];
	return NULL;
}
