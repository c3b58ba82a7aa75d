// SPDX-License-Identifier: GPL-2.0-only
#include "contents.hh"

#include "lvsxadm/text/ipvsadm_order.hh"

#include <set>

namespace lvsx::adm {

Result<std::vector<IpvsServer>> Contents::servers(const ServiceId &service, bool sorted) const {
    auto found = ipvs.servers(service);
    if (found && sorted) {
        sort_servers(*found);
    }
    return found;
}

Result<Contents> fetch_contents(Session &session, const std::optional<ServiceId> &only,
                                bool sorted) {
    const auto ipvs = session.ipvs();
    if (!ipvs) {
        return ipvs.error();
    }
    Contents contents{**ipvs, {}, {}};
    if (only) {
        auto one = contents.ipvs.find(*only);
        if (!one) {
            return one.error();
        }
        contents.services.push_back(std::move(*one));
    } else {
        auto all = contents.ipvs.services();
        if (!all) {
            return all.error();
        }
        contents.services = std::move(*all);
    }
    if (sorted) {
        sort_services(contents.services);
    }
    auto handled = read_handled(session);
    if (!handled) {
        return handled.error();
    }
    contents.handled = std::move(*handled);
    return contents;
}

std::vector<Service> only_in_lvsx(const Contents &contents) {
    std::set<std::string> seen;
    for (const auto &service : contents.services) {
        seen.insert(service.id.text());
    }
    std::vector<Service> others;
    for (const auto &[name, service] : contents.handled.services) {
        if (!seen.contains(name)) {
            others.push_back(service);
        }
    }
    return others;
}

Result<std::vector<Local>> fetch_locals(Session &session, const Handled &handled) {
    return handled.loaded ? (*session.lvsx())->locals(std::nullopt) : std::vector<Local>{};
}

Result<std::vector<Access>> fetch_access(Session &session, const Handled &handled) {
    return handled.loaded ? (*session.lvsx())->access(std::nullopt) : std::vector<Access>{};
}

std::vector<Range> addresses_of(const Pool &pool, const std::vector<Local> &locals) {
    std::vector<Address> addresses;
    for (const auto &local : locals) {
        if (local.pool == pool) {
            addresses.push_back(local.address);
        }
    }
    return merge(std::move(addresses));
}

} // namespace lvsx::adm
