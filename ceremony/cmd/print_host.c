/* print_host.c: see print_host.h. */
#include "ceremony/cmd/print_host.h"

#include <stdio.h>

#include "ceremony/base/hash.h"
#include "ceremony/cmd/paper_script.h"
#include "ceremony/cmd/printer.h"
#include "ceremony/record/report.h"

#define ROOM ((size_t)64 << 20) /* pages that are never touched cost nothing */

static bool print(struct buf *document, const struct script *s, int dir, struct call *c, struct err *e)
{
	char         printer[80], said[PRINTER_SAID], hex[HASH_MAX * 2 + 1];
	struct bytes name = fields_get(&c->in, "printer");
	const bool   report = fields_is(&c->in, "what", "report");
	const char  *title = report ? "ceremony report" : "ceremony script";

	if (!script_is_name(name))
		return err_set(e, ERR_OP_FIELD, "printer");
	(void)snprintf(printer, sizeof printer, "%.*s", (int)name.len, (const char *)name.p);
	if (!(report ? report_text(document, dir, e) : paper_script_make(document, DOC_PDF, s, e)) ||
	    !printer_print(said, printer, title, buf_bytes(document), !report, e))
		return false;
	fields_str(&c->out, "printed", "yes");
	fields_str(&c->out, "printer", printer);
	fields_str(&c->out, "document", title);
	fields_str(&c->out, "job", said);
	fields_u64(&c->out, "size", document->len);
	fields_str(&c->out, report ? "report-sha256" : "sha256", sha256_hex(hex, buf_bytes(document)));
	return true;
}

bool print_host_call(const struct script *s, int dir, struct call *c, struct err *e)
{
	if (!fields_is(&c->in, "wanted", "yes")) {
		fields_str(&c->out, "printed", "no");
		return true;
	}
	struct arena room = arena_new(ROOM);
	struct buf   document = buf_init(room.p, room.cap);
	bool         ok = (room.cap || err_set(e, ERR_NO_MEMORY, "a document")) && print(&document, s, dir, c, e);

	arena_free(&room);
	return ok;
}
