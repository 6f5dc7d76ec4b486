# Sourced by Build.sh: runs the OS and site files through m4 and sets one shell variable for each
# name of devtools/M4/site.m4 (dots never occur in them). Needs SM_TOP, os, site_files.
read_settings() {
    os_file=$SM_TOP/devtools/OS/$os
    [ -f "$os_file" ] || die 69 "devtools/OS/$os does not exist: write it (devtools/OS/Linux is an example)"
    includes=
    for file in $site_files; do
        includes="${includes}include(\`$file')"
    done
    settings=$(m4 "-DOS_FILE=$os_file" "-DSITE_FILES=$includes" "$SM_TOP/devtools/M4/site.m4") ||
        die 65 "m4 could not read the site file: see its message above"
    old_ifs=$IFS
    IFS='
'
    for line in $settings; do
        name=${line%%=*}
        value=${line#*=}
        case $name in
        conf[A-Za-z0-9_]* | smDIVERTED) eval "$name=\$value" ;;
        esac
    done
    IFS=$old_ifs
    [ -z "${smDIVERTED:-}" ] || note "the site file adds text to makefiles (PUSHDIVERT): there are none, it is left out"
}

# has_word WORD TEXT: -DWORD or -DWORD=... is among the words of TEXT.
has_word() {
    for word in $2; do
        case $word in
        "-D$1" | "-D$1="*) return 0 ;;
        esac
    done
    return 1
}
