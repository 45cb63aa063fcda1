/* report.h: `ceremony report`: a ceremony's report for people, from its transcript alone. */
#pragma once

/* cmd_report: argv[0] is "report". Returns the exit code: 0 written, 1 the transcript is not
 * sound, 2 wrong use (html and pdf do not exist yet), 3 the world failed. */
int cmd_report(int argc, char **argv);
