// SPDX-License-Identifier: GPL-2.0-only
#include "values.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netdb.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

struct FlagName {
    std::string_view name;
    std::uint32_t flag;
    std::string_view scheduler; // whose name it is; empty: everybody's
};
// A scheduler's own names first: lists prefer them.
constexpr FlagName flag_names[] = {
    {"sh-fallback", IP_VS_SVC_F_SCHED_SH_FALLBACK, "sh"},
    {"sh-port", IP_VS_SVC_F_SCHED_SH_PORT, "sh"},
    {"mh-fallback", IP_VS_SVC_F_SCHED1, "mh"},
    {"mh-port", IP_VS_SVC_F_SCHED2, "mh"},
    {"flag-1", IP_VS_SVC_F_SCHED1, ""},
    {"flag-2", IP_VS_SVC_F_SCHED2, ""},
    {"flag-3", IP_VS_SVC_F_SCHED3, ""},
};

std::optional<std::uint16_t> read_port(const std::string &text, std::uint16_t protocol) {
    std::uint16_t value{};
    const auto *end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (fault == std::errc{} && stop == end) {
        return value;
    }
    std::array<char, 1024> room{};
    servent entry{};
    servent *found = nullptr;
    const auto *name = protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_SCTP ? "sctp" : "tcp";
    if (getservbyname_r(text.c_str(), name, &entry, room.data(), room.size(), &found) != 0 ||
        found == nullptr) {
        return std::nullopt;
    }
    return ntohs(static_cast<std::uint16_t>(found->s_port));
}

struct Parts {
    std::string host;
    std::optional<std::string> port;
    bool brackets{};
};

// An IPv6 address may stand without brackets if no port follows.
Result<Parts> split(const std::string &text) {
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        const bool more = close != std::string::npos && close + 1 < text.size();
        if (close == std::string::npos || (more && text[close + 1] != ':')) {
            return usage(fmt::format("'{}': expected [ADDRESS] or [ADDRESS]:PORT", text));
        }
        Parts parts{text.substr(1, close - 1), {}, true};
        if (more) {
            parts.port = text.substr(close + 2);
        }
        return parts;
    }
    const auto colon = text.find(':');
    if (colon == std::string::npos || text.find(':', colon + 1) != std::string::npos) {
        return Parts{text, {}, false};
    }
    return Parts{text.substr(0, colon), text.substr(colon + 1), false};
}

} // namespace

Result<std::uint32_t> parse_number(const std::string &text, std::uint32_t least, std::uint32_t most,
                                   const char *what) {
    std::uint32_t value{};
    const auto *end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (fault != std::errc{} || stop != end || value < least || value > most) {
        return usage(
            fmt::format("'{}' is no {}: expected a number from {} to {}", text, what, least, most));
    }
    return value;
}

Result<bool> parse_on_off(const std::string &text) {
    if (text == "on" || text == "off") {
        return text == "on";
    }
    return usage(fmt::format("'{}' is neither on nor off: expected one of these", text));
}

Result<std::uint32_t> parse_scheduler_flags(const std::string &text, const std::string &scheduler) {
    std::uint32_t flags = 0;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto comma = std::min(text.find(',', begin), text.size());
        const auto word = std::string_view{text}.substr(begin, comma - begin);
        begin = comma + 1;
        if (word.empty()) {
            continue; // ipvsadm passes over these
        }
        const auto *known = std::ranges::find(flag_names, word, &FlagName::name);
        if (known == std::end(flag_names)) {
            return usage(fmt::format("'{}' is no scheduler flag: expected flag-1, flag-2, flag-3, "
                                     "sh-fallback, sh-port, mh-fallback or mh-port",
                                     word));
        }
        if (!known->scheduler.empty() && known->scheduler != scheduler) {
            return usage(fmt::format("'{}' is a flag of the scheduler {}, not of {}", word,
                                     known->scheduler, scheduler));
        }
        flags |= known->flag;
    }
    return flags;
}

std::string scheduler_flags_text(std::uint32_t flags, const std::string &scheduler) {
    std::string text;
    for (const auto &known : flag_names) {
        if ((flags & known.flag) == 0 ||
            (!known.scheduler.empty() && known.scheduler != scheduler)) {
            continue;
        }
        flags &= ~known.flag;
        // ipvsadm has no name for the third flag of these two.
        if (known.scheduler.empty() && (scheduler == "sh" || scheduler == "mh")) {
            continue;
        }
        text += text.empty() ? "" : ",";
        text += known.name;
    }
    return text;
}

