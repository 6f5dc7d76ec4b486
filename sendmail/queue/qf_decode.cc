#include <limits>

#include "libsm/encodings.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"
#include "sendmail/queue/qf_codec.h"

namespace sm {
namespace {

constexpr char kEscape = '\xFF';

Error bad_record(std::string_view record) {
    return make_error(Exit::kDataErr, cat("bad queue file record: ", printable(record, 60)));
}

template <typename T>
Status read_number(std::string_view record, T* out) {
    const std::optional<std::int64_t> number = parse_int(trim(record.substr(1)));
    if (!number || *number < static_cast<std::int64_t>(std::numeric_limits<T>::min()) ||
        *number > static_cast<std::int64_t>(std::numeric_limits<T>::max())) {
        return bad_record(record);
    }
    *out = static_cast<T>(*number);
    return {};
}

// One control file being read. Attributes of a recipient (M C Q r) stand before its R.
class Decoder {
  public:
    Decoder(Envelope* envelope, QfExtras* extras) : envelope_(envelope), extras_(extras) {}

    // record: without its line end; continuation lines of headers included.
    Status record(std::string_view record);

  private:
    Status version(std::string_view record);
    Status body_place(std::string_view record);
    void flags(std::string_view letters);
    Status macro(std::string_view record);
    Status deliver_by(std::string_view record);
    Status controlling_user(std::string_view record);
    Status original_recipient(std::string_view record);
    Status recipient(std::string_view record);
    Status header(std::string_view record);
    void message(std::string_view text);

