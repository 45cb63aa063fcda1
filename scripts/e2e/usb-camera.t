#!/bin/sh
# usb-camera.t: a camera of the kernel's: vivid, which Debian's kernel has, on an emulated machine (scripts/usb-guest). It looks at what is
# shown to it: codes of a request, which timeout 60 ceremony qr receive reads; it is stopped, used again, and taken away while it runs.
. scripts/e2e/lib.sh
. scripts/e2e/usb.sh
guest

csr=$root/scripts/fixtures/requests/intermediate-1.csr
cd "$work" || bail "no folder"
mkdir -p folder/request
"$bin/ceremony" qr send "$csr" --png frames --version 17 >out 2>err || bail "no frames"
cp frames/*.png folder/request/
cat >script <<'END'
insmod() { busybox insmod "$@"; }
ls /dev/video* | tr '\n' ' '; echo
insmod /vivid.ko n_devs=1 node_types=0x101 num_inputs=1 input_types=3 num_outputs=1 output_types=1
while [ ! -c /dev/video1 ]; do sleep 1; done
said() { echo "exit $?"; cat /tmp/out; sed 's/^/err: /' /tmp/err; }
echo "== frames"
vivid look /dev/video0 grey 5 >/tmp/out 2>/tmp/err; said
vivid look /dev/video0 yuyv 5 >/tmp/out 2>/tmp/err; said
vivid look /dev/video1 grey 5 >/tmp/out 2>/tmp/err; said
echo "== the request"
vivid show /dev/video1 /dev/video0 300 /request/*.png >/tmp/shown 2>/tmp/show.err & shows=$!
while ! grep -q shown /tmp/shown; do sleep 1; kill -0 $shows || break; done
cat /tmp/show.err
timeout 60 ceremony qr receive --camera /dev/video0 -o /tmp/one.csr >/tmp/out 2>/tmp/err; said
sha256sum /tmp/one.csr
echo "== stopped"
kill $shows; wait $shows
timeout 60 ceremony qr receive --camera /dev/video0 -o /tmp/two.csr >/tmp/out 2>/tmp/err & receives=$!
sleep 4; kill -INT $receives; wait $receives; said
ls /tmp/two.csr
vivid look /dev/video0 grey 2 >/tmp/out 2>/tmp/err; said
echo "== in use"
vivid look /dev/video0 grey 100000 >/tmp/look 2>&1 & looks=$!
sleep 3
timeout 60 ceremony qr receive --camera /dev/video0 -o /tmp/two.csr >/tmp/out 2>/tmp/err; said
kill $looks; wait $looks
echo "== taken away"
timeout 60 ceremony qr receive --camera /dev/video0 -o /tmp/two.csr >/tmp/out 2>/tmp/err & receives=$!
sleep 4; echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind; wait $receives; said
ls /tmp/two.csr
ls /dev/video0
echo "=="
END
boot
part frames
like "frames come in GREY" part '^grey 1280 720 5 921600 [1-9]'
like "and in YUYV, where there is nothing else" part '^yuyv 1280 720 5 1843200 [1-9]'
like "a device that shows in place of seeing is none" part 'dev/video1 gives no pictures: try its neighbours.*ERR_CAMERA'
part "the request"
like "a request comes through the camera, read in the process that is shut in" part "^$(sha256sum <"$csr" | cut -d' ' -f1)  /tmp/one.csr\$"
like "and its words are said" part "^sha256 $(sha256sum <"$csr" | cut -d' ' -f1)\$"
like "all fragments were seen" part '^err: [0-9]+ pictures, [0-9]+ codes, ([0-9]+) of \1 fragments'
part stopped
like "stopped while it looks, it says what is missing" part 'ERR_QR_INCOMPLETE'
like "after pictures without a code" part '^err: [1-9][0-9]* pictures, 0 codes'
like "with its status" part '^exit 1$'
like "and leaves no file" part "/tmp/two.csr: No such file"
like "the camera is free again" part '^grey 1280 720 2 921600'
part "in use"
like "one that another program uses is refused, and that is said" part 'something else uses it.*ERR_CAMERA'
part "taken away"
like "one that is taken away while it runs is named" part 'it has gone.*ERR_CAMERA'
like "as the world's failure" part '^exit 3$'
like "and no file is left" part "/tmp/two.csr: No such file"
done_testing
