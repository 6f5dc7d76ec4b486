#include "libmail/mail_parameters.h"

#include <array>
#include <cerrno>
#include <cstdlib>

#include "libsm/encodings.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Complaint = std::optional<ParameterError>;

constexpr std::int64_t kMaxBySeconds = 999999999;  // RFC 2852: nine digits

ParameterError complaint(int code, std::string_view dsn, std::string text) {
    return {code, std::string(dsn), std::move(text)};
}

// xtext with hex digits of either case.
std::optional<std::string> decode_xtext(std::string_view in) {
    std::string folded(in);
    for (std::size_t at = 0; at < folded.size(); ++at) {
        if (folded[at] != '+') continue;
        for (std::size_t digit = at + 1; digit <= at + 2 && digit < folded.size(); ++digit) {
            folded[digit] = to_upper(folded[digit]);
        }
    }
    return xtext_decode(folded);
}

Complaint take_size(const EsmtpParameter& given, const ParameterPolicy& /*policy*/,
                    MailParameters* out) {
    if (!given.has_value) return complaint(501, "5.5.2", "SIZE requires a value");
    errno = 0;
    const long long size = std::strtoll(std::string(given.value).c_str(), nullptr, 10);
    if (errno == ERANGE && size > 0) {
        return complaint(552, "5.2.3", "Message size exceeds maximum value");
    }
    if (size < 0) return complaint(552, "5.2.3", "Message size invalid");
    out->size = size;
    return {};
}

Complaint take_body(const EsmtpParameter& given, const ParameterPolicy& /*policy*/,
                    MailParameters* out) {
    if (!given.has_value) return complaint(501, "5.5.2", "BODY requires a value");
    const std::string body = upper(given.value);
    if (body != "7BIT" && body != "8BITMIME") {
        return complaint(501, "5.5.4", cat("Unknown BODY type ", given.value));
    }
    out->body = body;
    return {};
}

Complaint take_auth(const EsmtpParameter& given, const ParameterPolicy& /*policy*/,
                    MailParameters* out) {
    if (!given.has_value) return complaint(501, "5.5.2", "AUTH= requires a value");
    if (out->auth) return complaint(501, "5.5.0", "Duplicate AUTH parameter");
    out->auth = decode_xtext(given.value);
    if (!out->auth) return complaint(501, "5.5.4", "Syntax error in AUTH parameter value");
    return {};
}

Complaint no_dsn(std::string_view keyword) {
    return complaint(504, "5.7.0", cat("Sorry, ", keyword, " not supported, we do not allow DSN"));
}

Complaint take_ret(const EsmtpParameter& given, const ParameterPolicy& policy,
                   MailParameters* out) {
    if (!policy.dsn) return no_dsn("RET");
    if (!given.has_value) return complaint(501, "5.5.2", "RET requires a value");
    if (out->ret_given) return complaint(501, "5.5.0", "Duplicate RET parameter");
    out->ret_given = true;
    out->ret_headers = iequals(given.value, "hdrs");
    if (!out->ret_headers && !iequals(given.value, "full")) {
        return complaint(501, "5.5.2", cat("Bad argument \"", given.value, "\" to RET"));
    }
    return {};
}

Complaint take_envid(const EsmtpParameter& given, const ParameterPolicy& policy,
                     MailParameters* out) {
    if (!policy.dsn) return no_dsn("ENVID");
    if (!given.has_value) return complaint(501, "5.5.2", "ENVID requires a value");
    if (out->envid) return complaint(501, "5.5.0", "Duplicate ENVID parameter");
    out->envid = decode_xtext(given.value);
    if (!out->envid) return complaint(501, "5.5.4", "Syntax error in ENVID parameter value");
    return {};
}

Complaint check_by_time(const ParameterPolicy& policy, const MailParameters& by) {
    if (by.by_mode != 'R') return {};
    if (by.by_seconds <= 0) return complaint(501, "5.5.4", "mode R requires BY time > 0");
    if (by.by_seconds < policy.deliver_by_min) {
        return complaint(555, "5.5.2",
                         cat("time ", by.by_seconds, " less than ", policy.deliver_by_min));
    }
    return {};
}

