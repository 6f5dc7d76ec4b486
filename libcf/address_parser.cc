#include "libcf/address_parser.h"

#include <algorithm>

#include "libcf/error_verdict.h"
#include "libcf/rewrite_engine.h"
#include "libcf/workspace_text.h"
#include "libsm/trace.h"

namespace sm {

namespace {

constexpr int kParse = 0;
constexpr int kSenders = 1;
constexpr int kRecipients = 2;
constexpr int kCanonify = 3;
constexpr int kFinal = 4;
constexpr int kLocalAddress = 5;

bool is_sender(AddressRole role) {
    return role == AddressRole::kEnvelopeSender || role == AddressRole::kHeaderSender;
}

std::string_view address_type(AddressRole role) {
    switch (role) {
        case AddressRole::kEnvelopeSender:
        case AddressRole::kReturnPath:
            return "e s";
        case AddressRole::kHeaderSender:
            return "h s";
        case AddressRole::kEnvelopeRecipient:
            return "e r";
        case AddressRole::kHeaderRecipient:
            return "h r";
    }
    return "";
}

// S= or R= of the mailer for that role; 0 or less: none.
int mailer_ruleset(const MailerSpec& mailer, AddressRole role) {
    switch (role) {
        case AddressRole::kEnvelopeSender:
            return mailer.sender_envelope_rules;
        case AddressRole::kHeaderSender:
            return mailer.sender_header_rules;
        case AddressRole::kEnvelopeRecipient:
        case AddressRole::kReturnPath:
            return mailer.recipient_envelope_rules;
        case AddressRole::kHeaderRecipient:
            return mailer.recipient_header_rules;
    }
    return 0;
}

// Rulesets 1 or 2, S= or R=, 4.
void run_mailer_rules(RewriteEngine& engine, Workspace& work, const MailerSpec& mailer,
                      AddressRole role) {
    engine.run(work, is_sender(role) ? kSenders : kRecipients);
    const int own = mailer_ruleset(mailer, role);
    if (own > 0) engine.run(work, own);
    engine.run(work, kFinal);
}

void reject(ParsedAddress& out, Exit status, int smtp, std::string_view dsn, std::string text) {
    out.status = status;
    out.smtp = smtp;
    out.dsn = dsn;
    out.message = std::move(text);
}

// Control characters in the final address: shown as "?", and refused.
std::string printable_fault(std::string& user) {
    const auto control = [](char c) {
        return (static_cast<unsigned char>(c) < ' ' && !is_space(c)) || c == 0x7F;
    };
    if (std::none_of(user.begin(), user.end(), control)) return {};
    std::replace_if(user.begin(), user.end(), control, '?');
    return cat("Syntax error in mailbox address \"", user, "\" (non-printable character)");
}

class AddressBuilder {
  public:
    AddressBuilder(Rewriter& rewriter, AddressRole role, ParsedAddress& out)
        : rewriter_(rewriter), engine_(rewriter.engine()), role_(role), out_(out) {}

    // From the result of ruleset 0 to the triple.
    void build(Workspace& work) {
        const Config& config = rewriter_.config();
        const char blank = engine_.program().blank();
        out_.target.mailer = config.error_mailer.get();
        if (work.empty() || work.front().id != word_id::kResolve) {
            complain(Exit::kConfig, "buildaddr: no mailer in parsed address");
            return;
        }
        ResolvedParts parts = split_resolved(work, blank);
        if (iequals(parts.mailer, "error")) {
            resolve_error(parts);
            return;
        }
        if (!parts.has_user) {
            complain(Exit::kConfig, "buildaddr: no user");
            return;
        }
        const MailerSpec* mailer = config.find_mailer(parts.mailer);
        if (mailer == nullptr || mailer->is_discard()) {
            complain(Exit::kConfig, cat("buildaddr: unknown mailer ", parts.mailer));
            return;
        }
        out_.target.host = parts.host;
        if (resolve_special(*mailer, parts)) return;
        mailer = special_mailer(*mailer, parts.user);
        Workspace user(work.begin() + static_cast<std::ptrdiff_t>(parts.user_first), work.end());
        // "@user": ruleset 5 is not to be applied to it.
        if (mailer->has('5') && !user.empty() && user.front().text == "@") {
            out_.skip_localaddr = true;
            user.erase(user.begin());
        }
        run_mailer_rules(engine_, user, *mailer, role_);
        out_.target.mailer = mailer;
        out_.target.user = join_workspace(user, 0, user.size(), blank);
        fold_case(*mailer);
        const std::string fault = printable_fault(out_.target.user);
        if (!fault.empty()) {
            engine_.report(fault);
            reject(out_, Exit::kDataErr, 553, "5.1.3", fault);
        }
    }

