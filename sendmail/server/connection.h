// Connection: the two-way channel of one SMTP session: a stack of streams (socket or pipes, later
// TLS and SASL layers), input read line by line, output collected and written in one piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/byte_stream.h"
#include "libsm/traffic_log.h"

namespace sm {

class Connection {
  public:
    explicit Connection(std::unique_ptr<ByteStream> stream, std::size_t max_line);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    // The layers go from the top: each says good-bye through the one below.
    ~Connection();

    // What was put is written before the wait for input, and not before: the replies to a
    // pipelined group leave in one piece.
    // secret: the traffic log gets "****" in its place.
    [[nodiscard]] Result<LineReader::Line> read_line(Deadline deadline, bool secret = false);

    // Octets read but not used yet; fill() reads more (writing what was put first); false: end.
    [[nodiscard]] std::string_view buffered() const { return reader_.buffered(); }
    void consume(std::size_t count);
    [[nodiscard]] Result<bool> fill(Deadline deadline);

    // True when the client has sent something that was not read yet.
    [[nodiscard]] bool input_pending() const { return reader_.pending(); }
    // Plain text behind STARTTLS is thrown away.
    void discard_input() { reader_.discard_buffered(); }

    void put(std::string_view data) { output_ += data; }
    [[nodiscard]] Status flush(Deadline deadline);

    // A layer above the present top; it reads and writes through top().
    [[nodiscard]] ByteStream& top() { return *layers_.back(); }
    void push_layer(std::unique_ptr<ByteStream> layer);

    // Ends our side and reads for a moment what the client still sends: closing with unread input
    // would reset the connection and take our last reply from the client.
    void linger();

    void set_max_line(std::size_t max_line) { reader_.set_max_line(max_line); }
    [[nodiscard]] int fd() const { return layers_.front()->fd(); }

  private:
    std::vector<std::unique_ptr<ByteStream>> layers_;
    LineReader reader_;
    std::string output_;
    TrafficLines message_log_{Traffic::kIn};  // of what is taken by consume()
};

}  // namespace sm
