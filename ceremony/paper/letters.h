/* letters.h: letters beyond WinAnsi, in a TrueType font of the system that is embedded in the document, as far as it is used: people's names
 * are printed as they are written. Only what stands alone, from left to right, and can be told from its neighbours: no marks that
 * combine, no controls, no script that is written from right to left. */
#pragma once

#include "ceremony/paper/sheet.h"

/* letters_font: the font of other letters that goes with a face, opened when it is needed first; NULL: it is not there. */
HPDF_Font letters_font(const struct sheet_face *f);

/* letters_has: whether a character is one of those letters. */
bool letters_has(uint32_t v);
