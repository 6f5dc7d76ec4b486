# The engine of every Build script: site.config.m4 through m4, then CMake in
# obj.OS.RELEASE.ARCH/. POSIX sh only. SM_TOP: the source tree; SM_FOLDER: one program's folder.
set -u

die() {
    status=$1
    shift
    echo "Build: $*" >&2
    exit "$status"
}
note() { echo "Build: $*"; }

usage() {
    cat <<'USAGE'
usage: sh Build [flags] [target ...] [DESTDIR=dir]
targets: all (default), install, clean, check, try, bench, and in the top folder the programs' names
  -c            clean first (after a change of the site file)
  -f FILE       site file, instead of devtools/Site/site.config.m4
  -O DIR        put the object tree below DIR
  -Q PREFIX     prefix for the name of the object tree
  -I DIR -L DIR look for headers / libraries there as well
  -S            do not look for libraries that the site file does not name
  -v VARIANT    optimized (default), debug, or dev (AddressSanitizer)
  -m            print what would be run; -n the same
USAGE
}

. "$SM_TOP/devtools/bin/settings.sh"
. "$SM_TOP/devtools/bin/packages.sh"

os=$(uname -s)
release=$(uname -r)
arch=$(uname -m)
site_file=
obj_root=$SM_TOP
prefix=
incdirs=
libdirs=
search=yes
variant=
dry=
clean_first=

while getopts cf:O:Q:I:L:Sv:mnMhE: flag; do
    case $flag in
    c) clean_first=yes ;;
    f) site_file=$OPTARG ;;
    O) obj_root=$OPTARG ;;
    Q) prefix=$OPTARG. ;;
    I) incdirs="$incdirs;$OPTARG" ;;
    L) libdirs="$libdirs;$OPTARG" ;;
    S) search= ;;
    v) variant=$OPTARG ;;
    m | n) dry=yes ;;
    M) ;;
    E) eval "$OPTARG" ;;
    h)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 64
        ;;
    esac
done
shift $((OPTIND - 1))

targets=
DESTDIR=${DESTDIR:-}
for word in "$@"; do
    case $word in
    DESTDIR=*) DESTDIR=${word#DESTDIR=} ;;
    *=*) ;;
    *) targets="$targets $word" ;;
    esac
done
[ -n "$targets" ] || targets=all

# The site files in the order of old: site.config.m4, site.OS.m4, site.post.m4.
site_files=
site_given=
if [ -n "$site_file" ]; then
    [ -f "$site_file" ] || die 66 "$site_file does not exist (flag -f)"
    site_files=$site_file
    site_given=yes
else
    for name in "site.config.m4" "site.$os.m4" "site.post.m4"; do
        if [ -f "$SM_TOP/devtools/Site/$name" ]; then
            site_files="$site_files $SM_TOP/devtools/Site/$name"
            site_given=yes
        fi
    done
fi

obj=$obj_root/${prefix}obj.$os.$release.$arch

# The words as one line that a shell would read.
show() {
    line=
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_./=:+,@%-]*) word="'$word'" ;;
        esac
        line="$line${line:+ }$word"
    done
    echo "$line"
}

run() {
    if [ -n "$dry" ]; then
        show "$@"
    else
        "$@"
    fi
}

# on_if_defined FEATURE WORD...: ON when the site file has -DWORD; without a site file AUTO.
feature() {
    name=$1
    shift
    if [ -z "$site_given" ]; then
        echo "-DSM_WITH_$name=AUTO"
        return
    fi
    for define in "$@"; do
        if has_word "$define" "$words"; then
            echo "-DSM_WITH_$name=ON"
            return
        fi
    done
    # Libraries that Build looked for by itself of old (confLIBSEARCH).
    case " $confLIBSEARCH " in
    *" $(echo "$name" | sed 's/NEWDB/db/; s/CDB/cdb/; s/LMDB/lmdb/') "*)
        if [ -n "$search" ]; then
            echo "-DSM_WITH_$name=AUTO"
            return
        fi
        ;;
    esac
    echo "-DSM_WITH_$name=OFF"
}

cxx_of() {
    case $1 in
    "" | cc) echo "" ;;
    gcc*) echo "g++${1#gcc}" ;;
    clang*) echo "clang++${1#clang}" ;;
    *) echo "$1" ;;
    esac
}

