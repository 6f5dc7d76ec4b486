// Accounts of this machine, with three outcomes.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

struct LocalAccount {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home;
    std::string shell;
    std::string full_name;  // of the gecos field
};

// nullopt: no such account. Error kTempFail: the account database cannot tell.
[[nodiscard]] Result<std::optional<LocalAccount>> find_account(std::string_view name);
[[nodiscard]] Result<std::optional<LocalAccount>> find_account(uid_t uid);

// The first account whose full name is `name`; case does not matter, and "_" and `blank` in `name`
// stand for blanks (MatchGECOS). Walks through the whole account database.
[[nodiscard]] Result<std::optional<LocalAccount>> find_account_of(std::string_view name,
                                                                  char blank);

// The name in a gecos field; "&" in it stands for the login name with a capital letter.
[[nodiscard]] std::string full_name_of(std::string_view gecos, std::string_view login);

// True when `shell` is listed in /etc/shells, or the list has /SENDMAIL/ANY/SHELL/. Mail to
// programs and files through a .forward is only for users with a valid shell.
[[nodiscard]] bool is_valid_shell(std::string_view shell);

}  // namespace sm
