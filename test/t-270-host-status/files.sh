# files.sh DIRECTORY: fills a HostStatusDirectory with what may lie in one. The times are full
# minutes before now, less a few seconds, so that the minutes shown do not change during the test.
now=$(date +%s)
put() {
    mkdir -p "$(dirname "$1")"
    printf "$2" >"$1"
}
cd "$1" || exit 1
at="U$((now - 65))"
put test./try./good "V0\nE0\nH0\nS0\nD2.0.0\nR250 2.0.0 a reply longer than the column\n$at\n.\n"
put test./try./plain "V0\nE0\nH0\nS0\n$at\n.\n"
put test./try./days "V0\nE0\nH0\nS0\nU$((now - 100025))\n.\n"
put test./try./years "V0\nE0\nH0\nS0\nU$((now - 1000000045))\n.\n"
put test./try./cut "V0\nE0\nH0\nS0\nD2.0.0\nR250 2.0.0 ok\n$at\n"
put test./try./empty ""
put test./try./version "V1\nE0\nH0\nS0\n$at\n.\n"
put test./try./noversion "E0\nH0\nS0\n$at\n.\n"
put test./try./otherline "V0\nX7\nE0\n$at\n.\n"
put test./try./garbage "garbage without sense\nmore\n"
put test./try./twice "V0\nE0\nE111\nS0\nS75\n$at\n.\n"
put test./try./after "V0\nE0\nS0\n$at\n.\nE111\nS75\n"
put test./try./unknown "V0\nE0\nH1\nS68\nD5.1.2\n$at\n.\n"
put test./try./lookup "V0\nE0\nH2\nS75\nD4.4.3\n$at\n.\n"
for status in 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 200; do
    put test./status./s$status "V0\nE0\nH0\nS$status\n$at\n.\n"
    put test./status./e$status "V0\nE5\nH0\nS$status\n$at\n.\n"
done
for number in 0 13 104 110 111 113 300; do
    put test./errno./e$number "V0\nE$number\nH0\nS75\nD4.4.1\n$at\n.\n"
    put test./errno./g$number "V0\nE$number\nH0\nS0\n$at\n.\n"
done
put test./try./a.b "V0\nE0\nH0\nS0\n$at\n.\n"
put test./hoststat./of./column./the./in./fit./not./does./that./name./host./long./very./a \
    "V0\nE0\nH0\nS0\n$at\n.\n"
put 2./0./0./127 "V0\nE0\nH0\nS0\n$at\n.\n"
put ipv6:::1 "V0\nE0\nH0\nS0\n$at\n.\n"
put single "V0\nE0\nH0\nS0\n$at\n.\n"
put .hidden "V0\nE0\nH0\nS0\n$at\n.\n"
put nodot/x "V0\nE0\nH0\nS0\n$at\n.\n"
put open./in "V0\nE0\nH0\nS0\n$at\n.\n"
put group./in "V0\nE0\nH0\nS0\n$at\n.\n"
put test./try./busy "V0\nE0\nH0\nS0\n$at\n.\n"
find . -type d -exec chmod 755 {} +
chmod 777 open.
chmod 775 group.
