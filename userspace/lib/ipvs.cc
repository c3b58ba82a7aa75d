// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs.hh"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <spawn.h>
#include <sys/wait.h>

namespace lvsx {
namespace {

constexpr auto absent = "IPVS is not loaded: run 'modprobe ip_vs'";

// Whether it could be loaded shows when the family is looked for again.
void load_module() {
    char program[] = "/sbin/modprobe";
    char module[] = "ip_vs";
    char *arguments[] = {program, module, nullptr};
    char *environment[] = {nullptr};
    pid_t child{};
    if (posix_spawn(&child, program, nullptr, nullptr, arguments, environment) == 0) {
        waitpid(child, nullptr, 0);
    }
}

// The one answer.
template <typename T>
Result<T> single(Socket &socket, const Message &request, Result<T> (*read)(Attributes)) {
    Result<T> value = Table<0>::malformed();
    const auto status = socket.ask(request, [&](Attributes answer) -> Status {
        value = read(answer);
        return {};
    });
    if (!status) {
        return status.error();
    }
    return value;
}

} // namespace

std::string ipvs_sentence(int code, const ServiceId &service) {
    const auto name = service.text();
    switch (code) {
    case ESRCH:
        return fmt::format("IPVS has no service {}: add it first with -A", name);
    default:
        return fmt::format("IPVS refused {}: {}", name, strerror(code));
    }
}

std::string ipvs_sentence(int code, const ServiceId &service, const Scheduling &scheduling) {
    const auto name = service.text();
    const auto &scheduler = scheduling.scheduler;
    const auto &engine = scheduling.engine;
    switch (code) {
    case EEXIST:
        return fmt::format("{} already exists: change it with -E", name);
    case ENOENT:
        // IPVS does not say which of the two it has not.
        if (!engine.empty()) {
            return fmt::format("IPVS does not have the scheduler '{}' or the persistence engine "
                               "'{}' for {}: see -s, --pe and the modules ip_vs_{} and "
                               "ip_vs_pe_{}",
                               scheduler, engine, name, scheduler, engine);
        }
        if (scheduler == "conhash") {
            return fmt::format("IPVS does not have the scheduler 'conhash' for {}: it is one of "
                               "DPVS; mh is IPVS's own of that kind",
                               name);
        }
        return fmt::format("IPVS does not have the scheduler '{}' for {}: see -s and the module "
                           "ip_vs_{}",
                           scheduler, name, scheduler);
    case EINVAL:
        return fmt::format("IPVS refused {}: its address, its netmask or the scheduler '{}' is not "
                           "one that it can use",
                           name, scheduler);
    default:
        return ipvs_sentence(code, service);
    }
}

std::string ipvs_sentence(int code, const ServiceId &service, const Destination &destination) {
    const auto name = service.text();
    const auto real = destination.real.text();
    switch (code) {
    case EEXIST:
        return fmt::format("{} already has the real server {}: change it with -e", name, real);
    case ENOENT:
        return fmt::format("{} has no real server {}", name, real);
    case ERANGE:
        return fmt::format("IPVS refused weight {} and thresholds {} and {} for real server {} of "
                           "{}: the lower threshold must not be above the upper one, and no weight "
                           "above 2147483647",
                           destination.weight, destination.upper, destination.lower, real, name);
    case EINVAL:
        return fmt::format("IPVS refused real server {} of {}: it must be an address that a "
                           "single host has, and this kernel must know the way to it",
                           real, name);
    default:
        return ipvs_sentence(code, service);
    }
}

std::string ipvs_sentence(int code, const SyncDaemon &daemon) {
    const auto *kind = daemon.master ? "master" : "backup";
    switch (code) {
    case EEXIST:
        return fmt::format("the {} daemon runs already", kind);
    case ESRCH:
        return fmt::format("no {} daemon runs", kind);
    case ENODEV:
        return fmt::format("there is no network device '{}' here, or it cannot multicast: name one "
                           "with --mcast-interface",
                           daemon.device);
    default:
        return fmt::format("IPVS refused the {} daemon: {}", kind, strerror(code));
    }
}

Result<Ipvs> Ipvs::open() {
    auto socket = Socket::open(IPVS_GENL_NAME, absent);
    if (!socket && socket.error().code == ENOENT) {
        load_module();
        socket = Socket::open(IPVS_GENL_NAME, absent);
    }
    if (!socket) {
        return socket.error();
    }
    return Ipvs{std::move(*socket)};
}

template <typename... About>
Status Ipvs::ask(const Message &request, const About &...about) {
    auto status = socket_.ask(request);
    if (!status && status.error().kind == Failure::refused) {
        const int code = status.error().code;
        return Error{Failure::refused, code, ipvs_sentence(code, about...)};
    }
    return status;
}

Result<IpvsInfo> Ipvs::info() {
    return single(socket_, Message{IPVS_CMD_GET_INFO}, read_ipvs_info);
}

Result<IpvsService> Ipvs::find(const ServiceId &service) {
    auto found = single(socket_, ipvs_request(IPVS_CMD_GET_SERVICE, service), read_ipvs_service);
    if (!found && found.error().kind == Failure::refused) {
        const int code = found.error().code;
        return Error{Failure::refused, code, ipvs_sentence(code, service)};
    }
    return found;
}

Result<std::vector<IpvsService>> Ipvs::services() {
    return collect<IpvsService>(socket_, Message{IPVS_CMD_GET_SERVICE, NLM_F_DUMP},
                                read_ipvs_service);
}

Result<std::vector<IpvsServer>> Ipvs::servers(const ServiceId &service) {
    return collect<IpvsServer>(
        socket_, ipvs_request(IPVS_CMD_GET_DEST, service, NLM_F_DUMP),
        [&](Attributes answer) { return read_ipvs_server(answer, service.family); });
}

Status Ipvs::add(const ServiceId &service, const Scheduling &scheduling) {
    return ask(ipvs_request(IPVS_CMD_NEW_SERVICE, service, scheduling), service, scheduling);
}

Status Ipvs::edit(const ServiceId &service, const Scheduling &scheduling) {
    return ask(ipvs_request(IPVS_CMD_SET_SERVICE, service, scheduling), service, scheduling);
}

Status Ipvs::remove(const ServiceId &service) {
    return ask(ipvs_request(IPVS_CMD_DEL_SERVICE, service), service);
}

Status Ipvs::clear() {
    return socket_.ask(Message{IPVS_CMD_FLUSH});
}

Status Ipvs::zero(const std::optional<ServiceId> &service) {
    return service ? ask(ipvs_request(IPVS_CMD_ZERO, *service), *service)
                   : socket_.ask(Message{IPVS_CMD_ZERO});
}

Status Ipvs::add(const ServiceId &service, const Destination &destination) {
    return ask(ipvs_request(IPVS_CMD_NEW_DEST, service, destination), service, destination);
}

Status Ipvs::edit(const ServiceId &service, const Destination &destination) {
    return ask(ipvs_request(IPVS_CMD_SET_DEST, service, destination), service, destination);
}

Status Ipvs::remove(const ServiceId &service, const Endpoint &real) {
    return ask(ipvs_request(IPVS_CMD_DEL_DEST, service, real), service, Destination{.real = real});
}

Result<Timeouts> Ipvs::timeouts() {
    return single(socket_, Message{IPVS_CMD_GET_CONFIG}, read_ipvs_timeouts);
}

Status Ipvs::set_timeouts(const Timeouts &timeouts) {
    Message request{IPVS_CMD_SET_CONFIG};
    request.u32(IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts.tcp)
        .u32(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts.tcp_fin)
        .u32(IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts.udp);
    return socket_.ask(request);
}

Result<std::vector<SyncDaemon>> Ipvs::daemons() {
    return collect<SyncDaemon>(socket_, Message{IPVS_CMD_GET_DAEMON, NLM_F_DUMP}, read_ipvs_daemon);
}

Status Ipvs::start(const SyncDaemon &daemon) {
    return ask(ipvs_request(IPVS_CMD_NEW_DAEMON, daemon), daemon);
}

Status Ipvs::stop(const SyncDaemon &daemon) {
    return ask(ipvs_request(IPVS_CMD_DEL_DAEMON, daemon), daemon);
}

} // namespace lvsx
