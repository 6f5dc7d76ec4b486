// A stream that owns the stream below it, and whatever else must live as long.
#pragma once

#include <memory>

#include "libsm/byte_stream.h"

namespace sm {

// upper reads and writes through lower. keeper: may be empty.
[[nodiscard]] std::unique_ptr<ByteStream> stack_streams(std::unique_ptr<ByteStream> lower,
                                                        std::unique_ptr<ByteStream> upper,
                                                        std::shared_ptr<void> keeper = nullptr);

}  // namespace sm
