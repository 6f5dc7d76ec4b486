// The security layer that a SASL mechanism agreed on (RFC 4422 section 3.7), as a stream.
#include <sasl/sasl.h>

#include <algorithm>
#include <cstring>

#include "libnet/sasl_handle.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kReadSize = 16384;

class SaslStream final : public ByteStream {
  public:
    SaslStream(sasl_conn* handle, ByteStream& below, std::size_t max_output)
        : handle_(handle), below_(&below), max_output_(max_output) {}

    [[nodiscard]] Result<std::size_t> read(char* buffer, std::size_t size,
                                           Deadline deadline) override {
        while (start_ == clear_.size()) {
            char raw[kReadSize];
            SM_TRY(const std::size_t count, below_->read(raw, sizeof raw, deadline));
            if (count == 0) return std::size_t{0};
            SM_CHECK_OK(decode(raw, count));
        }
        const std::size_t count = std::min(size, clear_.size() - start_);
        std::memcpy(buffer, clear_.data() + start_, count);
        start_ += count;
        return count;
    }

    [[nodiscard]] Status write(std::string_view data, Deadline deadline) override {
        std::string out;
        while (!data.empty()) {
            const std::string_view piece = data.substr(0, max_output_);
            const char* coded = nullptr;
            unsigned size = 0;
            const int code = sasl_encode(handle_, piece.data(), static_cast<unsigned>(piece.size()),
                                         &coded, &size);
            if (code != SASL_OK) return failed("sasl_encode", code);
            out.append(coded, size);
            data.remove_prefix(piece.size());
        }
        return below_->write(out, deadline);
    }

    [[nodiscard]] bool pending() const override {
        return start_ < clear_.size() || below_->pending();
    }
    [[nodiscard]] int fd() const override { return below_->fd(); }

  private:
    Error failed(std::string_view what, int code) const {
        return make_error(Exit::kIoErr, cat("AUTH: ", what, " error=", code));
    }

    // A piece may hold less than one coded block: then there is nothing to read yet.
    Status decode(const char* raw, std::size_t count) {
        clear_.clear();
        start_ = 0;
        const char* plain = nullptr;
        unsigned size = 0;
        const int code = sasl_decode(handle_, raw, static_cast<unsigned>(count), &plain, &size);
        if (code != SASL_OK) return failed("sasl_decode", code);
        if (size > 0) clear_.assign(plain, size);
        return {};
    }

    sasl_conn* handle_;
    ByteStream* below_;
    std::size_t max_output_;
    std::string clear_;
    std::size_t start_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> make_sasl_stream(sasl_conn* handle, ByteStream& below) {
    if (sasl_layer_strength(handle) == 0) return nullptr;
    const void* value = nullptr;
    std::size_t max_output = 1024;
    if (sasl_getprop(handle, SASL_MAXOUTBUF, &value) == SASL_OK && value != nullptr) {
        max_output = std::max(1U, *static_cast<const unsigned*>(value));
    }
    return std::make_unique<SaslStream>(handle, below, max_output);
}

}  // namespace sm
