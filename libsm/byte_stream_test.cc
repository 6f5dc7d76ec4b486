#include "libsm/byte_stream.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>

#include "libsm/process.h"

namespace sm {
namespace {

// Gives its script in pieces, as a network would.
class ScriptStream final : public ByteStream {
  public:
    explicit ScriptStream(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    Result<std::size_t> read(char* buffer, std::size_t size, Deadline) override {
        if (next_ == pieces_.size()) return std::size_t{0};
        const std::string& piece = pieces_[next_++];
        SM_CHECK(piece.size() <= size);
        piece.copy(buffer, piece.size());
        return piece.size();
    }
    Status write(std::string_view, Deadline) override { return {}; }
    [[nodiscard]] bool pending() const override { return next_ < pieces_.size(); }
    [[nodiscard]] int fd() const override { return -1; }

  private:
    std::vector<std::string> pieces_;
    std::size_t next_ = 0;
};

TEST(LineReader, LineEndsSplitOverReads) {
    ScriptStream stream({"ab", "c\r", "\nde\nf"});
    LineReader reader(stream, 100);
    auto line = *reader.read_line(Deadline::never());
    EXPECT_EQ(line.text, "abc");
    EXPECT_TRUE(line.crlf && line.complete);
    line = *reader.read_line(Deadline::never());
    EXPECT_EQ(line.text, "de");
    EXPECT_TRUE(!line.crlf && line.complete);
    line = *reader.read_line(Deadline::never());
    EXPECT_EQ(line.text, "f");
    EXPECT_FALSE(line.complete);
    EXPECT_TRUE(reader.read_line(Deadline::never())->end);
}

TEST(LineReader, LongLineIsCutAndTheNextOneIsWhole) {
    ScriptStream stream({std::string(50, 'x'), std::string(50, 'y') + "\r\nnext\r\n"});
    LineReader reader(stream, 10);
    auto line = *reader.read_line(Deadline::never());
    EXPECT_TRUE(line.too_long);
    EXPECT_EQ(line.text, std::string(10, 'x'));
    EXPECT_EQ(reader.read_line(Deadline::never())->text, "next");
}

TEST(LineReader, LineOfExactlyTheMaximum) {
    ScriptStream stream({"0123456789\r\n"});
    LineReader reader(stream, 10);
    const auto line = *reader.read_line(Deadline::never());
    EXPECT_FALSE(line.too_long);
    EXPECT_EQ(line.text, "0123456789");
}

TEST(LineReader, DiscardForgetsWhatWasSentAhead) {
    ScriptStream stream({"STARTTLS\r\nMAIL FROM:<evil>\r\n", "QUIT\r\n"});
    LineReader reader(stream, 100);
    EXPECT_EQ(reader.read_line(Deadline::never())->text, "STARTTLS");
    reader.discard_buffered();
    EXPECT_EQ(reader.read_line(Deadline::never())->text, "QUIT");
}

TEST(FdStream, ReadTimesOutAsTemporary) {
    auto pair = make_socket_pair();
    FdStream stream(std::move(pair->first));
    char octet = 0;
    const auto got = stream.read(&octet, 1, Deadline::in(std::chrono::milliseconds(5)));
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, Exit::kTempFail);
    EXPECT_EQ(got.error().sys_errno, ETIMEDOUT);
}

TEST(FdStream, WriteToAGonePeerIsAnError) {
    auto pair = make_socket_pair();
    FdStream stream(std::move(pair->first));
    pair->second.reset();
    ::signal(SIGPIPE, SIG_IGN);
    EXPECT_FALSE(stream.write("x", Deadline::never()).ok());
}

}  // namespace
}  // namespace sm
