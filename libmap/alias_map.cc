#include "libmap/alias_map.h"

#include <sys/stat.h>

#include <cerrno>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::chrono::milliseconds kPause{200};  // between looks at an incomplete database

// One state of a file.
struct FileState {
    int error = ENOENT;  // why there is no such file, as far as can be told; 0: there is
    struct stat info {};

    explicit FileState(const Map& map) {
        const std::vector<std::string> files = map.files();
        if (files.empty()) {
            error = EINVAL;
        } else {
            error = ::stat(files.front().c_str(), &info) == 0 ? 0 : errno;
        }
    }
};

class AliasMap final : public Map {
  public:
    AliasMap(AliasSources sources, std::chrono::seconds patience, const MapEnvironment& environment)
        : database_(std::move(sources.database)),
          text_(std::move(sources.text)),
          patience_(patience),
          environment_(environment) {
        set_identity(database_->name(), database_->type());
    }

    Status open() override { return source(FileState(*database_)).open(); }
    Result<std::optional<std::string>> lookup(std::string_view key, const MapArgs& args,
                                              Deadline deadline) override {
        asked_ = nullptr;
        SM_TRY(Map* const ready, ready_source(deadline));
        asked_ = ready;
        return ready->lookup(key, args, deadline);
    }
    [[nodiscard]] const Error* masked_failure() const override {
        return asked_ != nullptr ? asked_->masked_failure() : nullptr;
    }
    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        const auto ready = ready_source(deadline);
        if (!ready.ok()) return {true, std::nullopt, static_cast<int>(ready.error().code)};
        return (*ready)->probe(key, args, deadline);
    }
    [[nodiscard]] std::vector<std::string> files() const override {
        std::vector<std::string> out = database_->files();
        if (text_ != nullptr) {
            for (std::string& file : text_->files()) out.push_back(std::move(file));
        }
        return out;
    }
    [[nodiscard]] int absent_status() const override { return database_->absent_status(); }

  private:
    Map& source(const FileState& database) {
        if (database.error != ENOENT || text_ == nullptr || FileState(*text_).error != 0) {
            return *database_;
        }
        if (!told_of_text_) {
            tell(LogPriority::kWarning, cat("WARNING: cannot open alias database ",
                                            text_->files().front(), "; reading text version"));
        }
        told_of_text_ = true;
        return *text_;
    }

    // Error: the deadline passed before the database was complete.
    Result<Map*> ready_source(Deadline deadline) {
        const auto longest = Deadline::in(patience_);
        while (true) {
            const FileState database(*database_);
            if (database.error != 0 || patience_.count() == 0 ||
                same_file_state(database.info, settled_)) {
                return &source(database);
            }
            const bool complete = is_complete(deadline);
            if (complete || !was_written_lately(database) || longest.passed()) {
                settle(database, complete);
                return database_.get();
            }
            if (deadline.passed()) {
                return make_error(Exit::kTempFail, cat(file(), ": has no \"@\" yet"));
            }
            sleep_for(kPause);
        }
    }

    void settle(const FileState& database, bool complete) {
        settled_ = database.info;
        if (!complete) tell(LogPriority::kInfo, cat("alias database ", file(), " out of date"));
    }

    [[nodiscard]] std::string file() const { return database_->files().front(); }

    // Whether there is nothing to wait for. A database that cannot be asked now says why when it is
    // asked for what is wanted.
    bool is_complete(Deadline deadline) {
        const auto mark = database_->lookup("@", {}, deadline);
        return !mark.ok() || mark.value() || database_->masked_failure() != nullptr;
    }

    [[nodiscard]] bool was_written_lately(const FileState& file) const {
        return system_clock().now() - file.info.st_mtim.tv_sec < patience_.count();
    }

    void tell(LogPriority priority, const std::string& text) const {
        if (environment_.report) {
            environment_.report(priority == LogPriority::kWarning ? text : cat("Warning: ", text));
        } else {
            log_at(4, priority, text);
        }
    }

    std::unique_ptr<Map> database_;
    std::unique_ptr<Map> text_;
    std::chrono::seconds patience_;
    const MapEnvironment& environment_;
    struct stat settled_ {};  // the database that need not be waited for
    Map* asked_ = nullptr;
    bool told_of_text_ = false;
};

}  // namespace

std::unique_ptr<Map> make_alias_map(AliasSources sources, std::chrono::seconds patience,
                                    const MapEnvironment& environment) {
    return std::make_unique<AliasMap>(std::move(sources), patience, environment);
}

}  // namespace sm
