/* report_verifying.c: the last words of a report; see report.h. */
#include "ceremony/record/report.h"

const char report_verifying[] =
	"\n  Nothing here needs the program that made it. In the ceremony's folder:\n\n"
	"    sha256sum -c SHA256SUMS\n"
	"    cd witnesses\n"
	"    minisign -V -p W.pub -x W.minisig -m W.message\n"
	"    signify-openbsd -V -p W.pub -x W.sig -m W.message\n"
	"    openssl dgst -sha384 -verify record-key.pem \\\n"
	"        -signature ../checkpoint.token.sig ../checkpoint\n"
	"    cd ../certificates\n"
	"    openssl x509 -in root.pem -noout -fingerprint -sha256\n"
	"    openssl verify -x509_strict -CAfile root.pem C.pem\n\n"
	"  W is a witness, C a certificate; -sha384 goes with a record key on P-384. Each\n"
	"  line of transcript.jsonl ends in the SHA-256 of the line before (without its\n"
	"  newline). The checkpoint is the RFC 6962 tree head over all lines, and\n"
	"  W.message is its first three lines behind two of C2SP cosignature/v1.\n"
	"  docs/formats/ describes every file.\n";
