// SPDX-License-Identifier: GPL-2.0-only
//
// This host's own addresses, through rtnetlink, in the network namespace of whoever calls.
#pragma once

#include "address.hh"

#include <memory>

#include <netlink/msg.h>
#include <netlink/socket.h>

namespace lvsx {

class Host {
public:
    static Result<Host> open();

    // Those that stand on any of its devices.
    static Result<std::vector<Address>> addresses();

    // One address alone (/32, /128), on a device by its number.
    Status add(const Address &address, unsigned device);
    Status remove(const Address &address, unsigned device);

private:
    struct Free {
        void operator()(nl_sock *socket) const { nl_socket_free(socket); }
    };
    explicit Host(std::unique_ptr<nl_sock, Free> socket) : socket_(std::move(socket)) {}

    Status change(int type, int flags, const Address &address, unsigned device);

    std::unique_ptr<nl_sock, Free> socket_;
};

} // namespace lvsx
