// Addresses and check rulesets through the rules of a full configuration of our own cf tree.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "libcf/address_parser.h"
#include "libcf/cf_reader.h"
#include "libcf/check_ruleset.h"

namespace sm {
namespace {

constexpr std::array kAddresses = {
    "someone@example.com",
    "Some One <some.one+tag@mail.example.org> (comment)",
    "root",
    "user@bench.test",
    "user@virtual.test",
    "\"quoted local part\"@host.example.net",
    "@relay.test:user@example.com",
    "user%elsewhere@bench.test",
};

const Config& full_config() {
    static const ReadOutcome outcome = [] {
        ReadSetup setup;
        setup.identity = HostIdentity{"mx.bench.test", "mx.bench.test", {}};
        setup.probe_interfaces = false;
        ReadOutcome read = read_config(SM_BENCH_DIR "/full.cf", setup);
        if (!read.usable) {
            std::fprintf(
                stderr, "rewrite_bench: %s\n",
                read.messages.empty() ? "no configuration" : read.messages.front().c_str());
            std::exit(78);
        }
        return read;
    }();
    return *outcome.config;
}

void parse(benchmark::State& state) {
    const Config& config = full_config();
    MacroScope macros(&config.macros);
    Rewriter rewriter(config, macros);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(parse_address(rewriter, kAddresses[i++ % kAddresses.size()],
                                               AddressRole::kEnvelopeRecipient, Deadline::never()));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse);

void check_rcpt(benchmark::State& state) {
    const Config& config = full_config();
    MacroScope macros(&config.macros);
    macros.set("client_addr", "192.0.2.5");
    macros.set("client_name", "client.example.net");
    macros.set("client_resolve", "OK");
    Rewriter rewriter(config, macros);
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            check_ruleset(rewriter, "check_rcpt", {"<someone@bench.test>"}, Deadline::never()));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check_rcpt);

void read_full_config(benchmark::State& state) {
    for (auto _ : state) {
        ReadSetup setup;
        setup.identity = HostIdentity{"mx.bench.test", "mx.bench.test", {}};
        setup.probe_interfaces = false;
        benchmark::DoNotOptimize(read_config(SM_BENCH_DIR "/full.cf", setup));
    }
}
BENCHMARK(read_full_config);

}  // namespace
}  // namespace sm
