/* lint.h: `ceremony lint`: certificates and revocation lists held to the rules. */
#pragma once

/* cmd_lint: argv[0] is "lint", the rest are files, PEM or DER. Prints for each
 * FILE<TAB>accept|refuse<TAB>RULE<TAB>reason, every finding on a line of its own; RULE and
 * reason are empty where a file is accepted. Issuers are looked for among the files. Exit
 * code: 0 all accepted, 1 something refused, 2 wrong use, 3 a file cannot be read. */
int cmd_lint(int argc, char **argv);

/* lint_usage: how to call it, whole lines. */
extern const char lint_usage[];
