/* check.h: ceremony check SCRIPT [--profiles DIR]. */
#pragma once

/* cmd_check: argv[0] is "check"; returns the exit code. */
int cmd_check(int argc, char **argv);
