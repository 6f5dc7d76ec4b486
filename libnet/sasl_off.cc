// The SASL layer of a build without SASL.
#include "libnet/sasl_client.h"
#include "libnet/sasl_server.h"

namespace sm {
namespace {

Error not_compiled_in() {
    return make_error(Exit::kUnavailable, "AUTH: not compiled in");
}

}  // namespace

Status prepare_sasl_server(const SaslPaths&) {
    return not_compiled_in();
}

void set_sasl_helpers(SaslHelpers) {}

Result<bool> check_sasl_password(std::string_view, std::string_view, std::string_view,
                                 std::string_view) {
    return not_compiled_in();
}

Result<std::optional<std::string>> look_up_sasl_secret(std::string_view, std::string_view,
                                                       std::string_view) {
    return not_compiled_in();
}

Result<std::unique_ptr<SaslServer>> make_sasl_server(const SaslServerOptions&) {
    return not_compiled_in();
}

Status prepare_sasl_client(const SaslPaths&) {
    return not_compiled_in();
}

Result<std::unique_ptr<SaslClient>> make_sasl_client(const SaslClientOptions&) {
    return not_compiled_in();
}

}  // namespace sm
