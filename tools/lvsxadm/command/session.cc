// SPDX-License-Identifier: GPL-2.0-only
#include "session.hh"

#include <cerrno>

namespace lvsx::adm {

Result<Ipvs *> Session::ipvs() {
    if (!ipvs_) {
        auto opened = Ipvs::open();
        if (!opened) {
            return opened.error();
        }
        ipvs_.emplace(std::move(*opened));
    }
    return &*ipvs_;
}

Result<Client *> Session::lvsx() {
    if (!lvsx_) {
        auto opened = Client::open();
        if (!opened) {
            return opened.error();
        }
        lvsx_.emplace(std::move(*opened));
    }
    return &*lvsx_;
}

Result<Client *> Session::lvsx_if_loaded() {
    auto client = lvsx();
    if (!client && client.error().code == ENOENT) {
        return static_cast<Client *>(nullptr);
    }
    return client;
}

Result<Handled> read_handled(Session &session) {
    const auto client = session.lvsx_if_loaded();
    if (!client) {
        return client.error();
    }
    Handled handled;
    if (*client == nullptr) {
        return handled;
    }
    const auto services = (*client)->services();
    if (!services) {
        return services.error();
    }
    auto setting = (*client)->setting();
    if (!setting) {
        return setting.error();
    }
    handled.loaded = true;
    handled.setting = std::move(*setting);
    for (const auto &one : *services) {
        handled.services.emplace(one.id.text(), one);
    }
    return handled;
}

const Service *Handled::find(const ServiceId &service) const {
    const auto at = services.find(service.text());
    return at == services.end() ? nullptr : &at->second;
}

bool Handled::fullnat(const ServiceId &service) const {
    const auto *known = find(service);
    return known != nullptr && known->fullnat;
}

bool Handled::no_local(const ServiceId &service) const {
    const auto *known = find(service);
    return known != nullptr && known->fullnat && known->locals == 0 && setting.locals == 0U;
}

Status in_ipvs(Session &session, const ServiceId &service) {
    const auto ipvs = session.ipvs();
    if (!ipvs) {
        return ipvs.error();
    }
    const auto found = (*ipvs)->find(service);
    return found ? Status{} : Status{found.error()};
}

} // namespace lvsx::adm
