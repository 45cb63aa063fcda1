/* main.c: ceremony-verify: the auditor's verifier as a program of its own. */
#include <stdio.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/secret.h"
#include "ceremony/port/cell.h"

int main(int argc, char **argv)
{
	struct err e = { 0 };
	char       text[512];

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		(void)printf("ceremony-verify %s\n", CEREMONY_VERSION);
		return 0;
	}
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		(void)fputs(audit_usage, stdout);
		return 0;
	}
	if (!process_harden(&e) || !cell_give_up(CELL_ANY_FILE, &e)) {
		(void)fprintf(stderr, "ceremony-verify: %s\n", err_line(text, sizeof text, &e));
		return 3;
	}
	return audit_main(argc, argv);
}
