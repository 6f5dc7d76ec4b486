#include "libmail/mime_convert.h"

#include <utility>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kQuotedColumn = 72;  // a soft line break stands behind the next octet
constexpr std::size_t kBase64Octets = 54;  // per line of 72 characters
constexpr std::size_t kSample = 4096;      // octets of a leaf that decide about its encoding
constexpr std::size_t kFlushSize = 65536;
constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_high(char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0;
}

int hex_value(char c) {
    const std::size_t at = kHex.find(to_upper(c));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

class QuotedPrintableEncoder final : public TransferEncoder {
  public:
    void put(std::string_view text, std::string* out) override {
        for (const char c : text) {
            if (held_ != 0) emit(std::exchange(held_, '\0'), false, out);
            if (c == ' ' || c == '\t' || (c == '.' && column_ == 0)) {
                held_ = c;  // coded when it is the last one, or a dot alone
            } else {
                emit(c, must_code(c), out);
            }
        }
    }
    void end_line(std::string* out) override {
        if (held_ != 0) emit(std::exchange(held_, '\0'), true, out);
        *out += '\n';
        column_ = 0;
    }
    void finish(std::string* out) override {
        if (held_ != 0 || column_ > 0) end_line(out);
    }

  private:
    static bool must_code(char c) { return !is_print(c) || c == '='; }

    void emit(char c, bool code, std::string* out) {
        if (column_ > kQuotedColumn) {
            *out += "=\n";
            column_ = 0;
        }
        if (code) {
            const auto octet = static_cast<unsigned char>(c);
            append(*out, '=', kHex[octet >> 4U], kHex[octet & 15U]);
            column_ += 3;
        } else {
            *out += c;
            ++column_;
        }
    }

    std::size_t column_ = 0;
    char held_ = '\0';
};

class Base64Encoder final : public TransferEncoder {
  public:
    void put(std::string_view text, std::string* out) override {
        buffer_ += text;
        std::size_t at = 0;
        for (; buffer_.size() - at >= kBase64Octets; at += kBase64Octets) {
            line(std::string_view(buffer_).substr(at, kBase64Octets), out);
        }
        buffer_.erase(0, at);
    }
    void end_line(std::string* out) override { put("\r\n", out); }
    void finish(std::string* out) override {
        if (!buffer_.empty()) line(buffer_, out);
        buffer_.clear();
    }

  private:
    static void line(std::string_view octets, std::string* out) {
        for (std::size_t i = 0; i < octets.size(); i += 3) {
            const std::size_t have = std::min<std::size_t>(3, octets.size() - i);
            std::uint32_t bits = 0;
            for (std::size_t k = 0; k < 3; ++k) {
                bits = bits * 256U + (k < have ? static_cast<unsigned char>(octets[i + k]) : 0U);
            }
            for (std::size_t k = 0; k < 4; ++k) {
                *out += k <= have ? kAlphabet[(bits >> (18 - 6 * k)) & 63U] : '=';
            }
        }
        *out += '\n';
    }

    std::string buffer_;
};

bool is_recodable(const PartHeader& header, const SevenBitPolicy& policy) {
    return header.encoding.empty() || policy.recodable(header.encoding);
}

}  // namespace

std::string_view encoding_name(TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::kQuotedPrintable:
            return "quoted-printable";
        case TransferEncoding::kBase64:
            return "base64";
        case TransferEncoding::kNone:
            break;
    }
    return "8bit";
}

std::unique_ptr<TransferEncoder> make_encoder(TransferEncoding encoding) {
    if (encoding == TransferEncoding::kBase64) return std::make_unique<Base64Encoder>();
    return std::make_unique<QuotedPrintableEncoder>();
}

std::string encoding_field(TransferEncoding encoding) {
    return cat("Content-Transfer-Encoding: ", encoding_name(encoding));
}

std::string converted_field(TransferEncoding encoding, std::string_view note) {
    return cat("X-MIME-Autoconverted: from 8bit to ", encoding_name(encoding), ' ', note);
}

SevenBitPlanner::SevenBitPlanner(const PartHeader& top, const SevenBitPolicy& policy)
    : policy_(policy), current_(top), reader_(top, *this, policy.opaque) {}

Result<SevenBitPlan> SevenBitPlanner::finish() {
    SM_CHECK_OK(reader_.finish());
    return std::move(plan_);
}

Status SevenBitPlanner::part_header(PartHeader& header, bool /*ended*/) {
    current_ = header;
    return {};
}

Status SevenBitPlanner::leaf_text(std::string_view text, bool ends_line) {
    for (const char c : text) {
        if (is_high(c)) any_high_ = true;
        if (sampled_ >= kSample) continue;
        ++sampled_;
        if (is_high(c)) ++high_;
    }
    if (ends_line && sampled_ < kSample) ++sampled_;
    return {};
}

Status SevenBitPlanner::leaf_end(bool at_boundary) {
    LeafPlan leaf;
    if (at_boundary && sampled_ > 0 && sampled_ < kSample) --sampled_;
    if (any_high_ && is_recodable(current_, policy_)) {
        const bool dense = high_ * 8 > sampled_;
        const bool text_only = policy_.never_base64 && policy_.never_base64(current_.type);
        leaf.encoding =
            dense && !text_only ? TransferEncoding::kBase64 : TransferEncoding::kQuotedPrintable;
    }
    plan_.leaves.push_back(leaf);
    sampled_ = 0;
    high_ = 0;
    any_high_ = false;
    current_ = {};
    return {};
}

