// MAIL.
#include "libsm/encodings.h"
#include "libsm/strings.h"
#include "sendmail/envelope/sender.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/server/address_reply.h"
#include "sendmail/server/session.h"
#include "sendmail/server/session_macros.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRulesetTime{5};

}  // namespace

ParameterPolicy ServerSession::parameter_policy() const {
    const Options& options = config_.options;
    ParameterPolicy policy;
    policy.dsn =
        options.send_mime_errors && !options.privacy.has(Privacy::kNoreceipts) && features_.dsn;
    policy.eight_bit = !options.seven_bit_input;
    policy.deliver_by_min = options.deliver_by_min.count();
    return policy;
}

std::optional<Reply> ServerSession::mail_allowed() {
    if (config_.options.privacy.has(Privacy::kNeedMailHelo) && helo_.empty()) {
        return make_reply(503, "5.0.0", "Polite people say HELO first");
    }
    if (have_sender_) return make_reply(503, "5.5.0", "Sender already specified");
    if (features_.require_auth && macros_.get("auth_type").empty()) {
        return make_reply(530, "5.7.0", "Authentication required");
    }
    return {};  // tls_client is called by check_mail itself
}

std::optional<Reply> ServerSession::set_sender(std::string_view address) {
    envelope_.macros.set("mail_from", address);
    const ParsedAddress parsed =
        set_envelope_sender(config_, envelope_, address, Deadline::in(kRulesetTime));
    // Maps that wait for the queue run (-D) are no reason to refuse.
    const bool waits = parsed.queue_up && delivery_mode() == DeliveryMode::kDefer;
    if (!parsed.ok() && !waits) return address_refusal(parsed, address, 553, log_id());
    const std::string name = services_.guide.full_name(envelope_.sender_target);
    if (!name.empty()) envelope_.macros.set("x", name);
    return {};
}

// AUTH=: believed only when the ruleset trust_auth does not object (RFC 4954 section 5).
void ServerSession::trust_auth_parameter(std::string_view value) {
    const std::string given(value);
    if (value == "<>" || !run_check("trust_auth", {given}, envelope_.sender)) {
        envelope_.auth_param = given;
    } else {
        envelope_.auth_param = "<>";
    }
    envelope_.macros.set("auth_author", given == "<>" ? given : xtext_encode(given));
}

std::optional<Reply> ServerSession::check_size(std::int64_t size) {
    const std::int64_t max = config_.options.max_message_size;
    if (max > 0 && size > max) {
        return make_reply(552, "5.2.3",
                          cat("Message size exceeds fixed maximum message size (", max, ")"));
    }
    const auto space = services_.store.has_space("mqueue", size);
    if (space.ok() && !*space) {
        log_client(0, LogPriority::kAlert,
                   cat("low on space (", macros_.get("j"), " needs ", size, " bytes + ",
                       config_.options.min_free_blocks, " blocks in queue)"));
        return make_reply(452, "4.4.5", "Insufficient disk space; try again later");
    }
    return {};
}

std::optional<Reply> ServerSession::apply_mail_parameters(const PathArgument& path) {
    MailParameters given;
    if (const auto bad = parse_mail_parameters(path.parameters, parameter_policy(), &given)) {
        return make_reply(bad->code, bad->dsn, bad->text);
    }
    MacroScope& macros = envelope_.macros;
    if (given.size > 0) macros.set("msg_size", cat(given.size));
    envelope_.message_size = given.size;
    envelope_.body_type = given.body;
    if (!given.body.empty()) macros.set("bodytype", given.body);
    if (given.ret_given) {
        envelope_.ret_given = true;
        envelope_.no_body_return = given.ret_headers;
        macros.set("dsn_ret", given.ret_headers ? "HDRS" : "FULL");
    }
    if (given.envid) {
        envelope_.envid = *given.envid;
        macros.set("dsn_envid", *given.envid);
        macros.set("envid", *given.envid);
    }
    if (given.by_given) {
        envelope_.deliver_by = DeliverBy{given.by_mode, given.by_trace, given.by_seconds};
    }
    if (given.auth) trust_auth_parameter(*given.auth);
    return {};
}

Reply ServerSession::cmd_mail(std::string_view argument) {
    active_ = true;
    if (auto refusal = mail_allowed()) return *refusal;
    const PathArgument path = parse_path_argument(argument, "FROM");
    if (!path.ok) {
        return make_reply(501, "5.5.2",
                          cat("Syntax error in parameters scanning \"", path.scanned, "\""));
    }
    const bool keep_features = client_discard_;
    end_transaction("");
    discard_ = keep_features;
    static_cast<void>(log_id());
    sender_tried_ = true;
    envelope_.created = services_.clock.now();
    set_time_macros(envelope_.created, &envelope_.macros);
    const bool helo_missing = helo_.empty() && client_.is_network;
    if (helo_missing && config_.options.privacy.has(Privacy::kAuthwarnings)) {
        add_warning(cat(client_.relay(), " didn't use HELO protocol"));
    }
    if (path.unbalanced != '\0') {
        return unbalanced_refusal(path.address, path.unbalanced, log_id());
    }
    if (auto refusal = set_sender(path.address)) return *refusal;
    if (auto refusal = apply_mail_parameters(path)) return *refusal;
    if (auto refusal = run_check("check_mail", {std::string(path.address)}, path.address)) {
        return *refusal;
    }
    if (auto refusal = check_size(envelope_.message_size)) return *refusal;
    have_sender_ = true;
    set_title("MAIL");
    ++transactions_;
    return make_reply(250, "2.1.0", about(250, path.address, "Sender ok"));
}

}  // namespace sm
