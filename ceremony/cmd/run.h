/* run.h: ceremony run and ceremony resume. */
#pragma once

/* cmd_run, cmd_resume: argv[0] is the command's name; return the exit code. */
int cmd_run(int argc, char **argv);
int cmd_resume(int argc, char **argv);
