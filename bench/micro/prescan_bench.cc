// Cutting addresses into tokens.
#include <benchmark/benchmark.h>

#include <string>

#include "libmail/prescan.h"

namespace sm {
namespace {

void scan(benchmark::State& state, const std::string& text) {
    const CharTable table(".:%@!^/[]+");
    std::string buffer(scan_buffer_size(text.size()), '\0');
    std::vector<std::string_view> tokens;
    for (auto _ : state) {
        tokens.clear();
        benchmark::DoNotOptimize(prescan_views(text, table, ScanOptions{}, buffer.data(), tokens));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(scan, usual, std::string("Some One <some.one@mail.example.org> (a comment)"));
BENCHMARK_CAPTURE(scan, operators, std::string(250, '.'));
BENCHMARK_CAPTURE(scan, brackets, std::string(120, '<'));

}  // namespace
}  // namespace sm
