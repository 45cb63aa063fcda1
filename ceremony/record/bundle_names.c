/* bundle_names.c: which files a ceremony's folder may hold, and what it may be called; see
 * bundle.h. The one list: the writer, the sums and the verifier go by it. */
#include <string.h>

#include "ceremony/record/bundle.h"
#include "ceremony/record/transcript.h"

#define FILE_NAME_MAX 100

static const char *const top_files[] = {
	"script.ini", TRANSCRIPT_NAME, PERSONAL_NAME, "checkpoint", "checkpoint.token.sig",
	"report.txt", "report.html",   "report.pdf", "SHA256SUMS",
};

/* ending: "" for any */
static const struct {
	const char *folder, *ending;
} sub_files[] = {
	{ "profiles/", ".ini" },  { "witnesses/", ".vkey" }, { "witnesses/", ".pub" },    { "witnesses/", ".minisig" },
	{ "witnesses/", ".sig" }, { "witnesses/", ".bin" },  { "witnesses/", ".pem" },    { "witnesses/", ".message" },
	{ "witnesses/", ".key" }, { "requests/", ".csr" },   { "certificates/", ".pem" }, { "crls/", ".crl" },
	{ "backup/", "" },        { "revocations/", "" },  { "requests/", ".crt" },
	{ "witnesses/", ".heard" }, { "witnesses/", ".heard-bin" },
};

bool bundle_is_slug(struct bytes slug)
{
	if (slug.len == 0 || slug.len > BUNDLE_SLUG_MAX || slug.p[0] == '-' || slug.p[slug.len - 1] == '-')
		return false;
	for (size_t i = 0; i < slug.len; i++)
		if (!(slug.p[i] >= 'a' && slug.p[i] <= 'z') && !(slug.p[i] >= '0' && slug.p[i] <= '9') && slug.p[i] != '-')
			return false;
	return true;
}

static bool ends(struct bytes name, const char *ending)
{
	size_t n = strlen(ending);

	return name.len > n && bytes_is(bytes_skip(name, name.len - n), ending);
}

static bool is_file_name(struct bytes name)
{
	if (name.len == 0 || name.len > FILE_NAME_MAX || name.p[0] == '.' || ends(name, ".tmp"))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.p[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && !strchr("._-", c))
			return false;
	}
	return true;
}

bool bundle_allows(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(top_files); i++)
		if (strcmp(name, top_files[i]) == 0)
			return true;
	for (size_t i = 0; i < COUNT_OF(sub_files); i++) {
		size_t n = strlen(sub_files[i].folder);
		if (strncmp(name, sub_files[i].folder, n) == 0 && is_file_name(bytes_str(name + n)) &&
		    ends(bytes_str(name + n), sub_files[i].ending))
			return true;
	}
	return false;
}
