// Transfer encodings of MIME (RFC 2045 section 6) for whole messages: 8-bit contents to
// quoted-printable or base64 for next hops that take none, and back for text/plain. Formats only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libmail/mime_parse.h"
#include "libsm/result.h"

namespace sm {

using TextPut = std::function<Status(std::string_view)>;

enum class TransferEncoding : std::uint8_t { kNone, kQuotedPrintable, kBase64 };
[[nodiscard]] std::string_view encoding_name(TransferEncoding encoding);

// Encodes text in pieces; line feeds are given apart from it. Output lines end with LF.
class TransferEncoder {
  public:
    virtual ~TransferEncoder() = default;
    virtual void put(std::string_view text, std::string* out) = 0;
    virtual void end_line(std::string* out) = 0;
    // Ends the content; the output then ends with LF (unless it is empty).
    virtual void finish(std::string* out) = 0;
};
[[nodiscard]] std::unique_ptr<TransferEncoder> make_encoder(TransferEncoding encoding);

// What the leaves of a message hold, in order; found by a first pass.
struct LeafPlan {
    TransferEncoding encoding = TransferEncoding::kNone;
};
struct SevenBitPlan {
    std::vector<LeafPlan> leaves;
    PartKind top_kind = PartKind::kLeaf;
};

struct SevenBitPolicy {
    // Encodings whose contents may be encoded anew ("7bit", "8bit", "binary"): class e.
    std::function<bool(std::string_view)> recodable{};
    std::function<bool(std::string_view)> opaque{};  // types that are not looked into: class n
    // Types for which base64 is never used: class q.
    std::function<bool(std::string_view)> never_base64{};
    std::string note;  // "X-MIME-Autoconverted" of an encoded part, behind "from 8bit to X "
};

// First pass over the body: which leaf gets which encoding. A leaf with one 8-bit octet in eight
// or more gets base64.
class SevenBitPlanner final : public MimeVisitor {
  public:
    SevenBitPlanner(const PartHeader& top, const SevenBitPolicy& policy);
    [[nodiscard]] Status feed(std::string_view piece) { return reader_.feed(piece); }
    [[nodiscard]] Result<SevenBitPlan> finish();

    [[nodiscard]] Status part_header(PartHeader& header, bool ended) override;
    [[nodiscard]] Status leaf_text(std::string_view text, bool ends_line) override;
    [[nodiscard]] Status leaf_end(bool at_boundary) override;
    [[nodiscard]] Status other_text(std::string_view text, bool ends_line, bool opaque) override;

  private:
    const SevenBitPolicy& policy_;
    PartHeader current_;
    SevenBitPlan plan_;
    MimeReader reader_;
    std::size_t sampled_ = 0;
    std::size_t high_ = 0;  // of the sample
    bool any_high_ = false;
};

// Second pass: the body in its 7-bit form.
class SevenBitWriter final : public MimeVisitor {
  public:
    SevenBitWriter(const PartHeader& top, const SevenBitPolicy& policy, SevenBitPlan plan);
    [[nodiscard]] Status feed(std::string_view piece, const TextPut& put);
    [[nodiscard]] Status finish(const TextPut& put);

    [[nodiscard]] Status part_header(PartHeader& header, bool ended) override;
    [[nodiscard]] Status leaf_text(std::string_view text, bool ends_line) override;
    [[nodiscard]] Status leaf_end(bool at_boundary) override;
    [[nodiscard]] Status other_text(std::string_view text, bool ends_line, bool opaque) override;

  private:
    [[nodiscard]] Status flush(const TextPut& put);

    const SevenBitPolicy& policy_;
    SevenBitPlan plan_;
    std::size_t leaf_ = 0;
    std::unique_ptr<TransferEncoder> encoder_;
    bool line_end_due_ = false;
    std::string out_;
    MimeReader reader_;
};

// Fields of an encoded part: its encoding and how it came to that.
[[nodiscard]] std::string encoding_field(TransferEncoding encoding);
[[nodiscard]] std::string converted_field(TransferEncoding encoding, std::string_view note);

// Decodes quoted-printable or base64 text; what is no code is copied (quoted-printable) or left out
// (base64). Output lines end with LF; CRLF of base64 becomes LF.
class TransferDecoder {
  public:
    explicit TransferDecoder(TransferEncoding encoding) : encoding_(encoding) {}
    void put(std::string_view piece, std::string* out);
    void finish(std::string* out);

  private:
    void put_quoted_line(std::string_view line, bool ends_line, std::string* out);
    void put_base64(char c, std::string* out);
    void put_octet(char c, std::string* out);

    TransferEncoding encoding_;
    std::string line_;
    std::uint32_t bits_ = 0;
    int count_ = 0;       // sextets in bits_
    bool ended_ = false;  // padding was seen
    bool cr_ = false;
    bool at_line_start_ = true;
};

}  // namespace sm
