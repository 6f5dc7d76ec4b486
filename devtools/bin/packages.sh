# Sourced by Build.sh: what must be installed, by Debian package, and how to say so.
# need_packages build|check: as root on a Debian system installs what is missing and says what; as
# anybody else prints the one line to type and ends with 69.

build_packages="g++ cmake m4 ninja-build libssl-dev libsasl2-dev libdb-dev libldap-dev"
check_packages="$build_packages libcdb-dev liblmdb-dev tinycdb libgtest-dev libgmock-dev python3 libsasl2-modules sasl2-bin openssl swaks libnet-ssleay-perl libauthen-sasl-perl libdigest-hmac-perl sslscan db5.3-util libbenchmark-dev iproute2 procps"
# Servers that tests talk to; without them those tests are skipped. Installed when SM_CHECK_PEERS is set.
peer_packages="nsd postfix krb5-kdc krb5-admin-server krb5-user libsasl2-modules-gssapi-mit postfix-mta-sts-resolver slapd ldap-utils"

is_installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

need_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    # A site file chooses its own libraries: only the tools are asked for.
    wanted=$build_packages
    [ "$1" = build ] || wanted="$check_packages ${SM_CHECK_PEERS:+$peer_packages}"
    missing=
    for package in $wanted; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "Build: packages are missing; type: sudo apt-get install$missing" >&2
        exit 69
    fi
    echo "Build: installing$missing"
    log=$(mktemp) || die 73 "cannot make a temporary file"
    install_packages >"$log" 2>&1 ||
        { DEBIAN_FRONTEND=noninteractive apt-get -q update && install_packages; } >"$log" 2>&1 ||
        { cat "$log" >&2; rm -f "$log"; die 69 "apt-get could not install$missing"; }
    rm -f "$log"
}

install_packages() {
    DEBIAN_FRONTEND=noninteractive apt-get -y -q install --no-install-recommends $missing
}
