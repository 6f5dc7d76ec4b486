// The structure of a MIME message (RFC 2045, 2046) as a stream of events: header sections,
// boundaries, contents. Formats only; tolerant: what is no structure is content.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"

namespace sm {

// Value of Content-Type taken apart.
struct ContentType {
    std::string type;      // "text/plain", lower case; "" when the field is absent or malformed
    std::string boundary;  // of multipart/*; "" none
};
// value: behind the colon, unfolded or not.
[[nodiscard]] ContentType parse_content_type(std::string_view value);

enum class PartKind : std::uint8_t {
    kLeaf,
    kMultipart,
    kMessage,  // message/rfc822: a header section and a part follow
    kOpaque,   // not looked into
};

// The header section of a part.
struct PartHeader {
    // Whole fields, continuation lines included, without their last line feed.
    std::vector<std::string> fields;
    std::string type;      // "" when there is no Content-Type
    std::string encoding;  // Content-Transfer-Encoding, lower case; "" when absent
    std::string boundary;
    PartKind kind = PartKind::kLeaf;
};

// True for the field "name: ..." (case-insensitive).
[[nodiscard]] bool is_field(std::string_view field, std::string_view name);

// What a reader of the structure is told. The first Error ends the reading and is passed on.
class MimeVisitor {
  public:
    virtual ~MimeVisitor() = default;
    // A header section inside the body, with the empty line behind it (ended false: the part ends
    // without one).
    [[nodiscard]] virtual Status part_header(PartHeader& header, bool ended) = 0;
    // Octets of a leaf. ends_line: a line feed follows, which is not part of `text`.
    [[nodiscard]] virtual Status leaf_text(std::string_view text, bool ends_line) = 0;
    // The leaf is complete. at_boundary: its last line feed belongs to the boundary.
    [[nodiscard]] virtual Status leaf_end(bool at_boundary) = 0;
    // Octets of preambles, epilogues, boundaries and opaque parts.
    [[nodiscard]] virtual Status other_text(std::string_view text, bool ends_line, bool opaque) = 0;
};

class MimeReader {
  public:
    // top: what the header of the message says (fields are not used). opaque: content types that
    // are not looked into; submessages: subtypes of message/ that are ("rfc822").
    MimeReader(const PartHeader& top, MimeVisitor& visitor,
               std::function<bool(std::string_view type)> opaque = {});

    // Text of the body, lines ended by LF, in pieces of any size.
    [[nodiscard]] Status feed(std::string_view piece);
    [[nodiscard]] Status finish();

  private:
    enum class State : std::uint8_t { kHeader, kLeaf, kOther, kOpaque };

    [[nodiscard]] Status take(std::string_view text, bool ends_line);
    [[nodiscard]] Status take_header_line(std::string_view line);
    [[nodiscard]] Status end_header(bool ended);
    [[nodiscard]] Status end_part(bool at_boundary);
    void enter(const PartHeader& header);
    void classify(PartHeader& header) const;
    // Index of the open boundary that `line` is, counted from the outermost; -1: none.
    [[nodiscard]] int match_boundary(std::string_view line, bool* closing) const;

    MimeVisitor& visitor_;
    std::function<bool(std::string_view)> opaque_;
    State state_ = State::kLeaf;
    std::vector<std::string> boundaries_;  // outermost first
    PartHeader header_;
    std::string line_;           // start of an unfinished line
    bool line_started_ = false;  // part of the line was handed on already
    int depth_ = 0;
};

}  // namespace sm
