// What the tests of log lines share.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "libsm/files.h"
#include "libsm/log.h"

namespace sm {

// What `write` logs at LogLevel `level`, without the stamps.
template <typename Write>
std::string logged(int level, Write write) {
    const std::string path = testing::TempDir() + "security_log_test.log";
    ::unlink(path.c_str());
    EXPECT_TRUE(log_open_file(path, "t").ok());
    const int before = log_level();
    log_set_level(level);
    write();
    log_set_level(before);
    const auto text = read_file(path);
    ::unlink(path.c_str());
    std::string out;
    std::string_view rest = text.ok() ? std::string_view(*text) : std::string_view();
    while (!rest.empty()) {
        std::string_view line = rest.substr(0, rest.find('\n') + 1);
        rest.remove_prefix(line.size());
        out += line.substr(line.find("]: ") + 3);
    }
    return out;
}

}  // namespace sm