Status SevenBitPlanner::other_text(std::string_view /*text*/, bool /*ends_line*/, bool /*opaque*/) {
    return {};
}

SevenBitWriter::SevenBitWriter(const PartHeader& top, const SevenBitPolicy& policy,
                               SevenBitPlan plan)
    : policy_(policy), plan_(std::move(plan)), reader_(top, *this, policy.opaque) {
    // A leaf at the top has no header section of its own in the body.
    const bool leaf =
        top.type.empty() || (!top.type.starts_with("multipart/") && top.type != "message/rfc822");
    if (leaf && !plan_.leaves.empty() && plan_.leaves.front().encoding != TransferEncoding::kNone) {
        encoder_ = make_encoder(plan_.leaves.front().encoding);
    }
}

Status SevenBitWriter::feed(std::string_view piece, const TextPut& put) {
    SM_CHECK_OK(reader_.feed(piece));
    return out_.size() >= kFlushSize ? flush(put) : Status();
}

Status SevenBitWriter::finish(const TextPut& put) {
    SM_CHECK_OK(reader_.finish());
    return flush(put);
}

Status SevenBitWriter::flush(const TextPut& put) {
    if (out_.empty()) return {};
    const Status written = put(out_);
    out_.clear();
    return written;
}

Status SevenBitWriter::part_header(PartHeader& header, bool ended) {
    const bool leaf = header.kind == PartKind::kLeaf;
    const TransferEncoding encoding = leaf && leaf_ < plan_.leaves.size()
                                          ? plan_.leaves[leaf_].encoding
                                          : TransferEncoding::kNone;
    const bool drop = encoding != TransferEncoding::kNone || header.kind == PartKind::kMultipart ||
                      header.kind == PartKind::kMessage;
    for (const std::string& field : header.fields) {
        if (drop && is_field(field, "content-transfer-encoding")) continue;
        append(out_, field, '\n');
    }
    if (encoding != TransferEncoding::kNone) {
        encoder_ = make_encoder(encoding);
        append(out_, encoding_field(encoding), '\n', converted_field(encoding, policy_.note), '\n');
    }
    if (ended) out_ += '\n';
    return {};
}

Status SevenBitWriter::leaf_text(std::string_view text, bool ends_line) {
    if (!encoder_) {
        append(out_, text, ends_line ? "\n" : "");
        return {};
    }
    if (std::exchange(line_end_due_, ends_line)) encoder_->end_line(&out_);
    encoder_->put(text, &out_);
    return {};
}

Status SevenBitWriter::leaf_end(bool at_boundary) {
    ++leaf_;
    if (!encoder_) return {};
    if (std::exchange(line_end_due_, false) && !at_boundary) encoder_->end_line(&out_);
    encoder_->finish(&out_);
    encoder_.reset();
    return {};
}

Status SevenBitWriter::other_text(std::string_view text, bool ends_line, bool opaque) {
    for (const char c : text) out_ += opaque ? c : static_cast<char>(c & 0x7F);
    if (ends_line) out_ += '\n';
    return {};
}

void TransferDecoder::put_octet(char c, std::string* out) {
    if (std::exchange(cr_, false) && c != '\n') *out += '\r';
    if (c == '\r') {
        cr_ = true;
        return;
    }
    *out += c;
    at_line_start_ = c == '\n';
}

void TransferDecoder::put_base64(char c, std::string* out) {
    if (ended_) return;
    if (c == '=') {
        ended_ = true;
        return;
    }
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return;
    bits_ = (bits_ << 6U) | static_cast<std::uint32_t>(value);
    ++count_;
    if (count_ < 2) return;
    const int shift = 8 - 2 * count_;
    // After n sextets 6n bits are there; an octet is complete at the 2nd, 3rd and 4th.
    const auto octet = static_cast<char>((bits_ >> static_cast<unsigned>(shift)) & 0xFFU);
    put_octet(octet, out);
    if (count_ == 4) {
        count_ = 0;
        bits_ = 0;
    }
}

void TransferDecoder::put_quoted_line(std::string_view line, bool ends_line, std::string* out) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trim_right(line);
    const bool soft = line.ends_with('=');
    if (soft) line.remove_suffix(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '=' && i + 2 < line.size() && hex_value(line[i + 1]) >= 0 &&
            hex_value(line[i + 2]) >= 0) {
            *out += static_cast<char>(hex_value(line[i + 1]) * 16 + hex_value(line[i + 2]));
            i += 2;
        } else {
            *out += line[i];
        }
    }
    at_line_start_ = line.empty() && at_line_start_;
    if (soft || !ends_line) return;
    *out += '\n';
    at_line_start_ = true;
}

void TransferDecoder::put(std::string_view piece, std::string* out) {
    if (encoding_ == TransferEncoding::kBase64) {
        for (const char c : piece) put_base64(c, out);
        return;
    }
    while (!piece.empty()) {
        const std::size_t end = piece.find('\n');
        line_ += piece.substr(0, end);
        if (end == std::string_view::npos) return;
        put_quoted_line(std::exchange(line_, {}), true, out);
        piece.remove_prefix(end + 1);
    }
}

void TransferDecoder::finish(std::string* out) {
    if (!line_.empty()) put_quoted_line(std::exchange(line_, {}), true, out);
    if (std::exchange(cr_, false)) *out += '\r';
    if (!at_line_start_) *out += '\n';
}

}  // namespace sm
