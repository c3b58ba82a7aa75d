// SPDX-License-Identifier: GPL-2.0-only
//
// A value or the reason why there is none. Errors are values here; nothing throws across files.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace lvsx {

// What went wrong, coarsely: a script acts on this, a person on the sentence.
enum class Failure {
    illegible,   // the words given cannot even be told apart; nothing was tried
    usage,       // the words given make no sense; nothing was tried
    unreachable, // a kernel module is not loaded, or we may not speak to it
    refused,     // the kernel said no
};

struct Error {
    Failure kind{};
    int code{}; // an errno, 0 where none fits
    std::string sentence;
};

inline Error usage(std::string sentence) {
    return {Failure::usage, 0, std::move(sentence)};
}

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    T &operator*() { return *std::get_if<0>(&state_); }
    const T &operator*() const { return *std::get_if<0>(&state_); }
    T *operator->() { return std::get_if<0>(&state_); }
    const T *operator->() const { return std::get_if<0>(&state_); }
    [[nodiscard]] const Error &error() const { return *std::get_if<1>(&state_); }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    explicit operator bool() const { return !error_; }
    [[nodiscard]] const Error &error() const { return *error_; }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

} // namespace lvsx