    Envelope* envelope_;
    QfExtras* extras_;
    bool sender_seen_ = false;
    std::string pending_status_;
    std::string pending_orcpt_;
    std::string pending_final_;
    std::optional<ControllingUser> controller_;
    std::string owner_;
};

Status Decoder::record(std::string_view record) {
    const std::string_view rest = record.substr(1);
    switch (record[0]) {
        case 'V':
            return version(record);
        case 'T':
            return read_number(record, &envelope_->created);
        case 'K':
            return read_number(record, &envelope_->last_attempt);
        case 'N':
            return read_number(record, &envelope_->attempts);
        case 'P':
            return read_number(record, &envelope_->priority);
        case 'I':
            return body_place(record);
        case 'd':
            extras_->body_directory = rest;
            return {};
        case 'B':
            envelope_->body_type = rest;
            return {};
        case 'q':
            envelope_->quarantine_reason = rest;
            return {};
        case 'M':
            message(rest);
            return {};
        case 'F':
            flags(rest);
            return {};
        case '$':
            return macro(record);
        case 'S':
            envelope_->sender = rest;
            sender_seen_ = true;
            return {};
        case 'Z':
            envelope_->envid = xtext_decode(rest).value_or(std::string(rest));
            return {};
        case 'A':
            envelope_->auth_param = xtext_decode(rest).value_or(std::string(rest));
            return {};
        case '!':
            return deliver_by(record);
        case 'C':
            return controlling_user(record);
        case 'Q':
            return original_recipient(record);
        case 'r':
            pending_final_ = rest;
            return {};
        case 'R':
            return recipient(record);
        case 'H':
            return header(record);
        default:
            // The reference skips what it does not know as well.
            extras_->unknown += record[0];
            return {};
    }
}

Status Decoder::version(std::string_view record) {
    int number = 0;
    SM_CHECK_OK(read_number(record, &number));
    if (number > kQfVersion) return make_error(Exit::kDataErr, std::string(kUnsupportedQf));
    return {};
}

Status Decoder::body_place(std::string_view record) {
    const std::vector<std::string_view> parts = split(record.substr(1), '/');
    if (parts.size() != 3) return bad_record(record);
    const auto major_number = parse_unsigned(parts[0]);
    const auto minor_number = parse_unsigned(parts[1]);
    const auto inode = parse_unsigned(parts[2]);
    if (!major_number || !minor_number || !inode) return bad_record(record);
    extras_->body_place = QfExtras::BodyPlace{static_cast<unsigned>(*major_number),
                                              static_cast<unsigned>(*minor_number), *inode};
    return {};
}

void Decoder::flags(std::string_view letters) {
    for (const char letter : letters) {
        switch (letter) {
            case '8':
                envelope_->has_8bit = true;
                break;
            case 'b':
                envelope_->delete_bcc = true;
                break;
            case 'd':
                envelope_->ret_given = true;
                break;
            case 'n':
                envelope_->no_body_return = true;
                break;
            case 'r':
                envelope_->is_response = true;
                break;
            case 's':
                envelope_->split = true;
                break;
            case 'w':
                envelope_->warning_sent = true;
                break;
            default:
                break;
        }
    }
}

Status Decoder::macro(std::string_view record) {
    std::string_view rest = record.substr(1);
    if (rest.empty()) return bad_record(record);
    if (rest[0] != '{') {
        envelope_->macros.set(rest.substr(0, 1), rest.substr(1));
        return {};
    }
    const std::size_t brace = rest.find('}');
    if (brace == std::string_view::npos || brace == 1) return bad_record(record);
    const std::string_view name = rest.substr(1, brace - 1);
    const std::string_view value = rest.substr(brace + 1);
    if (name == "body_octets") {
        extras_->body_octets = parse_int(value);
    } else if (name == kListOwner) {
        owner_ = value;
    } else {
        envelope_->macros.set(name, value);
    }
    return {};
}

Status Decoder::deliver_by(std::string_view record) {
    if (record.size() < 4 || record[2] != ' ') return bad_record(record);
    const auto bits = static_cast<unsigned char>(record[1]);
    const auto seconds = parse_int(trim(record.substr(3)));
    if (!seconds) return bad_record(record);
    DeliverBy by;
    by.mode = (bits & 0x01U) != 0 ? 'N' : 'R';
    by.trace = (bits & 0x10U) != 0;
    by.seconds = *seconds;
    envelope_->deliver_by = by;
    return {};
}

// "C": none. "Cuser:uid:gid:alias"; "C:alias" (an older form): the default user.
Status Decoder::controlling_user(std::string_view record) {
    const std::string_view rest = record.substr(1);
    if (rest.empty()) {
        controller_.reset();
        return {};
    }
    ControllingUser user;
    const std::size_t first = rest.find(':');
    if (first == std::string_view::npos) return bad_record(record);
    user.name = rest.substr(0, first);
    const std::size_t second = rest.find(':', first + 1);
    const std::size_t third =
        second == std::string_view::npos ? second : rest.find(':', second + 1);
    if (third == std::string_view::npos) {
        user.alias = rest.substr(first + 1);
        controller_ = user;
        return {};
    }
    const auto uid = parse_unsigned(rest.substr(first + 1, second - first - 1));
    const auto gid = parse_unsigned(rest.substr(second + 1, third - second - 1));
    constexpr std::uint64_t kMaxId = std::numeric_limits<uid_t>::max();
    if (!uid || !gid || *uid > kMaxId || *gid > kMaxId) return bad_record(record);
    user.uid = static_cast<uid_t>(*uid);
    user.gid = static_cast<gid_t>(*gid);
    user.alias = rest.substr(third + 1);
    controller_ = user;
    return {};
}

Status Decoder::original_recipient(std::string_view record) {
    const std::string_view rest = record.substr(1);
    const std::size_t semicolon = rest.find(';');
    const std::size_t from = semicolon == std::string_view::npos ? 0 : semicolon + 1;
    const auto decoded = xtext_decode(rest.substr(from));
    pending_orcpt_ = decoded ? cat(rest.substr(0, from), *decoded) : std::string(rest);
    return {};
}

Status Decoder::recipient(std::string_view record) {
    const std::string_view rest = record.substr(1);
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos || colon + 1 >= rest.size()) return bad_record(record);
    Recipient out;
    out.address = rest.substr(colon + 1);
    const std::string_view letters = rest.substr(0, colon);
    const auto has = [letters](char c) { return letters.find(c) != std::string_view::npos; };
    out.from_alias = has('A');
    // Written for who was given, or alone became of that; from now on everybody is.
    out.primary = true;
    out.notify.given = has('N');
    out.notify.success = has('S');
    out.notify.failure = has('F');
    out.notify.delay = has('D');
    // No word at all about notification: the defaults, so that a failure is never silent.
    if (letters.find_first_of("NSFD") == std::string_view::npos) out.notify = Notify{};
    out.controlling_user = controller_;
    if (controller_ && controller_->alias != out.address) out.alias_of = controller_->alias;
    out.owner = owner_;
    out.orcpt = std::exchange(pending_orcpt_, {});
    out.final_recipient = std::exchange(pending_final_, {});
    out.status_text = std::exchange(pending_status_, {});
    envelope_->recipients.push_back(std::move(out));
    return {};
}

void Decoder::message(std::string_view text) {
    if (sender_seen_) {
        pending_status_ = text;
    } else {
        envelope_->status_text = text;
    }
}

// Takes the escapes out of a header value; true when it holds an unescaped marker (a macro).
bool unescape(std::string_view in, std::string* out) {
    std::string plain;
    plain.reserve(in.size());
    bool markers = false;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (in[i] == kEscape && i + 1 < in.size()) {
            plain += in[++i];
            continue;
        }
        const auto byte = static_cast<unsigned char>(in[i]);
        markers = markers || (byte >= 0x80 && byte <= 0x9F);
        plain += in[i];
    }
    // A template keeps its bytes as they are.
    *out = markers ? std::string(in) : std::move(plain);
    return markers;
}

