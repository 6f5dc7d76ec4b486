#include "sendmail/envelope/message_headers.h"

#include <algorithm>

#include "libcf/address_parser.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/envelope/derived.h"
#include "sendmail/envelope/mime_limits.h"

namespace sm {
namespace {

constexpr char kMacroByte = '\x81';

bool has_resent(const HeaderList& headers) {
    for (const HeaderField& field : headers.fields()) {
        if (istarts_with(field.name, "resent-")) return true;
    }
    return false;
}

// Whether an H line adds its field to this message.
bool is_wanted(const HeaderRule& rule, const Envelope& envelope, bool resent) {
    if (rule.is_check() || rule.text.empty()) return false;
    if (iequals(rule.name, "received") || iequals(rule.name, "return-path")) return true;
    if (envelope.headers.find(rule.name) != nullptr) return false;
    const bool for_resent = istarts_with(rule.name, "resent-");
    if (for_resent && !resent) return false;
    const bool from = iequals(rule.name, "from") || iequals(rule.name, "resent-from");
    return !(from && envelope.sender == "<>");
}

HeaderField make_field(const HeaderRule& rule, std::string value, bool is_template) {
    HeaderField field;
    field.name = rule.name;
    field.value = cat(" ", value);
    field.flags = rule.flags;
    field.macro = rule.macro;
    field.is_template = is_template;
    return field;
}

}  // namespace

std::string encode_late_macros(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '$' || at + 1 >= text.size()) {
            out += text[at];
        } else if (text[at + 1] == '$') {
            out += '$';
            ++at;
        } else {
            out += kMacroByte;
        }
    }
    return out;
}

HeaderList message_fields(const std::vector<ScannedField>& fields) {
    HeaderList out;
    for (const ScannedField& scanned : fields) {
        HeaderField field;
        field.name = scanned.name;
        field.value = scanned.value;
        field.from_message = true;
        out.append(std::move(field));
    }
    return out;
}

void apply_message_fields(const Config& config, Envelope& envelope) {
    if (config.options.single_line_from_header) {
        for (HeaderField& field : envelope.headers.fields()) {
            if (!iequals(field.name, "from")) continue;
            std::replace(field.value.begin(), field.value.end(), '\n', ' ');
        }
    }
    for (const std::string& line : limit_mime_fields(config.options, envelope.headers)) {
        log_message(LogPriority::kAlert, cat(envelope.id.str(), ": ", line));
    }
    derive_from_headers(envelope, config);
    MacroScope& macros = envelope.macros;
    if (envelope.message_class < 0) envelope.no_body_return = true;
    envelope.delete_bcc = true;
    // $a of a message that is sent on is the time of that.
    const std::string_view origin = has_resent(envelope.headers) ? "resent-date" : "date";
    if (const HeaderField* date = envelope.headers.find(origin)) {
        macros.set("a", trim(date->value));
    }
    if (!envelope.message_id.empty()) macros.set("msg_id", envelope.message_id);
    if (config.options.rrt_implies_dsn && envelope.headers.find("return-receipt-to") != nullptr) {
        for (Recipient& recipient : envelope.recipients) {
            if (!recipient.notify.given) recipient.notify = Notify{true, true, true, false};
        }
    }
    macros.set("c", cat(envelope.hop_count));
}

void add_configured_fields(const Config& config, Envelope& envelope,
                           const std::vector<HeaderField>& extra) {
    MacroScope scope(&envelope.macros);
    scope.set("g", envelope.macros.get("f"));
    // The reader of Received: learns the recipient only when it is not one of several, and never
    // from a report.
    if (envelope.recipients.size() == 1 && !envelope.is_response) {
        scope.set("u", envelope.recipients.front().address);
    } else {
        scope.hide("u");
    }
    const bool resent = has_resent(envelope.headers);
    std::vector<HeaderField> made;
    for (const HeaderRule& rule : config.headers) {
        if (!is_wanted(rule, envelope, resent)) continue;
        const bool late = iequals(rule.name, "return-path");
        std::string value = late ? encode_late_macros(rule.text) : expand_macros(rule.text, scope);
        if (trim(value).empty()) continue;
        if (iequals(rule.name, "message-id") || iequals(rule.name, "resent-message-id")) {
            envelope.message_id = trim(value);
            envelope.macros.set("msg_id", envelope.message_id);
        }
        made.push_back(make_field(rule, std::move(value), late));
    }
    made.insert(made.end(), extra.begin(), extra.end());
    std::vector<HeaderField>& fields = envelope.headers.fields();
    fields.insert(fields.begin(), std::make_move_iterator(made.begin()),
                  std::make_move_iterator(made.end()));
}

}  // namespace sm
