#include "libmap/entry_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sm {
namespace {

std::vector<std::pair<std::string, std::string>> sorted(const EntryTable& table) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const EntryTable::Entry& entry : table.sorted_by_key()) {
        out.emplace_back(entry.key(), entry.value());
    }
    return out;
}

// Keys of few octets, zeros among them, that agree in long beginnings.
TEST(EntryTable, SortsAsStringsDo) {
    std::mt19937 random(7);
    EntryTable table;
    std::vector<std::pair<std::string, std::string>> wanted;
    for (int i = 0; i < 20000; ++i) {
        std::string key(random() % 3 * 7, 'a');
        const std::size_t more = random() % 14;
        for (std::size_t j = 0; j < more; ++j) key += "\0a\xFF"[random() % 3];
        wanted.emplace_back(key, std::to_string(i));
        ASSERT_TRUE(table.put(key, wanted.back().second, EntryTable::IfThere::kAdd));
    }
    std::stable_sort(wanted.begin(), wanted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    EXPECT_EQ(sorted(table), wanted);
}

TEST(EntryTable, WhatIsThere) {
    EntryTable table;
    const std::string same(70000, 'x');
    EXPECT_TRUE(table.put(same, "1", EntryTable::IfThere::kRefuse));
    EXPECT_FALSE(table.put(same, "2", EntryTable::IfThere::kRefuse));
    EXPECT_TRUE(table.put(same, "3", EntryTable::IfThere::kReplace));
    EXPECT_TRUE(table.put(same, "4", EntryTable::IfThere::kAdd));
    EXPECT_TRUE(table.put("", "empty", EntryTable::IfThere::kRefuse));
    EXPECT_TRUE(table.put("gone", "", EntryTable::IfThere::kRefuse));
    EXPECT_TRUE(table.erase("gone"));
    EXPECT_FALSE(table.erase("gone"));
    const std::vector<std::pair<std::string, std::string>> wanted{
        {"", "empty"}, {same, "3"}, {same, "4"}};
    EXPECT_EQ(sorted(table), wanted);
}

}  // namespace
}  // namespace sm