# Directories out of -I/-L words, as a CMake list.
dirs_of() {
    list=
    for word in $2; do
        case $word in
        "$1"*) list="$list;${word#"$1"}" ;;
        esac
    done
    echo "$list"
}

# The sanitized build has a tree of its own.
[ "$variant" != dev ] || obj=$obj.dev

# configure ON|OFF: with tests and benchmarks or without.
configure() {
    read_settings
    words="$confENVDEF $confMAPDEF $conf_sendmail_ENVDEF $conf_libsm_ENVDEF"
    libs="$confLIBS $conf_sendmail_LIBS"
    if has_word SASL "$words"; then
        case " $words " in
        *" -DSASL=2"*) ;;
        *) note "-DSASL: built with SASL version 2" ;;
        esac
        case " $libs " in
        *" -lsasl "*) note "-lsasl: version 1 is gone, linked with -lsasl2" ;;
        esac
    fi
    case $variant in
    "" | optimized) build_type=Release sanitize=OFF ;;
    debug) build_type=Debug sanitize=OFF ;;
    dev) build_type=Debug sanitize=ON ;;
    *) die 64 "unknown variant $variant: optimized, debug or dev" ;;
    esac
    set -- -S "$SM_TOP" -B "$obj" "-DCMAKE_BUILD_TYPE=$build_type" "-DSM_SANITIZE=$sanitize" \
        "-DSM_TESTS=$1" \
        "$(feature STARTTLS STARTTLS)" "$(feature SASL SASL)" "$(feature NEWDB NEWDB)" \
        "$(feature CDB CDB)" "$(feature LMDB LMDB)" "$(feature LDAPMAP LDAPMAP)" \
        "-DSM_INCDIRS=${incdirs#;}$(dirs_of -I "$confINCDIRS")" \
        "-DSM_LIBDIRS=${libdirs#;}$(dirs_of -L "$confLIBDIRS")"
    compiler=$(cxx_of "$confCC")
    [ -z "$compiler" ] || set -- "$@" "-DCMAKE_CXX_COMPILER=$compiler"
    [ -z "$confOPTIMIZE" ] || [ "$build_type" != Release ] ||
        set -- "$@" "-DCMAKE_CXX_FLAGS_RELEASE=$confOPTIMIZE -g"
    if command -v ninja >/dev/null 2>&1; then set -- "$@" -G Ninja; fi
    [ -z "$clean_first" ] || run rm -rf "$obj"
    if [ -n "$dry" ]; then
        show cmake "$@"
        return
    fi
    mkdir -p "$obj" || die 73 "cannot make $obj"
    cmake "$@" >"$obj/configure.log" 2>&1 || {
        grep -E 'Build:|install the package|CMake Error' "$obj/configure.log" >&2 ||
            cat "$obj/configure.log" >&2
        exit 69
    }
    ln -sf "$obj/compile_commands.json" "$SM_TOP/compile_commands.json" 2>/dev/null || :
}

# The jobs that fit the machine: one per core.
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

compile() {
    run cmake --build "$obj" -j "$jobs" "$@"
}

# The programs alone, but for developers.
tests=OFF
[ "$variant" != dev ] || tests=ON

for target in $targets; do
    case $target in
    all)
        need_packages build
        configure "$tests"
        if [ -n "${SM_FOLDER:-}" ]; then
            compile --target "$SM_FOLDER"
        else
            compile
        fi || exit 70
        ;;
    install | force-install | install-set-user-id)
        need_packages build
        configure "$tests"
        compile || exit 70
        SM_OBJ=$obj . "$SM_TOP/devtools/bin/install.sh"
        install_all "$target" || exit $?
        ;;
    clean) run rm -rf "$SM_TOP"/obj.*.*.* "$obj" ;;
    check)
        need_packages check
        if [ -z "$variant" ]; then
            variant=dev obj=$obj.dev
        fi
        configure ON
        compile || exit 70
        exec sh "$SM_TOP/devtools/dev/run_tests.sh" "$obj"
        ;;
    bench)
        need_packages check
        configure ON
        compile || exit 70
        exec sh "$SM_TOP/bench/run.sh" "$obj"
        ;;
    try)
        need_packages build
        configure "$tests"
        compile || exit 70
        exec sh "$SM_TOP/devtools/dev/try.sh" "$obj"
        ;;
    depend | fresh) ;;
    *)
        need_packages build
        configure "$tests"
        compile --target "$target" || exit 70
        ;;
    esac
done
