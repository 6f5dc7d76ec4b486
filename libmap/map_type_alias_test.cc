#include "libmap/map_type_alias.h"

#include <gtest/gtest.h>

#include "libmap/cf_values.h"
#include "libsm/features.h"

namespace sm {
namespace {

TEST(MapTypeAlias, ClassesThatStandForOthers) {
    const auto aliases = parse_map_type_aliases(" HASH:text , btree: text,");
    ASSERT_FALSE(aliases.ok()) << "nobody builds text maps";
    const auto none = parse_map_type_aliases("");
    ASSERT_TRUE(none.ok());
    EXPECT_EQ(used_map_type(*none, "Hash"), "Hash");
    EXPECT_EQ(used_map_type(*none, "implicit"), "implicit");
}

TEST(MapTypeAlias, ImplicitGoesWithHash) {
    const MapTypeAliases aliases{{"hash", "cdb"}};
    EXPECT_EQ(used_map_type(aliases, "implicit"), "cdb");
    EXPECT_EQ(used_map_type(aliases, "HASH"), "cdb");
    EXPECT_EQ(used_map_type(aliases, "btree"), "btree");
    const MapTypeAliases both{{"hash", "cdb"}, {"implicit", "lmdb"}};
    EXPECT_EQ(used_map_type(both, "implicit"), "lmdb");
}

TEST(MapTypeAlias, Refused) {
    for (const char* text : {"cdb:hash", "hash", "hash:", "hash:nosuch", "hash:implicit", ":cdb"}) {
        const auto aliases = parse_map_type_aliases(text);
        ASSERT_FALSE(aliases.ok()) << text;
        EXPECT_EQ(aliases.error().code, Exit::kConfig) << text;
        EXPECT_EQ(aliases.error().text.find("MapTypeAlias: \""), 0U) << aliases.error().text;
    }
}

TEST(CfValues, TheLastLineOfAFileCounts) {
    const auto values = options_in_text(
        "O MapTypeAlias=a\n#O MapTypeAlias=b\nO maptypealias = c \n"
        "O MapTypeAliasX=d\nDMx\nOMapTypeAlias=e\n",
        "MapTypeAlias");
    EXPECT_EQ(values, (std::vector<std::string_view>{"a", "c"}));
    EXPECT_EQ(options_in_text("OA/etc/aliases\nO AliasFile=/b\n", "AliasFile", 'A'),
              (std::vector<std::string_view>{"/etc/aliases", "/b"}));
    EXPECT_FALSE(type_aliases_of("O MapTypeAlias=hash:nosuch\n").ok());
    EXPECT_TRUE(type_aliases_of("V10/Berkeley\n").ok());
}

}  // namespace
}  // namespace sm
