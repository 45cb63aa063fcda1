/* superblock.c: see superblock.h. Each reader says whether its file system is there; the layouts are those of
 * Linux' fs/ext4/ext4.h, Microsoft's FAT and exFAT specifications, ECMA-119 8.4 and ECMA-167 3/8, 3/10. */
#include "media/superblock.h"

#include <stdio.h>

#include "ceremony/base/buf.h"

typedef bool reader(struct superblock *out, const struct superblock_source *s);

static uint32_t le16(const uint8_t *p)
{
	return (uint32_t)(p[0] | p[1] << 8);
}

static uint32_t le32(const uint8_t *p)
{
	return le16(p) | le16(p + 2) << 16;
}

static bool get(const struct superblock_source *s, void *to, size_t len, uint64_t from)
{
	return s->read(s->ctx, to, len, from);
}

/* A label of at most len octets, up to a NUL, without the blanks behind it. */
static void put_label(struct superblock *out, const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && n + 1 < sizeof out->label && p[n])
		n++;
	while (n && p[n - 1] == ' ')
		n--;
	memcpy(out->label, p, n);
	out->label[n] = 0;
}

/* A UTF-16 unit as UTF-8; what needs two units, or is none, as '?'. */
static void put_unit(struct buf *b, uint32_t c)
{
	if (c >= 0xd800 && c <= 0xdfff)
		c = '?';
	if (c < 0x80) {
		buf_u8(b, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		buf_u8(b, (uint8_t)(0xc0 | c >> 6));
	} else {
		buf_u8(b, (uint8_t)(0xe0 | c >> 12));
		buf_u8(b, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_u8(b, (uint8_t)(0x80 | (c & 0x3f)));
}

/* UTF-16 of num units, up to a NUL; big: big-endian. */
static void put_utf16(struct superblock *out, const uint8_t *p, size_t num, bool big)
{
	struct buf b = BUF_ON(out->label);

	for (size_t i = 0; i < num && b.len + 4 < sizeof out->label; i++) {
		uint32_t c = big ? (uint32_t)(p[2 * i] << 8 | p[2 * i + 1]) : le16(p + 2 * i);
		if (!c)
			break;
		put_unit(&b, c);
	}
	(void)buf_cstr(&b);
}

/* A volume's serial number as blkid writes it: "8A3C-11F0". */
static void put_number(struct superblock *out, uint32_t n)
{
	(void)snprintf(out->uuid, sizeof out->uuid, "%04X-%04X", (unsigned)(n >> 16), (unsigned)(n & 0xffff));
}

/* ---- ext2, ext3, ext4: all are mounted as ext4 ---- */

#define EXT_JOURNAL_DEVICE 0x0008u /* INCOMPAT: somebody's journal, no files */

static bool read_ext(struct superblock *out, const struct superblock_source *s)
{
	uint8_t sb[256], *u = sb + 0x68;

	if (!get(s, sb, sizeof sb, 1024) || le16(sb + 0x38) != 0xef53 || (le32(sb + 0x60) & EXT_JOURNAL_DEVICE))
		return false;
	out->kind = "ext4";
	put_label(out, sb + 0x78, 16);
	(void)snprintf(out->uuid, sizeof out->uuid, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0],
	               u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15]);
	return true;
}

/* ---- FAT12, FAT16, FAT32 ---- */

#define FAT_LABEL      0x08 /* attribute of the root folder's entry that holds the label */
#define FAT_LONG_NAME  0x0f
#define FAT_ENTRIES    128  /* of the root folder that are looked at: the label is the first, or nearly so */

static bool is_power(uint32_t n)
{
	return n && !(n & (n - 1));
}

/* The label is an entry of the root folder; the boot sector's copy may be old, and Windows leaves it alone. */
static void fat_root_label(struct superblock *out, const struct superblock_source *s, uint64_t root)
{
	uint8_t entry[32 * FAT_ENTRIES];

	if (!get(s, entry, sizeof entry, root))
		return;
	for (const uint8_t *p = entry; p < entry + sizeof entry && p[0]; p += 32)
		if (p[0] != 0xe5 && p[11] != FAT_LONG_NAME && (p[11] & FAT_LABEL)) {
			put_label(out, p, 11);
			return;
		}
}

static bool read_fat(struct superblock *out, const struct superblock_source *s)
{
	uint8_t b[512];

	if (!get(s, b, sizeof b, 0) || le16(b + 510) != 0xaa55 || (b[0] != 0xeb && b[0] != 0xe9))
		return false;
	uint32_t sector = le16(b + 11), reserved = le16(b + 14), fats = b[16], entries = le16(b + 17), size16 = le16(b + 22);
	bool     fat32 = !size16 && !entries;
	uint64_t size = fat32 ? le32(b + 36) : size16;
	if (!is_power(sector) || sector < 512 || sector > 4096 || !is_power(b[13]) || !reserved || !fats || fats > 2 || !size ||
	    memcmp(b + (fat32 ? 82 : 54), "FAT", 3) != 0)
		return false;
	out->kind = "vfat";
	put_label(out, b + (fat32 ? 71 : 43), 11);
	if (strcmp(out->label, "NO NAME") == 0)
		out->label[0] = 0;
	put_number(out, le32(b + (fat32 ? 67 : 39)));
	uint64_t root = reserved + fats * size, cluster = fat32 ? le32(b + 44) : 2;
	if (cluster >= 2)
		fat_root_label(out, s, (root + (cluster - 2) * b[13]) * sector);
	return true;
}

/* ---- exFAT ---- */

#define EXFAT_ENTRIES 64
#define EXFAT_LABEL   0x83

static bool read_exfat(struct superblock *out, const struct superblock_source *s)
{
	uint8_t b[512], entry[32 * EXFAT_ENTRIES];

	if (!get(s, b, sizeof b, 0) || memcmp(b + 3, "EXFAT   ", 8) != 0 || le16(b + 510) != 0xaa55 || b[108] < 9 || b[108] > 12 ||
	    b[109] > 25 - b[108])
		return false;
	out->kind = "exfat";
	out->label[0] = 0;
	put_number(out, le32(b + 100));
	uint64_t heap = le32(b + 88), cluster = le32(b + 96);
	if (cluster < 2 || !get(s, entry, sizeof entry, (heap + ((cluster - 2) << b[109])) << b[108]))
		return true;
	for (const uint8_t *p = entry; p < entry + sizeof entry && p[0]; p += 32)
		if (p[0] == EXFAT_LABEL && p[1] <= 11) {
			put_utf16(out, p + 2, p[1], false);
			break;
		}
	return true;
}

/* ---- ISO 9660 ---- */

#define DISC_SECTOR 2048
#define DISC_SYSTEM (16 * DISC_SECTOR)

static bool read_iso(struct superblock *out, const struct superblock_source *s)
{
	uint8_t b[DISC_SECTOR], *d = b + 813;

	if (!get(s, b, sizeof b, DISC_SYSTEM) || b[0] != 1 || memcmp(b + 1, "CD001", 5) != 0)
		return false;
	out->kind = "iso9660";
	put_label(out, b + 40, 32);
	for (size_t i = 0; i < 16; i++)
		if (d[i] < '0' || d[i] > '9')
			return out->uuid[0] = 0, true;
	(void)snprintf(out->uuid, sizeof out->uuid, "%.4s-%.2s-%.2s-%.2s-%.2s-%.2s-%.2s", (char *)d, (char *)d + 4, (char *)d + 6,
	               (char *)d + 8, (char *)d + 10, (char *)d + 12, (char *)d + 14);
	return true;
}

/* ---- UDF ---- */

#define UDF_STRUCTURES  16 /* volume structure descriptors that are looked at */
#define UDF_DESCRIPTORS 16 /* of the main volume descriptor sequence */
#define UDF_ANCHOR      2
#define UDF_PRIMARY     1
#define UDF_LOGICAL     6
#define UDF_LAST        8

static bool is_udf(const struct superblock_source *s)
{
	uint8_t b[6];

	for (uint64_t i = 0; i < UDF_STRUCTURES && get(s, b, sizeof b, DISC_SYSTEM + i * DISC_SECTOR); i++)
		if (memcmp(b + 1, "NSR02", 5) == 0 || memcmp(b + 1, "NSR03", 5) == 0)
			return true;
	return false;
}

/* A "dstring" of 128 octets: its first says how wide its characters are, its last how many octets count. */
static void udf_label(struct superblock *out, const uint8_t *p)
{
	size_t len = p[127] > 127 ? 127 : p[127];

	if (len < 2)
		return;
	if (p[0] == 16) {
		put_utf16(out, p + 1, (len - 1) / 2, true);
		return;
	}
	struct buf b = BUF_ON(out->label);
	for (size_t i = 1; i < len && p[i] && b.len + 3 < sizeof out->label; i++)
		put_unit(&b, p[i]);
	(void)buf_cstr(&b);
}

/* The number that blkid gives it: the first sixteen characters of the volume set's identifier, where they are hex digits. */
static void udf_number(struct superblock *out, const uint8_t *p)
{
	if (p[0] != 8)
		return;
	for (size_t i = 1; i <= 16; i++) {
		uint8_t c = p[i] >= 'A' && p[i] <= 'F' ? (uint8_t)(p[i] + 32) : p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
			out->uuid[0] = 0;
			return;
		}
		out->uuid[i - 1] = (char)c;
		out->uuid[i] = 0;
	}
}

