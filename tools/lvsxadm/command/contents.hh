// SPDX-License-Identifier: GPL-2.0-only
//
// What is fetched for a list before anything is printed: IPVS's services, and what lvsx has of its
// own.
#pragma once

#include "model.hh"
#include "session.hh"

#include <optional>
#include <vector>

namespace lvsx::adm {

// The services asked for, in order, and what lvsx makes of them.
struct Contents {
    Ipvs &ipvs;
    Handled handled;
    std::vector<IpvsService> services;

    [[nodiscard]] Result<std::vector<IpvsServer>> servers(const ServiceId &service,
                                                          bool sorted) const;
};
Result<Contents> fetch_contents(Session &session, const std::optional<ServiceId> &only,
                                bool sorted);

// lvsx keeps what it was told about services that IPVS does not have now.
std::vector<Service> only_in_lvsx(const Contents &contents);

// Of all services and the default pool; none where the module is not loaded.
Result<std::vector<Local>> fetch_locals(Session &session, const Handled &handled);
Result<std::vector<Access>> fetch_access(Session &session, const Handled &handled);

// A pool's addresses, as few ranges.
std::vector<Range> addresses_of(const Pool &pool, const std::vector<Local> &locals);

} // namespace lvsx::adm
