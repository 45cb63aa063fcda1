/* publish.h: ceremony publish: a copy of a record in which what is personal is withheld. */
#pragma once

int cmd_publish(int argc, char **argv);
