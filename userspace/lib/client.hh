// SPDX-License-Identifier: GPL-2.0-only
//
// The lvsx module, as typed calls. Every call acts on the network namespace that this process was
// in when it opened the client.
#pragma once

#include "codec.hh"

#include <functional>
#include <vector>

namespace lvsx {

class Client {
public:
    static Result<Client> open();

    Status add_locals(const Pool &pool, const Range &range);
    Status delete_locals(const Pool &pool, const Range &range);
    // Without a service: those of all, and of the default pool.
    Result<std::vector<Local>> locals(const std::optional<ServiceId> &only);

    Status set_fullnat(const ServiceId &service, bool on, bool now = false);
    // How long its established flows may idle; 0: as IPVS says.
    Status set_timeout(const ServiceId &service, std::uint32_t seconds);
    // Refuse new connections of a service, or of all; or do so no longer.
    Status set_drain(const std::optional<ServiceId> &only, bool on);
    Status forget(const ServiceId &service);
    Result<std::vector<Service>> services();
    // Nothing if lvsx does not know the service.
    Result<std::optional<Service>> service(const ServiceId &id);

    Status add_access(const Access &entry);
    Status delete_access(const Access &entry);
    Result<std::vector<Access>> access(const std::optional<ServiceId> &only);

    // That of a connection, however many there are; nothing if lvsx has none.
    Result<std::optional<Flow>> flow(std::uint16_t protocol, const Endpoint &client,
                                     const Endpoint &vip);
    // What the first packet of such a connection would meet, whether or not there is one.
    Result<Prospect> where(std::uint16_t protocol, const Endpoint &client, const Endpoint &vip);
    // One at a time, since there may be millions.
    Status flows(const std::optional<ServiceId> &only,
                 const std::function<void(const Flow &)> &each);

    Result<std::vector<Counter>> counters();
    Status zero_counters();

    Result<Setting> setting();
    Status set_default(bool on);
    Status set_reset(bool on); // tell both ends of a connection that idles out
    // Known flows of packets that come in by `device` are sent on at its ingress, or not any more.
    Status set_ingress(const std::string &device, bool on);

    // The kernel refused because lvsx has no such thing, or cannot have it: a service or a
    // connection of a family or a protocol that it does not handle.
    static bool knows_none(const Error &error);

private:
    explicit Client(Socket socket) : socket_(std::move(socket)) {}

    Socket socket_;
};

} // namespace lvsx
