#!/bin/sh
# The site.config.m4 lines of the old walk-throughs through Build: what is compiled in, the notes
# about version 1 of SASL, and another OpenSSL prefix that is compiled and linked with. Without
# -DSASL and -DSTARTTLS they stay out.
. "$SM_SOURCE_DIR/test/util/lib.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/sm-test.XXXXXX")
command -v cmake >/dev/null || skip "cmake is not installed"
incdir=$(dirname "$(echo '#include <openssl/ssl.h>' | ${CXX:-c++} -x c++ -M - 2>/dev/null |
    tr ' ' '\n' | grep '/openssl/ssl.h$')")
library() {
    ${CXX:-c++} -print-file-name="lib$1.so"
}
[ -f "$(library ssl)" ] || skip "the OpenSSL headers are not installed"

mkdir -p "$dir/ssl/include" "$dir/ssl/lib"
ln -s "$incdir" "$dir/ssl/include/openssl"
for name in ssl crypto; do ln -s "$(realpath "$(library $name)")" "$dir/ssl/lib/lib$name.so"; done
cat >"$dir/site.config.m4" <<EOF
dnl Stuff for TLS
APPENDDEF(\`confINCDIRS', \`-I$dir/ssl/include')
APPENDDEF(\`confLIBDIRS', \`-L$dir/ssl/lib')
APPENDDEF(\`conf_sendmail_ENVDEF', \`-DSTARTTLS')
APPENDDEF(\`conf_sendmail_LIBS', \`-lssl -lcrypto')
APPENDDEF(\`confENVDEF', \`-DSASL')
APPENDDEF(\`confLIBS', \`-lsasl')
APPENDDEF(\`confENVDEF', \`-D_FFR_SASL_OPTS')
APPENDDEF(\`confENVDEF', \`-D_FFR_SMTP_SSL')
APPENDDEF(\`confENVDEF', \`-DNEWDB')
EOF
# settings SITE: the cmake command that Build would run, and its notes.
settings() {
    sh "$SM_SOURCE_DIR/Build" -m -f "$1" -O "$dir/obj" 2>&1
}
settings "$dir/site.config.m4" >"$dir/printed"
printed() {
    grep -qe "$1" "$dir/printed" || fail "no $1 in: $(cat "$dir/printed")"
}
printed '^Build: -DSASL: built with SASL version 2$'
printed '^Build: -lsasl: version 1 is gone, linked with -lsasl2$'
for name in STARTTLS SASL NEWDB; do printed "-DSM_WITH_$name=ON"; done
sed 's/-DSASL/-DSASL=2/; s/-lsasl/-lsasl2/' "$dir/site.config.m4" >"$dir/two.m4"
settings "$dir/two.m4" >"$dir/printed.two"
grep -q '^Build:.*[Ss][Aa][Ss][Ll]' "$dir/printed.two" && fail "notes: $(cat "$dir/printed.two")"
grep -q -- '-DSM_WITH_SASL=ON' "$dir/printed.two" || fail "SASL: $(cat "$dir/printed.two")"
echo 'define(`confENVDEF'"'"', `-DNEWDB'"'"')' >"$dir/small.m4"
settings "$dir/small.m4" >"$dir/printed.small"
for name in STARTTLS SASL; do
    grep -q -- "-DSM_WITH_$name=OFF" "$dir/printed.small" || fail "$(cat "$dir/printed.small")"
done

# Both programs are found in that prefix, and libcrypto is not another's.
command=$(grep '^cmake ' "$dir/printed" | head -n 1)
obj=$(echo "$command" | sed 's/.* -B \([^ ]*\) .*/\1/')
sh -c "$command" >"$dir/cmake.log" 2>&1 || fail "cmake: $(tail -n 20 "$dir/cmake.log")"
flags=$(grep -- '-c .*libnet/tls_context.cc' "$obj/compile_commands.json")
case $flags in
*"-I$dir/ssl/include"* | *"-isystem $dir/ssl/include"*) ;;
*) fail "tls_context.cc is compiled without -I: $flags" ;;
esac
for name in ssl crypto; do
    grep -rqF "$dir/ssl/lib/lib$name.so" "$obj/build.ninja" "$obj"/sendmail/main/CMakeFiles/*/link.txt 2>/dev/null ||
        fail "lib$name is not that prefix's"
done
