#include "sendmail/queue/locked_inodes.h"

#include <sys/sysmacros.h>

#include <string>

#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {

// "1: FLOCK  ADVISORY  WRITE 1234 fe:00:10954078 0 EOF" (proc(5)); waiting ones have "->".
std::set<std::pair<dev_t, ino_t>> locked_inodes() {
    std::set<std::pair<dev_t, ino_t>> out;
    const auto text = read_file("/proc/locks");
    if (!text.ok()) return out;
    for (const std::string_view line : split(text.value(), '\n')) {
        const std::vector<std::string_view> words = split_words(line);
        if (words.size() < 6 || words[1] != "FLOCK") continue;
        const std::vector<std::string_view> parts = split(words[5], ':');
        if (parts.size() != 3) continue;
        const auto major_number = parse_unsigned(parts[0], 16);
        const auto minor_number = parse_unsigned(parts[1], 16);
        const auto inode = parse_unsigned(parts[2]);
        if (!major_number || !minor_number || !inode) continue;
        out.emplace(
            makedev(static_cast<unsigned>(*major_number), static_cast<unsigned>(*minor_number)),
            *inode);
    }
    return out;
}

}  // namespace sm
