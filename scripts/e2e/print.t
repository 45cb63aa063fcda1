#!/bin/sh
# print.t: documents are printed through CUPS: a server of this test's own, with a queue whose printer writes what comes to a file. What was
# printed is what the record says; a printer that fails is put right, or done without.
. scripts/e2e/lib.sh

[ "$(id -u)" -eq 0 ] || skip_all "cupsd wants to be root"
cupsd=$(command -v cupsd || echo /usr/sbin/cupsd)
[ -x "$cupsd" ] || skip_all "cupsd (cups-daemon) is not installed"
have lp || skip_all "lp (cups-client) is not installed"
c=$root/scripts/ceremonies
cd "$work" || bail "no folder"

# ---- a server of its own ----

chmod 711 "$work"
mkdir root cache spool run state log tray lib lib/backend
for part in cgi-bin daemon filter monitor notifier; do ln -s /usr/lib/cups/$part lib/$part; done
cat >lib/backend/paper <<'END'
#!/bin/sh
[ $# -ge 5 ] || { echo 'file paper "Unknown" "paper"'; exit 0; }
cat ${6:+"$6"} >"${DEVICE_URI#paper:}"
END
chmod 700 lib/backend/paper
cat >root/cupsd.conf <<END
Listen $work/run/cups.sock
PreserveJobFiles No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
END
cat >root/cups-files.conf <<END
ServerRoot $work/root
CacheDir $work/cache
RequestRoot $work/spool
StateDir $work/state
TempDir $work/spool
ServerBin $work/lib
DataDir /usr/share/cups
AccessLog $work/log/access
ErrorLog $work/log/error
PageLog $work/log/page
SystemGroup root
Sandboxing relaxed
END
cat >root/printers.conf <<END
<Printer room>
DeviceURI paper:$work/tray/paper
State Idle
Accepting Yes
Shared No
OpPolicy default
</Printer>
<Printer broken>
DeviceURI paper:$work/tray/broken
State Stopped
Accepting No
Shared No
OpPolicy default
</Printer>
END
CUPS_SERVER=$work/run/cups.sock
export CUPS_SERVER
"$cupsd" -f -c "$work/root/cupsd.conf" -s "$work/root/cups-files.conf" >cupsd.out 2>&1 &
server=$!
stop_server() {
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	finish
}
trap stop_server EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -S run/cups.sock ] && lpstat -p room >/dev/null 2>&1 && break
	sleep 1
done
lpstat -p room >lpstat.out 2>&1 || skip_all "cupsd does not run here: $(head -n 1 cupsd.out)"
# paper: waits for what was printed last.
paper() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -z "$(lpstat -o room 2>/dev/null)" ] && [ -s tray/paper ] && break
		sleep 1
	done
	mv tray/paper "$1"
}

# ---- in a ceremony ----

places() { rm -rf media && mkdir -p media/requests media/output media/output-2 media/record media/record-2 && cp "$root"/scripts/fixtures/requests/intermediate-[12].csr media/requests/; }
places
cp "$c/rehearsal-archive.ini" print.ini # as it is shipped
answers() { # PRINT COLLECTED PRINT COLLECTED: of the script, and of the report
	awk -v paper="print = $1\n$2" -v so_far="print = $3\n$4" '/^print = no$/ { print n++ ? so_far : paper; next } { print }' "$c/rehearsal-archive.answers.ini"
}
answers yes 'collected = yes' no '' >print.answers.ini
ok "a script that prints" "$bin/ceremony" check print.ini --profiles "$root/scripts/profiles" --paper script.pdf
sed '/^printer = room/d' print.ini >none.ini
exits 1 "a printer is named" "$bin/ceremony" check none.ini --profiles "$root/scripts/profiles"
sed 's/^printer = room/printer = -o raw/' print.ini >option.ini
exits 1 "by a name, and not by an option" "$bin/ceremony" check option.ini --profiles "$root/scripts/profiles"
exits 0 "the script is printed, the report is not" "$bin/ceremony" run print.ini --record printed --media media --profiles "$root/scripts/profiles" \
	--answers print.answers.ini
ok "the record verifies" "$bin/ceremony-verify" printed
paper script.printed
cat printed/ceremonies/*/transcript.jsonl >lines
like "which printer, and which job, is on the record" lines '"op":"host-print","printed":"yes","printer":"room","document":"ceremony script","job":"request id is room-1 '
like "and what was printed, to the octet" lines "\"sha256\":\"$(sha256sum script.printed | cut -d' ' -f1)\""
same "it is the script on paper, as check --paper makes it" script.printed script.pdf
like "what was not printed is on the record, too" lines '"op":"host-print","printed":"no"'
like "the report says so" "$(echo printed/ceremonies/*/report.txt)" 'host-print'

