#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "libmap/map_builder.h"
#include "libmap/map_types.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

class BdbMapTest : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override { path_ = cat(directory_, "/map"); }

    void build(const std::string& path, const std::string& key, const std::string& value) const {
        auto builder = make_map_builder(GetParam(), path, MapBuildOptions{});
        ASSERT_TRUE(builder.ok()) << builder.error().text;
        ASSERT_TRUE((*builder)->put(key, value).ok());
        ASSERT_TRUE((*builder)->commit().ok());
    }

    [[nodiscard]] std::unique_ptr<Map> open(const std::string& flags) const {
        auto made = make_map("m", GetParam(), cat(flags, " ", path_), environment_);
        return made.ok() ? std::move(made).value() : nullptr;
    }

    static std::string look_up(Map& map, const std::string& key) {
        const auto answer = map.lookup(key, {}, Deadline::never());
        if (!answer.ok()) return cat("error: ", static_cast<int>(answer.error().code));
        return answer.value().value_or("absent");
    }

    const TestFolder folder_;
    const std::string& directory_ = folder_.path();
    std::string path_;
    MapEnvironment environment_;
};

TEST_P(BdbMapTest, ThreeOutcomes) {
    const auto map = open("");
    EXPECT_EQ(look_up(*map, "a"), "error: 75");
    build(path_, "a", "1");
    EXPECT_EQ(look_up(*map, "a"), "1");
    EXPECT_EQ(look_up(*map, "A"), "1");
    EXPECT_EQ(look_up(*map, "b"), "absent");
    ASSERT_EQ(::unlink(cat(path_, ".db").c_str()), 0);
    EXPECT_EQ(look_up(*map, "a"), "error: 75");
}

TEST_P(BdbMapTest, OptionalMapMayBeMissing) {
    EXPECT_EQ(look_up(*open("-o"), "a"), "absent");
}

TEST_P(BdbMapTest, FailureThatIsMaskedIsKnown) {
    const auto map = open("-T<TMPF>");
    EXPECT_EQ(look_up(*map, "a"), "a<TMPF>");
    ASSERT_NE(map->masked_failure(), nullptr);
    EXPECT_NE(map->masked_failure()->text.find("missing map file"), std::string::npos)
        << map->masked_failure()->text;
    EXPECT_EQ(map->probe("a", {}, Deadline::never()).status, 75);
    build(path_, "a", "1");
    EXPECT_EQ(look_up(*map, "a"), "1");
    EXPECT_EQ(map->masked_failure(), nullptr);
    EXPECT_EQ(look_up(*open("-t"), "b"), "absent");
}

TEST_P(BdbMapTest, EachRebuildIsSeenAtOnce) {
    const auto map = open("");
    for (int i = 0; i < 50; ++i) {
        build(path_, "a", cat(i));
        ASSERT_EQ(look_up(*map, "a"), cat(i));
    }
}

TEST_P(BdbMapTest, FileRenamedIntoPlaceIsSeenAtOnce) {
    build(path_, "a", "old");
    const std::string other = cat(directory_, "/other");
    build(other, "a", "new");
    const auto map = open("");
    EXPECT_EQ(look_up(*map, "a"), "old");
    ASSERT_EQ(std::rename(cat(other, ".db").c_str(), cat(path_, ".db").c_str()), 0);
    EXPECT_EQ(look_up(*map, "a"), "new");
}

TEST_P(BdbMapTest, LinkThatPointsElsewhereIsSeenSoon) {
    const std::string first = cat(directory_, "/first");
    const std::string second = cat(directory_, "/second");
    build(first, "a", "1");
    build(second, "a", "2");
    const std::string link = cat(path_, ".db");
    ASSERT_EQ(::symlink(cat(first, ".db").c_str(), link.c_str()), 0);
    const auto map = open("");
    EXPECT_EQ(look_up(*map, "a"), "1");
    ASSERT_EQ(::unlink(link.c_str()), 0);
    ASSERT_EQ(::symlink(cat(second, ".db").c_str(), link.c_str()), 0);
    ::usleep(50000);  // more than a tick of the coarse clock
    EXPECT_EQ(look_up(*map, "a"), "2");
}

