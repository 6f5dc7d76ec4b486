// The library writes the files and says what is in them.
#include "libmap/bdb_file.h"

#include <db.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

struct DbCloser {
    void operator()(DB* db) const { db->close(db, 0); }
};
using Database = std::unique_ptr<DB, DbCloser>;
using Entries = std::multimap<std::string, std::string>;

struct Form {
    const char* name;
    BdbKind kind;
    unsigned page_size;
    int byte_order;  // 0: ours
    unsigned flags;  // DB_DUP, ...
};

std::string random_text(std::mt19937& chance, std::size_t most) {
    // No empty ones: the library stores, but does not find them.
    std::string out(std::uniform_int_distribution<std::size_t>(1, most)(chance), '\0');
    // Few letters, so that many begin alike; octets with the highest bit too.
    constexpr std::string_view kLetters("ab\x01\xff\x80", 5);
    for (char& c : out) c = kLetters[chance() % kLetters.size()];
    return out;
}

DBT dbt(const std::string& text) {
    DBT out{};
    out.data = const_cast<char*>(text.data());
    out.size = static_cast<u_int32_t>(text.size());
    return out;
}

class BdbFileTest : public testing::TestWithParam<Form> {
  protected:
    void SetUp() override { path_ = cat(directory_, "/m.db"); }

    // What was added; the order of equal keys is that of the library.
    void write(const Entries& entries) {
        DB* raw = nullptr;
        ASSERT_EQ(::db_create(&raw, nullptr, 0), 0);
        const Database db(raw);
        const Form& form = GetParam();
        ASSERT_EQ(db->set_pagesize(raw, form.page_size), 0);
        if (form.byte_order != 0) {
            ASSERT_EQ(db->set_lorder(raw, form.byte_order), 0);
        }
        if (form.flags != 0) {
            ASSERT_EQ(db->set_flags(raw, form.flags), 0);
        }
        db->set_errcall(raw, [](const DB_ENV*, const char*, const char*) {});
        const DBTYPE type = form.kind == BdbKind::kHash ? DB_HASH : DB_BTREE;
        ASSERT_EQ(db->open(raw, nullptr, path_.c_str(), nullptr, type, DB_CREATE, 0644), 0);
        for (const auto& [key, value] : entries) {
            DBT k = dbt(key);
            DBT v = dbt(value);
            const int code = db->put(raw, nullptr, &k, &v, 0);
            ASSERT_TRUE(code == 0 || code == DB_KEYEXIST) << ::db_strerror(code);
        }
    }

    // Key and values in the order that the library gives them.
    std::map<std::string, std::vector<std::string>> read_all() {
        std::map<std::string, std::vector<std::string>> out;
        DB* raw = nullptr;
        EXPECT_EQ(::db_create(&raw, nullptr, 0), 0);
        const Database db(raw);
        EXPECT_EQ(db->open(raw, nullptr, path_.c_str(), nullptr, DB_UNKNOWN, DB_RDONLY, 0), 0);
        DBC* cursor = nullptr;
        EXPECT_EQ(db->cursor(raw, nullptr, &cursor, 0), 0);
        DBT k{};
        DBT v{};
        while (cursor->get(cursor, &k, &v, DB_NEXT) == 0) {
            out[std::string(static_cast<char*>(k.data), k.size)].emplace_back(
                static_cast<char*>(v.data), v.size);
        }
        cursor->close(cursor);
        return out;
    }

    Status open(BdbFile& file) const {
        const UniqueFd fd = std::move(open_file(path_, O_RDONLY)).value();
        return file.open(fd.get(), GetParam().kind, path_);
    }

    static Result<std::vector<std::string>> values(const BdbFile& file, const std::string& key) {
        std::vector<std::string> out;
        SM_TRY(const bool found, file.each_value(key, [&out](std::string_view value) {
            out.emplace_back(value);
            return true;
        }));
        EXPECT_EQ(found, !out.empty());
        return out;
    }

    static Entries random_entries(unsigned seed, std::size_t count, std::size_t longest = 9000) {
        std::mt19937 chance(seed);
        Entries out;
        const std::string base = random_text(chance, longest) + std::string(20, 'z');
        for (std::size_t i = 0; i < count; ++i) {
            const bool long_value = i % 70 == 0;
            // Some begin all alike.
            std::string key = random_text(chance, i % 50 == 0 ? longest : 12);
            if (i % 10 == 1) key = base.substr(0, chance() % base.size() + 1);
            if (i % 20 == 1) key += random_text(chance, 3);
            out.emplace(std::move(key), random_text(chance, long_value ? 30000 : 40));
        }
        return out;
    }

    const TestFolder folder_;
    const std::string& directory_ = folder_.path();
    std::string path_;
};

TEST_P(BdbFileTest, FindsWhatTheLibraryFinds) {
    // All keys on their pages, and long ones that are not.
    for (const std::size_t longest : {std::size_t{40}, std::size_t{9000}}) {
        std::filesystem::remove(path_);
        Entries entries = random_entries(GetParam().page_size, 2000, longest);
        if (GetParam().flags != 0) {
            for (int i = 0; i < 2000; ++i) entries.emplace("many", cat("value ", i));
            for (int i = 0; i < 20; ++i) entries.emplace("many", std::string(5000, 'l') + cat(i));
            for (int i = 0; i < 3; ++i) entries.emplace("few", cat("value ", i));
        }
        write(entries);
        const auto there = read_all();
        ASSERT_GT(there.size(), 800U);
        BdbFile file;
        const Status opened = open(file);
        ASSERT_TRUE(opened.ok()) << opened.error().text;
        std::size_t wrong = 0;
        for (const auto& [key, wanted] : there) {
            const auto got = values(file, key);
            const auto first = file.find(key);
            wrong += got.ok() && *got == wanted && first.ok() && first.value() == wanted.front()
                         ? 0U
                         : 1U;
        }
        EXPECT_EQ(wrong, 0U) << "of " << there.size();
        std::mt19937 chance(1);
        for (int i = 0; i < 2000; ++i) {
            const std::string key = random_text(chance, i % 50 == 0 ? longest : 8);
            const auto got = file.find(key);
            ASSERT_TRUE(got.ok());
            ASSERT_EQ(got.value().has_value(), there.count(key) != 0);
        }
    }
}

