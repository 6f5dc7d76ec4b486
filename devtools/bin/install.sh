# Sourced by Build.sh: what `Build install` puts where, with modes and owners
# (sendmail/SECURITY rules: set-group-ID sendmail, no set-user-ID). With DESTDIR nothing needs root:
# ownership goes into a list that is printed.

ownership=

# place FILE TARGET MODE OWNER GROUP: copies one file.
place() {
    [ -f "$1" ] || die 66 "$1 is missing: build first"
    mkdir -p "$DESTDIR$(dirname "$2")" || return 73
    cp "$1" "$DESTDIR$2.new" && chmod "$3" "$DESTDIR$2.new" && mv -f "$DESTDIR$2.new" "$DESTDIR$2" ||
        die 73 "cannot write $DESTDIR$2"
    own "$2" "$4" "$5" "$3"
}

own() {
    if [ -n "$DESTDIR" ]; then
        ownership="$ownership$2:$3 $4 $1
"
    else
        chown "$2:$3" "$1" && chmod "$4" "$1" || die 77 "cannot set owner $2:$3 of $1"
    fi
}

directory() {
    mkdir -p "$DESTDIR$1" && chmod "$2" "$DESTDIR$1" || die 73 "cannot make $DESTDIR$1"
    own "$1" "$3" "$4" "$2"
}

program() {
    binary=$(find "$SM_OBJ" -maxdepth 3 -type f -name "$1" -perm -u+x | head -n 1)
    [ -n "$binary" ] || { note "$1 is not built: left out"; return 0; }
    place "$binary" "$2/$1" "$3" "$4" "$5"
}

need_user() {
    [ -z "$DESTDIR" ] || return 0
    getent passwd "$confMSPQOWN" >/dev/null && getent group "$confGBINGRP" >/dev/null ||
        die 67 "user $confMSPQOWN and group $confGBINGRP must exist; type: useradd -r -u 25 -U $confMSPQOWN"
}

install_manual() {
    [ -z "$confNO_MAN_INSTALL" ] || return 0
    for page in "$SM_TOP"/*/*.[158]; do
        [ -f "$page" ] || continue
        section=${page##*.}
        eval "dir=\$confMAN$section"
        place "$page" "$dir/$(basename "$page")" "$confMANMODE" "$confMANOWN" "$confMANGRP"
    done
}

install_all() {
    need_user
    program sendmail "$confMBINDIR" "$confGBINMODE" "$confGBINOWN" "$confGBINGRP"
    mkdir -p "$DESTDIR$confUBINDIR"
    for link in $confLINKS; do
        ln -sf "$confMBINDIR/sendmail" "$DESTDIR$confUBINDIR/$link"
    done
    for link in $confMTA_LINKS; do
        ln -sf "$confMBINDIR/sendmail" "$DESTDIR$link"
    done
    for name in makemap editmap mailstats praliases; do
        program "$name" "$confSBINDIR" 555 "$confUBINOWN" "$confUBINGRP"
    done
    program vacation "$confUBINDIR" "$confUBINMODE" "$confUBINOWN" "$confUBINGRP"
    program smrsh "$confEBINDIR" 555 root "$confUBINGRP"
    local_mode=555
    [ "$1" = install ] && [ -z "$confSETUSERID_INSTALL" ] || local_mode=4555
    program mail.local "$confEBINDIR" "$local_mode" root "$confUBINGRP"
    if [ "$1" = force-install ] || [ -n "$confFORCE_RMAIL" ]; then
        program rmail "$confUBINDIR" "$confUBINMODE" "$confUBINOWN" "$confUBINGRP"
    fi
    directory "$confMSP_QUEUE_DIR" 0770 "$confMSPQOWN" "$confMSPQOWN"
    directory "$confMTA_QUEUE_DIR" 0700 root root
    mkdir -p "$DESTDIR$confHFDIR"
    if [ -z "$confNO_HELPFILE_INSTALL" ] && [ -f "$SM_TOP/sendmail/helpfile" ]; then
        place "$SM_TOP/sendmail/helpfile" "$confHFDIR/$confHFFILE" 444 root root
    fi
    if [ -z "$confNO_STATISTICS_INSTALL" ]; then
        for file in "$confSTFILE:root" "$confMSP_STFILE:$confMSPQOWN"; do
            [ -e "$DESTDIR$confSTDIR/${file%:*}" ] || : >"$DESTDIR$confSTDIR/${file%:*}"
            chmod "$confSTMODE" "$DESTDIR$confSTDIR/${file%:*}"
            own "$confSTDIR/${file%:*}" "${file#*:}" "${file#*:}" "$confSTMODE"
        done
    fi
    if [ -d "$SM_TOP/cf" ]; then
        mkdir -p "$DESTDIR/usr/share/sendmail"
        rm -rf "$DESTDIR/usr/share/sendmail/cf"
        cp -R "$SM_TOP/cf" "$DESTDIR/usr/share/sendmail/cf"
    fi
    install_manual
    if [ -n "$DESTDIR" ]; then
        echo "Build: owners and modes that a package must set (owner:group mode file):"
        printf '%s' "$ownership"
    fi
}