TEST_P(BdbMapTest, KeysWithANullByte) {
    build(path_, std::string("a\0", 2), std::string("1\0", 2));
    EXPECT_EQ(look_up(*open(""), "a"), "1");
    EXPECT_EQ(look_up(*open("-N"), "a"), "1");
    EXPECT_EQ(look_up(*open("-O"), "a"), "absent");
    // After a rebuild without null bytes the same map goes on.
    const auto map = open("");
    EXPECT_EQ(look_up(*map, "a"), "1");
    build(path_, "a", "2");
    EXPECT_EQ(look_up(*map, "a"), "2");
}

// More than fits into what is handed to the library at once, in every way: many, empty, huge.
TEST_P(BdbMapTest, ManyEmptyAndHugeEntries) {
    constexpr int kMany = 60000;
    const std::string huge(3 << 20, 'x');
    auto builder = make_map_builder(GetParam(), path_, MapBuildOptions{});
    ASSERT_TRUE(builder.ok()) << builder.error().text;
    for (int i = 0; i < kMany; ++i) ASSERT_TRUE((*builder)->put(cat(i), "").ok());
    ASSERT_TRUE((*builder)->put("huge", huge).ok());
    ASSERT_TRUE((*builder)->put("last", "1").ok());
    ASSERT_TRUE((*builder)->commit().ok());
    int seen = 0;
    std::size_t octets = 0;
    const Status visited =
        for_each_entry(GetParam(), path_, [&](std::string_view, std::string_view value) {
            ++seen;
            octets += value.size();
        });
    ASSERT_TRUE(visited.ok()) << visited.error().text;
    EXPECT_EQ(seen, kMany + 2);
    EXPECT_EQ(octets, huge.size() + 1);
    const auto map = open("");
    EXPECT_EQ(look_up(*map, cat(kMany - 1)), "");
    EXPECT_EQ(look_up(*map, "last"), "1");
}

TEST_P(BdbMapTest, FirstValueOfAKeyAsStored) {
    build(path_, "a", "1");
    EXPECT_EQ(find_entry(GetParam(), path_, "a").value(), "1");
    EXPECT_EQ(find_entry(GetParam(), path_, "A").value(), std::nullopt);
    EXPECT_FALSE(find_entry(GetParam(), cat(path_, "2"), "a").ok());
}

TEST_P(BdbMapTest, KeepOldStartsFromWhatIsThere) {
    MapBuildOptions options;
    options.duplicates = true;
    auto first = make_map_builder(GetParam(), path_, options);
    ASSERT_TRUE(first.ok()) << first.error().text;
    for (const char* value : {"1", "2"}) ASSERT_TRUE((*first)->put("a", value).ok());
    ASSERT_TRUE((*first)->commit().ok());

    MapBuildOptions keep;  // without saying that it has duplicates
    keep.keep_old = true;
    auto second = make_map_builder(GetParam(), path_, keep);
    ASSERT_TRUE(second.ok()) << second.error().text;
    ASSERT_TRUE((*second)->put("b", "3").ok());
    EXPECT_TRUE((*second)->erase("c").ok());
    ASSERT_TRUE((*second)->commit().ok());

    std::multimap<std::string, std::string> entries;
    ASSERT_TRUE(
        for_each_entry(GetParam(), path_, [&](std::string_view key, std::string_view value) {
            entries.emplace(key, value);
        }).ok());
    const std::multimap<std::string, std::string> wanted{{"a", "1"}, {"a", "2"}, {"b", "3"}};
    EXPECT_EQ(entries, wanted);
}

TEST_P(BdbMapTest, KeepOldWaitsForTheOther) {
    build(path_, "a", "1");
    MapBuildOptions keep;
    keep.keep_old = true;
    auto holder = make_map_builder(GetParam(), path_, keep);
    ASSERT_TRUE(holder.ok()) << holder.error().text;
    const UniqueFd file(::open(cat(path_, ".db").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(try_lock(file.get(), LockMode::kExclusive).value());
    holder.value().reset();
    EXPECT_TRUE(try_lock(file.get(), LockMode::kExclusive).value());
}

INSTANTIATE_TEST_SUITE_P(Types, BdbMapTest, testing::Values("hash", "btree"));

}  // namespace
}  // namespace sm
