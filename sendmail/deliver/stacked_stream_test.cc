#include "sendmail/deliver/stacked_stream.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

// Notes what is done to it, its end included.
class NotingStream final : public ByteStream {
  public:
    NotingStream(std::string name, int fd, std::string* notes)
        : name_(std::move(name)), fd_(fd), notes_(notes) {}
    ~NotingStream() override { append(*notes_, "~", name_, " "); }
    Result<std::size_t> read(char* buffer, std::size_t /*size*/, Deadline /*deadline*/) override {
        append(*notes_, "read ", name_, " ");
        buffer[0] = 'x';
        return std::size_t{1};
    }
    Status write(std::string_view data, Deadline /*deadline*/) override {
        append(*notes_, "write ", name_, " ", data, " ");
        return {};
    }
    [[nodiscard]] bool pending() const override {
        append(*notes_, "pending ", name_, " ");
        return true;
    }
    [[nodiscard]] int fd() const override { return fd_; }

  private:
    std::string name_;
    int fd_;
    std::string* notes_;
};

struct Keeper {
    std::string* notes;
    ~Keeper() { append(*notes, "~keeper "); }
};

TEST(StackedStream, SpeaksThroughTheUpperAndWaitsOnTheLower) {
    std::string notes;
    const auto stack = stack_streams(std::make_unique<NotingStream>("lower", 7, &notes),
                                     std::make_unique<NotingStream>("upper", 8, &notes));
    char buffer[4];
    ASSERT_TRUE(stack->read(buffer, sizeof buffer, Deadline::never()).ok());
    EXPECT_TRUE(stack->write("y", Deadline::never()).ok());
    EXPECT_TRUE(stack->pending());
    EXPECT_EQ(stack->fd(), 7);
    EXPECT_EQ(notes, "read upper write upper y pending upper ");
}

TEST(StackedStream, TheUpperGoesFirst) {
    std::string notes;
    {
        auto keeper = std::make_shared<Keeper>();
        keeper->notes = &notes;
        const auto stack =
            stack_streams(std::make_unique<NotingStream>("lower", 7, &notes),
                          std::make_unique<NotingStream>("upper", 8, &notes), std::move(keeper));
    }
    EXPECT_EQ(notes, "~upper ~keeper ~lower ");
}

}  // namespace
}  // namespace sm
