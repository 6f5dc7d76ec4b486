#include "libmail/header_list.h"

#include <algorithm>
#include <array>

#include "libsm/strings.h"

namespace sm {
namespace {

struct ClassRow {
    std::string_view name;
    HeaderClass kind;
};

constexpr std::array kRows = {
    ClassRow{"to", HeaderClass::kRecipients},
    ClassRow{"cc", HeaderClass::kRecipients},
    ClassRow{"apparently-to", HeaderClass::kRecipients},
    ClassRow{"bcc", HeaderClass::kBcc},
    ClassRow{"from", HeaderClass::kSender},
    ClassRow{"sender", HeaderClass::kSender},
    ClassRow{"full-name", HeaderClass::kPlain},
    ClassRow{"reply-to", HeaderClass::kSender},
    ClassRow{"errors-to", HeaderClass::kErrorsTo},
    ClassRow{"return-receipt-to", HeaderClass::kReturnReceipt},
    ClassRow{"received", HeaderClass::kTrace},
    ClassRow{"x400-received", HeaderClass::kTrace},
    ClassRow{"via", HeaderClass::kTrace},
    ClassRow{"mail-from", HeaderClass::kTrace},
    ClassRow{"resent-to", HeaderClass::kResent},
    ClassRow{"resent-cc", HeaderClass::kResent},
    ClassRow{"resent-bcc", HeaderClass::kBcc},
    ClassRow{"resent-from", HeaderClass::kResent},
    ClassRow{"resent-sender", HeaderClass::kResent},
    ClassRow{"resent-reply-to", HeaderClass::kResent},
    ClassRow{"resent-date", HeaderClass::kResent},
    ClassRow{"resent-message-id", HeaderClass::kResent},
    ClassRow{"content-type", HeaderClass::kContentType},
    ClassRow{"content-transfer-encoding", HeaderClass::kEncoding},
    ClassRow{"precedence", HeaderClass::kPrecedence},
    ClassRow{"message", HeaderClass::kEndOfHeader},
    ClassRow{"text", HeaderClass::kEndOfHeader},
};

bool same_name(const HeaderField& field, std::string_view name) {
    return iequals(field.name, name);
}

}  // namespace

const HeaderField* HeaderList::find(std::string_view name) const {
    for (const HeaderField& field : fields_) {
        if (same_name(field, name)) return &field;
    }
    return nullptr;
}

HeaderField* HeaderList::find(std::string_view name) {
    for (HeaderField& field : fields_) {
        if (same_name(field, name)) return &field;
    }
    return nullptr;
}

std::size_t HeaderList::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields_.begin(), fields_.end(),
                      [name](const HeaderField& field) { return same_name(field, name); }));
}

void HeaderList::insert(std::size_t index, HeaderField field) {
    const std::size_t at = std::min(index, fields_.size());
    fields_.insert(fields_.begin() + static_cast<std::ptrdiff_t>(at), std::move(field));
}

std::size_t HeaderList::remove(std::string_view name) {
    return std::erase_if(fields_,
                         [name](const HeaderField& field) { return same_name(field, name); });
}

std::size_t HeaderList::size() const {
    std::size_t total = 0;
    for (const HeaderField& field : fields_) total += field.name.size() + field.value.size() + 2;
    return total;
}

HeaderClass header_class(std::string_view name) {
    const std::string folded = lower(trim(name));
    for (const ClassRow& row : kRows) {
        if (row.name == folded) return row.kind;
    }
    return HeaderClass::kPlain;
}

}  // namespace sm
