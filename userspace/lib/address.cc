// SPDX-License-Identifier: GPL-2.0-only
#include "address.hh"

#include <algorithm>
#include <charconv>
#include <limits>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

namespace lvsx {
namespace {

// The whole of `text` as a number, nothing else around it.
template <typename T>
std::optional<T> number(std::string_view text, int base = 10) {
    T value{};
    const auto *end = text.data() + text.size();
    auto [stop, fault] = std::from_chars(text.data(), end, value, base);
    if (fault != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return value;
}

std::optional<Address> read(std::string_view text) {
    const std::string terminated{text};
    std::array<std::byte, 16> raw{};
    if (inet_pton(AF_INET, terminated.c_str(), raw.data()) == 1) {
        return Address::from_bytes(std::span{raw}.first(4));
    }
    if (inet_pton(AF_INET6, terminated.c_str(), raw.data()) == 1) {
        return Address::from_bytes(raw);
    }
    return std::nullopt;
}

// The end of a range: a whole address, or what replaces the last part of its first one.
std::optional<Address> read_last(const Address &first, std::string_view text) {
    if (auto whole = read(text)) {
        return whole;
    }
    const bool v4 = first.family() == AF_INET;
    const auto part = number<std::uint16_t>(text, v4 ? 10 : 16);
    if (!part || (v4 && *part > 255)) {
        return std::nullopt;
    }
    std::array<std::byte, 16> raw{};
    std::ranges::copy(first.bytes(), raw.begin());
    const std::size_t size = first.bytes().size();
    raw[size - 1] = static_cast<std::byte>(*part & 0xff);
    if (!v4) {
        raw[size - 2] = static_cast<std::byte>(*part >> 8);
    }
    return Address::from_bytes(std::span{raw}.first(size));
}

Result<Range> parse_prefix(std::string_view text, std::size_t slash) {
    const auto address = read(text.substr(0, slash));
    const auto length = number<unsigned>(text.substr(slash + 1));
    if (!address || !length || *length > address->bits()) {
        return usage(fmt::format(
            "'{}' is no prefix: expected ADDRESS/LENGTH, such as 192.0.2.0/28 or 2001:db8::/120",
            text));
    }
    const Range range{address->fill(*length, false), address->fill(*length, true)};
    if (range.first != *address) {
        return usage(fmt::format("'{}' has bits set behind its length: did you mean {}/{}?", text,
                                 range.first.text(), *length));
    }
    return range;
}

std::optional<std::uint16_t> read_port(std::string_view text, const char *protocol) {
    if (auto value = number<std::uint16_t>(text)) {
        return value;
    }
    const std::string name{text};
    std::array<char, 1024> room{};
    servent entry{};
    servent *found = nullptr;
    if (getservbyname_r(name.c_str(), protocol, &entry, room.data(), room.size(), &found) != 0 ||
        found == nullptr) {
        return std::nullopt;
    }
    return ntohs(static_cast<std::uint16_t>(found->s_port));
}

} // namespace

std::optional<Address> Address::from_bytes(std::span<const std::byte> bytes) {
    if (bytes.size() != 4 && bytes.size() != 16) {
        return std::nullopt;
    }
    Address address;
    address.size_ = static_cast<std::uint8_t>(bytes.size());
    std::ranges::copy(bytes, address.bytes_.begin());
    return address;
}

std::uint16_t Address::family() const {
    return size_ == 4 ? AF_INET : AF_INET6;
}

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> room{};
    inet_ntop(family(), bytes_.data(), room.data(), room.size());
    return room.data();
}

Address Address::fill(unsigned prefix, bool ones) const {
    Address filled{*this};
    for (unsigned bit = prefix; bit < bits(); ++bit) {
        const auto mask = static_cast<std::byte>(0x80U >> (bit % 8));
        auto &byte = filled.bytes_[bit / 8];
        byte = ones ? byte | mask : byte & ~mask;
    }
    return filled;
}

Address Address::next() const {
    Address after{*this};
    for (std::size_t i = size_; i-- > 0;) {
        auto &byte = after.bytes_[i];
        byte = static_cast<std::byte>(static_cast<unsigned>(byte) + 1);
        if (byte != std::byte{0}) {
            break;
        }
    }
    return after;
}

std::uint64_t Range::size() const {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    const auto low = first.bytes();
    const auto high = last.bytes();
    std::uint64_t distance = 0;
    for (std::size_t i = 0; i < low.size(); ++i) {
        if (distance > most >> 9) {
            return most;
        }
        // Not below zero at any step, since first is not above last.
        distance = distance * 256 + static_cast<std::uint64_t>(high[i]) -
                   static_cast<std::uint64_t>(low[i]);
    }
    return distance + 1;
}

std::string Range::text() const {
    return first == last ? first.text() : first.text() + "-" + last.text();
}

std::string Endpoint::text() const {
    const bool v4 = address.family() == AF_INET;
    return fmt::format("{}{}{}:{}", v4 ? "" : "[", address.text(), v4 ? "" : "]", port);
}

Result<Address> parse_address(std::string_view text) {
    if (auto address = read(text)) {
        return *address;
    }
    return usage(
        fmt::format("'{}' is no address: expected one such as 192.0.2.1 or 2001:db8::1", text));
}

Result<Range> parse_range(std::string_view text) {
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        return parse_prefix(text, slash);
    }
    const auto dash = text.find('-');
    const auto first = parse_address(text.substr(0, dash));
    if (!first) {
        return first.error();
    }
    if (dash == std::string_view::npos) {
        return Range{*first, *first};
    }
    const auto last = read_last(*first, text.substr(dash + 1));
    if (!last || last->family() != first->family()) {
        return usage(fmt::format("'{}' is no range: expected FIRST-LAST, such as "
                                 "192.0.2.5-192.0.2.9 or 192.0.2.5-9",
                                 text));
    }
    if (*last < *first) {
        return usage(
            fmt::format("'{}' runs backwards: {} is above {}", text, first->text(), last->text()));
    }
    return Range{*first, *last};
}

