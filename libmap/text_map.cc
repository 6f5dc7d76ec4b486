// Class text: a file with columns, read at each lookup. Lines that begin with "#" say nothing.
#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

// Column `number` from 0. With a delimiter columns may be empty; without one they are separated by
// white space, and white space at the start of a line is looked over by column 0 only.
std::optional<std::string_view> column_of(std::string_view line, std::size_t number,
                                          std::optional<char> delimiter) {
    const std::string_view ends = delimiter ? std::string_view(&*delimiter, 1) : " \t";
    if (!delimiter && number == 0) line = trim_left(line);
    for (; number > 0; --number) {
        const std::size_t end = line.find_first_of(ends);
        if (end == std::string_view::npos) return std::nullopt;
        line.remove_prefix(end + 1);
        if (!delimiter) line = trim_left(line);
    }
    line = line.substr(0, line.find_first_of(ends));
    if (line.empty() && !delimiter) return std::nullopt;
    return line;
}

class TextMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return 68; }
    [[nodiscard]] std::vector<std::string> files() const override { return {flags().rest}; }

    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        if (flags().optional && !read_text().ok()) return MapProbe{false, {}, 0};
        return CommonMap::probe(key, args, deadline);
    }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline) override {
        SM_TRY(const std::size_t key_column, column_number('k', flags().key_column));
        SM_TRY(const std::size_t value_column, column_number('v', flags().value_column));
        const auto text = read_text();
        if (!text.ok()) {
            if (flags().optional) return Value();
            return complain(cat("text map \"", name(), "\": unsafe map file ", flags().rest));
        }
        for (const std::string_view line : split(*text, '\n')) {
            if (line.starts_with('#')) continue;
            const auto found = column_of(line, key_column, flags().delimiter);
            if (!found || !iequals(*found, key)) continue;
            if (const auto value = column_of(line, value_column, flags().delimiter)) {
                return Value(*value);
            }
            return Value();
        }
        return Value();
    }

  private:
    Result<std::string> read_text() const {
        SM_TRY(const UniqueFd fd, open_for_map(environment(), flags().rest));
        return read_all(fd.get());
    }

    Result<std::size_t> column_number(char letter, const std::string& text) {
        if (text.empty()) return std::size_t{0};
        if (is_digit(text[0])) return static_cast<std::size_t>(leading_int(text));
        return complain(cat("text map \"", name(), "\", file ", flags().rest, ": -", letter,
                            " should specify a number, not ", text));
    }

    Error complain(std::string text) {
        if (!told_ && environment().report) environment().report(text);
        told_ = true;
        return make_error(Exit::kTempFail, std::move(text));
    }

    bool told_ = false;
};

}  // namespace

std::unique_ptr<Map> make_text_map(MapFlags flags, const MapEnvironment& environment) {
    if (flags.rest.empty()) {
        if (environment.warn) environment.warn(cat("No file name for text map ", flags.map_name));
        return make_unopened_map(flags.map_name, "text");
    }
    return std::make_unique<TextMap>(std::move(flags), environment);
}

}  // namespace sm
