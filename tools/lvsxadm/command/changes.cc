// SPDX-License-Identifier: GPL-2.0-only
#include "changes.hh"

#include "host.hh"

#include <algorithm>
#include <cerrno>
#include <sstream>

#include <fmt/format.h>
#include <net/if.h>

namespace lvsx::adm {
namespace {

// The same, but about what to tell when it fails after something else was done already.
Status after(Status status, const std::string &done) {
    if (status) {
        return status;
    }
    return Error{Failure::refused, status.error().code,
                 fmt::format("{}: {}", done, status.error().sentence)};
}

Status delete_service(Session &session, Ipvs &ipvs, const ServiceId &service) {
    if (auto status = ipvs.remove(service); !status) {
        return status;
    }
    // A host may have IPVS alone, and lvsx need not know the service, or be able to.
    const auto client = session.lvsx_if_loaded();
    if (client && *client == nullptr) {
        return {};
    }
    auto status = client ? (*client)->forget(service) : Status{client.error()};
    if (client && !status && Client::knows_none(status.error())) {
        return {};
    }
    return after(std::move(status),
                 fmt::format("{} is deleted in IPVS, but lvsx keeps what it was told of it",
                             service.text()));
}

// Everything that -S writes: services, local addresses, settings and the early hook's devices.
Status clear_lvsx(Session &session) {
    const auto handled = read_handled(session);
    if (!handled) {
        return handled.error();
    }
    if (!handled->loaded) {
        return {};
    }
    auto &client = **session.lvsx();
    for (const auto &[name, service] : handled->services) {
        if (auto status = client.forget(service.id);
            !status && !Client::knows_none(status.error())) {
            return status;
        }
    }
    const auto locals = client.locals(std::nullopt);
    if (!locals) {
        return locals.error();
    }
    for (const auto &local : *locals) {
        if (local.pool) {
            continue;
        }
        if (auto status = client.delete_locals({}, {local.address, local.address}); !status) {
            return status;
        }
    }
    if (handled->setting.default_on) {
        if (auto status = client.set_default(false); !status) {
            return status;
        }
    }
    if (!handled->setting.reset) {
        if (auto status = client.set_reset(true); !status) {
            return status;
        }
    }
    std::istringstream devices{handled->setting.ingress};
    for (std::string device; devices >> device;) {
        if (auto status = client.set_ingress(device, false); !status) {
            return status;
        }
    }
    return {};
}

Status clear(Session &session, Ipvs &ipvs) {
    if (auto status = ipvs.clear(); !status) {
        return status;
    }
    return after(clear_lvsx(session), "IPVS's table is cleared, but not lvsx's");
}

Status zero(Session &session, Ipvs &ipvs, const Request &request) {
    if (auto status = ipvs.zero(request.service); !status || request.service) {
        return status;
    }
    const auto client = session.lvsx_if_loaded();
    if (client && *client == nullptr) {
        return {};
    }
    return after(client ? (*client)->zero_counters() : Status{client.error()},
                 "IPVS's counters are zeroed, but not lvsx's");
}

// The timeout of a service that IPVS has taken. A new one is marked, as lvsx keeps one only for
// services that it handles.
Status tell_timeout(Client &client, const Request &request) {
    if (request.command == Command::add_service && *request.idle != 0) {
        if (auto status = client.set_fullnat(*request.service, true); !status) {
            return status;
        }
    }
    auto status = client.set_timeout(*request.service, *request.idle);
    // Without a service there is no timeout to end.
    const bool none = !status && *request.idle == 0 && Client::knows_none(status.error());
    return none ? Status{} : status;
}

Status change_service(Session &session, Ipvs &ipvs, const Request &request) {
    const bool adds = request.command == Command::add_service;
    Client *client = nullptr;
    if (request.idle) {
        const auto opened = session.lvsx();
        if (!opened) {
            return opened.error();
        }
        client = *opened;
    }
    auto status = adds ? ipvs.add(*request.service, request.scheduling)
                       : ipvs.edit(*request.service, request.scheduling);
    if (!status || client == nullptr) {
        return status;
    }
    return after(tell_timeout(*client, request),
                 fmt::format("{} is {} IPVS, but lvsx did not take its timeout",
                             request.service->text(), adds ? "added to" : "changed in"));
}

Status change_server(Ipvs &ipvs, const Request &request) {
    return request.command == Command::add_server ? ipvs.add(*request.service, request.server)
                                                  : ipvs.edit(*request.service, request.server);
}

// First the mark, then the real server, and the mark taken back if IPVS refuses: at no moment does
// traffic meet a masquerading real server that lvsx does not handle.
Status change_fullnat_server(Session &session, Ipvs &ipvs, const Request &request) {
    const auto client = session.lvsx();
    if (!client) {
        return client.error();
    }
    if (const auto found = ipvs.find(*request.service); !found) {
        return found.error();
    }
    const auto before = (*client)->service(*request.service);
    if (!before) {
        return before.error();
    }
    if (auto status = (*client)->set_fullnat(*request.service, true); !status) {
        return status;
    }
    auto status = change_server(ipvs, request);
    if (status || (*before && (*before)->marked)) {
        return status;
    }
    if (const auto undone = (*client)->set_fullnat(*request.service, false); !undone) {
        return Error{Failure::refused, status.error().code,
                     fmt::format("{}; and {} stays marked as FullNAT: {}", status.error().sentence,
                                 request.service->text(), undone.error().sentence)};
    }
    return status;
}

Status change_ipvs(Session &session, Ipvs &ipvs, const Request &request) {
    switch (request.command) {
    case Command::add_service:
    case Command::edit_service:
        return change_service(session, ipvs, request);
    case Command::delete_service:
        return delete_service(session, ipvs, *request.service);
    case Command::clear:
        return clear(session, ipvs);
    case Command::zero:
        return zero(session, ipvs, request);
    case Command::set_timeouts:
        return ipvs.set_timeouts(request.timeouts);
    case Command::start_daemon:
        return ipvs.start(request.sync);
    case Command::stop_daemon:
        return ipvs.stop(request.sync);
    case Command::delete_server:
        return ipvs.remove(*request.service, request.server.real);
    default:
        return request.fullnat ? change_fullnat_server(session, ipvs, request)
                               : change_server(ipvs, request);
    }
}

// lvsx would keep what is said of any service. One that IPVS does not have is a slip of whoever
// types, but not in what was saved: lvsx's part stays while IPVS's comes and goes.
Status no_slip(Session &session, const Request &request) {
    return request.restoring ? Status{} : in_ipvs(session, *request.service);
}

// Removes what it put on a device, unless that was kept.
class Placed {
public:
    Placed(Host &host, unsigned device) : host_(host), device_(device) {}
    Placed(const Placed &) = delete;
    Placed(Placed &&) = delete;
    Placed &operator=(const Placed &) = delete;
    Placed &operator=(Placed &&) = delete;
    ~Placed() {
        for (const auto &address : added_) {
            (void)host_.remove(address, device_);
        }
    }

