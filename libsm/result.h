// Result<T> and Status: how a function of ours fails.
//
// A subset of std::expected<T, Error>. An Error says which sysexits class it is (kTempFail unless
// stated otherwise, so that a forgotten case defers mail), one line of text without CR, LF or
// secrets, and errno where the system said no. Own code never throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "libsm/exit_status.h"

namespace sm {

struct Error {
    Exit code = Exit::kTempFail;
    std::string text;
    int sys_errno = 0;  // 0: not an operating system error
    std::string dsn{};  // enhanced status code when the class's own is too coarse; may be empty
};

// An Error of class kOsErr: "<what>: <strerror(number)>".
[[nodiscard]] Error os_error(std::string_view what, int number);

// An Error of class `code` with that text.
[[nodiscard]] Error make_error(Exit code, std::string text);

// The enhanced status code of an error: its own, else that of its class.
[[nodiscard]] std::string_view error_dsn(const Error& error);

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

// A broken invariant of our own (never of a peer's or a file's data): logs and aborts.
#define SM_CHECK(cond) \
    ((cond) ? static_cast<void>(0) : ::sm::check_failed(#cond, __FILE__, __LINE__))

namespace detail {
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
}  // namespace detail

template <typename T>
class [[nodiscard]] Result {
  public:
    using value_type = T;

    Result(T value)
        : state_(std::in_place_index<0>, std::move(value)) {
    }  // NOLINT(google-explicit-constructor)
    Result(Error error)
        : state_(std::in_place_index<1>, std::move(error)) {
    }  // NOLINT(google-explicit-constructor)
    template <typename U>
    requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::decay_t<U>, Result> &&
             !std::is_same_v<std::decay_t<U>, Error> && !std::is_same_v<std::decay_t<U>, T>)
        Result(U&& value)  // NOLINT(google-explicit-constructor): so that `return x;` works
        : state_(std::in_place_index<0>, std::forward<U>(value)) {}

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    // Not for optional<T>: "cannot tell" must never be read as "absent".
    [[nodiscard]] explicit operator bool() const requires(!detail::IsOptional<T>::value) {
        return ok();
    }

    [[nodiscard]] T& value() & {
        SM_CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const T& value() const& {
        SM_CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T&& value() && {
        SM_CHECK(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const& {
        SM_CHECK(!ok());
        return *std::get_if<1>(&state_);
    }
    [[nodiscard]] Error&& error() && {
        SM_CHECK(!ok());
        return std::move(*std::get_if<1>(&state_));
    }

    template <typename U>
    [[nodiscard]] T value_or(U&& other) const& {
        return ok() ? *std::get_if<0>(&state_) : static_cast<T>(std::forward<U>(other));
    }

  private:
    std::variant<T, Error> state_;
};

class [[nodiscard]] Status {
  public:
    Status() = default;
    Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
    [[nodiscard]] static Status success() { return {}; }

    [[nodiscard]] bool ok() const { return !error_.has_value(); }
    [[nodiscard]] explicit operator bool() const { return ok(); }
    [[nodiscard]] const Error& error() const& {
        SM_CHECK(!ok());
        return *error_;
    }
    [[nodiscard]] Error&& error() && {
        SM_CHECK(!ok());
        return std::move(*error_);
    }

  private:
    std::optional<Error> error_;
};

#define SM_CONCAT_(a, b) a##b
#define SM_CONCAT(a, b) SM_CONCAT_(a, b)
#define SM_TRY_(result, declaration, expression)        \
    auto result = (expression);                         \
    if (!result.ok()) return std::move(result).error(); \
    declaration = std::move(result).value()

// SM_TRY(const Target target, router.resolve(rcpt)); returns the Error from this function, or
// declares `target` with the value.
#define SM_TRY(declaration, expression) \
    SM_TRY_(SM_CONCAT(sm_result_, __LINE__), declaration, expression)

#define SM_CHECK_OK_(status, expression)                                                \
    do {                                                                                \
        if (auto status = (expression); !status.ok()) return std::move(status).error(); \
    } while (false)

// SM_CHECK_OK(store.sync()); returns the Error from this function.
#define SM_CHECK_OK(expression) SM_CHECK_OK_(SM_CONCAT(sm_status_, __LINE__), expression)

}  // namespace sm
