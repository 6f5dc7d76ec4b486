// Taking an address apart into the address proper and what people see: phrase, comments, group.
#include "libcf/address_parser.h"
#include "libsm/strings.h"

namespace sm {

namespace {

// One pass; keeps what was read as phrase until it is clear what is the address.
class Cracker {
  public:
    Cracker(std::string_view text, std::string_view must_quote)
        : text_(text), must_quote_(must_quote) {}

    void run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '(') {
                take_comment();
            } else if (c == ')') {
                ++at_;
            } else if (c == '"' || c == '\\') {
                take_quoted();
            } else if (c == '<') {
                open_bracket();
            } else if (c == '>' && bracket_) {
                close_bracket();
            } else if (c == '>') {
                ++at_;
            } else if (c == ':' && !bracket_ && !literal_ && !group_) {
                take_colon();
            } else if (c == ';' && !bracket_) {
                if (group_ || seen_address_) after_ += ';';
                ++at_;
            } else {
                take_text(c);
            }
        }
        if (bracket_) close_bracket();
    }

    [[nodiscard]] std::string frame() const {
        const std::string_view body = empty_bracket_ ? "" : "$g";
        if (had_bracket_) {
            return cat(lead_, '<', inside_lead_, seen_address_ ? body : "", inside_tail_, '>',
                       after_);
        }
        if (!after_.empty() && !seen_address_) return cat(lead_, after_, "$g");
        if (!seen_address_) return cat(trim_right(lead_), after_);
        return cat(lead_, "$g", after_);
    }
    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    void take_comment() {
        std::string comment;
        int depth = 0;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            comment += c;
            if (c == '\\' && at_ < text_.size()) {
                comment += text_[at_++];
            } else if (c == '(') {
                ++depth;
            } else if (c == ')' && --depth == 0) {
                break;
            }
        }
        comment.append(static_cast<std::size_t>(depth), ')');
        if (bracket_) {
            append(seen_address_ ? inside_tail_ : inside_lead_, seen_address_ ? " " : "", comment,
                   seen_address_ ? "" : " ");
        } else if (seen_address_) {
            append(after_, ' ', comment);
            pending_ += comment;
        } else {
            append(lead_, comment, ' ');
            pending_ += comment;
        }
    }

    void take_quoted() {
        std::string piece;
        if (text_[at_] == '\\') {
            piece = text_.substr(at_, 2);
            at_ += piece.size();
        } else {
            piece = text_.substr(at_++, 1);
            while (at_ < text_.size()) {
                const char c = text_[at_++];
                piece += c;
                if (c == '\\' && at_ < text_.size()) {
                    piece += text_[at_++];
                } else if (c == '"') {
                    break;
                }
            }
            if (piece.size() == 1 || piece.back() != '"') piece += '"';
        }
        add(piece);
    }

    void take_text(char c) {
        ++at_;
        if (is_space(c)) {
            pending_ += c;
            if (!bracket_) phrase_ += c;
            return;
        }
        add(std::string_view(&c, 1));
    }

    void add(std::string_view piece) {
        if (closed_) {  // text behind <...> is no part of the address
            append(after_, pending_, piece);
            pending_.clear();
            return;
        }
        if (piece == "[") literal_ = true;
        if (piece == "]") literal_ = false;
        address_ += piece;
        if (!bracket_) phrase_ += piece;
        seen_address_ = true;
    }

    // Everything so far was a phrase.
    void open_bracket() {
        if (had_bracket_) {
            const std::string_view core = trim_right(text_.substr(0, at_));
            lead_ = cat('"', core, '"', text_.substr(core.size(), at_ - core.size()));
        } else if (!phrase_.empty()) {
            lead_ = quoted_phrase(text_.substr(0, at_));
        }
        ++at_;
        bracket_ = true;
        had_bracket_ = true;
        closed_ = false;
        seen_address_ = false;
        address_.clear();
        after_.clear();
        inside_lead_.clear();
        inside_tail_.clear();
    }

    void close_bracket() {
        bracket_ = false;
        closed_ = true;
        pending_.clear();
        empty_bracket_ = !seen_address_;
        if (at_ < text_.size()) ++at_;
    }

    // "::" is no group; neither is a colon inside brackets.
    void take_colon() {
        if (text_.substr(at_, 2) == "::") {
            add("::");
            at_ += 2;
            return;
        }
        ++at_;
        if (closed_) return;
        group_ = true;
        lead_ = cat(quoted_phrase(text_.substr(0, at_ - 1)), ':');
        while (at_ < text_.size() && text_[at_] == ' ') {
            lead_ += ' ';
            ++at_;
        }
        phrase_.clear();
        address_.clear();
        after_.clear();
        seen_address_ = false;
    }

    // Whether a phrase has characters outside quotes and comments that it may not have there.
    [[nodiscard]] bool must_be_quoted(std::string_view phrase) const {
        constexpr std::string_view kAlways = "@,;:\\<>[]";
        bool quoted = false;
        int depth = 0;
        for (std::size_t i = 0; i < phrase.size(); ++i) {
            const char c = phrase[i];
            if (c == '\\' && (quoted || depth > 0)) {
                ++i;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
            } else if (quoted) {
                continue;
            } else if (c == '(') {
                ++depth;
            } else if (c == ')' && depth > 0) {
                --depth;
            } else if (depth == 0 && (c == ')' || kAlways.find(c) != std::string_view::npos ||
                                      must_quote_.find(c) != std::string_view::npos)) {
                return true;
            }
        }
        return quoted;
    }

    // A backslash and what follows it mean the same inside quotes.
    [[nodiscard]] std::string quoted_phrase(std::string_view phrase) const {
        const std::string_view core = trim_right(phrase);
        if (!must_be_quoted(core)) return std::string(phrase);
        std::string inner;
        for (std::size_t i = 0; i < core.size(); ++i) {
            if (core[i] == '"' || (core[i] == '\\' && i + 1 == core.size())) inner += '\\';
            inner += core[i];
            if (core[i] == '\\' && i + 1 < core.size()) inner += core[++i];
        }
        return cat('"', inner, '"', phrase.substr(core.size()));
    }

    std::string_view text_;
    std::string_view must_quote_;  // in phrases, besides kAlways
    std::size_t at_ = 0;
    std::string lead_;
    std::string phrase_;
    std::string pending_;
    std::string address_;
    std::string after_;
    std::string inside_lead_;
    std::string inside_tail_;
    bool bracket_ = false;
    bool had_bracket_ = false;
    bool closed_ = false;
    bool empty_bracket_ = false;
    bool group_ = false;
    bool literal_ = false;  // between [ and ]
    bool seen_address_ = false;
};

}  // namespace

std::string crack_template(std::string_view text, std::string_view must_quote) {
    Cracker cracker(trim(text), must_quote);
    cracker.run();
    return cracker.frame();
}

std::string crack_address(std::string_view text) {
    Cracker cracker(trim(text), "");
    cracker.run();
    return cracker.address();
}

}  // namespace sm
