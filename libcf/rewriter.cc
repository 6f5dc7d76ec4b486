#include "libcf/rewriter.h"

#include "libcf/rewrite_engine.h"

namespace sm {

namespace {

std::uint32_t marker_id(Token::Kind kind) {
    switch (kind) {
        case Token::Kind::kResolve:
            return word_id::kResolve;
        case Token::Kind::kHost:
            return word_id::kHost;
        case Token::Kind::kUser:
            return word_id::kUser;
        case Token::Kind::kSeparator:
            return word_id::kSeparator;
        case Token::Kind::kCall:
            return word_id::kCall;
        case Token::Kind::kText:
            break;
    }
    return word_id::kUnknownWord;
}

Token::Kind marker_kind(const WorkToken& token) {
    switch (token.id) {
        case word_id::kResolve:
            return Token::Kind::kResolve;
        case word_id::kHost:
            return Token::Kind::kHost;
        case word_id::kUser:
            return Token::Kind::kUser;
        case word_id::kSeparator:
            return Token::Kind::kSeparator;
        case word_id::kCall:
            return Token::Kind::kCall;
        default:
            return Token::Kind::kText;
    }
}

}  // namespace

Rewriter::Rewriter(const Config& config, MacroScope& macros)
    : config_(&config),
      macros_(&macros),
      engine_(std::make_shared<RewriteEngine>(config, macros)) {}

void Rewriter::set_show(bool show) {
    engine_->set_show(show);
}

RewriteOutcome Rewriter::rewrite(TokenList workspace, int ruleset, Deadline deadline) {
    engine_->begin(deadline);
    Workspace work;
    work.reserve(workspace.size() + 16);
    for (const Token& token : workspace) {
        work.push_back(token.is_marker() ? RuleProgram::marker(marker_id(token.kind))
                                         : engine_->make_view(token.text));
    }
    engine_->run(work, ruleset);
    RewriteOutcome out;
    out.status = engine_->status();
    if (out.status != Exit::kOk) out.message = engine_->message();
    out.tokens.reserve(work.size());
    for (const WorkToken& token : work) {
        out.tokens.push_back(Token{std::string(token.text), marker_kind(token), false});
    }
    return out;
}

RewriteOutcome Rewriter::rewrite(TokenList workspace, std::string_view ruleset, Deadline deadline) {
    return rewrite(std::move(workspace), config_->rules().find(ruleset), deadline);
}

}  // namespace sm
