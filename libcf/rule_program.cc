#include "libcf/rule_program.h"

#include "libcf/expand_macros.h"
#include "libsm/parse_number.h"

namespace sm {

std::uint32_t Interner::find(std::string_view word, std::uint64_t hash) const {
    if (slots_.empty()) return word_id::kUnknownWord;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash & mask; slots_[i].id != 0; i = (i + 1) & mask) {
        if (slots_[i].hash == hash && iequals(words_[slots_[i].id - word_id::kFirstWord], word)) {
            return slots_[i].id;
        }
    }
    return word_id::kUnknownWord;
}

std::uint32_t Interner::add(std::string_view word, std::uint64_t hash) {
    const std::uint32_t known = find(word, hash);
    if (known != word_id::kUnknownWord) return known;
    words_.emplace_back(texts_.emplace_back(word));
    const auto insert = [this](std::uint64_t new_hash, std::uint32_t id) {
        std::size_t i = new_hash & (slots_.size() - 1);
        while (slots_[i].id != 0) i = (i + 1) & (slots_.size() - 1);
        slots_[i] = Slot{new_hash, id};
    };
    const auto id = static_cast<std::uint32_t>(words_.size() - 1 + word_id::kFirstWord);
    if (words_.size() * 2 > slots_.size()) {
        const std::vector<Slot> old = std::move(slots_);
        slots_.assign(old.empty() ? 1024 : old.size() * 2, Slot{});
        for (const Slot& slot : old) {
            if (slot.id != 0) insert(slot.hash, slot.id);
        }
    }
    insert(hash, id);
    return id;
}

RuleProgram::RuleProgram() : sets_(kMaxRulesets) {
    for (int i = 0; i < kMaxRulesets; ++i) at(i).number = i;
}

int RuleProgram::find(std::string_view name) const {
    const auto known = names_.find(name);
    if (known != names_.end()) return known->second;
    const auto number = parse_int(name);
    if (number && *number >= 0 && *number < kMaxRulesets) return static_cast<int>(*number);
    return -1;
}

std::string_view RuleProgram::display_name(int number) const {
    static const std::vector<std::string> digits = [] {
        std::vector<std::string> out;
        for (int i = 0; i < kMaxRulesets; ++i) out.push_back(std::to_string(i));
        return out;
    }();
    const Ruleset& set = at(number);
    return set.name.empty() ? digits[static_cast<std::size_t>(number)] : set.name;
}

int RuleProgram::define_name(std::string_view name, int number, int* other) {
    const auto known = names_.find(name);
    if (known != names_.end()) {
        if (number >= 0 && known->second != number) {
            *other = known->second;
            return -1;
        }
        return known->second;
    }
    if (number < 0) {
        number = kMaxRulesets - 1;
        while (number >= kMaxRulesets / 2 && (at(number).defined || !at(number).name.empty())) {
            --number;
        }
        if (number < kMaxRulesets / 2) return -1;
    }
    names_.emplace(std::string(name), number);
    at(number).name = name;
    return number;
}

std::string_view RuleProgram::keep(std::string_view text) {
    return texts_.emplace_back(text);
}

WorkToken RuleProgram::make_token(std::string_view text) {
    WorkToken token{keep(text), folded_hash(text), word_id::kUnknownWord, table_.is_word(text)};
    token.id = words_.add(token.text, token.hash);
    return token;
}

WorkToken RuleProgram::marker(std::uint32_t id) {
    static constexpr std::array<std::string_view, 10> kTexts = {"",   "$#", "$@", "$:", "$|",
                                                                "$>", "$[", "$]", "$(", "$)"};
    return WorkToken{kTexts[id], 0, id, false};
}

std::string show_lhs(const Rule& rule, const ClassTable& classes) {
    std::string out;
    for (const LhsOp& op : rule.lhs) {
        if (!out.empty()) out += ' ';
        switch (op.kind) {
            case LhsKind::kToken:
                out += op.token.text;
                break;
            case LhsKind::kAny:
                out += "$*";
                break;
            case LhsKind::kSome:
                out += "$+";
                break;
            case LhsKind::kOne:
                out += "$-";
                break;
            case LhsKind::kEmpty:
                out += "$@";
                break;
            case LhsKind::kInClass:
                append(out, "$=", show_macro_name(classes.name(op.argument)));
                break;
            case LhsKind::kNotInClass:
                append(out, "$~", show_macro_name(classes.name(op.argument)));
                break;
            case LhsKind::kText:
                out += op.token.text;
                break;
            case LhsKind::kMacro:
                append(out, "$&", show_macro_name(op.token.text));
                break;
        }
    }
    return out;
}

std::string show_rhs(const Rule& rule) {
    std::string out;
    if (rule.effect == RuleEffect::kOnce) out = "$:";
    if (rule.effect == RuleEffect::kReturn) out = "$@";
    for (const RhsOp& op : rule.rhs) {
        if (!out.empty()) out += ' ';
        switch (op.kind) {
            case RhsKind::kToken:
                out += op.token.text;
                break;
            case RhsKind::kCapture:
                append(out, '$', static_cast<char>('0' + op.capture));
                break;
            case RhsKind::kMacro:
                append(out, "$&", show_macro_name(op.token.text));
                break;
        }
    }
    return out;
}

}  // namespace sm
