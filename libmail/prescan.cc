#include "libmail/prescan.h"

#include <algorithm>

#include "libsm/strings.h"

namespace sm {

CharTable::CharTable(std::string_view operators) {
    kinds_.fill(CharKind::kWord);
    const auto set = [this](std::string_view chars, CharKind kind) {
        for (const char c : chars) kinds_[static_cast<unsigned char>(c)] = kind;
    };
    set(operators, CharKind::kOperator);
    set("()<>,;", CharKind::kOperator);
    set(" \t\n\r\f\v", CharKind::kSpace);
    set("\"", CharKind::kQuote);
    set("\\", CharKind::kBackslash);
}

namespace {

// One run over the text. Characters of the open token are copied to the buffer, because a token
// need not be one piece of it (comments, \!, unbalanced >).
class Scan {
  public:
    Scan(std::string_view text, const CharTable& table, const ScanOptions& options, char* buffer,
         std::vector<std::string_view>& tokens)
        : text_(text),
          table_(table),
          options_(options),
          out_(buffer),
          start_(buffer),
          tokens_(tokens) {}

    ScanReport run() {
        const char delimiter = options_.delimiter;
        for (; report_.consumed < text_.size(); ++report_.consumed) {
            const char c = text_[report_.consumed];
            if (c == delimiter && delimiter != 0 && !quoted_ && !escaped_ && !route_ &&
                comments_ == 0) {
                break;
            }
            feed(c);
        }
        close_open_ends();
        end_token();
        if (tokens_.size() > kMaxTokens) refuse("prescan: too many tokens");
        return std::move(report_);
    }

  private:
    void feed(char c) {
        if (escaped_) {
            feed_escaped(c);
            return;
        }
        const CharKind kind = table_.kind(c);
        if (kind == CharKind::kBackslash) {
            escaped_ = true;
        } else if (quoted_) {
            feed_quoted(c, kind);
        } else if (options_.mode == ScanMode::kComments &&
                   (c == '(' || c == ')' || comments_ > 0)) {
            feed_comment(c);
        } else if (kind == CharKind::kQuote) {
            end_token();
            quoted_ = true;
            *out_++ = c;
        } else if (kind == CharKind::kOperator) {
            feed_operator(c);
        } else if (kind == CharKind::kSpace) {
            end_token();
        } else if (kind == CharKind::kWord) {
            *out_++ = c;
        }
    }

    // "\!" is an old habit of shell users and means "!"; other pairs are kept as they are.
    void feed_escaped(char c) {
        escaped_ = false;
        if (comments_ > 0) return;
        if (c == '!' && !quoted_) {
            feed(c);
            return;
        }
        *out_++ = '\\';
        *out_++ = c;
    }

    void feed_quoted(char c, CharKind kind) {
        *out_++ = c;
        if (kind == CharKind::kQuote) {
            quoted_ = false;
            end_token();
        }
    }

    void feed_comment(char c) {
        if (c == '(') {
            end_token();
            ++comments_;
        } else if (c == ')') {
            if (comments_ > 0) {
                --comments_;
            } else {
                complain("Unbalanced ')'");
            }
        }
    }

    void feed_operator(char c) {
        // "<@a,@b:c@d>": the commas of a route are no delimiters.
        if (c == '@' && out_ == start_ && !tokens_.empty() && tokens_.back() == "<") route_ = true;
        if (c == '<') ++brackets_;
        if (c == '>') {
            if (brackets_ == 0) {
                complain("Unbalanced '>'");
                return;
            }
            --brackets_;
            route_ = false;
        }
        end_token();
        *out_++ = c;
        end_token();
    }

    // At the end of the text: what is still open is closed, one complaint each.
    void close_open_ends() {
        // What stands before an open comment will do, when there is something.
        report_.usable = report_.usable && (comments_ == 0 || !tokens_.empty());
        for (; comments_ > 0; --comments_) complain("Unbalanced '('");
        while (quoted_ || brackets_ > 0) {
            complain(quoted_ ? "Unbalanced '\"'" : "Unbalanced '<'");
            feed(quoted_ ? '"' : '>');
        }
        escaped_ = false;
    }

    void end_token() {
        if (out_ == start_) return;
        const auto size = static_cast<std::size_t>(out_ - start_);
        if (size > kMaxTokenOctets) refuse("prescan: token too long");
        tokens_.emplace_back(start_, size);
        start_ = out_;
    }

    void complain(const char* what) { report_.complaints.emplace_back(what); }
    void refuse(const char* what) {
        if (report_.usable) complain(what);
        report_.usable = false;
    }

    std::string_view text_;
    const CharTable& table_;
    const ScanOptions& options_;
    char* out_;
    char* start_;
    std::vector<std::string_view>& tokens_;
    ScanReport report_;
    bool quoted_ = false;
    bool escaped_ = false;
    bool route_ = false;
    std::size_t comments_ = 0;
    std::size_t brackets_ = 0;
};

constexpr std::size_t kMaxAddress = 255;

}  // namespace

ScanReport prescan_views(std::string_view text, const CharTable& table, const ScanOptions& options,
                         char* buffer, std::vector<std::string_view>& tokens) {
    return Scan(text, table, options, buffer, tokens).run();
}

Prescanned prescan(std::string_view text, const CharTable& table, const ScanOptions& options) {
    Prescanned out;
    std::string buffer(scan_buffer_size(text.size()), '\0');
    std::vector<std::string_view> views;
    out.report = prescan_views(text, table, options, buffer.data(), views);
    if (!out.report.usable) return out;
    out.tokens.reserve(views.size());
    for (const std::string_view view : views) {
        out.tokens.push_back(Token{std::string(view), Token::Kind::kText, false});
    }
    return out;
}

std::string join_tokens(const TokenList& tokens, const CharTable& table, char blank) {
    std::string out;
    bool last_was_word = false;
    for (const Token& token : tokens) {
        const bool word = !token.is_marker() && table.is_word(token.text);
        if (word && last_was_word && blank != '\0') out += blank;
        out += token.text;
        last_was_word = word;
    }
    return out;
}

std::string address_text_fault(std::string_view text) {
    std::string shown(text.substr(0, kMaxAddress));
    const auto control_bit = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 && byte <= 0x9F;
    };
    const bool odd = std::any_of(shown.begin(), shown.end(), control_bit);
    if (odd) {
        std::replace_if(shown.begin(), shown.end(), control_bit, '?');
        return cat("8-bit character in mailbox address \"", shown, "\"");
    }
    if (text.size() > kMaxAddress) {
        return cat("Address \"", shown, "\" too long (", kMaxAddress, " bytes max)");
    }
    return {};
}

}  // namespace sm