std::uint32_t whole_netmask(std::uint16_t family) {
    return family == AF_INET6 ? 128 : std::numeric_limits<std::uint32_t>::max();
}

std::string netmask_text(std::uint32_t mask, std::uint16_t family) {
    return family == AF_INET6 ? std::to_string(mask)
                              : Address::from_bytes(std::as_bytes(std::span{&mask, 1}))->text();
}

Result<std::uint32_t> parse_netmask(const std::string &text, std::uint16_t family) {
    if (family == AF_INET6) {
        return parse_number(text, 1, 128, "IPv6 prefix length");
    }
    const auto mask = read_address(text);
    if (!mask || mask->family() != AF_INET) {
        return usage(
            fmt::format("'{}' is no IPv4 netmask: expected one such as 255.255.255.0", text));
    }
    std::uint32_t value{};
    memcpy(&value, mask->bytes().data(), sizeof(value));
    return value;
}

Result<Encapsulation> parse_encapsulation(const std::string &text) {
    if (text == "ipip") {
        return Encapsulation::ipip;
    }
    if (text == "gue") {
        return Encapsulation::gue;
    }
    if (text == "gre") {
        return Encapsulation::gre;
    }
    return usage(fmt::format("'{}' is no type of tunnel: expected ipip, gue or gre", text));
}

Result<Address> parse_multicast(const std::string &text) {
    const auto address = read_address(text);
    const auto first = address ? std::to_integer<unsigned>(address->bytes()[0]) : 0U;
    if (!address || (address->family() == AF_INET ? first >> 4 != 14 : first != 255)) {
        return usage(fmt::format("'{}' is no multicast address: expected one such as 224.0.0.81 or "
                                 "ff02::51",
                                 text));
    }
    return *address;
}

Result<Named> parse_end(const std::string &text, std::uint16_t protocol, Lookup lookup) {
    const auto parts = split(text);
    if (!parts) {
        return parts.error();
    }
    auto address = read_address(parts->host);
    if (!address && !parts->brackets && parts->host.find(':') == std::string::npos) {
        address = lookup(parts->host);
    }
    if (!address) {
        return usage(fmt::format("'{}' is no address and no known host: expected one such as "
                                 "192.0.2.1 or 2001:db8::1",
                                 parts->host));
    }
    if (parts->brackets && address->family() != AF_INET6) {
        return usage(fmt::format("'{}': brackets are for IPv6 addresses", text));
    }
    Named named{{*address, 0}, parts->port.has_value()};
    if (parts->port) {
        const auto port = read_port(*parts->port, protocol);
        if (!port) {
            return usage(fmt::format("'{}' is no port: expected a number from 0 to 65535 or a "
                                     "name of /etc/services",
                                     *parts->port));
        }
        named.end.port = *port;
    }
    return named;
}

Result<ServiceId> parse_service(const std::string &text, std::uint16_t protocol, Lookup lookup) {
    const auto vip = parse_end(text, protocol, lookup);
    if (!vip) {
        return vip.error();
    }
    return ServiceId{vip->end.address.family(), protocol, vip->end, 0};
}

Result<ServiceId> parse_mark(const std::string &text, bool ipv6) {
    const auto mark =
        parse_number(text, 1, std::numeric_limits<std::uint32_t>::max(), "firewall mark");
    if (!mark) {
        return mark.error();
    }
    return ServiceId{static_cast<std::uint16_t>(ipv6 ? AF_INET6 : AF_INET), 0, {}, *mark};
}

Result<Endpoint> parse_real(const std::string &text, const ServiceId &service, Lookup lookup) {
    // The names of ports are of the service's protocol, and of TCP for a mark.
    const auto protocol = service.fwmark != 0 ? std::uint16_t{IPPROTO_TCP} : service.protocol;
    auto real = parse_end(text, protocol, lookup);
    if (!real) {
        return real.error();
    }
    if (!real->has_port) {
        real->end.port = service.vip.port;
    }
    return real->end;
}

} // namespace lvsx::adm
