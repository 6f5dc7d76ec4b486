// Calling the hook rulesets (check_relay, check_mail, check_rcpt, tls_client, header checks, ...)
// and reading their results. Source: operations guide 5.1.4; spec of $#error in 5.1.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/rewriter.h"

namespace sm {

struct CheckVerdict {
    enum class Kind {
        kAccept,      // nothing to say (also: the ruleset does not exist)
        kReject,      // $#error: smtp, dsn, text are set
        kDiscard,     // $#discard
        kQuarantine,  // $#error $@ quarantine: text is the reason
    };
    Kind kind = Kind::kAccept;
    int smtp = 0;        // 4xx or 5xx reply code
    std::string dsn;     // "5.7.1"
    std::string text;    // without codes, one line
    bool close = false;  // the text began with 421: answer and close the connection
    Exit status = Exit::kOk;
    // The words behind the mailer name when the result was "$#name $@ ..." of another mailer
    // ($# OK, $# flags of srv_features), or the whole result when it was no $# at all.
    std::string mailer;  // "" when the result was no $#
    std::string result;  // tokens joined as text

    [[nodiscard]] bool accepted() const { return kind == Kind::kAccept; }
};

// Joins the arguments with $| and applies the ruleset `name`. A lookup that could not tell gives
// kReject with 451 4.3.0 (a message of the ruleset wins). keep_comments: for header checks
// declared with $>+.
[[nodiscard]] CheckVerdict check_ruleset(Rewriter& rewriter, std::string_view name,
                                         const std::vector<std::string>& arguments,
                                         Deadline deadline, bool keep_comments = false);

// True when the configuration has that ruleset.
[[nodiscard]] bool has_ruleset(const Config& config, std::string_view name);

}  // namespace sm
