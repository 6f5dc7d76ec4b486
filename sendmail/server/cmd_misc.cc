// NOOP, RSET, QUIT, HELP, VERB.
#include "libcf/file_safety.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

constexpr std::size_t kMaxHelpFile = 1U << 20;

// Lines of the topic in a help file: "topic<TAB>text". Lines "#vers n" and comments are skipped.
std::vector<std::string> help_lines(std::string_view file, std::string_view topic) {
    std::vector<std::string> out;
    for (const std::string_view line : split(file, '\n')) {
        if (line.empty() || line.front() == '#') continue;
        const std::size_t tab = line.find_first_of(" \t");
        if (!iequals(line.substr(0, tab), topic)) continue;
        out.emplace_back(tab == std::string_view::npos ? "" : line.substr(tab + 1));
    }
    return out;
}

}  // namespace

Reply ServerSession::cmd_noop(std::string_view /*argument*/) {
    return repeat_limit(BadClient::Kind::kNoop, make_reply(250, "2.0.0", "OK"));
}

Reply ServerSession::cmd_rset(std::string_view /*argument*/) {
    end_transaction("RSET");
    return make_reply(250, "2.0.0", "Reset state");
}

Reply ServerSession::cmd_quit(std::string_view /*argument*/) {
    end_transaction("aborted by sender");
    if (!active_) {
        log_no_transaction(
            log_id(), client_.relay(),
            daemon_.name.empty() ? std::string_view("stdin") : std::string_view(daemon_.name));
    }
    return closing(make_reply(221, "2.0.0", cat(macros_.get("j"), " closing connection")));
}

Reply ServerSession::cmd_help(std::string_view argument) {
    const std::string topic = argument.empty() ? "smtp" : lower(argument);
    const auto file = config_.options.help_file.empty()
                          ? Result<std::string>(make_error(Exit::kNoInput, "no help file"))
                          : read_support_file(config_, FileKind::kHelp, kMaxHelpFile);
    if (!file.ok()) {
        return make_reply(502, "5.3.0",
                          cat("Sendmail ", macros_.get("v"), " -- HELP not implemented"));
    }
    std::vector<std::string> lines = help_lines(*file, topic);
    if (lines.empty()) {
        return make_reply(504, "5.3.0", cat("HELP topic \"", argument.substr(0, 10), "\" unknown"));
    }
    Reply reply = make_reply(214, "2.0.0", expand_macros(lines.front(), macros_));
    for (std::size_t i = 1; i < lines.size(); ++i) {
        reply.lines.push_back(expand_macros(lines[i], macros_));
    }
    reply.lines.emplace_back("End of HELP info");
    return reply;
}

Reply ServerSession::cmd_verb(std::string_view /*argument*/) {
    if (!features_.verb || config_.options.privacy.has(Privacy::kNoverb)) {
        return make_reply(502, "5.7.0", "Verbose unavailable");
    }
    verbose_ = true;
    macros_.set("deliveryMode", "i");
    return repeat_limit(BadClient::Kind::kNoop, make_reply(250, "2.0.0", "Verbose mode"));
}

}  // namespace sm
