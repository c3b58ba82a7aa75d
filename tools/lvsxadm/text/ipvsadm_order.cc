// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm_order.hh"

#include <cstdlib>
#include <cstring>

#include <netinet/in.h>

namespace lvsx::adm {
namespace {

// The difference as ipvsadm takes it: it wraps around, so that addresses that are far apart sort
// in a way of their own.
int wrapped(std::uint32_t left, std::uint32_t right) {
    return static_cast<int>(left - right);
}

int compare(const Address &left, const Address &right) {
    for (std::size_t at = 0; at < left.bytes().size(); at += sizeof(std::uint32_t)) {
        std::uint32_t a{};
        std::uint32_t b{};
        memcpy(&a, left.bytes().data() + at, sizeof(a));
        memcpy(&b, right.bytes().data() + at, sizeof(b));
        if (const int by = wrapped(ntohl(a), ntohl(b)); by != 0) {
            return by;
        }
    }
    return 0;
}

int compare_services(const void *left, const void *right) {
    const auto &a = (*static_cast<const IpvsService *const *>(left))->id;
    const auto &b = (*static_cast<const IpvsService *const *>(right))->id;
    if (const int by = wrapped(a.fwmark, b.fwmark); by != 0) {
        return by;
    }
    if (const int by = int{a.family} - int{b.family}; by != 0) {
        return by;
    }
    if (const int by = int{a.protocol} - int{b.protocol}; by != 0) {
        return by;
    }
    const int by = a.fwmark != 0 ? 0 : compare(a.vip.address, b.vip.address);
    return by != 0 ? by : int{a.vip.port} - int{b.vip.port};
}

int compare_servers(const void *left, const void *right) {
    const auto &a = (*static_cast<const IpvsServer *const *>(left))->to.real;
    const auto &b = (*static_cast<const IpvsServer *const *>(right))->to.real;
    if (const int by = int{a.address.family()} - int{b.address.family()}; by != 0) {
        return by;
    }
    const int by = compare(a.address, b.address);
    return by != 0 ? by : int{a.port} - int{b.port};
}

// By the C library's qsort, as ipvsadm: with an order such as this one, who sorts matters.
template <typename T>
void sort_as_ipvsadm(std::vector<T> &all, int (*order)(const void *, const void *)) {
    std::vector<T *> places;
    places.reserve(all.size());
    for (auto &one : all) {
        places.push_back(&one);
    }
    std::qsort(places.data(), places.size(), sizeof(T *), order);
    std::vector<T> sorted;
    sorted.reserve(all.size());
    for (auto *one : places) {
        sorted.push_back(std::move(*one));
    }
    all = std::move(sorted);
}

} // namespace

void sort_services(std::vector<IpvsService> &services) {
    sort_as_ipvsadm(services, compare_services);
}

void sort_servers(std::vector<IpvsServer> &servers) {
    sort_as_ipvsadm(servers, compare_servers);
}

} // namespace lvsx::adm
