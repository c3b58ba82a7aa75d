// SPDX-License-Identifier: GPL-2.0-only
//
// The two kernel modules that a command speaks to, each opened when it is first needed and kept:
// a restored file is thousands of commands.
#pragma once

#include "client.hh"
#include "ipvs.hh"

#include <map>
#include <optional>

namespace lvsx::adm {

class Session {
public:
    // `stock_words`: who called may know no other words than ipvsadm's, see listing.hh.
    explicit Session(bool stock_words = false) : stock_words_(stock_words) {}

    [[nodiscard]] bool stock_words() const { return stock_words_; }
    Result<Ipvs *> ipvs();
    Result<Client *> lvsx();
    // The same, where a host without the lvsx module is as good as one that does nothing: nullptr.
    Result<Client *> lvsx_if_loaded();

private:
    bool stock_words_;
    std::optional<Ipvs> ipvs_;
    std::optional<Client> lvsx_;
};

// What lvsx makes of IPVS's services.
struct Handled {
    bool loaded{};
    Setting setting;
    std::map<std::string, Service> services; // that it was told of, or found in IPVS; by their text

    // Are the masquerading real servers of this one reached by FullNAT? What the default and flag-3
    // ask for is in the kernel's list as well, a moment later, unless lvsx cannot handle it.
    [[nodiscard]] bool fullnat(const ServiceId &service) const;
    // Is it, and has no local address to do it with? Its new connections are dropped (no_local).
    [[nodiscard]] bool no_local(const ServiceId &service) const;
    [[nodiscard]] const Service *find(const ServiceId &service) const;
};
Result<Handled> read_handled(Session &session);

// Refused if IPVS does not have it.
Status in_ipvs(Session &session, const ServiceId &service);

} // namespace lvsx::adm
