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
    int error = 0;  // why it cannot be looked at; ENOENT: there is none
    struct stat info {};

    explicit FileState(const std::string& path) {
        if (::stat(path.c_str(), &info) != 0) error = errno;
    }
};

// The file of a map of one file; "" is none.
std::string only_file(const Map* map) {
    const auto files = map != nullptr ? map->files() : std::vector<std::string>();
    return files.empty() ? std::string() : files.front();
}

class AliasMap final : public Map {
  public:
    AliasMap(AliasSources sources, std::chrono::seconds patience, const MapEnvironment& environment)
        : database_(std::move(sources.database)),
          text_(std::move(sources.text)),
          database_path_(only_file(database_.get())),
          text_path_(only_file(text_.get())),
          patience_(patience),
          environment_(environment) {
        set_identity(database_->name(), database_->type());
    }

    Status open() override { return source(FileState(database_path_)).open(); }
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
        if (database.error != ENOENT || text_ == nullptr || FileState(text_path_).error != 0) {
            return *database_;
        }
        if (!told_of_text_) {
            tell(LogPriority::kWarning,
                 cat("WARNING: cannot open alias database ", text_path_, "; reading text version"));
        }
        told_of_text_ = true;
        return *text_;
    }

    // Error: the deadline passed before the database was complete.
    Result<Map*> ready_source(Deadline deadline) {
        const FileState database(database_path_);
        const bool settled = database.error != 0 || patience_.count() == 0 ||
                             same_file_state(database.info, settled_);
        if (settled) return &source(database);
        SM_CHECK_OK(wait_for_mark(deadline));
        return database_.get();
    }

    Status wait_for_mark(Deadline deadline) {
        const auto longest = Deadline::in(patience_);
        while (true) {
            const FileState database(database_path_);
            const auto mark = database_->lookup("@", {}, deadline);
            // Asked for what is wanted it says why it cannot be asked.
            if (!mark.ok() || database_->masked_failure() != nullptr) return {};
            if (mark.value() || !was_written_lately(database) || longest.passed()) {
                settle(database, mark.value().has_value());
                return {};
            }
            if (deadline.passed()) {
                return make_error(Exit::kTempFail, cat(database_path_,
                                                       ": has no \"@\" yet; rebuild it with "
                                                       "newaliases"));
            }
            sleep_for(kPause);
        }
    }

    void settle(const FileState& database, bool complete) {
        settled_ = database.info;
        if (complete) return;
        tell(LogPriority::kInfo, cat("alias database ", database_path_, " out of date"));
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
    std::string database_path_;
    std::string text_path_;
    std::chrono::seconds patience_;
    const MapEnvironment& environment_;
    struct stat settled_ {};  // the state of the database that is not waited for
    Map* asked_ = nullptr;
    bool told_of_text_ = false;
};

}  // namespace

std::unique_ptr<Map> make_alias_map(AliasSources sources, std::chrono::seconds patience,
                                    const MapEnvironment& environment) {
    return std::make_unique<AliasMap>(std::move(sources), patience, environment);
}

}  // namespace sm