Status Decoder::header(std::string_view record) {
    std::string_view rest = record.substr(1);
    HeaderField field;
    if (!rest.empty() && rest[0] == '?') {
        const std::size_t end = rest.find('?', 1);
        if (end == std::string_view::npos) return bad_record(record);
        const std::string_view condition = rest.substr(1, end - 1);
        if (condition.size() > 3 && condition.substr(0, 2) == "${" && condition.back() == '}') {
            field.macro = condition.substr(2, condition.size() - 3);
        } else {
            field.flags = condition;
        }
        rest.remove_prefix(end + 1);
    }
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos || colon == 0) return bad_record(record);
    field.name = rest.substr(0, colon);
    field.is_template = unescape(rest.substr(colon + 1), &field.value);
    field.from_message = field.flags.empty() && field.macro.empty() && !field.is_template;
    envelope_->headers.append(std::move(field));
    return {};
}

// Cuts the next record off `text`: one line, with the continuation lines of a header.
std::string_view next_record(std::string_view& text) {
    std::size_t end = text.find('\n');
    if (!text.empty() && text[0] == 'H') {
        while (end != std::string_view::npos && end + 1 < text.size() &&
               (text[end + 1] == ' ' || text[end + 1] == '\t')) {
            end = text.find('\n', end + 1);
        }
    }
    const std::string_view record = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return record;
}

}  // namespace

Status decode_qf(std::string_view text, Envelope* envelope, QfExtras* extras) {
    Decoder decoder(envelope, extras);
    const bool ends_with_newline = !text.empty() && text.back() == '\n';
    while (!text.empty()) {
        const std::string_view record = next_record(text);
        if (record == "." && (ends_with_newline || !text.empty())) return {};
        if (record.empty()) continue;
        if (record.find('\0') != std::string_view::npos) return bad_record(record);
        SM_CHECK_OK(decoder.record(record));
    }
    return make_error(Exit::kDataErr, std::string(kIncompleteQf));
}

void decode_qf_leniently(std::string_view text, Envelope* envelope, QfExtras* extras) {
    Decoder decoder(envelope, extras);
    while (!text.empty()) {
        const std::string_view record = next_record(text);
        if (record == ".") return;
        if (!record.empty() && !decoder.record(record).ok()) return;
    }
}

}  // namespace sm
