// What Berkeley DB reads of a map, and how: files that somebody with more rights opened, and pages
// that are what they should be. The library trusts its files; ours may be damaged, cut, or be
// written to at this moment.
#pragma once

#include <string>

namespace sm {

// While an object of this class lives, the library gets a copy of `fd` when it opens `path`; it
// opens files by name, with the rights of this process. All databases of the process, opened then
// or later, have each page checked that is read. Both outlive the object; one at a time.
class LendDescriptor {
  public:
    LendDescriptor(int fd, const std::string& path);
    ~LendDescriptor();
    LendDescriptor(const LendDescriptor&) = delete;
    LendDescriptor& operator=(const LendDescriptor&) = delete;
};

// Whether the file has all its pages, as its first one says: the library takes what is missing at
// the end of a hash for empty.
[[nodiscard]] bool is_whole_database(int fd);

}  // namespace sm
