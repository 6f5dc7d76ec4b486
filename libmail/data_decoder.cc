#include "libmail/data_decoder.h"

#include <algorithm>
#include <cstring>

namespace sm {
namespace {

// Length of the longest prefix of `text` without CR and LF.
std::size_t plain_length(std::string_view text) {
    const void* lf = std::memchr(text.data(), '\n', text.size());
    const std::size_t end =
        lf != nullptr ? static_cast<std::size_t>(static_cast<const char*>(lf) - text.data())
                      : text.size();
    const void* cr = std::memchr(text.data(), '\r', end);
    return cr != nullptr ? static_cast<std::size_t>(static_cast<const char*>(cr) - text.data())
                         : end;
}

bool any_8bit(std::string_view text) {
    // Eight octets at a time: this runs over every body.
    constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
    while (text.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        if ((word & kHigh) != 0) return true;
        text.remove_prefix(sizeof word);
    }
    return std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

}  // namespace

void DataDecoder::take_line_part(std::string_view part, std::string* out) {
    if (part.empty()) return;
    if (at_start_) {
        at_start_ = false;
        if (part.front() == '.') {
            dot_ = true;
            part.remove_prefix(1);
            if (part.empty()) return;
        }
    }
    dot_ = false;
    if (!has_8bit_) has_8bit_ = any_8bit(part);
    if (!has_nul_) has_nul_ = std::memchr(part.data(), '\0', part.size()) != nullptr;
    out->append(part);
}

void DataDecoder::end_line(bool crlf, std::string* out) {
    if (dot_ && ((crlf && start_after_crlf_) || policy_.other_end)) {
        state_ = State::kEnd;
        return;
    }
    if (dot_) out->push_back('.');  // a lone dot that ends nothing is text
    out->push_back('\n');
    at_start_ = true;
    dot_ = false;
    start_after_crlf_ = crlf;
}

bool DataDecoder::take_bare(BareOctet policy, char octet, State refused, std::string* out) {
    switch (policy) {
        case BareOctet::kReject:
            state_ = refused;
            return false;
        case BareOctet::kAccept:
            if (octet == '\n') {
                end_line(false, out);
            } else {
                take_line_part("\r", out);
            }
            return state_ == State::kMore;
        case BareOctet::kSpace:
            take_line_part(" ", out);
            return true;
    }
    return false;
}

std::size_t DataDecoder::feed(std::string_view in, std::string* out) {
    std::size_t at = 0;
    while (at < in.size() && state_ == State::kMore) {
        if (cr_) {
            cr_ = false;
            if (in[at] == '\n') {
                ++at;
                end_line(true, out);
                continue;
            }
            if (!take_bare(policy_.carriage_return, '\r', State::kBareCarriageReturn, out)) break;
        }
        const std::size_t length = plain_length(in.substr(at));
        take_line_part(in.substr(at, length), out);
        at += length;
        if (at == in.size()) break;
        const char octet = in[at++];
        if (octet == '\r') {
            cr_ = true;
        } else if (!take_bare(policy_.line_feed, '\n', State::kBareLineFeed, out)) {
            break;
        }
    }
    return at;
}

}  // namespace sm
