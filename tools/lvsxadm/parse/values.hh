// SPDX-License-Identifier: GPL-2.0-only
//
// The values of single options, from text. Every error is one sentence that says what was expected.
#pragma once

#include "ipvs_model.hh"
#include "names.hh"

#include <string>

namespace lvsx::adm {

// `what` names the value in the sentence.
Result<std::uint32_t> parse_number(const std::string &text, std::uint32_t least, std::uint32_t most,
                                   const char *what);
Result<bool> parse_on_off(const std::string &text);
// Some schedulers have names of their own for a flag; others' names are refused.
Result<std::uint32_t> parse_scheduler_flags(const std::string &text, const std::string &scheduler);
// All of the address: what persistence looks at if nothing else was said.
std::uint32_t whole_netmask(std::uint16_t family);
// As IPVS wants it: IPv4 a mask in network order, IPv6 the length of a prefix.
Result<std::uint32_t> parse_netmask(const std::string &text, std::uint16_t family);
Result<Encapsulation> parse_encapsulation(const std::string &text);
Result<Address> parse_multicast(const std::string &text);

struct Named {
    Endpoint end;
    bool has_port{};
};
// HOST[:PORT] or [IPv6][:PORT]; `lookup` is asked for what is no address.
Result<Named> parse_end(const std::string &text, std::uint16_t protocol, Lookup lookup);
Result<ServiceId> parse_service(const std::string &text, std::uint16_t protocol, Lookup lookup);
Result<ServiceId> parse_mark(const std::string &text, bool ipv6);
// A real server; one without a port has the service's.
Result<Endpoint> parse_real(const std::string &text, const ServiceId &service, Lookup lookup);

std::string netmask_text(std::uint32_t mask, std::uint16_t family);

// The flags' names, as lists and saved lines write them: "sh-fallback,sh-port", or empty.
std::string scheduler_flags_text(std::uint32_t flags, const std::string &scheduler);

} // namespace lvsx::adm
