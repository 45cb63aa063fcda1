/* json.c: see json.h. */
#include "ceremony/base/json.h"

#include "ceremony/base/text.h"

void json_print(FILE *to, struct bytes text)
{
	uint32_t c = 0;

	(void)fputc('"', to);
	while (text.len) {
		size_t len = text_char(&c, text);
		if (len == 0)
			(void)fputs("\xef\xbf\xbd", to);
		else if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
			(void)fprintf(to, "\\u%04x", (unsigned)c);
		else
			(void)fprintf(to, "%s%.*s", c == '"' || c == '\\' ? "\\" : "", (int)len, (const char *)text.p);
		text = bytes_skip(text, len ? len : 1);
	}
	(void)fputc('"', to);
}
