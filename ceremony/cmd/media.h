/* media.h: ceremony media list: the removable media that are plugged in. */
#pragma once

/* cmd_media: the subcommand; its exit status. */
int cmd_media(int argc, char **argv);

/* media_usage: how to call it, whole lines. */
extern const char media_usage[];
