// Lookups in Berkeley DB files of 100,000 entries, found and not found.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <string>

#include "libmap/map_builder.h"
#include "libmap/map_types.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr int kEntries = 100000;

std::string map_file(const std::string& type) {
    std::string path = cat(SM_BENCH_DIR, "/lookup-", type);
    if (::access(cat(path, ".db").c_str(), R_OK) == 0) return path;
    auto builder = make_map_builder(type, path, MapBuildOptions{});
    if (!builder.ok()) return {};
    for (int i = 0; i < kEntries; ++i) {
        if (!(*builder)->put(cat("host", i, ".example.com"), "REJECT").ok()) return {};
    }
    return (*builder)->commit().ok() ? path : std::string();
}

void look_up(benchmark::State& state, const std::string& type, bool present) {
    const std::string path = map_file(type);
    const MapEnvironment environment;
    const auto map = make_map("m", type, path, environment);
    if (path.empty() || !map.ok()) {
        state.SkipWithError("no map");
        return;
    }
    int i = 0;
    for (auto _ : state) {
        const std::string key =
            cat(present ? "host" : "absent", (i += 7919) % kEntries, ".example.com");
        benchmark::DoNotOptimize((*map)->lookup(key, {}, Deadline::never()));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(look_up, hash_found, "hash", true);
BENCHMARK_CAPTURE(look_up, hash_absent, "hash", false);
BENCHMARK_CAPTURE(look_up, btree_found, "btree", true);
BENCHMARK_CAPTURE(look_up, btree_absent, "btree", false);

}  // namespace
}  // namespace sm
