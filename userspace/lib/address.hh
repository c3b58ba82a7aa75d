// SPDX-License-Identifier: GPL-2.0-only
//
// IPv4 and IPv6 addresses, ranges of them and address:port pairs: values, read from and written as
// text. Nothing here asks a name server.
#pragma once

#include "result.hh"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lvsx {

class Address {
public:
    Address() = default; // 0.0.0.0

    // 4 or 16 bytes in network order; anything else is no address.
    static std::optional<Address> from_bytes(std::span<const std::byte> bytes);

    [[nodiscard]] std::uint16_t family() const;
    [[nodiscard]] std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }
    [[nodiscard]] unsigned bits() const { return static_cast<unsigned>(size_) * 8; }
    [[nodiscard]] std::string text() const;

    // The address with everything behind the first `prefix` bits set to ones or to zeroes.
    [[nodiscard]] Address fill(unsigned prefix, bool ones) const;
    // One more, wrapping around after the last address of the family.
    [[nodiscard]] Address next() const;

    auto operator<=>(const Address &) const = default;

private:
    // In this order a comparison puts IPv4 before IPv6 and counts upwards inside each.
    std::uint8_t size_{4};
    std::array<std::byte, 16> bytes_{};
};

struct Range {
    Address first;
    Address last; // of the same family, not below first

    // How many addresses, or the largest number if they do not fit in it.
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] std::string text() const;
    bool operator==(const Range &) const = default;
};

struct Endpoint {
    Address address;
    std::uint16_t port{}; // host order; 0: every port, or none given

    [[nodiscard]] std::string text() const; // 192.0.2.1:80 or [2001:db8::1]:80
    bool operator==(const Endpoint &) const = default;
};

Result<Address> parse_address(std::string_view text);

// An address, FIRST-LAST, FIRST-N (N replaces the last part of FIRST) or a prefix.
Result<Range> parse_range(std::string_view text);

// ADDRESS[:PORT], with IPv6 addresses in brackets. A port may be a name of /etc/services for
// `protocol` ("tcp" or "udp").
Result<Endpoint> parse_endpoint(std::string_view text, const char *protocol);

// The fewest ranges that hold exactly these addresses.
std::vector<Range> merge(std::vector<Address> addresses);

} // namespace lvsx
