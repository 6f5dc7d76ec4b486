#include "sendmail/envelope/sender.h"

#include <gtest/gtest.h>

#include "libcf/test_config.h"

namespace sm {
namespace {

constexpr const char* kRules = R"(
S3
R$* < $+ > $*	$: $2
R$+ @ $+	$: $1 < @ $2 >
R$+ < @ alias >	$: $1 < @ host >
S0
R$* < @ tmp >	$: $[ broken $]
R$* < @ bad >	$#error $@ 5.1.8 $: "553 no such domain"
R$* < @ host >	$#local $: $1
R$* < @ $+ >	$#smtp $@ $2 $: $1 < @ $2 >
R$*	$#local $: $1
S4
R$* < @ $+ >	$: $1 @ $2
)";

struct SenderCase {
    const char* name;
    const char* given;
    const char* sender;
    const char* f;
    const char* mailer;
    const char* host;
    const char* address;
};

class SenderTest : public testing::TestWithParam<SenderCase> {
  protected:
    SenderTest() : outcome_(config_from(std::string(kTestMailers) + kRules)) {}
    void SetUp() override {
        ASSERT_TRUE(outcome_.usable) << testing::PrintToString(outcome_.messages);
        envelope_.macros.set_parent(&outcome_.config->macros);
    }
    ReadOutcome outcome_;
    Envelope envelope_;
};

TEST_P(SenderTest, MacrosAndTarget) {
    const SenderCase& row = GetParam();
    ASSERT_TRUE(
        set_envelope_sender(*outcome_.config, envelope_, row.given, Deadline::never()).ok());
    EXPECT_EQ(envelope_.sender, row.sender);
    EXPECT_EQ(envelope_.macros.get("f"), row.f);
    EXPECT_EQ(envelope_.macros.get("mail_mailer"), row.mailer);
    EXPECT_EQ(envelope_.macros.get("mail_host"), row.host);
    EXPECT_EQ(envelope_.macros.get("mail_addr"), row.address);
}

INSTANTIATE_TEST_SUITE_P(
    All, SenderTest,
    testing::Values(SenderCase{"Null", "<>", "<>", "", "local", "", ""},
                    SenderCase{"NullWithBlanks", "< >", "<>", "", "local", "", ""},
                    SenderCase{"User", "a", "a", "a", "local", "", "a"},
                    SenderCase{"Here", "<a@alias>", "<a@alias>", "a@host", "local", "", "a"},
                    SenderCase{"Elsewhere", "<a@b>", "<a@b>", "a@b", "smtp", "b", "a@b"},
                    SenderCase{"Phrase", "A B <a@alias> (c)", "A B <a@alias> (c)", "a@host",
                               "local", "", "a"}),
    [](const testing::TestParamInfo<SenderCase>& tp) { return tp.param.name; });

TEST_F(SenderTest, RefusedAndUnknown) {
    const auto set = [this](std::string_view address) {
        return set_envelope_sender(*outcome_.config, envelope_, address, Deadline::never());
    };
    EXPECT_EQ(set("<a@bad>").smtp, 553);
    const ParsedAddress later = set("<a@tmp>");
    EXPECT_EQ(later.status, Exit::kTempFail);
    EXPECT_EQ(later.smtp, 451);
    EXPECT_EQ(envelope_.sender, "<a@tmp>");
}

}  // namespace
}  // namespace sm
