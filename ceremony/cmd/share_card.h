/* share_card.h: `ceremony share card`: a mnemonic from stdin or the keyboard, a card into a new file. */
#pragma once

int cmd_share_card(int argc, char **argv);

/* share_card_usage: how to call it, whole lines. */
extern const char share_card_usage[];