static bool udf_volume(struct superblock *out, const struct superblock_source *s, uint64_t block)
{
	uint8_t b[512];

	if (!get(s, b, sizeof b, 256 * block) || le16(b) != UDF_ANCHOR)
		return false;
	uint64_t at = le32(b + 20) * block, num = le32(b + 16) / block;
	for (uint64_t i = 0; i < num && i < UDF_DESCRIPTORS && get(s, b, sizeof b, at + i * block); i++) {
		if (le16(b) == UDF_PRIMARY)
			udf_number(out, b + 72);
		if (le16(b) == UDF_LOGICAL)
			udf_label(out, b + 84);
		if (le16(b) == UDF_LAST)
			break;
	}
	return true;
}

static bool read_udf(struct superblock *out, const struct superblock_source *s)
{
	if (!is_udf(s))
		return false;
	out->kind = "udf";
	out->label[0] = out->uuid[0] = 0;
	return udf_volume(out, s, 2048) || udf_volume(out, s, 512) || udf_volume(out, s, 4096);
}

/* ---- which of them ---- */

bool superblock_probe(struct superblock *out, const struct superblock_source *s, struct err *e)
{
	static reader *const all[] = { read_ext, read_fat, read_exfat, read_iso, read_udf };
	struct superblock    found = { 0 };

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct superblock it = { 0 };
		if (!all[i](&it, s))
			continue;
		/* A disc may have both, over the same files. */
		if (found.kind && !(strcmp(it.kind, "udf") == 0 && strcmp(found.kind, "iso9660") == 0))
			return err_set(e, ERR_MEDIUM_SYSTEM, "both %s and %s", found.kind, it.kind);
		found = it;
	}
	if (!found.kind)
		return err_set(e, ERR_MEDIUM_SYSTEM, "none of vfat, exfat, ext4, iso9660, udf");
	*out = found;
	return true;
}
