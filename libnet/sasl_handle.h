// What both sides of a SASL exchange share: the connection handle, properties, callbacks of the
// library as a whole. For the .cc files of the SASL layer only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "libnet/sasl_server.h"
#include "libsm/result.h"

struct sasl_conn;
struct sasl_callback;

namespace sm {

struct SaslDelete {
    void operator()(sasl_conn* handle) const;
};
using SaslPtr = std::unique_ptr<sasl_conn, SaslDelete>;

// A callback as the library stores it.
template <typename Function>
[[nodiscard]] auto sasl_function(Function* function) -> int (*)() {
    return reinterpret_cast<int (*)()>(reinterpret_cast<void (*)()>(function));
}

// Callbacks for the whole library: log, search paths. The array lives as long as the program.
[[nodiscard]] const sasl_callback* sasl_library_callbacks(const SaslPaths& paths);

struct SaslSecurity {
    std::string_view auth_options;
    std::int64_t max_bits = 0;
    unsigned tls_bits = 0;
    std::string_view external_id;
};
[[nodiscard]] Status set_sasl_security(sasl_conn* handle, const SaslSecurity& security);

// "authentication failure (-13) SASL(-13): authentication failure: ...", printable.
[[nodiscard]] std::string sasl_reason(sasl_conn* handle, int code);

// A property that is text; "" when it is not set.
[[nodiscard]] std::string sasl_text_property(sasl_conn* handle, int property);
[[nodiscard]] unsigned sasl_layer_strength(sasl_conn* handle);

// nullptr when no layer was agreed on.
[[nodiscard]] std::unique_ptr<ByteStream> make_sasl_stream(sasl_conn* handle, ByteStream& below);

}  // namespace sm
