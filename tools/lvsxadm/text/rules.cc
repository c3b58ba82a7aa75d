// SPDX-License-Identifier: GPL-2.0-only
#include "rules.hh"

#include "lvsxadm/parse/values.hh"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

const char *protocol_option(std::uint16_t protocol) {
    return protocol == IPPROTO_UDP ? "-u" : protocol == IPPROTO_SCTP ? "--sctp-service" : "-t";
}

const char *encapsulation_text(Encapsulation type) {
    return type == Encapsulation::gue ? "gue" : type == Encapsulation::gre ? "gre" : "ipip";
}

const char *checksum_option(const Tunnel &tunnel) {
    return (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM) != 0      ? "--tun-csum"
           : (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM) != 0 ? "--tun-remcsum"
                                                                   : "--tun-nocsum";
}

} // namespace

std::string service_words(const ServiceId &service, Names &names) {
    if (service.fwmark != 0) {
        return fmt::format("-f {}{}", service.fwmark, service.family == AF_INET6 ? " -6" : "");
    }
    return fmt::format("{} {}", protocol_option(service.protocol),
                       names.end(service.vip, service.protocol));
}

std::string service_rule(const IpvsService &service, Names &names) {
    const auto &scheduling = service.scheduling;
    auto text = fmt::format("-A {} -s {}", service_words(service.id, names), scheduling.scheduler);
    if ((scheduling.flags & IP_VS_SVC_F_PERSISTENT) != 0) {
        text += fmt::format(" -p {}", scheduling.timeout);
        if (scheduling.netmask != whole_netmask(service.id.family)) {
            text += fmt::format(" -M {}", netmask_text(scheduling.netmask, service.id.family));
        }
    }
    if (!scheduling.engine.empty()) {
        text += fmt::format(" --pe {}", scheduling.engine);
    }
    if ((scheduling.flags & IP_VS_SVC_F_ONEPACKET) != 0) {
        text += " -o";
    }
    if (const auto flags = scheduler_flags_text(scheduling.flags, scheduling.scheduler);
        !flags.empty()) {
        text += fmt::format(" -b {}", flags);
    }
    return text + "\n";
}

std::string server_rule(const ServiceId &service, const IpvsServer &server, bool limits,
                        Names &names) {
    const auto &to = server.to;
    const char *forward = to.forward == Forward::masquerading ? "-m"
                          : to.forward == Forward::tunnel     ? "-i"
                                                              : "-g";
    auto text = fmt::format(
        "-a {} -r {} {} -w {}", service_words(service, names),
        names.end(to.real, service.fwmark != 0 ? std::uint16_t{IPPROTO_TCP} : service.protocol),
        forward, to.weight);
    if (limits && to.upper != 0) {
        text += fmt::format(" -x {}", to.upper);
    }
    if (limits && to.lower != 0) {
        text += fmt::format(" -y {}", to.lower);
    }
    if (to.forward == Forward::tunnel) {
        text += fmt::format(" --tun-type {}", encapsulation_text(to.tunnel.type));
        if (to.tunnel.type == Encapsulation::gue) {
            text += fmt::format(" --tun-port {}", to.tunnel.port);
        }
        if (to.tunnel.type != Encapsulation::ipip) {
            text += fmt::format(" {}", checksum_option(to.tunnel));
        }
    }
    return text + "\n";
}

std::string default_rules(const Setting &setting, const std::vector<Range> &pool) {
    std::string lines;
    for (const auto &range : pool) {
        lines += fmt::format("-P -z {}\n", range.text());
    }
    return lines + (setting.default_on ? "--set-default on\n" : "") +
           (setting.reset ? "" : "--set-reset off\n");
}

std::string ingress_rules(const Setting &setting) {
    std::string lines;
    std::istringstream devices{setting.ingress};
    for (std::string device; devices >> device;) {
        lines += fmt::format("--ingress-on {}\n", device);
    }
    return lines;
}

// Locals and marks stand before the real servers: at no moment of a restore is one of them plain
// NAT that is not to be.
std::string lvsx_rules(const Service &known, const std::vector<Range> &locals,
                       const std::vector<Access> &access, Names &names) {
    const auto words = service_words(known.id, names);
    const bool listed =
        std::ranges::any_of(access, [&](const Access &entry) { return entry.service == known.id; });
    // A timeout and lists are taken for a service that lvsx has already. One that it has for no
    // other reason comes back marked: lvsx would hear of them before it has found it in IPVS.
    const bool adopt = known.marked || (known.locals == 0 && (known.timeout != 0 || listed));
    auto lines = adopt ? fmt::format("--adopt {}\n", words) : "";
    for (const auto &range : locals) {
        lines += fmt::format("-P {} -z {}\n", words, range.text());
    }
    for (const auto &entry : access) {
        if (entry.service == known.id) {
            lines += fmt::format("{} {} {}\n", entry.allow ? "-O" : "-U", words,
                                 (entry.allow ? "-2 " : "-k ") + entry.text());
        }
    }
    if (known.timeout != 0) {
        lines += fmt::format("--conn-timeout {} {}\n", known.timeout, words);
    }
    return lines;
}

// Those of a kernel that was told nothing are left out.
std::string timeout_rules(const Timeouts &now) {
    if (now == Timeouts{900, 120, 300}) {
        return "";
    }
    return fmt::format("--set {} {} {}\n", now.tcp, now.tcp_fin, now.udp);
}

} // namespace lvsx::adm
