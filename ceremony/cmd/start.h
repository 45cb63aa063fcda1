/* start.h: `ceremony` alone: what is due, which ceremony to begin, or what to resume. */
#pragma once

/* cmd_start: argv[0] is the program; options as for run, and --scripts DIR. Returns the exit code. */
int cmd_start(int argc, char **argv);
