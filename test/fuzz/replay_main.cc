// Replays a corpus folder through one fuzzer: every file as it is, then with a fixed sequence of
// small mutations, so that plain builds keep looking a little beyond what is stored.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "test/fuzz/fuzz_target.h"

namespace {

constexpr int kMutationsPerFile = 300;

void run(const std::string& text) {
    static_cast<void>(
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::string mutated(std::string text, std::mt19937& random) {
    const auto below = [&random](std::size_t limit) { return random() % limit; };
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) {
        const std::size_t at = below(text.size() + 1);
        switch (below(4)) {
            case 0:
                text.insert(at, 1, static_cast<char>(below(256)));
                break;
            case 1:
                if (at < text.size()) text[at] = static_cast<char>(below(256));
                break;
            case 2:
                text.erase(at, 1 + below(8));
                break;
            default:
                text.insert(at, text.substr(below(text.size() + 1), below(40)));
                break;
        }
    }
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 64;
    }
    std::mt19937 random(20260101);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        run(text);
        for (int i = 0; i < kMutationsPerFile; ++i) run(mutated(text, random));
        ++files;
    }
    std::printf("%d files, %d inputs\n", files, files * (kMutationsPerFile + 1));
    return files > 0 ? 0 : 1;
}
