// SPDX-License-Identifier: GPL-2.0-only
//
// Generic netlink: a request being built, a socket that carries it to one family, and reading what
// came back. Reading works on plain bytes, so that tests and fuzzers need no socket.
#pragma once

#include "result.hh"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/socket.h>

namespace lvsx {

// The attributes of a message, behind its headers; 4-byte aligned.
using Attributes = std::span<const std::byte>;

class Message {
public:
    // `flags`: NLM_F_DUMP to ask for all there is, 0 otherwise.
    explicit Message(std::uint8_t command, int flags = 0);

    Message &u8(int type, std::uint8_t value) { return put(type, &value, sizeof(value)); }
    Message &u16(int type, std::uint16_t value) { return put(type, &value, sizeof(value)); }
    Message &u32(int type, std::uint32_t value) { return put(type, &value, sizeof(value)); }
    Message &port(int type, std::uint16_t host_order);
    Message &bytes(int type, std::span<const std::byte> value);
    Message &string(int type, const std::string &value);
    // An attribute that holds those that `fill` adds.
    Message &nest(int type, const std::function<void()> &fill);

    [[nodiscard]] Attributes attributes() const;
    [[nodiscard]] nl_msg *raw() const { return message_.get(); }

private:
    Message &put(int type, const void *data, std::size_t size);

    struct Free {
        void operator()(nl_msg *message) const { nlmsg_free(message); }
    };
    std::unique_ptr<nl_msg, Free> message_;
};

class Socket {
public:
    // `absent` is the sentence for the case that the kernel knows no such family.
    static Result<Socket> open(const char *family, const char *absent);

    // Sends a request, hands every answer to `each` and returns when the kernel has said that this
    // was all, or why it refused. An answer that `each` rejects ends it with that error.
    Status ask(
        const Message &request,
        const std::function<Status(Attributes)> &each = [](Attributes) { return Status{}; });

private:
    struct Free {
        void operator()(nl_sock *socket) const { nl_socket_free(socket); }
    };
    using Handle = std::unique_ptr<nl_sock, Free>;
    Socket(Handle socket, int family) : socket_(std::move(socket)), family_(family) {}

    // From now on it speaks to this family.
    Status find(const char *family, const char *absent);

    Handle socket_;
    int family_;
};

// What a whole NLMSG_ERROR or NLMSG_DONE message says: fine, or the kernel's own sentence.
Status read_outcome(std::span<const std::byte> message);

// One level of attributes by their number.
template <int Max>
class Table {
public:
    using Policy = std::array<nla_policy, Max + 1>;

    static Result<Table> read(Attributes bytes, const Policy &policy) {
        Table table;
        // libnl takes both as mutable, and changes neither.
        auto *head = reinterpret_cast<nlattr *>(const_cast<std::byte *>(bytes.data()));
        auto *rules = const_cast<nla_policy *>(policy.data());
        if (nla_parse(table.at_.data(), Max, head, static_cast<int>(bytes.size()), rules) < 0) {
            return malformed();
        }
        return table;
    }

    [[nodiscard]] bool has(int type) const { return at_[type] != nullptr; }
    [[nodiscard]] Attributes bytes(int type) const {
        if (!has(type)) {
            return {};
        }
        return {static_cast<const std::byte *>(nla_data(at_[type])),
                static_cast<std::size_t>(nla_len(at_[type]))};
    }
    // Absent: 0. The policy has made sure that one that is there is long enough.
    [[nodiscard]] std::uint8_t u8(int type) const { return has(type) ? nla_get_u8(at_[type]) : 0; }
    [[nodiscard]] std::uint16_t u16(int type) const {
        return has(type) ? nla_get_u16(at_[type]) : 0;
    }
    [[nodiscard]] std::uint32_t u32(int type) const {
        return has(type) ? nla_get_u32(at_[type]) : 0;
    }
    [[nodiscard]] std::uint64_t u64(int type) const {
        return has(type) ? nla_get_u64(at_[type]) : 0;
    }
    [[nodiscard]] std::uint16_t port(int type) const {
        return static_cast<std::uint16_t>(u16(type) >> 8 | u16(type) << 8);
    }
    [[nodiscard]] std::string string(int type) const {
        const auto raw = bytes(type);
        const std::string_view text{reinterpret_cast<const char *>(raw.data()), raw.size()};
        return std::string{text.substr(0, text.find('\0'))};
    }

    static Error malformed() {
        return {Failure::refused, 0,
                "the kernel's answer is malformed: lvsxadm and the lvsx module do not match"};
    }

private:
    std::array<nlattr *, Max + 1> at_{};
};

// The types that attributes of a table must have, where they are there; others are as they come.
template <typename T>
constexpr typename T::Policy rules(std::initializer_list<std::pair<int, std::uint16_t>> types) {
    typename T::Policy all{};
    for (const auto &[number, type] : types) {
        all[number] = {.type = type, .minlen = 0, .maxlen = 0};
    }
    return all;
}

// What each attribute of kind `type` holds, of a level that may have several.
template <typename Each>
Status each_of(Attributes bytes, int type, Each each) {
    auto *at = reinterpret_cast<nlattr *>(const_cast<std::byte *>(bytes.data()));
    auto left = static_cast<int>(bytes.size());
    for (; nla_ok(at, left) != 0; at = nla_next(at, &left)) {
        if (nla_type(at) != type) {
            continue;
        }
        const Attributes inside{static_cast<const std::byte *>(nla_data(at)),
                                static_cast<std::size_t>(nla_len(at))};
        if (Status status = each(inside); !status) {
            return status;
        }
    }
    return {};
}

// All answers of a dump, decoded by `read`.
template <typename T, typename Read>
Result<std::vector<T>> collect(Socket &socket, const Message &request, Read read) {
    std::vector<T> all;
    const auto status = socket.ask(request, [&](Attributes answer) -> Status {
        auto one = read(answer);
        if (!one) {
            return one.error();
        }
        all.push_back(std::move(*one));
        return {};
    });
    if (!status) {
        return status.error();
    }
    return all;
}

} // namespace lvsx
