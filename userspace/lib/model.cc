// SPDX-License-Identifier: GPL-2.0-only
#include "model.hh"

#include <fmt/format.h>
#include <netinet/in.h>

namespace lvsx {

std::string protocol_name(std::uint16_t protocol) {
    switch (protocol) {
    case IPPROTO_TCP:
        return "TCP";
    case IPPROTO_UDP:
        return "UDP";
    case IPPROTO_SCTP:
        return "SCTP";
    default:
        return std::to_string(protocol);
    }
}

std::string ServiceId::text() const {
    if (fwmark != 0) {
        return fmt::format("FWM {}{}", fwmark, family == AF_INET6 ? " IPv6" : "");
    }
    return fmt::format("{} {}", protocol_name(protocol), vip.text());
}

std::string Access::text() const {
    return clients ? clients->text() : "ipset:" + set;
}

} // namespace lvsx
