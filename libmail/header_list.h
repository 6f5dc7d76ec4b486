// HeaderList: the header fields of a message in order, each with the condition of its H line.
// Formats only (RFC 5322 section 2.2); which fields are added or dropped for a mailer is decided
// in sendmail/envelope/header_policy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct HeaderField {
    std::string name;  // as written
    // Behind the colon, with its leading blank; continuation lines keep their line feeds and
    // leading white space. Templates made from H lines keep macros as byte 0x81 + name.
    std::string value;
    std::string flags;          // of H?flags?: ; empty: unconditional
    std::string macro;          // of H?${macro}?:
    bool is_template = false;   // from an H line, not from the message: macros are expanded late
    bool from_message = false;  // was in the message: written whatever `flags` say
};

class HeaderList {
  public:
    [[nodiscard]] const std::vector<HeaderField>& fields() const { return fields_; }
    [[nodiscard]] std::vector<HeaderField>& fields() { return fields_; }
    [[nodiscard]] bool empty() const { return fields_.empty(); }

    // First field of that name (case-insensitive); nullptr: none.
    [[nodiscard]] const HeaderField* find(std::string_view name) const;
    [[nodiscard]] HeaderField* find(std::string_view name);
    [[nodiscard]] std::size_t count(std::string_view name) const;
    void append(HeaderField field) { fields_.push_back(std::move(field)); }
    // index: 0 is the first field.
    void insert(std::size_t index, HeaderField field);
    // Returns how many were removed.
    std::size_t remove(std::string_view name);
    // Octets of all fields as written, line ends counted as one.
    [[nodiscard]] std::size_t size() const;

  private:
    std::vector<HeaderField> fields_;
};

// What a header line is, for policy. Source: spec of the built-in header table (operations guide
// 5.7.1, 1.4).
enum class HeaderClass : std::uint8_t {
    kPlain,
    kRecipients,
    kSender,
    kTrace,
    kResent,
    kBcc,
    kContentType,
    kEncoding,
    kPrecedence,
    kReturnReceipt,
    kErrorsTo,
    kEndOfHeader
};
[[nodiscard]] HeaderClass header_class(std::string_view name);

}  // namespace sm
