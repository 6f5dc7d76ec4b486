// The line on a terminal that tells how far a long run is.
#pragma once

#include <string>
#include <string_view>

namespace sm {

class Progress {
  public:
    // wanted: false: nothing is ever shown.
    Progress(std::string_view map_name, bool wanted) : map_name_(map_name), wanted_(wanted) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    // Replaces what is shown: "makemap: access: 200000 lines".
    void show(std::string_view what);
    // Before other text goes to the terminal, and at the end.
    void clear();

  private:
    std::string map_name_;
    bool wanted_;
    std::size_t columns_ = 0;  // what is shown
};

}  // namespace sm
