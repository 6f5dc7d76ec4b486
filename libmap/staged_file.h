// StagedFile: the file that a map is built in, beside the map, and the rename that puts it in the
// map's place. It is locked while its builder lives, so that what a killed builder left behind can
// be told apart and is removed by the next one.
#pragma once

#include <string>

#include "libmap/map_builder.h"
#include "libsm/unique_fd.h"

namespace sm {

class StagedFile {
  public:
    // Makes an empty file. It has mode, owner and group of the file of the map, as far as the
    // caller may give files away; of a new map the mode and owner that the options say (less the
    // umask). `target`: the map's file; it need not exist. Error: kOsErr and errno.
    [[nodiscard]] static Result<StagedFile> beside(const std::string& target,
                                                   const MapBuildOptions& options);

    [[nodiscard]] const std::string& path() const { return temporary_.path(); }
    // Flushes what was written to path() and renames it over the target. Error: kOsErr.
    [[nodiscard]] Status put_in_place();

  private:
    StagedFile(std::string target, ScopedPath temporary, UniqueFd lock)
        : target_(std::move(target)), temporary_(std::move(temporary)), lock_(std::move(lock)) {}

    std::string target_;
    ScopedPath temporary_;
    UniqueFd lock_;
};

}  // namespace sm
