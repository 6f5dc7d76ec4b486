#include "libcf/check_ruleset.h"

#include "libcf/error_verdict.h"
#include "libcf/rewrite_engine.h"
#include "libcf/workspace_text.h"

namespace sm {

namespace {

CheckVerdict cannot_tell(Exit status, const std::string& message) {
    CheckVerdict out;
    out.kind = CheckVerdict::Kind::kReject;
    out.status = status;
    if (is_temporary(status)) {
        out.smtp = 451;
        out.dsn = "4.3.0";
        out.text = "Temporary system failure. Please try again later.";
    } else {
        out.smtp = 554;
        out.dsn = "5.3.5";
        out.text = message.empty() ? "Local configuration error" : message;
    }
    return out;
}

CheckVerdict read_result(const Workspace& work, char blank) {
    CheckVerdict out;
    if (work.empty() || work.front().id != word_id::kResolve) {
        out.result = join_workspace(work, 0, work.size(), blank);
        return out;
    }
    const ResolvedParts parts = split_resolved(work, blank);
    out.mailer = parts.mailer;
    out.result = join_workspace(work, parts.rest, work.size(), blank);
    if (iequals(parts.mailer, "discard")) {
        out.kind = CheckVerdict::Kind::kDiscard;
    } else if (parts.mailer == "error" && parts.has_user) {
        const ErrorVerdict verdict = error_verdict(parts.host, parts.message);
        out.kind =
            verdict.quarantine ? CheckVerdict::Kind::kQuarantine : CheckVerdict::Kind::kReject;
        out.smtp = verdict.smtp;
        out.dsn = verdict.dsn;
        out.text = verdict.text;
        out.status = verdict.status;
        out.close = verdict.smtp == 421;
    } else if (parts.mailer == "error" && !iequals(parts.host, "quarantine")) {
        out = cannot_tell(Exit::kConfig, "buildaddr: no user");
    }
    return out;
}

}  // namespace

bool has_ruleset(const Config& config, std::string_view name) {
    const int number = config.rules().find(name);
    return number >= 0 && !config.rules().at(number).rules.empty();
}

CheckVerdict check_ruleset(Rewriter& rewriter, std::string_view name,
                           const std::vector<std::string>& arguments, Deadline deadline,
                           bool keep_comments) {
    if (!has_ruleset(rewriter.config(), name)) return {};
    RewriteEngine& engine = rewriter.engine();
    engine.begin(deadline);
    Workspace work;
    const ScanOptions options{keep_comments ? ScanMode::kTokens : ScanMode::kComments, 0};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (i > 0) work.push_back(RuleProgram::marker(word_id::kSeparator));
        const ScanReport report = engine.scan(arguments[i], options, work);
        if (!report.usable) {
            CheckVerdict out;
            out.kind = CheckVerdict::Kind::kReject;
            out.smtp = 553;
            out.dsn = "5.0.0";
            out.status = Exit::kDataErr;
            out.text = report.complaints.empty() ? "Syntax error" : report.complaints.front();
            return out;
        }
    }
    engine.run(work, rewriter.config().rules().find(name));
    CheckVerdict out = read_result(work, engine.program().blank());
    // Rules that were told of a failed lookup by -T have decided in knowledge of it.
    const bool untold = engine.status() != Exit::kTempFail || engine.hard_failure();
    if (out.accepted() && engine.status() != Exit::kOk && untold) {
        const CheckVerdict failed = cannot_tell(engine.status(), engine.message());
        return failed;
    }
    return out;
}

}  // namespace sm
