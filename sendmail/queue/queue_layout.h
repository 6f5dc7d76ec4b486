// Where the files of a job stand: a queue directory, with its optional subdirectories qf/, df/ and
// xf/. Names of the files: two letters and the queue id.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libmail/queue_id.h"
#include "sendmail/queue/queue_files.h"

namespace sm {

// The folders of one queue directory; equal to `base` where there is no subdirectory.
struct QueuePlace {
    std::string base;
    std::string control;     // qf hf Qf tf
    std::string body;        // df
    std::string transcript;  // xf
};

class QueueLayout {
  public:
    explicit QueueLayout(QueueFiles& files) : files_(&files) {}
    // Looks for the subdirectories once per directory.
    [[nodiscard]] const QueuePlace& place(const std::string& base);

  private:
    [[nodiscard]] std::string subdirectory(const std::string& base, std::string_view name);

    QueueFiles* files_;
    std::map<std::string, QueuePlace, std::less<>> known_;
};

// "qf" + id and so on.
[[nodiscard]] std::string queue_file_name(std::string_view prefix, const QueueId& id);

}  // namespace sm
