#include "sendmail/deliver/eight_bit.h"

#include <algorithm>

#include "libmail/mime_convert.h"
#include "libsm/strings.h"
#include "sendmail/deliver/message_source.h"

namespace sm {
namespace {

class SevenBitRecoder final : public BodyRecoder {
  public:
    SevenBitRecoder(const PartHeader& top, SevenBitPolicy policy, SevenBitPlan plan)
        : policy_(std::move(policy)), writer_(top, policy_, std::move(plan)) {}
    Status feed(std::string_view piece, const Put& put) override {
        return writer_.feed(piece, put);
    }
    Status finish(const Put& put) override { return writer_.finish(put); }

  private:
    SevenBitPolicy policy_;
    SevenBitWriter writer_;
};

class DecodingRecoder final : public BodyRecoder {
  public:
    explicit DecodingRecoder(TransferEncoding encoding) : decoder_(encoding) {}
    Status feed(std::string_view piece, const Put& put) override {
        std::string out;
        decoder_.put(piece, &out);
        return put(out);
    }
    Status finish(const Put& put) override {
        std::string out;
        decoder_.finish(&out);
        return put(out);
    }

  private:
    TransferDecoder decoder_;
};

// The MIME fields of a message on its way out.
class MimeFields {
  public:
    explicit MimeFields(std::vector<OutputField>* fields) : fields_(fields) {
        has_version_ = find("mime-version") != nullptr;
        if (const OutputField* field = find("content-type")) {
            const ContentType content = parse_content_type(value_of(*field));
            top_.type = content.type;
            top_.boundary = content.boundary;
        }
        if (const OutputField* field = find("content-transfer-encoding")) {
            top_.encoding = lower(trim(value_of(*field)));
        }
    }

    [[nodiscard]] bool labelled() const { return has_version_; }
    [[nodiscard]] const PartHeader& top() const { return top_; }

    void label(std::string_view charset) {
        if (!has_version_) add("MIME-Version", "1.0");
        has_version_ = true;
        if (find("content-type") == nullptr) {
            add("Content-Type", cat("text/plain; charset=", charset));
            top_.type = "text/plain";
        }
    }
    void drop_encoding() {
        std::erase_if(*fields_, [](const OutputField& field) {
            return iequals(field.name, "content-transfer-encoding");
        });
    }
    void add(std::string_view name, std::string_view value) {
        fields_->push_back({std::string(name), cat(name, ": ", value)});
    }
    void add_field(std::string text) { fields_->push_back({text.substr(0, text.find(':')), text}); }

  private:
    [[nodiscard]] const OutputField* find(std::string_view name) const {
        for (const OutputField& field : *fields_) {
            if (iequals(field.name, name)) return &field;
        }
        return nullptr;
    }
    static std::string_view value_of(const OutputField& field) {
        const std::size_t colon = field.text.find(':');
        return colon == std::string::npos ? std::string_view()
                                          : std::string_view(field.text).substr(colon + 1);
    }

    std::vector<OutputField>* fields_;
    PartHeader top_;
    bool has_version_ = false;
};

SevenBitPolicy make_policy(const Envelope& envelope, const Config& config) {
    SevenBitPolicy policy;
    const Config* known = &config;
    policy.recodable = [known](std::string_view encoding) {
        return encoding == "7bit" || encoding == "8bit" || encoding == "binary" ||
               known->in_class("e", encoding);
    };
    policy.opaque = [known](std::string_view type) {
        return type == "multipart/signed" || known->in_class("n", type);
    };
    policy.never_base64 = [known](std::string_view type) { return known->in_class("q", type); };
    policy.note = cat("by ", config.macros.get("j"), " id ", envelope.id.str());
    return policy;
}

std::string charset_for(const Envelope& envelope, const Config& config) {
    const MailerSpec* from = envelope.sender_target.mailer;
    return from != nullptr && !from->charset.empty() ? from->charset
                                                     : config.options.default_char_set;
}

TransferEncoding coded_text(const PartHeader& top) {
    if (top.type != "text/plain") return TransferEncoding::kNone;
    if (top.encoding == "quoted-printable") return TransferEncoding::kQuotedPrintable;
    return top.encoding == "base64" ? TransferEncoding::kBase64 : TransferEncoding::kNone;
}

using MaybeRecoder = std::unique_ptr<BodyRecoder>;

// Flag 9: local readers like text to be text.
MaybeRecoder decode_text(const Envelope& envelope, const Config& config, MimeFields& mime) {
    const TransferEncoding from = coded_text(mime.top());
    if (from == TransferEncoding::kNone) return nullptr;
    mime.drop_encoding();
    mime.add("Content-Transfer-Encoding", "8bit");
    mime.add("X-MIME-Autoconverted", cat("from ", encoding_name(from), " to 8bit by ",
                                         config.macros.get("j"), " id ", envelope.id.str()));
    return std::make_unique<DecodingRecoder>(from);
}

Result<MaybeRecoder> encode_text(const Envelope& envelope, const Config& config, MimeFields& mime) {
    mime.label(charset_for(envelope, config));
    SevenBitPolicy policy = make_policy(envelope, config);
    SevenBitPlanner planner(mime.top(), policy);
    SM_CHECK_OK(
        read_body(envelope, [&planner](std::string_view piece) { return planner.feed(piece); }));
    SM_TRY(SevenBitPlan plan, planner.finish());
    const bool nested =
        mime.top().type.starts_with("multipart/") || mime.top().type == "message/rfc822";
    const bool any = std::any_of(plan.leaves.begin(), plan.leaves.end(), [](const LeafPlan& leaf) {
        return leaf.encoding != TransferEncoding::kNone;
    });
    if (!any) return MaybeRecoder();
    mime.drop_encoding();
    if (!nested) {
        const TransferEncoding encoding = plan.leaves.front().encoding;
        mime.add_field(encoding_field(encoding));
        mime.add_field(converted_field(encoding, policy.note));
    }
    const PartHeader top = mime.top();
    return MaybeRecoder(std::make_unique<SevenBitRecoder>(top, std::move(policy), std::move(plan)));
}

}  // namespace

Result<std::unique_ptr<BodyRecoder>> make_body_recoder(const Envelope& envelope,
                                                       const MailerSpec& mailer,
                                                       const MessageForm& form,
                                                       const Config& config,
                                                       std::vector<OutputField>* fields) {
    const EightBitMode mode = config.options.eight_bit_mode;
    MimeFields mime(fields);
    if (form.seven_bit && !mailer.has('8')) {
        // Without a label, and in mode "pass", nobody knows what the octets mean.
        if (!mime.labelled() && mode != EightBitMode::kMime) return MaybeRecoder();
        return encode_text(envelope, config, mime);
    }
    if (envelope.has_8bit) {
        if (mode == EightBitMode::kMime && !mime.labelled() && !mailer.has('7')) {
            mime.label(charset_for(envelope, config));
            mime.add("Content-Transfer-Encoding", "8bit");
        }
        return MaybeRecoder();
    }
    if (mailer.has('9') && !mailer.has('7') && mime.labelled()) {
        return decode_text(envelope, config, mime);
    }
    return MaybeRecoder();
}

}  // namespace sm
