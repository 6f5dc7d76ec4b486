# Sourced: answers FILE: what test mode said, one line a command, without what differs on purpose
# (the words of the system's errors, the names of maps in front).
answers() {
    grep -aoE '((returns .*|no match) \([0-9]+\)|^second.*\(0\)|Map named "[^"]*" not open|^[A-Z][0-9]* *returns: .*)$' "$1" |
        sed 's/^[A-Z][0-9]* *returns: /rule: /'
}

# complaints FILE: what was said of wrong flags, without file and line.
complaints() {
    grep -aE '^[^>]*: line [0-9]+: ' "$1" | sed "s/^[^:]*: line [0-9]*: //; s,$dir,DIR,g" | sort
}

# configure_maps PORT DEAD: $dir/cf from test.cf.
configure_maps() {
    printf readsecret >"$dir/secret"
    printf wrong >"$dir/wrong"
    chmod 600 "$dir/secret" "$dir/wrong"
    sed "s,@PORT@,$1,g; s,@DEAD@,$2,g; s,@DIR@,$dir,g; s,@LDAPI@,$ldapi,g" "$here/test.cf" >"$dir/cf"
}