TEST_P(BdbFileTest, EmptyFile) {
    write({});
    BdbFile file;
    ASSERT_TRUE(open(file).ok());
    const auto got = file.find("a");
    ASSERT_TRUE(got.ok());
    EXPECT_FALSE(got.value().has_value());
}

// Whatever stands in the file, nothing but an answer or an error comes of it.
TEST_P(BdbFileTest, DamageIsSurvived) {
    write(random_entries(7, 300));
    std::ifstream in(path_, std::ios::binary);
    const std::string good((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto there = read_all();
    std::mt19937 chance(GetParam().page_size);
    unsigned right = 0;
    unsigned errors = 0;
    for (int round = 0; round < 60; ++round) {
        std::string bad = good;
        for (unsigned i = 0; i < 1 + chance() % 20; ++i) {
            const std::size_t page = chance() % (bad.size() / GetParam().page_size);
            // The heads of pages and the places of items more often than what is in them.
            const std::size_t within = chance() % (i % 2 == 0 ? 64 : GetParam().page_size);
            bad[page * GetParam().page_size + within] = static_cast<char>(chance());
        }
        std::ofstream(path_, std::ios::binary) << bad;
        BdbFile file;
        if (!open(file).ok()) continue;
        for (const auto& [key, wanted] : there) {
            const auto got = values(file, key);
            ++(got.ok() && *got == wanted ? right : errors);
        }
    }
    EXPECT_GT(right, 500U);
    EXPECT_GT(errors, 50U);
}

// The other kind, and half of a file.
TEST_P(BdbFileTest, WhatIsNotReadIsSaid) {
    write(random_entries(3, 300));
    const UniqueFd fd = std::move(open_file(path_, O_RDWR)).value();
    const BdbKind other = GetParam().kind == BdbKind::kHash ? BdbKind::kBtree : BdbKind::kHash;
    BdbFile file;
    EXPECT_EQ(file.open(fd.get(), other, "m.db").error().text,
              cat("m.db: not a ", other == BdbKind::kHash ? "hash" : "btree", " database"));
    const off_t size = ::lseek(fd.get(), 0, SEEK_END);
    ASSERT_EQ(::ftruncate(fd.get(), size / 2), 0);
    EXPECT_EQ(file.open(fd.get(), GetParam().kind, "m.db").error().text,
              "m.db: not a complete database; rebuild it with makemap");
}

// Whoever asks looks at the file afterwards, and takes no "absent" of a file that has changed.
TEST_P(BdbFileTest, FileThatIsCutWhileItIsOpenIsSurvived) {
    write(random_entries(5, 3000));
    const auto there = read_all();
    BdbFile file;
    ASSERT_TRUE(open(file).ok());
    ASSERT_EQ(::truncate(path_.c_str(), 0), 0);
    for (const auto& [key, wanted] : there) {
        const auto found = file.find(key);
        EXPECT_FALSE(found.ok() && found.value().has_value());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BdbFileTest,
    testing::Values(Form{"hash512", BdbKind::kHash, 512, 0, 0},
                    Form{"hash4096", BdbKind::kHash, 4096, 0, 0},
                    Form{"hash65536", BdbKind::kHash, 65536, 0, 0},
                    Form{"hash_other_order", BdbKind::kHash, 4096, 4321, DB_DUP},
                    Form{"hash_duplicates", BdbKind::kHash, 4096, 0, DB_DUP},
                    Form{"hash_sorted_duplicates", BdbKind::kHash, 1024, 0, DB_DUP | DB_DUPSORT},
                    Form{"btree512", BdbKind::kBtree, 512, 0, 0},
                    Form{"btree4096", BdbKind::kBtree, 4096, 0, 0},
                    Form{"btree65536", BdbKind::kBtree, 65536, 0, 0},
                    Form{"btree_other_order", BdbKind::kBtree, 4096, 4321, DB_DUP},
                    Form{"btree_duplicates", BdbKind::kBtree, 4096, 0, DB_DUP},
                    Form{"btree_sorted_duplicates", BdbKind::kBtree, 1024, 0, DB_DUP | DB_DUPSORT}),
    [](const testing::TestParamInfo<Form>& form) { return std::string(form.param.name); });

// A form that makemap never makes.
TEST(BdbFile, ChecksumsAreNotRead) {
    const std::string path = testing::TempDir() + "checksums.db";
    ::unlink(path.c_str());
    DB* raw = nullptr;
    ASSERT_EQ(::db_create(&raw, nullptr, 0), 0);
    {
        const Database db(raw);
        ASSERT_EQ(db->set_flags(raw, DB_CHKSUM), 0);
        ASSERT_EQ(db->open(raw, nullptr, path.c_str(), nullptr, DB_HASH, DB_CREATE, 0644), 0);
    }
    const UniqueFd fd = std::move(open_file(path, O_RDONLY)).value();
    BdbFile file;
    EXPECT_EQ(file.open(fd.get(), BdbKind::kHash, "m.db").error().text.substr(0, 15),
              "m.db: checksums");
    ::unlink(path.c_str());
}

}  // namespace
}  // namespace sm
