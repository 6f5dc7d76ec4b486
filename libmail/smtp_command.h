// Syntax of SMTP commands (RFC 5321 section 4.1.1) as a tolerant server reads them. Formats only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

// A command line split into verb and argument; both are views into the line.
struct SmtpCommand {
    std::string_view verb;
    std::string_view argument;  // without white space around it
};

// White space before the verb is skipped; the verb ends at a blank or the end of the line.
[[nodiscard]] SmtpCommand split_command(std::string_view line);

// The wire form of a command line made fit for parsing: cut at the first NUL; the high bit of
// every octet is removed unless `keep_8bit`.
[[nodiscard]] std::string clean_command(std::string_view line, bool keep_8bit);

// A command line as it may be shown: of AUTH only the mechanism, for what follows is the secret.
[[nodiscard]] std::string without_secret(std::string_view line);

// One "KEYWORD" or "KEYWORD=value" of MAIL or RCPT.
struct EsmtpParameter {
    std::string_view keyword;
    std::string_view value;
    bool has_value = false;  // "=" was there, also with nothing behind it
};

// The argument of MAIL or RCPT: "FROM:<a@b> SIZE=5".
struct PathArgument {
    bool ok = false;           // false: the word was another one, no colon, or no address
    std::string_view scanned;  // ok false: the text for "scanning" in the complaint
    std::string_view address;  // as given, angle brackets included
    char unbalanced = '\0';    // '<' '(' or '"' that is never closed
    std::vector<EsmtpParameter> parameters;
};

// word: "FROM" or "TO", compared without regard to case. White space is allowed on both sides of
// the colon. The address ends at the first white space outside quotes, comments and angle
// brackets. Parameters follow the reference's tokenizing: a keyword is a run of letters, digits
// and '-'; a value ends at white space, a control character or '='.
[[nodiscard]] PathArgument parse_path_argument(std::string_view argument, std::string_view word);

// How many octets of `text` belong to its first address; see parse_path_argument.
[[nodiscard]] std::size_t address_length(std::string_view text);

// The characters of a HELO/EHLO argument: letters, digits and "[].-_#:".
[[nodiscard]] bool is_helo_name(std::string_view text);

}  // namespace sm
