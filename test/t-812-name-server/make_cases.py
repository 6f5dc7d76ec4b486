"""The configuration and the commands of this test, made of one table: make_cases.py cf|commands."""
import sys

HOSTS = """host.zone.test HOST.Zone.Test host.zone.test. MiXed.Zone.test six.zone.test many.zone.test alias.zone.test chain.zone.test
loop.zone.test dangling.zone.test outside.zone.test mail.zone.test onlymx.zone.test nullmx.zone.test badmx.zone.test
cnamemx.zone.test aliasmx.zone.test equal.zone.test text.zone.test text2.zone.test quoted.zone.test empty.zone.test
long.zone.test _sip._tcp.zone.test nosrv.zone.test afs.zone.test sub.zone.test x.sub.zone.test _25._tcp.host.zone.test
a.wild.zone.test b.a.wild.zone.test x.wildmx.zone.test nodata.zone.test ptr.zone.test under_score.zone.test odd.dot.zone.test
badname.zone.test spacename.zone.test big.zone.test gone.zone.test zone.test host onlymx many alias gone
x.wild a.equal MiXed.zone six.zone other.example 1.2.0.192.in-addr.arpa 2.2.0.192.in-addr.arpa 4.2.0.192.in-addr.arpa 9.2.0.192.in-addr.arpa [192.0.2.1] 192.0.2.1
[192.0.2.2] [192.0.2.9] [host.zone.test] localhost""".split()
TYPES = "A AAAA AFSDB CNAME MX NS PTR SRV TXT TLSA".split()
FLAGS = ["", "-z:", "-z: -Z2", "-a. -T<TMP>", "-m", "-B zone.test"]
MAPS = [(f"d{kind}{number}", f"dns -R {kind} {flags}") for kind in TYPES for number, flags in enumerate(FLAGS)
        if number < 2 or kind in ("A", "MX")]
MAPS += [("bm", "bestmx"), ("bmz", "bestmx -z:"), ("bmm", "bestmx -m"),
         ("h", "host"), ("ha", "host -a."), ("hm", "host -m"), ("low", "dns -R a"), ("mixed", "dns -R Mx -z,"),
         ("any", "dns -R ANY"), ("soa", "dns -R SOA"), ("late", "dns -z: -R A"), ("glued", "dns -RA"), ("twice", "dns -R A -R MX"),
         ("zero", "dns -R A -z: -Z0"), ("wide", "dns -R A -z| -Z1000"), ("nul", "dns -R"), ("word", "dns -R A trailing words")]
HEAD = """V10/Berkeley
O LogLevel=0
O OperatorChars=.:%@!^/[]+
O Timeout.resolver.retrans=2s
O Timeout.resolver.retry=2
O ServiceSwitchFile=@DIR@/switch
O HostsFile=@DIR@/hosts
O QueueDirectory=@DIR@
O DontBlameSendmail=TrustStickyBit
Djmx.zone.test
Cwlocalhost
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u
Scanon
R$*	$: $[ $1 $: absent $]"""
# Not asked: dozens of records, whose order servers turn; equal preferences, whose order is drawn; names with characters
# that host names do not have, which we drop; a loop, of which the reference tells in the answer.
TURNED = {"big.zone.test"}
DROPPED = {"badname.zone.test", "spacename.zone.test"}
DRAWN = {"equal.zone.test", "localhost", "loop.zone.test"}


def asked(name, line, host):
    """doc/maps.md: bestmx has another status for names that have no exchanger."""
    if host in TURNED:
        return name == "dA2"
    if line.startswith("bestmx"):
        return host not in DRAWN
    if line.startswith("host"):
        return host != "loop.zone.test"
    return host not in DROPPED or "PTR" not in line

if sys.argv[1] == "cf":
    print(HEAD)
    for name, line in MAPS:
        print(f"K{name} {line}\nS{name}\nR$*\t$: $({name} $1 $@ arg $: absent $)")
else:
    for name, line in MAPS:
        for host in HOSTS:
            if asked(name, line, host):
                print(f"/map {name} {host}")
        for host in HOSTS[:8] + ["gone.zone.test", "onlymx.zone.test", "quoted.zone.test", "other.example"]:
            print(f"{name} {host}")
    for host in HOSTS:
        if host in ("loop.zone.test", "4.2.0.192.in-addr.arpa"):
            continue
        print(f"/canon {host}\ncanon {host}")
        if host not in DRAWN and host.rstrip(".").endswith((".test", ".example")):
            print(f"/mx {host}")
