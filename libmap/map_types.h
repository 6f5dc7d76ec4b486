// The registry of map classes: from the words of a K line to a Map.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libmap/map.h"
#include "libsm/unique_fd.h"

namespace sm {

// What class dns asks for.
struct DnsQuestion {
    std::string name{};
    std::string type{};  // "A", "MX", ... in capitals
    int retrans = 0;     // seconds per try; 0: as the options say
    int retry = 0;       // tries; 0: as the options say
};

// What class bestmx gets.
struct MailExchangers {
    std::vector<std::string> hosts{};  // best first, with a trailing dot; empty: none
    int absent_status = 0;             // sysexits number beside "none"
};

class LdapConnections;  // of ldap_map.cc

// What a program said to class program.
struct ProgramAnswer {
    std::string line{};  // the first of its output, without the newline
    int exit_code = 0;
    int signal = 0;  // that ended it, or 0
};

// What a driver may need from the rest of the program; filled by libcf, outlives the maps.
struct MapEnvironment {
    // Opens a file of files() for reading. Empty: with the rights of this process. Set in processes
    // without root's rights: maps may be readable for root only, and are rebuilt at any time.
    std::function<Result<UniqueFd>(const std::string& path)> open_file{};
    // Opens such a file with the rights of this process after the checks of file safety, which an
    // open_file does itself. Empty: without checks.
    std::function<Result<UniqueFd>(const std::string& path)> open_checked{};
    // Another declared map by name (sequence, switch); nullptr when there is none.
    std::function<Map*(std::string_view name)> find_map;
    // Sets (value) or clears (nullptr) a macro: class `macro`.
    std::function<void(std::string_view name, const std::string* value)> set_macro;
    // Value of a macro, nullptr when unset (class switch, ldap cluster names, arith random).
    std::function<const std::string*(std::string_view name)> get_macro;
    // Canonical name of a host for class `host` ($[ $]): nullopt no such host, Error: cannot tell.
    std::function<Result<std::optional<std::string>>(std::string_view host, Deadline)> canonify;
    // The data of the records asked for, in the order of the answer, as class dns shows them;
    // empty: no such record. Error: cannot tell. Unset: maps of class dns fail temporarily.
    std::function<Result<std::vector<std::string>>(const DnsQuestion&, Deadline)> dns_values{};
    // The mail exchangers of a domain for class bestmx; a host without MX records is its own.
    std::function<Result<MailExchangers>(std::string_view host, Deadline)> mail_exchangers{};
    // A connection for class socket; spec as in the K line. Error: kTempFail, text "" or what is
    // wrong with the spec. Unset: maps of class socket fail temporarily.
    std::function<Result<UniqueFd>(std::string_view spec, Deadline)> connect_to{};
    // The connections that maps of class ldap share; made by the first of them.
    mutable std::shared_ptr<LdapConnections> ldap_connections{};
    // Runs a program for class program: argv[0] is its path. Error: it cannot be run (kConfig), or
    // the deadline passed. Unset: maps of class program fail temporarily.
    std::function<Result<ProgramAnswer>(const std::vector<std::string>& argv, Deadline)>
        run_program{};
    // What an alias is stored under whose name in a file is `name`; Error: its text says why the
    // name is refused. Unset: the name in lower case. Class stab.
    std::function<Result<std::string>(std::string_view name, Deadline)> alias_key{};
    // Option values by their names ("LDAPDefaultSpec", "MailboxDatabase", "ServiceSwitchFile",
    // "UserDatabaseSpec", "MapTypeAlias", "HostsFile"); empty when unset.
    std::function<std::string(std::string_view option)> option;
    // True when the DontBlameSendmail word was given, e.g. "MapInUnsafeDirPath".
    std::function<bool(std::string_view word)> dont_blame;
    // True while mail is taken in with DeliveryMode `defer`: maps with -D are not asked then.
    std::function<bool()> deferred;
    // Splits a value into tokens joined by blanks where rules would (class dequote); see prescan.
    std::function<bool(std::string_view text)> scans_cleanly;
    // A complaint at read time that leaves the map usable ("Illegal option x map t6"); the reader
    // prints it behind "FILE: line N: ".
    std::function<void(std::string_view text)> warn{};
    // A complaint at open or lookup, printed once ("hash map \"m\": missing map file F: No such
    // file or directory"): test mode prints it, the daemon logs it. Unset: logged.
    std::function<void(std::string_view text)> report{};
};

// Opens a file that a driver reads, by the first of these that there is.
[[nodiscard]] Result<UniqueFd> open_for_map(const MapEnvironment& environment,
                                            const std::string& path);

// Makes a map. `spec` is the text behind the class name in the K line: flags and file name.
// Error: kConfig, the whole text that belongs behind "FILE: line N: "; with dsn "unknown-class"
// ("readcf: map NAME: class TYPE not available") there is no such map afterwards; else ("No file
// name for hash map m", bad expression, ...) the map exists, unopened: see make_unopened_map.
[[nodiscard]] Result<std::unique_ptr<Map>> make_map(std::string_view name, std::string_view type,
                                                    std::string_view spec,
                                                    const MapEnvironment& environment);

// A map that was declared with an error: lookups give "absent" and probe() says "not open".
[[nodiscard]] std::unique_ptr<Map> make_unopened_map(std::string_view name, std::string_view type);

// Names of all classes compiled in, sorted; for makemap -l and -d0.
[[nodiscard]] std::vector<std::string_view> map_types();

}  // namespace sm
