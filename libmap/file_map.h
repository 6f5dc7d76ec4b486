// FileMap: what the classes of one file share (hash, btree, cdb, lmdb): a file that is replaced or
// written to is opened anew; one that is being rebuilt in place, under a lock, is waited for. An answer
// counts only if nobody wrote to the file while it was looked for.
#pragma once

#include <sys/stat.h>

#include <ctime>
#include <optional>
#include <string>

#include "libmap/common_map.h"
#include "libsm/unique_fd.h"

namespace sm {

class FileMap : public CommonMap {
  public:
    FileMap(MapFlags flags, const MapEnvironment& environment, std::string_view suffix);

    Status open() override;
    // Not open while there is no file and needs none (-o).
    [[nodiscard]] MapProbe probe(std::string_view key, const MapArgs& args,
                                 Deadline deadline) override;
    [[nodiscard]] std::vector<std::string> files() const override { return {path_}; }
    [[nodiscard]] int absent_status() const override { return 0; }

  protected:
    Result<std::optional<std::string>> find(std::string_view key, const MapArgs& args,
                                            Deadline deadline) final;

    // Makes the file ready that `fd` is open at; the shared lock is held meanwhile. fd stays open
    // until the file is closed. Error: kTempFail.
    [[nodiscard]] virtual Status load(int fd) = 0;
    virtual void unload() = 0;
    // The value of exactly this key, as stored.
    [[nodiscard]] virtual Result<std::optional<std::string>> get(std::string_view key) = 0;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    [[nodiscard]] Error unavailable(Error error);
    [[nodiscard]] bool is_untouched() const;
    [[nodiscard]] Result<bool> is_current();
    [[nodiscard]] Status refresh(Deadline deadline);
    [[nodiscard]] Result<std::optional<std::string>> find_in_file(std::string_view key);
    [[nodiscard]] Result<std::optional<std::string>> get_value(std::string_view key);

    std::string path_;
    bool loaded_ = false;
    bool complained_ = false;  // until the file can be opened
    UniqueFd file_;
    struct stat opened_ {};
    timespec checked_{};
    bool plain_keys_ = true;
    bool null_keys_ = true;
};

}  // namespace sm
