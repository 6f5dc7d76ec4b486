// Engines are deprecated in OpenSSL 3; hardware modules that have no provider still need them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "libnet/tls_engine.h"

#include <openssl/engine.h>
#include <openssl/err.h>

#include <memory>

#include "libnet/openssl_handles.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using EnginePtr = std::unique_ptr<ENGINE, decltype(&ENGINE_free)>;

Error failed(std::string_view what, const std::string& name) {
    return make_error(Exit::kConfig,
                      cat("SSLEngine=", name, ": ", what, " failed: ", openssl_reason()));
}

EnginePtr load(const std::string& name, const std::string& directory) {
    if (directory.empty()) {
        ENGINE_load_builtin_engines();
        return {ENGINE_by_id(name.c_str()), &ENGINE_free};
    }
    EnginePtr engine(ENGINE_by_id("dynamic"), &ENGINE_free);
    const std::string file = cat(directory, "/lib", name, ".so");
    if (engine == nullptr || ENGINE_ctrl_cmd_string(engine.get(), "SO_PATH", file.c_str(), 0) != 1 ||
        ENGINE_ctrl_cmd_string(engine.get(), "LOAD", nullptr, 0) != 1) {
        engine.reset();
    }
    return engine;
}

}  // namespace

Status use_tls_engine(const std::string& name, const std::string& directory) {
    static bool done = false;
    if (done) return {};
    ERR_clear_error();
    const EnginePtr engine = load(name, directory);
    if (engine == nullptr) return failed("loading", name);
    if (ENGINE_init(engine.get()) != 1) return failed("ENGINE_init", name);
    const bool usable = ENGINE_set_default(engine.get(), ENGINE_METHOD_ALL) == 1;
    ENGINE_finish(engine.get());  // what it is the default for keeps it
    if (!usable) return failed("ENGINE_set_default", name);
    done = true;
    return {};
}

}  // namespace sm