places
exits 0 "unattended, as it is shipped, it prints nothing" "$bin/ceremony" run "$c/rehearsal-archive.ini" --record shipped --media media --profiles "$root/scripts/profiles" \
	--answers "$c/rehearsal-archive.answers.ini"
is "the record is on both of its media" "$(basename -a media/record/*.tar media/record-2/*.tar | uniq -c | awk '{ print $1 }')" 2
same "and is the same there" media/record/record-0001-*.tar media/record-2/record-0001-*.tar
is "the results are on both of theirs" "$(ls media/output | tr '\n' ' ')" "$(ls media/output-2 | tr '\n' ' ')"
places
answers no '' yes 'collected = yes' >report.answers.ini
exits 0 "the report so far is printed" "$bin/ceremony" run print.ini --record report --media media --profiles "$root/scripts/profiles" \
	--answers report.answers.ini
paper report.printed
like "as text" report.printed 'Rehearsal: a root, on paper and on discs'
sum=$(sha256sum report.printed | cut -d' ' -f1)
like "which the record knows" "$(echo report/ceremonies/*/personal.jsonl)" "$sum"
like "as a personal value" "$(echo report/ceremonies/*/transcript.jsonl)" '"document":"ceremony report".*"report-sha256":"sha256:'
ok "and the verifier makes again" "$bin/ceremony-verify" report
ok "it is published without names" "$bin/ceremony" publish --record report -o report.public
exits 1 "and without the sum of what holds them all" grep -rqF "$sum" report.public
ok "and verifies" "$bin/ceremony-verify" report.public
line=$(echo report/ceremonies/*/transcript.jsonl)
ok "another size: chained anew" sh -c 'perl "$1" "$2" <"$3" >"$3.tmp" && mv "$3.tmp" "$3"' - "$root/scripts/e2e/chain.pl" \
	's/("op":"host-print".*"size":")(\d)/$1 . ($2 eq "9" ? "8" : "9")/e' "$line"
cp -r printed bent
line=$(echo bent/ceremonies/*/transcript.jsonl)
ok "a digest that is none: chained anew" sh -c 'perl "$1" "$2" <"$3" >"$3.tmp" && mv "$3.tmp" "$3"' - "$root/scripts/e2e/chain.pl" \
	's/("op":"host-print","printed":"yes".*"sha256":")[0-9a-f]/$1z/' "$line"
exits 1 "that is refused" "$bin/ceremony-verify" bent
exits 1 "another size is refused" "$bin/ceremony-verify" report
cat "$work/out" "$work/err" >"$work/both"
like "with its line" "$work/both" 'NOT VERIFIED: The report that the transcript names .*line '
sed -n 's/^.*pin[.a-z0-9-]* = //p; s/^passphrase.* = //p' "$c/rehearsal-archive.answers.ini" | awk 'length > 5' | sort -u >secrets
ok "there are secrets to look for" test "$(wc -l <secrets)" -gt 3
ok "both are on paper" test -s report.printed -a -s script.printed
exits 1 "no PIN and no passphrase is" grep -qaF -f secrets report.printed script.printed

# ---- a printer that fails ----

sed 's/^printer = room/printer = broken/' print.ini >broken.ini
places
exits 3 "a printer that takes nothing stops the step" "$bin/ceremony" run broken.ini --record broken --media media --profiles "$root/scripts/profiles" \
	--answers print.answers.ini
like "which is on the record, with what lp said" "$(echo broken/ceremonies/*/transcript.jsonl)" '"error":"ERR_PRINTER","detail":"broken: lp: '
printf '3\n' | "$bin/ceremony" run broken.ini --record before --media media --profiles "$root/scripts/profiles" --plain >out 2>err
like "the look before a ceremony begins tells of it" out '^ *\(!\) Printer broken: '
unlike "and of no other one" out 'Printer room'
answers no '' no '' >without.answers.ini
exits 0 "it is done without" "$bin/ceremony" resume --record broken --media media --answers without.answers.ini
ok "and the record verifies" "$bin/ceremony-verify" broken
kill "$server"
wait "$server" 2>/dev/null
places
exits 3 "without a server it stops, too" "$bin/ceremony" run print.ini --record down --media media --profiles "$root/scripts/profiles" \
	--answers print.answers.ini
like "in words" "$(echo down/ceremonies/*/transcript.jsonl)" '"error":"ERR_PRINTER"'

done_testing
