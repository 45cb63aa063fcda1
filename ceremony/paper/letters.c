/* letters.c: see letters.h. */
#include "ceremony/paper/letters.h"

#include <unistd.h>

/* Where Debian's fonts-dejavu-core puts them. */
static const char letters_plain[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
static const char letters_bold[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";

/* Those of DejaVu Sans and DejaVu Sans Bold 2.37 that names of people and places are made of. */
static const uint16_t ranges[][2] = {
	{ 0x0100, 0x017f }, { 0x018f, 0x018f }, { 0x01cd, 0x01d4 }, { 0x01e6, 0x01ef }, { 0x01f8, 0x021b }, { 0x0259, 0x0259 }, /* Latin */
	{ 0x0386, 0x0386 }, { 0x0388, 0x038a }, { 0x038c, 0x038c }, { 0x038e, 0x03a1 }, { 0x03a3, 0x03ce }, /* Greek */
	{ 0x0400, 0x045f }, { 0x048a, 0x04f7 }, { 0x04fa, 0x04ff }, /* Cyrillic */
	{ 0x0531, 0x0556 }, { 0x0561, 0x0587 }, /* Armenian */
	{ 0x10d0, 0x10f0 }, /* Georgian */
	{ 0x1e80, 0x1e85 }, { 0x1e9e, 0x1e9e }, /* Welsh, German */
};

/* libharu takes along the parts of which a letter is made, and not the parts of those: a letter would lose its accent. Whoever
 * has used these before has them. Letters whose parts have no number of their own (the Vietnamese, U+01D5 to U+01DC, U+04F8) are not in
 * the table above: an escape is better than a letter that is another one. */
static const uint16_t parts[] = { 0x00cf, 0x00e5, 0x00ef, 0x01ea, 0x01eb, 0x02bc, 0x030c, 0x0385, 0x0391, 0x0395, 0x0397, 0x0399, 0x039f, 0x03a5, 0x03bf,
	                          0x0406, 0x0410, 0x0415, 0x041e, 0x0421, 0x0430, 0x0435, 0x043e, 0x0441, 0x0443, 0x04d8, 0x04d9, 0x04e8, 0x04e9 };

bool letters_has(uint32_t v)
{
	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		if (v >= ranges[i][0] && v <= ranges[i][1])
			return true;
	return false;
}

bool paper_has_letters(void)
{
	return access(letters_plain, R_OK) == 0 && access(letters_bold, R_OK) == 0;
}

HPDF_Font letters_font(const struct sheet_face *f)
{
	struct paper *p = f->paper;
	const char   *path = f->bold ? letters_bold : letters_plain;

	if (p->letters[f->bold] || p->no_letters[f->bold])
		return p->letters[f->bold];
	if (access(path, R_OK) == 0 && (p->letters[!f->bold] || HPDF_UseUTFEncodings(p->doc) == HPDF_OK)) {
		const char *name = HPDF_LoadTTFontFromFile(p->doc, path, HPDF_TRUE);
		p->letters[f->bold] = name ? HPDF_GetFont(p->doc, name, "UTF-8") : NULL;
	}
	for (size_t i = 0; p->letters[f->bold] && i < COUNT_OF(parts); i++)
		(void)HPDF_Font_GetUnicodeWidth(p->letters[f->bold], parts[i]);
	p->no_letters[f->bold] = !p->letters[f->bold];
	if (p->no_letters[f->bold] && HPDF_GetError(p->doc) != HPDF_OK)
		HPDF_ResetError(p->doc); /* a font that cannot be read is one that is not there */
	return p->letters[f->bold];
}
