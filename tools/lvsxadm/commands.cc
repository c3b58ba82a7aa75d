// SPDX-License-Identifier: GPL-2.0-only
#include "commands.hh"

#include "lvsxadm/command/changes.hh"
#include "lvsxadm/command/drain.hh"
#include "lvsxadm/command/list.hh"
#include "lvsxadm/command/save.hh"
#include "lvsxadm/command/watch.hh"
#include "lvsxadm/command/where.hh"
#include "lvsxadm/parse/help.hh"
#include "lvsxadm/parse/restore.hh"

#include <iostream>

#include <fmt/format.h>

namespace lvsx::adm {

Status run(Session &session, const Request &request) {
    switch (request.command) {
    case Command::help:
        fmt::print("{}", help);
        return {};
    case Command::version:
        fmt::print("{}", version);
        return {};
    case Command::list:
    case Command::get_local:
    case Command::get_denied:
    case Command::get_allowed:
        return list(session, request);
    case Command::save:
        return save(session, request);
    case Command::restore:
        return restore(std::cin, [&](const Request &one) { return run(session, one); });
    case Command::where:
        return where(session, request);
    case Command::watch:
        return watch(session, request);
    case Command::drain:
        return drain(session, request);
    case Command::undrain:
        return undrain(session, request);
    default:
        return change(session, request);
    }
}

} // namespace lvsx::adm
