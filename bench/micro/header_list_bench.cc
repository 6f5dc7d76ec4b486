// Cutting a header section into fields and finding some.
#include <benchmark/benchmark.h>

#include <string>

#include "libmail/header_list.h"
#include "libmail/header_scan.h"
#include "libsm/strings.h"

namespace sm {
namespace {

std::string usual_headers() {
    std::string text;
    for (int i = 0; i < 8; ++i) {
        append(text, "Received: from host", i, ".example.com (host [192.0.2.", i,
               "])\n\tby mx.example.net with ESMTP id 6AN8Ndal01558", i,
               ";\n\tMon, 23 Nov 2026 08:23:39 GMT\n");
    }
    text +=
        "From: Some One <one@example.com>\nTo: two@example.net, three@example.net\n"
        "Subject: a subject of the usual length\nDate: Mon, 23 Nov 2026 08:23:39 GMT\n"
        "Message-Id: <202611230823.6AN8Ndal015581@example.com>\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n\nbody\n";
    return text;
}

void scan_fields(benchmark::State& state) {
    const std::string text = usual_headers();
    for (auto _ : state) {
        HeaderScan scan(false);
        scan.scan(text, true);
        benchmark::DoNotOptimize(scan.fields(text));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(scan_fields);

void find_field(benchmark::State& state) {
    const std::string text = usual_headers();
    HeaderScan scan(false);
    scan.scan(text, true);
    HeaderList list;
    for (const ScannedField& field : scan.fields(text)) {
        HeaderField kept;
        kept.name = std::string(field.name);
        kept.value = std::string(field.value);
        list.append(std::move(kept));
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(list.find("message-id"));
        benchmark::DoNotOptimize(list.find("x-absent"));
    }
}
BENCHMARK(find_field);

}  // namespace
}  // namespace sm
