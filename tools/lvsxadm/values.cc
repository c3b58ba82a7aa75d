// SPDX-License-Identifier: GPL-2.0-only
#include "values.hh"

#include <charconv>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

struct FlagName {
    std::string_view name;
    std::uint32_t flag;
};
// Each scheduler gives the flags a meaning of its own; mh's names are not in IPVS's header.
constexpr FlagName flag_names[] = {
    {"flag-1", IP_VS_SVC_F_SCHED1},      {"flag-2", IP_VS_SVC_F_SCHED2},
    {"flag-3", IP_VS_SVC_F_SCHED3},      {"sh-fallback", IP_VS_SVC_F_SCHED_SH_FALLBACK},
    {"mh-fallback", IP_VS_SVC_F_SCHED1}, {"sh-port", IP_VS_SVC_F_SCHED_SH_PORT},
    {"mh-port", IP_VS_SVC_F_SCHED2},
};

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

Result<std::uint32_t> parse_scheduler_flags(const std::string &text) {
    std::uint32_t flags = 0;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto comma = std::min(text.find(',', begin), text.size());
        const auto word = std::string_view{text}.substr(begin, comma - begin);
        std::uint32_t flag = 0;
        for (const auto &known : flag_names) {
            flag |= known.name == word ? known.flag : 0;
        }
        if (flag == 0) {
            return usage(fmt::format("'{}' is no scheduler flag: expected flag-1, flag-2, flag-3, "
                                     "sh-fallback, sh-port, mh-fallback or mh-port",
                                     word));
        }
        flags |= flag;
        begin = comma + 1;
    }
    return flags;
}

Result<std::uint32_t> parse_netmask(const std::string &text, std::uint16_t family) {
    if (family == AF_INET6) {
        return parse_number(text, 1, 128, "IPv6 prefix length");
    }
    const auto mask = parse_address(text);
    if (!mask || mask->family() != AF_INET || mask->bytes()[0] == std::byte{0}) {
        return usage(
            fmt::format("'{}' is no IPv4 netmask: expected one such as 255.255.255.0", text));
    }
    std::uint32_t value{};
    memcpy(&value, mask->bytes().data(), sizeof(value));
    return value;
}

Result<ServiceId> parse_service(const std::string &text, std::uint16_t protocol) {
    const auto vip = parse_endpoint(text, protocol == IPPROTO_TCP ? "tcp" : "udp");
    if (!vip) {
        return vip.error();
    }
    return ServiceId{vip->address.family(), protocol, *vip, 0};
}

Result<ServiceId> parse_mark(const std::string &text, bool ipv6) {
    const auto mark =
        parse_number(text, 1, std::numeric_limits<std::uint32_t>::max(), "firewall mark");
    if (!mark) {
        return mark.error();
    }
    return ServiceId{static_cast<std::uint16_t>(ipv6 ? AF_INET6 : AF_INET), 0, {}, *mark};
}

Result<Endpoint> parse_real(const std::string &text, const ServiceId &service) {
    auto real = parse_endpoint(text, service.protocol == IPPROTO_UDP ? "udp" : "tcp");
    if (!real) {
        return real.error();
    }
    const bool has_port = !text.ends_with(']') && text.find(':') != std::string::npos;
    if (!has_port) {
        real->port = service.vip.port;
    }
    return *real;
}

} // namespace lvsx::adm
