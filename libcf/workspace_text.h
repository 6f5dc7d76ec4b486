// Workspaces as text, and the parts of a resolved one.
#pragma once

#include <string>

#include "libcf/rule_program.h"

namespace sm {

// Tokens [first, last) as text, `blank` between two words in a row.
[[nodiscard]] std::string join_workspace(const Workspace& work, std::size_t first, std::size_t last,
                                         char blank);

// "$# mailer $@ host $: user".
struct ResolvedParts {
    std::string mailer;
    std::string host;
    std::string user;
    std::string message;  // the user with blanks between words: text of $#error
    bool has_user = false;
    std::size_t rest = 0;        // index behind the mailer's name
    std::size_t user_first = 0;  // tokens of the user: [user_first, size)
};
[[nodiscard]] ResolvedParts split_resolved(const Workspace& work, char blank);

}  // namespace sm
