#include "sendmail/deliver/header_output.h"

#include <algorithm>
#include <array>

#include "libcf/address_parser.h"
#include "libsm/strings.h"
#include "sendmail/deliver/delivery_scope.h"

namespace sm {
namespace {

constexpr std::size_t kFoldAt = 78;
constexpr std::string_view kFold = ",\n        ";
constexpr char kMacroByte = '\x81';

enum class Policy : std::uint8_t {
    kAsIs,
    kSenders,     // rewritten as sender addresses
    kRecipients,  // rewritten as recipient addresses
    kNever,       // not sent on when the message brought it
    kBcc,
    kFullName,  // only for mailers with F=x
};

struct PolicyRow {
    std::string_view name;
    Policy policy;
};

constexpr std::array kPolicies = {
    PolicyRow{"from", Policy::kSenders},
    PolicyRow{"sender", Policy::kSenders},
    PolicyRow{"reply-to", Policy::kSenders},
    PolicyRow{"resent-from", Policy::kSenders},
    PolicyRow{"resent-sender", Policy::kSenders},
    PolicyRow{"resent-reply-to", Policy::kSenders},
    PolicyRow{"errors-to", Policy::kSenders},
    PolicyRow{"disposition-notification-to", Policy::kSenders},
    PolicyRow{"to", Policy::kRecipients},
    PolicyRow{"cc", Policy::kRecipients},
    PolicyRow{"resent-to", Policy::kRecipients},
    PolicyRow{"resent-cc", Policy::kRecipients},
    PolicyRow{"apparently-to", Policy::kRecipients},
    PolicyRow{"bcc", Policy::kBcc},
    PolicyRow{"resent-bcc", Policy::kBcc},
    PolicyRow{"return-path", Policy::kNever},
    PolicyRow{"content-length", Policy::kNever},
    PolicyRow{"full-name", Policy::kFullName},
};

Policy policy_of(std::string_view name) {
    for (const PolicyRow& row : kPolicies) {
        if (iequals(row.name, name)) return row.policy;
    }
    return Policy::kAsIs;
}

// Macros that were unknown when the message came; they stand as 0x81 and a name.
std::string expand_late(std::string_view text, const MacroScope& scope) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != kMacroByte || at + 1 >= text.size()) {
            out += text[at];
            continue;
        }
        std::string_view name = text.substr(at + 1, 1);
        const std::size_t close = text.find('}', at);
        if (name == "{" && close != std::string_view::npos) {
            name = text.substr(at + 2, close - at - 2);
            at = close;
        } else {
            ++at;
        }
        out += scope.get(name);
    }
    return out;
}

class FieldMaker {
  public:
    FieldMaker(const Envelope& envelope, const MailerSpec& mailer, const Config& config,
               MacroScope& scope)
        : envelope_(envelope), mailer_(mailer), scope_(scope), rewriter_(config, scope) {}

    // Empty text: the field is not sent.
    Result<std::string> make(const HeaderField& field) {
        const Policy policy = policy_of(field.name);
        if (!wanted(field, policy)) return std::string();
        const std::string value =
            field.is_template ? expand_late(field.value, scope_) : field.value;
        if (policy == Policy::kSenders || policy == Policy::kRecipients) {
            return addresses(field.name, value,
                             policy == Policy::kSenders ? AddressRole::kHeaderSender
                                                        : AddressRole::kHeaderRecipient);
        }
        if (policy == Policy::kBcc) return cat(field.name, ": ");
        return cat(field.name, ':', value);
    }

  private:
    [[nodiscard]] bool wanted(const HeaderField& field, Policy policy) const {
        if (policy == Policy::kBcc && envelope_.delete_bcc) return false;
        if (policy == Policy::kNever && !field.is_template) return false;
        if (policy == Policy::kFullName && !mailer_.has('x')) return false;
        if (!field.macro.empty() && scope_.get(field.macro).empty()) return false;
        if (field.flags.empty() || field.from_message) return true;
        return std::any_of(field.flags.begin(), field.flags.end(),
                           [this](char flag) { return mailer_.has(flag); });
    }

    Result<std::string> addresses(const std::string& name, std::string_view value,
                                  AddressRole role) {
        const std::string_view domain =
            domain_ ? *domain_ : domain_.emplace(added_domain(envelope_));
        std::vector<std::string> items;
        for (const std::string_view item : split_address_list(value)) {
            SM_TRY(std::string rewritten,
                   rewrite_for_mailer(rewriter_, item, role, mailer_, domain, rewrite_deadline()));
            items.push_back(std::move(rewritten));
        }
        return fold_address_list(name, items);
    }

    const Envelope& envelope_;
    const MailerSpec& mailer_;
    MacroScope& scope_;
    Rewriter rewriter_;
    std::optional<std::string> domain_{};
};

}  // namespace

std::vector<std::string_view> split_address_list(std::string_view text) {
    std::vector<std::string_view> items;
    std::size_t start = 0;
    int comments = 0;
    bool quoted = false;
    bool route = false;    // inside <>
    bool literal = false;  // inside []
    const auto take = [&](std::size_t end) {
        const std::string_view item = trim(text.substr(start, end - start));
        if (!item.empty()) items.push_back(item);
        start = end + 1;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') {
            ++i;
        } else if (quoted) {
            if (c == '"') quoted = false;
        } else if (c == '(') {
            ++comments;
        } else if (c == ')') {
            comments = std::max(0, comments - 1);
        } else if (comments > 0) {
            continue;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '<') {
            route = true;
        } else if (c == '>') {
            route = false;
        } else if (c == '[') {
            literal = true;
        } else if (c == ']') {
            literal = false;
        } else if (c == ',' && !route && !literal) {
            take(i);
        }
    }
    take(text.size());
    return items;
}

std::string fold_address_list(std::string_view name, const std::vector<std::string>& items) {
    std::string out = cat(name, ": ");
    std::size_t column = out.size();
    bool first = true;
    for (const std::string& item : items) {
        if (first) {
            column += item.size();
        } else if (column + 2 + item.size() > kFoldAt) {
            out += kFold;
            column = kFold.size() - 2 + item.size();
        } else {
            out += ", ";
            column += 2 + item.size();
        }
        out += item;
        first = false;
    }
    return out;
}

Result<std::vector<OutputField>> fields_for_mailer(const Envelope& envelope,
                                                   const MailerSpec& mailer, const Config& config,
                                                   MacroScope& scope) {
    FieldMaker maker(envelope, mailer, config, scope);
    std::vector<OutputField> out;
    for (const HeaderField& field : envelope.headers.fields()) {
        SM_TRY(std::string text, maker.make(field));
        if (!text.empty()) out.push_back({field.name, std::move(text)});
    }
    return out;
}

}  // namespace sm