  private:
    // ":include:file" of a mailer with F=:; the file is not rewritten.
    bool resolve_special(const MailerSpec& mailer, const ResolvedParts& parts) {
        constexpr std::string_view kInclude = ":include:";
        std::string_view user = parts.user;
        if (user.size() > 1 && user.front() == '"' && user.back() == '"') {
            user = user.substr(1, user.size() - 2);
        }
        if (!mailer.has(':') || !istarts_with(user, kInclude)) return false;
        user.remove_prefix(kInclude.size());
        out_.target.mailer = rewriter_.config().find_mailer("*include*");
        out_.target.user = trim_left(user);
        return true;
    }

    // "|program" and "/file" of a mailer with F=| or F=/.
    const MailerSpec* special_mailer(const MailerSpec& mailer, std::string_view user) const {
        if (!user.empty() && user.front() == '"') user.remove_prefix(1);
        const Config& config = rewriter_.config();
        if (mailer.has('|') && !user.empty() && user.front() == '|') {
            return config.find_mailer("prog");
        }
        if (mailer.has('/') && !user.empty() && user.front() == '/') {
            return config.find_mailer("*file*");
        }
        return &mailer;
    }

    void resolve_error(const ResolvedParts& parts) {
        if (!parts.has_user) {
            complain(Exit::kConfig, "buildaddr: no user");
            return;
        }
        const ErrorVerdict verdict = error_verdict(parts.host, parts.message);
        out_.target.host = parts.host;
        out_.target.user = parts.message;
        const bool about_address = verdict.smtp != 421 && verdict.smtp != 551;
        engine_.report(about_address ? cat(out_.text, "... ", verdict.text) : verdict.text);
        reject(out_, verdict.status, verdict.smtp, verdict.dsn, verdict.text);
    }

    void fold_case(const MailerSpec& mailer) {
        if (!mailer.has('h')) out_.target.host = lower(out_.target.host);
        std::string& user = out_.target.user;
        if (!mailer.has('u') || iequals(user, "postmaster")) user = lower(user);
    }

    void complain(Exit status, std::string text) {
        engine_.report(text);
        reject(out_, status, 554, "5.3.5", std::move(text));
    }

