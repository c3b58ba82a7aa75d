// SPDX-License-Identifier: GPL-2.0-only
#include "parse.hh"

#include "parse_parts.hh"

namespace lvsx::adm {
namespace {

// What only some commands have.
Status read_rest(Request &into, const Source &from) {
    switch (into.command) {
    case Command::add_service:
    case Command::edit_service:
        return read_scheduling(into, from);
    case Command::add_server:
    case Command::edit_server:
    case Command::delete_server:
        return read_server(into, from);
    case Command::set_timeouts:
        return read_timeouts(into, from);
    case Command::start_daemon:
    case Command::stop_daemon:
        return read_sync(into, from);
    case Command::add_local:
    case Command::delete_local:
        return read_local(into, from);
    case Command::add_denied:
    case Command::delete_denied:
    case Command::add_allowed:
    case Command::delete_allowed:
        return read_access(into, from);
    case Command::set_idle:
        return read_idle(into, from.words.argument);
    case Command::adopt:
        into.now = from.words.has(take_now);
        return {};
    case Command::list:
        return read_listing(into, from);
    case Command::set_default:
    case Command::set_reset:
        return read_on_off(into, from);
    case Command::ingress_on:
    case Command::ingress_off:
        return read_ingress(into, from);
    case Command::where:
        return read_where(into, from);
    case Command::drain:
        return read_drain(into, from);
    case Command::watch:
        return read_watch(into, from);
    default:
        return {};
    }
}

} // namespace

Result<Request> parse(std::span<const std::string> text, Lookup lookup) {
    const auto words = read_words(text);
    if (!words) {
        return words.error();
    }
    Request into;
    into.command = words->command;
    into.listing.numeric = words->has(numeric);
    into.listing.json = words->has(json);
    into.stock = words->has(stock);
    for (const auto step : {read_service, read_rest}) {
        if (const auto status = step(into, {*words, lookup}); !status) {
            return status.error();
        }
    }
    return into;
}

} // namespace lvsx::adm
