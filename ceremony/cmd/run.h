/* run.h: ceremony run and ceremony resume. */
#pragma once

#include "ceremony/cmd/room.h"

/* cmd_run, cmd_resume: argv[0] is the command's name; return the exit code. */
int cmd_run(int argc, char **argv);
int cmd_resume(int argc, char **argv);

/* run_options: runs the script that is named, or resumes if none is. Returns the exit code. */
int run_options(const struct options *o);
