// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs.hh"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx {
namespace {

void put_identity(Message &message, const ServiceId &service) {
    message.u16(IPVS_SVC_ATTR_AF, service.family);
    if (service.fwmark != 0) {
        message.u32(IPVS_SVC_ATTR_FWMARK, service.fwmark);
        return;
    }
    message.u16(IPVS_SVC_ATTR_PROTOCOL, service.protocol)
        .bytes(IPVS_SVC_ATTR_ADDR, service.vip.address.bytes())
        .port(IPVS_SVC_ATTR_PORT, service.vip.port);
}

Message about(std::uint8_t command, const ServiceId &service) {
    Message message{command};
    message.nest(IPVS_CMD_ATTR_SERVICE, [&] { put_identity(message, service); });
    return message;
}

Message about(std::uint8_t command, const ServiceId &service, const Scheduling &scheduling) {
    Message message{command};
    message.nest(IPVS_CMD_ATTR_SERVICE, [&] {
        put_identity(message, service);
        ip_vs_flags flags{scheduling.flags, ~0U};
        message.string(IPVS_SVC_ATTR_SCHED_NAME, scheduling.scheduler)
            .bytes(IPVS_SVC_ATTR_FLAGS, std::as_bytes(std::span{&flags, 1}))
            .u32(IPVS_SVC_ATTR_TIMEOUT, scheduling.timeout)
            .u32(IPVS_SVC_ATTR_NETMASK, scheduling.netmask);
    });
    return message;
}

// `more` adds what the command needs beyond which real server it is.
Message about(
    std::uint8_t command, const ServiceId &service, const Endpoint &real,
    const std::function<void(Message &)> &more = [](Message &) {}) {
    auto message = about(command, service);
    message.nest(IPVS_CMD_ATTR_DEST, [&] {
        message.u16(IPVS_DEST_ATTR_ADDR_FAMILY, real.address.family())
            .bytes(IPVS_DEST_ATTR_ADDR, real.address.bytes())
            .port(IPVS_DEST_ATTR_PORT, real.port);
        more(message);
    });
    return message;
}

Message about(std::uint8_t command, const ServiceId &service, const Destination &to) {
    return about(command, service, to.real, [&](Message &message) {
        message.u32(IPVS_DEST_ATTR_FWD_METHOD, static_cast<std::uint32_t>(to.forward))
            .u32(IPVS_DEST_ATTR_WEIGHT, to.weight)
            .u32(IPVS_DEST_ATTR_U_THRESH, to.upper)
            .u32(IPVS_DEST_ATTR_L_THRESH, to.lower);
    });
}

} // namespace

std::string ipvs_sentence(int code, const ServiceId &service, const Endpoint *real) {
    const auto name = service.text();
    switch (code) {
    case ESRCH:
        return fmt::format("IPVS has no service {}: add it first with -A", name);
    case EEXIST:
        return real != nullptr ? fmt::format("{} already has the real server {}: change it with -e",
                                             name, real->text())
                               : fmt::format("{} already exists: change it with -E", name);
    case ENOENT:
        return real != nullptr
                   ? fmt::format("{} has no real server {}", name, real->text())
                   : fmt::format("IPVS does not have this scheduler for {}: see -s and the "
                                 "modules ip_vs_*",
                                 name);
    case ERANGE:
        return fmt::format("IPVS refused the limits of {}: the lower threshold must not be above "
                           "the upper one",
                           name);
    default:
        return fmt::format("IPVS refused {}: {}", name, strerror(code));
    }
}

Result<Ipvs> Ipvs::open() {
    auto socket = Socket::open(IPVS_GENL_NAME, "IPVS is not loaded: run 'modprobe ip_vs'");
    if (!socket) {
        return socket.error();
    }
    return Ipvs{std::move(*socket)};
}

Status Ipvs::ask(const Message &request, const ServiceId &service, const Endpoint *real) {
    auto status = socket_.ask(request);
    if (!status && status.error().kind == Failure::refused) {
        const int code = status.error().code;
        return Error{Failure::refused, code, ipvs_sentence(code, service, real)};
    }
    return status;
}

Status Ipvs::find(const ServiceId &service) {
    return ask(about(IPVS_CMD_GET_SERVICE, service), service);
}

Status Ipvs::add(const ServiceId &service, const Scheduling &scheduling) {
    return ask(about(IPVS_CMD_NEW_SERVICE, service, scheduling), service);
}

Status Ipvs::edit(const ServiceId &service, const Scheduling &scheduling) {
    return ask(about(IPVS_CMD_SET_SERVICE, service, scheduling), service);
}

Status Ipvs::remove(const ServiceId &service) {
    return ask(about(IPVS_CMD_DEL_SERVICE, service), service);
}

Status Ipvs::add(const ServiceId &service, const Destination &destination) {
    return ask(about(IPVS_CMD_NEW_DEST, service, destination), service, &destination.real);
}

Status Ipvs::edit(const ServiceId &service, const Destination &destination) {
    return ask(about(IPVS_CMD_SET_DEST, service, destination), service, &destination.real);
}

Status Ipvs::remove(const ServiceId &service, const Endpoint &real) {
    return ask(about(IPVS_CMD_DEL_DEST, service, real), service, &real);
}

} // namespace lvsx
