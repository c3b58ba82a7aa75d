// SPDX-License-Identifier: GPL-2.0-only
#include "client.hh"

#include <cerrno>

#include <linux/lvsx.h>
#include <linux/netlink.h>

namespace lvsx {
namespace {

void put_pool(Message &message, const Pool &pool) {
    if (pool) {
        put_service(message, *pool);
    }
}

// The answer of a command that has just one, decoded by `read`.
template <typename T, typename Read>
Result<T> only_answer(Socket &socket, const Message &request, Read read) {
    Result<T> one = Table<0>::malformed();
    const auto status = socket.ask(request, [&](Attributes answer) -> Status {
        one = read(answer);
        return {};
    });
    return status ? one : status.error();
}

} // namespace

Result<Client> Client::open() {
    auto socket =
        Socket::open(LVSX_GENL_NAME, "the lvsx module is not loaded: run 'modprobe lvsx'");
    if (!socket) {
        return socket.error();
    }
    return Client{std::move(*socket)};
}

Status Client::add_locals(const Pool &pool, const Range &range) {
    Message request{LVSX_CMD_LOCAL_ADD};
    put_pool(request, pool);
    put_range(request, range);
    return socket_.ask(request);
}

Status Client::delete_locals(const Pool &pool, const Range &range) {
    Message request{LVSX_CMD_LOCAL_DEL};
    put_pool(request, pool);
    put_range(request, range);
    return socket_.ask(request);
}

Result<std::vector<Local>> Client::locals(const std::optional<ServiceId> &only) {
    Message request{LVSX_CMD_LOCAL_GET, NLM_F_DUMP};
    put_pool(request, only);
    return collect<Local>(socket_, request, read_local);
}

Status Client::set_fullnat(const ServiceId &service, bool on, bool now) {
    Message request{LVSX_CMD_SERVICE_SET};
    put_service(request, service, {.fullnat = on, .now = now, .timeout = {}, .drain = {}});
    return socket_.ask(request);
}

Status Client::set_timeout(const ServiceId &service, std::uint32_t seconds) {
    Message request{LVSX_CMD_SERVICE_SET};
    put_service(request, service, {.fullnat = {}, .now = {}, .timeout = seconds, .drain = {}});
    return socket_.ask(request);
}

Status Client::add_access(const Access &entry) {
    Message request{LVSX_CMD_ACCESS_ADD};
    put_access(request, entry);
    return socket_.ask(request);
}

Status Client::delete_access(const Access &entry) {
    Message request{LVSX_CMD_ACCESS_DEL};
    put_access(request, entry);
    return socket_.ask(request);
}

Result<std::vector<Access>> Client::access(const std::optional<ServiceId> &only) {
    Message request{LVSX_CMD_ACCESS_GET, NLM_F_DUMP};
    put_pool(request, only);
    return collect<Access>(socket_, request, read_access);
}

Status Client::set_drain(const std::optional<ServiceId> &only, bool on) {
    const std::uint8_t command = only ? LVSX_CMD_SERVICE_SET : LVSX_CMD_SETTING_SET;
    Message request{command};
    if (only) {
        put_service(request, *only, {.fullnat = {}, .now = {}, .timeout = {}, .drain = on});
    } else {
        request.nest(LVSX_A_SETTING, [&] { request.u8(LVSX_SET_A_DRAIN, on ? 1 : 0); });
    }
    return socket_.ask(request);
}

Status Client::forget(const ServiceId &service) {
    Message request{LVSX_CMD_SERVICE_DEL};
    put_service(request, service);
    return socket_.ask(request);
}

Result<std::vector<Service>> Client::services() {
    return collect<Service>(socket_, Message{LVSX_CMD_SERVICE_GET, NLM_F_DUMP}, read_service);
}

Result<std::optional<Service>> Client::service(const ServiceId &id) {
    const auto all = services();
    if (!all) {
        return all.error();
    }
    for (const auto &one : *all) {
        if (one.id == id) {
            return std::optional{one};
        }
    }
    return std::optional<Service>{};
}

Result<std::optional<Flow>> Client::flow(std::uint16_t protocol, const Endpoint &client,
                                         const Endpoint &vip) {
    Message request{LVSX_CMD_FLOW_GET};
    put_connection(request, protocol, client, vip);
    std::optional<Flow> found;
    const auto status = socket_.ask(request, [&](Attributes answer) -> Status {
        auto flow = read_flow(answer);
        if (!flow) {
            return flow.error();
        }
        found = std::move(*flow);
        return {};
    });
    if (!status && !knows_none(status.error())) {
        return status.error();
    }
    return found;
}

Result<Prospect> Client::where(std::uint16_t protocol, const Endpoint &client,
                               const Endpoint &vip) {
    Message request{LVSX_CMD_WHERE};
    put_connection(request, protocol, client, vip);
    return only_answer<Prospect>(socket_, request, read_prospect);
}

Status Client::flows(const std::optional<ServiceId> &only,
                     const std::function<void(const Flow &)> &each) {
    Message request{LVSX_CMD_FLOW_GET, NLM_F_DUMP};
    put_pool(request, only);
    return socket_.ask(request, [&](Attributes answer) -> Status {
        const auto flow = read_flow(answer);
        if (!flow) {
            return flow.error();
        }
        each(*flow);
        return {};
    });
}

bool Client::knows_none(const Error &error) {
    return error.code == ENOENT || error.code == EAFNOSUPPORT || error.code == EPROTONOSUPPORT;
}

Result<std::vector<Counter>> Client::counters() {
    return collect<Counter>(socket_, Message{LVSX_CMD_COUNTER_GET, NLM_F_DUMP}, read_counter);
}

Status Client::zero_counters() {
    return socket_.ask(Message{LVSX_CMD_COUNTER_ZERO});
}

Result<Setting> Client::setting() {
    return only_answer<Setting>(socket_, Message{LVSX_CMD_SETTING_GET}, read_setting);
}

Status Client::set_default(bool on) {
    Message request{LVSX_CMD_SETTING_SET};
    request.nest(LVSX_A_SETTING, [&] { request.u8(LVSX_SET_A_DEFAULT_ON, on ? 1 : 0); });
    return socket_.ask(request);
}

Status Client::set_reset(bool on) {
    Message request{LVSX_CMD_SETTING_SET};
    request.nest(LVSX_A_SETTING, [&] { request.u8(LVSX_SET_A_RESET, on ? 1 : 0); });
    return socket_.ask(request);
}

Status Client::set_ingress(const std::string &device, bool on) {
    Message request{LVSX_CMD_SETTING_SET};
    request.nest(LVSX_A_SETTING,
                 [&] { request.string(on ? LVSX_SET_A_INGRESS : LVSX_SET_A_INGRESS_OFF, device); });
    return socket_.ask(request);
}

} // namespace lvsx
