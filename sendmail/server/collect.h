// Collecting a message: octets from the client (DATA) or from standard input become the header
// fields and the body file of an envelope. What the fields mean is message_headers.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "libmail/data_decoder.h"
#include "libmail/header_scan.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "sendmail/envelope/envelope.h"
#include "sendmail/server/connection.h"

namespace sm {

struct CollectLimits {
    std::int64_t max_message = 0;  // octets, 0: none
    std::int64_t max_headers = 0;
    bool save_from_line = false;
    std::chrono::seconds timeout{3600};  // for each wait
};

struct CollectResult {
    enum class End {
        kComplete,
        kBareLineFeed,  // refused: the connection must be closed
        kBareCarriageReturn,
        kLost,  // end of stream or error before the final dot
        kTimeout,
        kShutdown,  // SIGTERM while waiting
    };
    End end = End::kComplete;
    bool too_large = false;  // all was read, nothing kept
    bool headers_too_large = false;
    bool write_failed = false;  // error says why
    bool in_body = false;       // how far it came
    bool has_nul = false;
    std::int64_t size = 0;           // headers and body as text, line ends counted as one
    std::int64_t header_octets = 0;  // of size, the empty line included
    std::string header_text;         // fields as text; see scan
    HeaderScan scan{true};
    Error error{};
};

// Takes decoded text, keeps the header section in memory and writes the body to body_fd.
class MessageWriter {
  public:
    MessageWriter(int body_fd, const CollectLimits& limits, CollectResult* result);
    // Text with LF line ends, any pieces.
    void take(std::string_view text);
    void finish();

  private:
    void take_body(std::string_view text);
    void flush();

    int body_fd_;
    const CollectLimits& limits_;
    CollectResult* result_;
    std::string body_;       // not written yet
    bool end_seen_ = false;  // of the header section
};

// Reads up to the final dot. The envelope has a body file (QueueStore::begin). started: called
// once, before the first wait (the 354 is flushed by the connection).
[[nodiscard]] CollectResult collect_smtp(Connection& connection, LinePolicy policy,
                                         const CollectLimits& limits, Envelope& envelope);

// Reads standard input to its end, or to a line "." unless ignore_dots. CRLF becomes LF.
[[nodiscard]] CollectResult collect_input(ByteStream& input, bool ignore_dots,
                                          const CollectLimits& limits, Envelope& envelope);

}  // namespace sm
