// DataDecoder: the octets behind DATA turned into message text: line ends become LF, the leading
// dot of stuffed lines is removed, the final "." line is found. Strict about line ends unless the
// policy says otherwise (RFC 5321 sections 2.3.8, 4.1.1.4 and 4.5.2; SMTP smuggling). No I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sm {

// What to do with a line feed without carriage return, or the other way round.
enum class BareOctet : std::uint8_t { kReject, kAccept, kSpace };

struct LinePolicy {
    BareOctet line_feed = BareOctet::kReject;
    BareOctet carriage_return = BareOctet::kReject;
    bool other_end = false;  // LF.LF, LF.CRLF and CRLF.LF end the message too
};

class DataDecoder {
  public:
    enum class State : std::uint8_t {
        kMore,  // wants more input
        kEnd,   // the final dot was read
        kBareLineFeed,
        kBareCarriageReturn,
    };

    explicit DataDecoder(LinePolicy policy) : policy_(policy) {}

    // Decodes `in`, appending text to *out. Returns the octets used: all of them, unless the
    // message ended or was refused. A CR at the very end is kept back until its successor is seen.
    std::size_t feed(std::string_view in, std::string* out);

    [[nodiscard]] State state() const { return state_; }
    // Seen so far in the text.
    [[nodiscard]] bool has_8bit() const { return has_8bit_; }
    [[nodiscard]] bool has_nul() const { return has_nul_; }

  private:
    void take_line_part(std::string_view part, std::string* out);
    bool take_bare(BareOctet policy, char octet, State refused, std::string* out);
    void end_line(bool crlf, std::string* out);

    LinePolicy policy_;
    State state_ = State::kMore;
    bool has_8bit_ = false;
    bool has_nul_ = false;
    bool at_start_ = true;          // of a line
    bool start_after_crlf_ = true;  // the line before ended with CRLF (or there was none)
    bool dot_ = false;              // the line began with "." and nothing else was seen yet
    bool cr_ = false;               // a CR whose successor is not known yet
};

}  // namespace sm
