#include "libmail/header_list.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

HeaderField field(const char* name, const char* value) {
    HeaderField out;
    out.name = name;
    out.value = value;
    out.from_message = true;
    return out;
}

TEST(HeaderList, FindsTheFirstWithoutRegardToCase) {
    HeaderList list;
    list.append(field("Received", " one"));
    list.append(field("RECEIVED", " two"));
    list.append(field("Subject", " s"));
    ASSERT_NE(list.find("received"), nullptr);
    EXPECT_EQ(list.find("received")->value, " one");
    EXPECT_EQ(list.count("rEceived"), 2U);
    EXPECT_EQ(list.find("Receive"), nullptr);
    EXPECT_EQ(list.count(""), 0U);
}

TEST(HeaderList, InsertBeyondTheEndAppends) {
    HeaderList list;
    list.insert(7, field("B", " b"));
    list.insert(0, field("A", " a"));
    ASSERT_EQ(list.fields().size(), 2U);
    EXPECT_EQ(list.fields()[0].name, "A");
    EXPECT_EQ(list.fields()[1].name, "B");
}

TEST(HeaderList, RemoveTellsHowMany) {
    HeaderList list;
    list.append(field("Bcc", " x"));
    list.append(field("To", " y"));
    list.append(field("bcc", " z"));
    EXPECT_EQ(list.remove("BCC"), 2U);
    EXPECT_EQ(list.remove("BCC"), 0U);
    EXPECT_EQ(list.fields().size(), 1U);
}

TEST(HeaderList, SizeCountsNameColonValueAndLineEnd) {
    HeaderList list;
    EXPECT_EQ(list.size(), 0U);
    list.append(field("To", " a,\n\tb"));
    EXPECT_EQ(list.size(), std::string("To: a,\n\tb\n").size());
}

TEST(HeaderClassTest, KnownAndUnknown) {
    EXPECT_EQ(header_class("BCC"), HeaderClass::kBcc);
    EXPECT_EQ(header_class("Resent-Bcc"), HeaderClass::kBcc);
    EXPECT_EQ(header_class("cc "), HeaderClass::kRecipients);
    EXPECT_EQ(header_class("Received"), HeaderClass::kTrace);
    EXPECT_EQ(header_class("Receivedx"), HeaderClass::kPlain);
    EXPECT_EQ(header_class(""), HeaderClass::kPlain);
    EXPECT_EQ(header_class("Errors-To"), HeaderClass::kErrorsTo);
}

}  // namespace
}  // namespace sm