    Status add(const Address &address) {
        auto status = host_.add(address, device_);
        if (status) {
            added_.push_back(address);
        }
        return status;
    }
    void keep() { added_.clear(); }

private:
    Host &host_;
    unsigned device_;
    std::vector<Address> added_;
};

// The addresses that this host has not yet go to the device; if lvsx then refuses them, they leave
// it again.
Status place_and_add(Client &client, const Request &request) {
    auto host = Host::open();
    const auto had = Host::addresses();
    if (!host || !had) {
        return host ? had.error() : host.error();
    }
    Placed placed{*host, if_nametoindex(request.device.c_str())};
    const auto &range = *request.local;
    auto address = range.first;
    for (auto left = range.size(); left > 0; --left, address = address.next()) {
        if (std::ranges::find(*had, address) != had->end()) {
            continue;
        }
        if (auto status = placed.add(address); !status) {
            return after(std::move(status),
                         fmt::format("{} could not be put on {}", address.text(), request.device));
        }
    }
    auto status = client.add_locals(request.service, range);
    if (status) {
        placed.keep();
    }
    return status;
}

Status change_locals(Session &session, Client &client, const Request &request) {
    if (!request.device.empty() && if_nametoindex(request.device.c_str()) == 0) {
        return Error{Failure::refused, errno,
                     fmt::format("there is no network device '{}' here: give one that 'ip link' "
                                 "shows, or leave -F out",
                                 request.device)};
    }
    if (request.command == Command::delete_local) {
        return client.delete_locals(request.service, *request.local);
    }
    if (request.service) {
        if (auto status = no_slip(session, request); !status) {
            return status;
        }
    }
    auto status = client.add_locals(request.service, *request.local);
    if (status || status.error().code != EADDRNOTAVAIL) {
        return status;
    }
    if (request.add_address) {
        return place_and_add(client, request);
    }
    return Error{
        Failure::refused, EADDRNOTAVAIL,
        fmt::format("{}, or let -F DEVICE --add-address do that", status.error().sentence)};
}

Status adopt(Session &session, Client &client, const Request &request) {
    auto status = no_slip(session, request);
    return status ? client.set_fullnat(*request.service, true, request.now) : status;
}

Status change_lvsx(Session &session, const Request &request) {
    const auto client = session.lvsx();
    if (!client) {
        return client.error();
    }
    switch (request.command) {
    case Command::adopt:
        return adopt(session, **client, request);
    case Command::forget:
        return (*client)->forget(*request.service);
    case Command::add_denied:
    case Command::add_allowed:
        return (*client)->add_access(request.access);
    case Command::delete_denied:
    case Command::delete_allowed:
        return (*client)->delete_access(request.access);
    case Command::set_idle:
        return (*client)->set_timeout(*request.service, *request.idle);
    case Command::set_default:
        return (*client)->set_default(request.on);
    case Command::set_reset:
        return (*client)->set_reset(request.on);
    case Command::ingress_on:
    case Command::ingress_off:
        return (*client)->set_ingress(request.device, request.command == Command::ingress_on);
    default:
        return change_locals(session, **client, request);
    }
}

} // namespace

Status change(Session &session, const Request &request) {
    switch (request.command) {
    case Command::add_local:
    case Command::delete_local:
    case Command::add_denied:
    case Command::delete_denied:
    case Command::add_allowed:
    case Command::delete_allowed:
    case Command::set_idle:
    case Command::adopt:
    case Command::forget:
    case Command::set_default:
    case Command::set_reset:
    case Command::ingress_on:
    case Command::ingress_off:
        return change_lvsx(session, request);
    default:
        break;
    }
    const auto ipvs = session.ipvs();
    return ipvs ? change_ipvs(session, **ipvs, request) : Status{ipvs.error()};
}

} // namespace lvsx::adm