Complaint take_by(const EsmtpParameter& given, const ParameterPolicy& policy, MailParameters* out) {
    if (!given.has_value) return complaint(501, "5.5.2", "BY= requires a value");
    const std::string value(given.value);
    char* end = nullptr;
    errno = 0;
    out->by_seconds = std::strtoll(value.c_str(), &end, 10);
    if (*end != ';') return complaint(501, "5.5.2", "BY= missing ';'");
    if (errno == ERANGE || out->by_seconds > kMaxBySeconds || out->by_seconds < -kMaxBySeconds) {
        return complaint(501, "5.5.2", cat("BY=", value, " out of range"));
    }
    const char mode = end[1];
    out->by_mode = to_upper(mode);
    if (out->by_mode != 'R' && out->by_mode != 'N') {
        return complaint(501, "5.5.2", cat("illegal by-mode '", is_print(mode) ? mode : '?', "'"));
    }
    const char trace = end[2];
    if (trace != '\0' && to_upper(trace) != 'T') {
        return complaint(501, "5.5.2",
                         cat("illegal by-trace '", is_print(trace) ? trace : '?', "'"));
    }
    out->by_trace = trace != '\0';
    out->by_given = true;
    return check_by_time(policy, *out);
}

Complaint take_notify(const EsmtpParameter& given, const ParameterPolicy& policy,
                      RcptParameters* out) {
    if (!policy.dsn) return no_dsn("NOTIFY");
    if (!given.has_value) return complaint(501, "5.5.2", "NOTIFY requires a value");
    out->notify_given = true;
    out->notify_success = out->notify_failure = out->notify_delay = false;
    if (iequals(given.value, "never")) return {};
    for (const std::string_view word : split(given.value, ',')) {
        if (iequals(word, "success")) {
            out->notify_success = true;
        } else if (iequals(word, "failure")) {
            out->notify_failure = true;
        } else if (iequals(word, "delay")) {
            out->notify_delay = true;
        } else {
            return complaint(501, "5.5.4", cat("Bad argument \"", word, "\"  to NOTIFY"));
        }
    }
    return {};
}

Complaint take_orcpt(const EsmtpParameter& given, const ParameterPolicy& policy,
                     RcptParameters* out) {
    if (!policy.dsn) return no_dsn("ORCPT");
    if (!given.has_value) return complaint(501, "5.5.2", "ORCPT requires a value");
    const std::size_t semicolon = given.value.find(';');
    const bool typed = semicolon != std::string_view::npos && semicolon > 0;
    const std::optional<std::string> decoded =
        typed ? decode_xtext(given.value.substr(semicolon + 1)) : std::nullopt;
    if (!decoded) return complaint(501, "5.5.4", "Syntax error in ORCPT parameter value");
    if (out->orcpt) return complaint(501, "5.5.0", "Duplicate ORCPT parameter");
    out->orcpt = cat(given.value.substr(0, semicolon + 1), *decoded);
    return {};
}

template <typename Out>
struct Row {
    std::string_view keyword;
    Complaint (*take)(const EsmtpParameter&, const ParameterPolicy&, Out*);
};

constexpr std::array kMailRows = {
    Row<MailParameters>{"SIZE", take_size},   Row<MailParameters>{"BODY", take_body},
    Row<MailParameters>{"AUTH", take_auth},   Row<MailParameters>{"RET", take_ret},
    Row<MailParameters>{"ENVID", take_envid}, Row<MailParameters>{"BY", take_by},
};
constexpr std::array kRcptRows = {
    Row<RcptParameters>{"NOTIFY", take_notify},
    Row<RcptParameters>{"ORCPT", take_orcpt},
};

template <typename Rows, typename Out>
Complaint take_all(const Rows& rows, const std::vector<EsmtpParameter>& parameters,
                   const ParameterPolicy& policy, Out* out) {
    for (const EsmtpParameter& parameter : parameters) {
        bool known = false;
        for (const auto& row : rows) {
            if (!iequals(row.keyword, parameter.keyword)) continue;
            known = true;
            if (Complaint bad = row.take(parameter, policy, out)) return bad;
        }
        if (!known) {
            return complaint(555, "5.5.4", cat(parameter.keyword, " parameter unrecognized"));
        }
    }
    return {};
}

}  // namespace

std::optional<ParameterError> parse_mail_parameters(const std::vector<EsmtpParameter>& parameters,
                                                    const ParameterPolicy& policy,
                                                    MailParameters* out) {
    return take_all(kMailRows, parameters, policy, out);
}

std::optional<ParameterError> parse_rcpt_parameters(const std::vector<EsmtpParameter>& parameters,
                                                    const ParameterPolicy& policy,
                                                    RcptParameters* out) {
    return take_all(kRcptRows, parameters, policy, out);
}

}  // namespace sm
