#include "sendmail/deliver/stacked_stream.h"

namespace sm {
namespace {

class StackedStream final : public ByteStream {
  public:
    StackedStream(std::unique_ptr<ByteStream> lower, std::unique_ptr<ByteStream> upper,
                  std::shared_ptr<void> keeper)
        : lower_(std::move(lower)), keeper_(std::move(keeper)), upper_(std::move(upper)) {}

    [[nodiscard]] Result<std::size_t> read(char* buffer, std::size_t size,
                                           Deadline deadline) override {
        return upper_->read(buffer, size, deadline);
    }
    [[nodiscard]] Status write(std::string_view data, Deadline deadline) override {
        return upper_->write(data, deadline);
    }
    [[nodiscard]] bool pending() const override { return upper_->pending(); }
    [[nodiscard]] int fd() const override { return lower_->fd(); }

  private:
    // Destroyed from the last to the first: the upper stream says good-bye through the lower.
    std::unique_ptr<ByteStream> lower_;
    std::shared_ptr<void> keeper_;
    std::unique_ptr<ByteStream> upper_;
};

}  // namespace

std::unique_ptr<ByteStream> stack_streams(std::unique_ptr<ByteStream> lower,
                                          std::unique_ptr<ByteStream> upper,
                                          std::shared_ptr<void> keeper) {
    return std::make_unique<StackedStream>(std::move(lower), std::move(upper), std::move(keeper));
}

}  // namespace sm
