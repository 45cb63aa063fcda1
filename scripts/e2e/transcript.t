#!/bin/sh
# transcript.t: docs/formats/transcript.md is true: its shell loop checks a chain, its two
# lines hash as it says, and a changed line is found.
. scripts/e2e/lib.sh

page=docs/formats/transcript.md
sample=$root/ceremony/record/test/data/rehearsal/transcript.jsonl
block() { # the N-th fenced block of the page
	awk -v n="$1" '/^```/ { fence++; next } fence == 2 * n - 1' "$page"
}
block 1 >"$work/vectors.jsonl"
block 2 >"$work/loop.sh"
cd "$work" || bail "no folder"
is "the page has two lines and a loop" "$(wc -l <vectors.jsonl) $(grep -c sha256sum loop.sh)" "2 1"

for f in vectors.jsonl "$sample"; do
	cp "$f" transcript.jsonl
	ok "the loop takes ${f##*/}" sh loop.sh
done
sed '40s/yes/Yes/' "$sample" >transcript.jsonl
exits 1 "the loop refuses a changed line" sh loop.sh
like "and says where" out '"n":40,'

n=0
while IFS= read -r line; do
	hash=$(printf %s "$line" | sha256sum | cut -d ' ' -f 1)
	leaf=$({ printf '\000'; printf %s "$line"; } | sha256sum | cut -d ' ' -f 1)
	like "line $n has the page's SHA-256" "$root/$page" "^\\| SHA-256 .*$hash"
	like "line $n has the page's leaf hash" "$root/$page" "^\\| leaf hash.*$leaf"
	n=$((n + 1))
done <vectors.jsonl
done_testing
