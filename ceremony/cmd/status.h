/* status.h: ceremony status --record DIR [--json] [--ics FILE] [--pdf FILE]. */
#pragma once

/* cmd_status: argv[0] is "status". Exit 1 if something is overdue or expired. */
int cmd_status(int argc, char **argv);
