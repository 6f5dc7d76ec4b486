// Control files of the queue: written for each accepted message, read for each attempt.
#include <benchmark/benchmark.h>

#include <string>

#include "libsm/strings.h"
#include "sendmail/queue/qf_codec.h"

namespace sm {
namespace {

std::string control_file(std::int64_t recipients) {
    std::string text =
        "V8\nT1795422219\nK0\nN0\nP150091\nF8dns\n$_localhost [127.0.0.1]\n$rESMTP\n"
        "$sclient.test\n${daemon_flags}\nS<a@x.test>\n";
    for (std::int64_t i = 0; i < recipients; ++i) {
        append(text, "rRFC822; user", i, "@example.test\nRPFD:<user", i, "@example.test>\n");
    }
    text +=
        "H??Received: from client.test (localhost [127.0.0.1])\n"
        "\tby mx.sandbox.test (8.17.1.9/8.17.1.9) with ESMTP id 6AN8Ndal015581;\n"
        "\tMon, 23 Nov 2026 08:23:39 GMT\nH?D?Date: Mon, 23 Nov 2026 08:23:39 GMT\n"
        "H?F?From: a@x.test\nH??Subject: hello\n.\n";
    return text;
}

void decode(benchmark::State& state) {
    const std::string text = control_file(state.range(0));
    for (auto _ : state) {
        Envelope envelope;
        QfExtras extras;
        benchmark::DoNotOptimize(decode_qf(text, &envelope, &extras));
    }
}
BENCHMARK(decode)->Arg(1)->Arg(100);

void encode(benchmark::State& state) {
    Envelope envelope;
    QfExtras extras;
    if (!decode_qf(control_file(state.range(0)), &envelope, &extras).ok()) {
        state.SkipWithError("not decodable");
        return;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(encode_qf(envelope, extras, standard_saved_macros()));
    }
}
BENCHMARK(encode)->Arg(1)->Arg(100);

}  // namespace
}  // namespace sm
