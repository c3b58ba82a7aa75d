// SPDX-License-Identifier: GPL-2.0-only
#include "list.hh"

#include "list_parts.hh"

namespace lvsx::adm {

Status list(Session &session, const Request &request) {
    const auto &how = request.listing;
    const auto with_ipvs = [&](auto &&do_it) -> Status {
        const auto ipvs = session.ipvs();
        return ipvs ? do_it(**ipvs, request) : Status{ipvs.error()};
    };
    const auto with_lvsx = [&](auto &&do_it) -> Status {
        const auto client = session.lvsx();
        return client ? do_it(session, **client, request) : Status{client.error()};
    };
    if (request.command == Command::get_local) {
        return with_lvsx(list_locals);
    }
    if (request.command != Command::list) {
        return with_lvsx(list_access);
    }
    switch (how.view) {
    case View::connections:
        return list_connections(session, request);
    case View::timeouts:
        return with_ipvs(list_timeouts);
    case View::daemons:
        return with_ipvs(list_daemons);
    case View::flows:
        return with_lvsx(list_flows);
    case View::handled:
        return list_handled(session, request);
    case View::counters:
        return with_lvsx(list_counters);
    default:
        return how.json ? list_services_as_json(session, request) : list_services(session, request);
    }
}

} // namespace lvsx::adm
