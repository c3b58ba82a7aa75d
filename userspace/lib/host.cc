// SPDX-License-Identifier: GPL-2.0-only
#include "host.hh"

#include "netlink.hh"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

namespace lvsx {
namespace {

Error library_said(const char *what, int fault) {
    return {Failure::unreachable, 0, fmt::format("{}: {}", what, nl_geterror(fault))};
}

} // namespace

Result<Host> Host::open() {
    std::unique_ptr<nl_sock, Free> socket{nl_socket_alloc()};
    if (const int fault = nl_connect(socket.get(), NETLINK_ROUTE); fault < 0) {
        return library_said("no routing netlink socket", fault);
    }
    const int on = 1;
    setsockopt(nl_socket_get_fd(socket.get()), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
    return Host{std::move(socket)};
}

Result<std::vector<Address>> Host::addresses() {
    ifaddrs *all = nullptr;
    if (getifaddrs(&all) != 0) {
        return Error{
            Failure::unreachable, errno,
            fmt::format("this host's addresses could not be read: {}", std::strerror(errno))};
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner{all, freeifaddrs};
    std::vector<Address> addresses;
    for (const auto *one = all; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET) {
            sockaddr_in place{};
            memcpy(&place, one->ifa_addr, sizeof(place));
            addresses.push_back(*Address::from_bytes(std::as_bytes(std::span{&place.sin_addr, 1})));
        }
    }
    return addresses;
}

Status Host::add(const Address &address, unsigned device) {
    return change(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address, device);
}

Status Host::remove(const Address &address, unsigned device) {
    return change(RTM_DELADDR, 0, address, device);
}

Status Host::change(int type, int flags, const Address &address, unsigned device) {
    const std::unique_ptr<nl_msg, decltype(&nlmsg_free)> message{
        nlmsg_alloc_simple(type, flags | NLM_F_REQUEST | NLM_F_ACK), nlmsg_free};
    ifaddrmsg head{};
    head.ifa_family = static_cast<std::uint8_t>(address.family());
    head.ifa_prefixlen = static_cast<std::uint8_t>(address.bits());
    head.ifa_index = device;
    const auto bytes = address.bytes();
    nlmsg_append(message.get(), &head, sizeof(head), NLMSG_ALIGNTO);
    nla_put(message.get(), IFA_LOCAL, static_cast<int>(bytes.size()), bytes.data());
    nla_put(message.get(), IFA_ADDRESS, static_cast<int>(bytes.size()), bytes.data());
    if (const int fault = nl_send_auto(socket_.get(), message.get()); fault < 0) {
        return library_said("the request could not be sent", fault);
    }
    sockaddr_nl from{};
    unsigned char *answer = nullptr;
    const int size = nl_recv(socket_.get(), &from, &answer, nullptr);
    const std::unique_ptr<unsigned char, decltype(&free)> owner{answer, free};
    if (size <= 0) {
        return library_said("the answer could not be read", size);
    }
    return read_outcome(std::as_bytes(std::span{answer, static_cast<std::size_t>(size)}));
}

} // namespace lvsx
