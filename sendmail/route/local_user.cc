#include "sendmail/route/local_user.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <vector>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kAnyShell = "/SENDMAIL/ANY/SHELL/";

using Lookup = std::function<int(passwd*, char*, std::size_t, passwd**)>;

LocalAccount account_of(const passwd& entry) {
    LocalAccount account;
    account.name = entry.pw_name;
    account.uid = entry.pw_uid;
    account.gid = entry.pw_gid;
    account.home = entry.pw_dir;
    account.shell = *entry.pw_shell != '\0' ? entry.pw_shell : "/bin/sh";
    account.full_name = full_name_of(entry.pw_gecos, account.name);
    return account;
}

Error unknown_now(int number) {
    Error error = os_error("account database", number);
    error.code = Exit::kTempFail;
    return error;
}

Result<std::optional<LocalAccount>> look_up(const Lookup& lookup) {
    std::vector<char> memory(16384);
    passwd entry{};
    passwd* found = nullptr;
    int number = 0;
    while ((number = lookup(&entry, memory.data(), memory.size(), &found)) == ERANGE) {
        memory.resize(memory.size() * 2);
    }
    if (found == nullptr) {
        const bool absent = number == 0 || number == ENOENT || number == ESRCH;
        if (absent) return std::optional<LocalAccount>();
        return unknown_now(number);
    }
    return std::optional(account_of(entry));
}

}  // namespace

std::string full_name_of(std::string_view gecos, std::string_view login) {
    std::string out;
    for (const char c : gecos.substr(0, gecos.find(','))) {
        if (c == '&' && !login.empty()) {
            append(out, to_upper(login.front()), login.substr(1));
        } else {
            out += c;
        }
    }
    return out;
}

Result<std::optional<LocalAccount>> find_account(std::string_view name) {
    const std::string login(name);
    if (login.empty() || login.find('\0') != std::string::npos) {
        return std::optional<LocalAccount>();
    }
    return look_up([&login](passwd* entry, char* memory, std::size_t size, passwd** found) {
        return ::getpwnam_r(login.c_str(), entry, memory, size, found);
    });
}

Result<std::optional<LocalAccount>> find_account(uid_t uid) {
    return look_up([uid](passwd* entry, char* memory, std::size_t size, passwd** found) {
        return ::getpwuid_r(uid, entry, memory, size, found);
    });
}

Result<std::optional<LocalAccount>> find_account_of(std::string_view name, char blank) {
    std::string wanted(name);
    for (char& c : wanted) {
        if (c == '_' || c == blank) c = ' ';
    }
    std::optional<LocalAccount> out;
    ::setpwent();
    errno = 0;
    const passwd* entry = nullptr;
    while (!out && (entry = ::getpwent()) != nullptr) {
        LocalAccount account = account_of(*entry);
        if (!wanted.empty() && iequals(account.full_name, wanted)) out = std::move(account);
        errno = 0;
    }
    const int number = out ? 0 : errno;
    ::endpwent();
    if (number != 0 && number != ENOENT) return unknown_now(number);
    return out;
}

bool is_valid_shell(std::string_view shell) {
    const auto text = read_file("/etc/shells", 1U << 20);
    if (!text.ok()) return shell == "/bin/sh" || shell == "/bin/csh";
    for (const std::string_view line : split(*text, '\n')) {
        const std::string_view listed = trim(line.substr(0, line.find('#')));
        if (!listed.empty() && (listed == shell || listed == kAnyShell)) return true;
    }
    return false;
}

}  // namespace sm
