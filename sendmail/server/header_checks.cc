#include "sendmail/server/header_checks.h"

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxShownHeader = 256;
constexpr std::chrono::minutes kRulesetTime{5};

const HeaderRule* rule_for(const Config& config, std::string_view name) {
    const HeaderRule* fallback = nullptr;
    for (const HeaderRule& rule : config.headers) {
        if (!rule.is_check()) continue;
        if (iequals(rule.name, name)) return &rule;
        if (rule.name == "*") fallback = &rule;
    }
    return fallback;
}

// {currHeader} is one quoted string: rules match it as a single token.
std::string quoted(std::string_view value) {
    std::string out = "\"";
    for (const char c : value.substr(0, kMaxShownHeader)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out += '"';
}

}  // namespace

std::string without_comments(std::string_view value) {
    std::string out;
    int depth = 0;
    bool in_quotes = false;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char c = value[at];
        if (c == '\\' && at + 1 < value.size()) {
            if (depth == 0) append(out, c, value[at + 1]);
            ++at;
            continue;
        }
        if (c == '"' && depth == 0) in_quotes = !in_quotes;
        if (!in_quotes && c == '(') ++depth;
        if (depth == 0) out += c == '\n' ? ' ' : c;
        if (!in_quotes && c == ')' && depth > 0) --depth;
    }
    return std::string(trim(out));
}

void check_header_fields(
    const Config& config, Envelope& envelope,
    const std::function<bool(const CheckVerdict&, const std::string& ruleset,
                             const std::vector<std::string>& arguments)>& judge) {
    bool any = false;
    for (const HeaderRule& rule : config.headers) any = any || rule.is_check();
    if (!any) return;
    Rewriter rewriter(config, envelope.macros);
    // By index: a ruleset cannot change the list, but the macros it reads live beside it.
    for (const HeaderField& field : envelope.headers.fields()) {
        const HeaderRule* rule = rule_for(config, field.name);
        if (rule == nullptr) continue;
        envelope.macros.set("hdr_name", field.name);
        envelope.macros.set("hdrlen", cat(field.value.size()));
        envelope.macros.set("currHeader", quoted(field.value));
        const std::vector<std::string> arguments = {
            rule->keep_comments ? std::string(trim(field.value)) : without_comments(field.value)};
        const CheckVerdict verdict =
            check_ruleset(rewriter, rule->ruleset, arguments, Deadline::in(kRulesetTime));
        if (!verdict.accepted() && !judge(verdict, rule->ruleset, arguments)) return;
    }
}

}  // namespace sm
