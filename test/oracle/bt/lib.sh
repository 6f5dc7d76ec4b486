# Shared by record and run.sh: runs one case with one binary.
# answer BINARY NAME: the output, without what may differ.
answer() {
    (cd "$work" && "$1" -C "$2.cf" -bt <"$2.in" 2>&1) |
        sed -e '/^WARNING: local host name/d' -e 's/0x[0-9a-f]\{6,\}/0xADDRESS/g' \
            -e 's/^\(> *\)*Sendmail [0-9.]* -- HELP/> Sendmail VERSION -- HELP/'
}

# prepare NAME: puts the files of a case into $work.
prepare() {
    sed "s,@DIR@,$work,g" "$here/cases/$1.cf" >"$work/$1.cf"
    cp "$here/cases/$1.in" "$here/cases/values" "$here/cases/words" "$work/"
    chmod 644 "$work/$1.cf" "$work/values" "$work/words"
}
