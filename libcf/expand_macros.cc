// Macro expansion: of templates when they are used, and of cf lines while they are read.
#include "libcf/expand_macros.h"

#include "libsm/strings.h"

namespace sm {

std::string_view take_macro_name(std::string_view& rest) {
    if (rest.empty()) return {};
    if (rest.front() == '{') {
        const std::size_t close = rest.find('}');
        if (close != std::string_view::npos) {
            const std::string_view name = rest.substr(1, close - 1);
            rest.remove_prefix(close + 1);
            return name;
        }
    }
    const std::string_view name = rest.substr(0, 1);
    rest.remove_prefix(1);
    return name;
}

std::string show_macro_name(std::string_view name) {
    return name.size() == 1 ? std::string(name) : cat('{', name, '}');
}

namespace {

constexpr int kMaxDepth = 10;

// Operators of R lines, which reading leaves alone: $* $+ $- $= $~ $& $@ $: $> $[ $] $( $) $# $$
// $1..$9, and $| outside a conditional.
constexpr std::string_view kRuleOperators = "*+-=~&@:>[]()#$123456789";

class Expansion {
  public:
    Expansion(const MacroScope& scope, bool reading) : scope_(scope), reading_(reading) {}

    // Appends the expansion of `rest` up to its end, or, with `nested`, up to $| or $. of the
    // conditional that it belongs to (which is consumed). Returns the terminator ('\0', '|', '.').
    char expand(std::string_view& rest, bool nested, bool skip, int depth) {
        while (!rest.empty()) {
            const std::size_t dollar = rest.find('$');
            if (!skip) out_ += rest.substr(0, dollar);
            if (dollar == std::string_view::npos) break;
            rest.remove_prefix(dollar + 1);
            if (rest.empty()) {
                if (!skip) out_ += '$';
                return '\0';
            }
            const char c = rest.front();
            if (c == '?') {
                rest.remove_prefix(1);
                conditional(rest, skip, depth);
            } else if (nested && (c == '|' || c == '.')) {
                rest.remove_prefix(1);
                return c;
            } else {
                reference(rest, skip, depth);
            }
        }
        rest = {};
        return '\0';
    }

    std::string take() { return std::move(out_); }

  private:
    void conditional(std::string_view& rest, bool skip, int depth) {
        if (!rest.empty() && rest.front() == '&') rest.remove_prefix(1);
        const bool set = !scope_.get(take_macro_name(rest)).empty();
        if (expand(rest, true, skip || !set, depth) == '|') {
            while (expand(rest, true, skip || set, depth) == '|') {
            }
        }
    }

    void reference(std::string_view& rest, bool skip, int depth) {
        const char c = rest.front();
        if (reading_ && (c == '|' || kRuleOperators.find(c) != std::string_view::npos)) {
            keep_operator(rest, skip);
            return;
        }
        if (c == '$') {
            if (!skip) out_ += '$';
            rest.remove_prefix(1);
            return;
        }
        if (c == '&') rest.remove_prefix(1);
        const std::string_view name = take_macro_name(rest);
        if (!skip) value_of(name, depth);
    }

    // Leaves "$*" as it is; of "$=X" and "$&x" the name too.
    void keep_operator(std::string_view& rest, bool skip) {
        const std::string_view before = rest;
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '=' || c == '~' || c == '&') static_cast<void>(take_macro_name(rest));
        if (!skip) append(out_, '$', before.substr(0, before.size() - rest.size()));
    }

    void value_of(std::string_view name, int depth) {
        const std::string* value = scope_.find(name);
        if (value == nullptr) return;
        if (!scope_.is_template(name) || value->find('$') == std::string::npos ||
            depth >= kMaxDepth) {
            out_ += *value;
            return;
        }
        std::string_view rest = *value;
        static_cast<void>(expand(rest, false, false, depth + 1));
    }

    const MacroScope& scope_;
    bool reading_;
    std::string out_;
};

}  // namespace

std::string expand_macros(std::string_view text, const MacroScope& scope) {
    if (text.find('$') == std::string_view::npos) return std::string(text);
    Expansion expansion(scope, false);
    static_cast<void>(expansion.expand(text, false, false, 0));
    return expansion.take();
}

std::string expand_while_reading(std::string_view text, const MacroScope& scope) {
    if (text.find('$') == std::string_view::npos) return std::string(text);
    Expansion expansion(scope, true);
    static_cast<void>(expansion.expand(text, false, false, 0));
    return expansion.take();
}

}  // namespace sm
