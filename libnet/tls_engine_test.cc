#include "libnet/tls_engine.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "libnet/tls_context.h"
#include "libsm/strings.h"

namespace sm {
namespace {

TEST(TlsEngine, OneThatIsNotThereTurnsTlsOff) {
    const Status used = use_tls_engine("nosuch", "");
    ASSERT_FALSE(used.ok());
    EXPECT_EQ(used.error().code, Exit::kConfig);
    EXPECT_TRUE(used.error().text.starts_with("SSLEngine=nosuch: loading failed: "));
    TlsOptions options;
    options.engine = "nosuch";
    options.engine_path = "/nonexistent";
    options.need_cert = false;
    std::vector<std::string> notes;
    const auto context = make_tls_client_context(options, &notes);
    ASSERT_FALSE(context.ok());
    EXPECT_TRUE(context.error().text.starts_with("STARTTLS=client, error: SSLEngine=nosuch: "));
}

// The library's own engine that does nothing by default, under the name that the option forms.
TEST(TlsEngine, LoadedFromADirectory) {
    const char* const where = OPENSSL_info(OPENSSL_INFO_ENGINES_DIR);
    const std::filesystem::path engine =
        std::filesystem::path(where == nullptr ? "" : where) / "loader_attic.so";
    if (!std::filesystem::exists(engine)) GTEST_SKIP() << "no engine here";
    const auto directory =
        std::filesystem::temp_directory_path() / cat("sm-engine.", ::getpid());
    std::filesystem::create_directory(directory);
    std::filesystem::create_symlink(engine, directory / "libloader_attic.so");
    TlsOptions options;
    options.engine = "loader_attic";
    options.engine_path = directory.string();
    options.need_cert = false;
    std::vector<std::string> notes;
    const auto context = make_tls_client_context(options, &notes);
    std::filesystem::remove_all(directory);
    ASSERT_TRUE(context.ok()) << context.error().text;
    EXPECT_EQ(notes.front(), "STARTTLS=client, engine=loader_attic");
}

}  // namespace
}  // namespace sm