    Rewriter& rewriter_;
    RewriteEngine& engine_;
    AddressRole role_;
    ParsedAddress& out_;
};

}  // namespace

ParsedAddress parse_address(Rewriter& rewriter, std::string_view text, AddressRole role,
                            Deadline deadline) {
    ParsedAddress out;
    out.text = trim(text);
    RewriteEngine& engine = rewriter.engine();
    engine.begin(deadline);
    out.target.mailer = rewriter.config().error_mailer.get();
    const std::string fault = address_text_fault(out.text);
    if (!fault.empty()) {
        engine.report(fault);
        const bool too_long = fault.find(" too long (") != std::string::npos;
        reject(out, Exit::kDataErr, 553, too_long ? "5.1.0" : "5.1.3", fault);
        out.unparsable = true;
        return out;
    }
    Workspace work;
    const ScanReport report = engine.scan(out.text, ScanOptions{}, work);
    for (const std::string& complaint : report.complaints) {
        out.complaints.push_back(cat(out.text, "... ", complaint));
        engine.report(out.complaints.back());
    }
    if (!report.usable || work.empty()) {
        reject(out, Exit::kDataErr, 553, "5.0.0",
               out.complaints.empty() ? "User address required" : out.complaints.front());
        out.unparsable = true;
        return out;
    }
    rewriter.macros().set("addr_type", address_type(role));
    engine.run(work, kCanonify);
    engine.run(work, kParse);
    if (engine.status() == Exit::kTempFail) {
        reject(out, Exit::kTempFail, 451, "4.3.0", engine.message());
        out.queue_up = true;
    }
    AddressBuilder(rewriter, role, out).build(work);
    out.map_failed = engine.map_failed();
    if (out.queue_up && out.status != Exit::kTempFail) {
        reject(out, Exit::kTempFail, 451, "4.3.0", engine.message());
    }
    if (out.ok() && !out.complaints.empty()) {
        reject(out, Exit::kDataErr, 553, "5.0.0", out.complaints.front());
    }
    return out;
}

Result<bool> apply_localaddr(Rewriter& rewriter, Target& target, Deadline deadline) {
    RewriteEngine& engine = rewriter.engine();
    if (engine.program().at(kLocalAddress).rules.empty()) return false;
    engine.begin(deadline);
    Workspace work;
    const ScanReport report = engine.scan(target.user, ScanOptions{}, work);
    if (!report.usable) return false;
    engine.run(work, kLocalAddress);
    if (engine.status() == Exit::kTempFail) return make_error(Exit::kTempFail, engine.message());
    if (work.empty() || work.front().id != word_id::kResolve) return false;
    ParsedAddress parsed;
    parsed.text = target.user;
    AddressBuilder(rewriter, AddressRole::kEnvelopeRecipient, parsed).build(work);
    if (!parsed.ok()) return make_error(parsed.status, parsed.message);
    const bool same = parsed.target.mailer == target.mailer && parsed.target.host == target.host &&
                      parsed.target.user == target.user;
    target = parsed.target;
    return !same;
}

Result<std::string> rewrite_for_mailer(Rewriter& rewriter, std::string_view address,
                                       AddressRole role, const MailerSpec& mailer,
                                       std::string_view sender_domain, Deadline deadline) {
    RewriteEngine& engine = rewriter.engine();
    engine.begin(deadline);
    const std::string frame =
        mailer.has('c') ? std::string("$g")
                        : crack_template(address, rewriter.config().options.must_quote_chars);
    Workspace work;
    const ScanReport report = engine.scan(address, ScanOptions{}, work);
    for (const std::string& complaint : report.complaints) {
        engine.report(cat(address, "... ", complaint));
    }
    if (!report.usable) return std::string(address);
    rewriter.macros().set("addr_type", address_type(role));
    engine.run(work, kCanonify);
    const bool qualified = std::any_of(work.begin(), work.end(),
                                       [](const WorkToken& token) { return token.text == "@"; });
    if (!sender_domain.empty() && !qualified) {
        const ScanReport added = engine.scan(sender_domain, ScanOptions{}, work);
        static_cast<void>(added);
        engine.run(work, kCanonify);
    }
    run_mailer_rules(engine, work, mailer, role);
    if (engine.status() == Exit::kTempFail) return make_error(Exit::kTempFail, engine.message());
    const std::string result = join_workspace(work, 0, work.size(), engine.program().blank());
    const std::size_t place = frame.find("$g");
    if (place == std::string::npos) return frame;
    return cat(std::string_view(frame).substr(0, place), result,
               std::string_view(frame).substr(place + 2));
}

Result<std::string> rewrite_for_host(Rewriter& rewriter, std::string_view address,
                                     Deadline deadline) {
    RewriteEngine& engine = rewriter.engine();
    engine.begin(deadline);
    Workspace work;
    if (!engine.scan(address, ScanOptions{}, work).usable) return std::string(address);
    for (const int ruleset : {kCanonify, kSenders, kFinal}) engine.run(work, ruleset);
    if (engine.status() == Exit::kTempFail) return make_error(Exit::kTempFail, engine.message());
    return join_workspace(work, 0, work.size(), engine.program().blank());
}

}  // namespace sm
