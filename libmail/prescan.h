// Prescan: cutting addresses, rules and map values into tokens.
//
// A token is one operator character, a quoted string, or a run of other characters. White space
// separates and is dropped; "\x" belongs to a word, with its backslash.
// Unbalanced text is repaired and reported. Source: operations guide 5.1; doc/design/rewriting.md.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "libmail/token_list.h"

namespace sm {

enum class CharKind : unsigned char {
    kWord,
    kOperator,
    kSpace,
    kQuote,      // "
    kBackslash,  // the next character loses its meaning
};

// What each character is, for one set of operator characters (option OperatorChars).
class CharTable {
  public:
    // The characters ( ) < > , ; are operators always.
    explicit CharTable(std::string_view operators = ".:@[]");
    [[nodiscard]] CharKind kind(char c) const { return kinds_[static_cast<unsigned char>(c)]; }
    [[nodiscard]] bool is_operator(char c) const { return kind(c) == CharKind::kOperator; }
    // True when the token is a word (not a quoted string): two such in a row need a blank between.
    [[nodiscard]] bool is_word(std::string_view token) const {
        return !token.empty() && (kind(token.front()) == CharKind::kWord ||
                                  kind(token.front()) == CharKind::kBackslash);
    }

  private:
    std::array<CharKind, 256> kinds_{};
};

enum class ScanMode : unsigned char {
    kTokens,    // ( and ) are operators: test mode, rules
    kComments,  // (text) is skipped: addresses, map values
};

struct ScanOptions {
    ScanMode mode = ScanMode::kComments;
    char delimiter = 0;  // stops there outside quotes, comments and routes; 0: none
};

struct ScanReport {
    // "Unbalanced '<'" and the like, in order of discovery. The caller puts "<text>... " before.
    std::vector<std::string> complaints;
    // False: nothing usable (an open comment, too many tokens, token too long).
    bool usable = true;
    std::size_t consumed = 0;  // octets of the text read; the delimiter itself is not consumed
};

// Most tokens of one workspace, and octets of one token.
inline constexpr std::size_t kMaxTokens = 1000;
inline constexpr std::size_t kMaxTokenOctets = 2048;

// The fast form: appends views to `tokens`; they point into `buffer`, which must have room for
// scan_buffer_size(text.size()) octets.
[[nodiscard]] constexpr std::size_t scan_buffer_size(std::size_t text) {
    return 2 * text + 16;
}
[[nodiscard]] ScanReport prescan_views(std::string_view text, const CharTable& table,
                                       const ScanOptions& options, char* buffer,
                                       std::vector<std::string_view>& tokens);

struct Prescanned {
    TokenList tokens;
    ScanReport report;
};
[[nodiscard]] Prescanned prescan(std::string_view text, const CharTable& table,
                                 const ScanOptions& options = {});

// The tokens as text: `blank` between two words in a row, nothing elsewhere ('\0': never a blank).
[[nodiscard]] std::string join_tokens(const TokenList& tokens, const CharTable& table,
                                      char blank = ' ');

// A complaint about characters or length that no address may have ("" when there is none):
// "8-bit character in mailbox address \"a?b\"", "Address \"...\" too long (255 bytes max)".
[[nodiscard]] std::string address_text_fault(std::string_view text);

}  // namespace sm
