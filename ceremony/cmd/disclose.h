/* disclose.h: ceremony disclose: the lines that open what a published copy withholds, one by one. */
#pragma once

int cmd_disclose(int argc, char **argv);