Result<Endpoint> parse_endpoint(std::string_view text, const char *protocol) {
    std::string_view host = text;
    std::optional<std::string_view> port;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos ||
            (close + 1 < text.size() && text[close + 1] != ':')) {
            return usage(fmt::format("'{}': expected [ADDRESS] or [ADDRESS]:PORT", text));
        }
        host = text.substr(1, close - 1);
        if (close + 1 < text.size()) {
            port = text.substr(close + 2);
        }
    } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        if (text.find(':', colon + 1) != std::string_view::npos) {
            return usage(
                fmt::format("'{}': put an IPv6 address in brackets: [ADDRESS]:PORT", text));
        }
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    const auto address = parse_address(host);
    if (!address) {
        return address.error();
    }
    if ((address->family() == AF_INET6) != text.starts_with('[')) {
        return usage(fmt::format("'{}': brackets are for IPv6 addresses", text));
    }
    Endpoint endpoint{*address, 0};
    if (port) {
        const auto value = read_port(*port, protocol);
        if (!value) {
            return usage(fmt::format("'{}' is no {} port: expected a number from 0 to 65535 or a "
                                     "name of /etc/services",
                                     *port, protocol));
        }
        endpoint.port = *value;
    }
    return endpoint;
}

std::vector<Range> merge(std::vector<Address> addresses) {
    std::ranges::sort(addresses);
    std::vector<Range> ranges;
    for (const auto &address : addresses) {
        if (!ranges.empty() && ranges.back().last.next() == address) {
            ranges.back().last = address;
        } else if (ranges.empty() || ranges.back().last != address) {
            ranges.push_back({address, address});
        }
    }
    return ranges;
}

} // namespace lvsx
