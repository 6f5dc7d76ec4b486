#include "libcf/trace_matcher.h"

#include "libcf/expand_macros.h"
#include "libcf/visible_text.h"
#include "libsm/trace.h"

namespace sm {

namespace {

std::string show_op(const LhsOp& op, const ClassTable& classes) {
    Rule one;
    one.lhs.push_back(op);
    return visible_operators(show_lhs(one, classes));
}

std::string shown(const WorkToken& token) {
    return token.is_marker() ? visible_operators(token.text) : std::string(token.text);
}

}  // namespace

void TraceMatcher::trace_step(int level, const char* what, const LhsOp& op, std::size_t at) const {
    if (!tracing(Trace::kRewrite, level)) return;
    trace_line(cat(what, " rp=", show_op(op, *classes_),
                   ", ap=", at < tokens_->size() ? shown((*tokens_)[at]) : std::string("<null>")));
}

// Takes the shortest extent of `op` at token `at`; moves `at` behind it.
bool TraceMatcher::advance(const LhsOp& op, std::size_t& at) {
    trace_step(35, "ADVANCE", op, at);
    const std::size_t first = at;
    const bool more = at < tokens_->size();
    bool too_long = false;
    switch (op.kind) {
        case LhsKind::kToken:
            if (!more || !same_token(op.token, (*tokens_)[at])) return false;
            ++at;
            break;
        case LhsKind::kAny:
        case LhsKind::kEmpty:
            break;
        case LhsKind::kSome:
        case LhsKind::kOne:
            if (!more) return false;
            ++at;
            break;
        case LhsKind::kInClass: {
            if (!more) return false;
            const WordSet& set = classes_->at(op.argument);
            do {
                if (at >= tokens_->size()) return false;
                trace_step(36, "EXTEND ", op, at);
                ++at;
            } while (
                !range_in_class(set, tokens_->data(), TokenRange{first, at}, blank_, &too_long));
            break;
        }
        case LhsKind::kNotInClass:
            if (!more || range_in_class(classes_->at(op.argument), tokens_->data(),
                                        TokenRange{first, first + 1}, blank_, &too_long)) {
                return false;
            }
            ++at;
            break;
        case LhsKind::kText:
        case LhsKind::kMacro: {
            if (!more) return false;
            const bool by_name = op.kind == LhsKind::kMacro && expand_;
            const std::string_view text = by_name ? expand_(op.token.text) : op.token.text;
            at = text_end(text, tokens_->data(), at, tokens_->size());
            if (at == kNoEnd) return false;
            break;
        }
    }
    const auto index = static_cast<std::size_t>(&op - lhs_->data());
    if (op.binds != 0) (*captures_)[op.binds] = TokenRange{first, at};
    if (op.can_extend()) choices_.push_back(Choice{index, TokenRange{first, at}});
    return true;
}

// Makes the innermost extendable operator take one token more (a class: as many as needed).
bool TraceMatcher::extend(std::size_t& op, std::size_t& at) {
    while (!choices_.empty()) {
        Choice& choice = choices_.back();
        const LhsOp& operation = (*lhs_)[choice.op];
        bool too_long = false;
        bool good = false;
        const bool in_class = operation.kind == LhsKind::kInClass;
        trace_step(36, "BACKUP ", operation, choice.extent.last);
        while (!good && choice.extent.last < tokens_->size()) {
            if (in_class) trace_step(36, "EXTEND ", operation, choice.extent.last);
            ++choice.extent.last;
            good = !in_class || range_in_class(classes_->at(operation.argument), tokens_->data(),
                                               choice.extent, blank_, &too_long);
        }
        if (good) {
            (*captures_)[operation.binds] = choice.extent;
            op = choice.op + 1;
            at = choice.extent.last;
            return true;
        }
        choices_.pop_back();
    }
    return false;
}

bool TraceMatcher::match(const std::vector<LhsOp>& lhs, const Workspace& tokens,
                         Captures& captures) {
    lhs_ = &lhs;
    tokens_ = &tokens;
    captures_ = &captures;
    choices_.clear();
    std::size_t op = 0;
    std::size_t at = 0;
    for (;;) {
        bool good = true;
        while (good && op < lhs.size()) {
            good = advance(lhs[op], at);
            if (good) ++op;
        }
        if (good && at == tokens.size()) return true;
        if (good && tracing(Trace::kRewrite, 35)) {
            trace_line(cat("ADVANCE rp=<null>, ap=", tokens[at].text));
        }
        if (!extend(op, at)) return false;
    }
}

}  // namespace sm
