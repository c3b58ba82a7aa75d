// SPDX-License-Identifier: GPL-2.0-only
//
// The words of the command line: which command it is and which options came with it, checked
// against the one table of what goes with what. What the values mean is request.hh's business.
#pragma once

#include "result.hh"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lvsx::adm {

// A command is the letter that the table calls it by.
enum class Command : char {
    add_service = 'A',
    edit_service = 'E',
    delete_service = 'D',
    add_server = 'a',
    edit_server = 'e',
    delete_server = 'd',
    add_local = 'P',
    delete_local = 'Q',
    get_local = 'G',
    list = 'L',
    zero = 'Z',
    forget = '-',
    set_default = '=',
    ingress_on = '+',
    ingress_off = '/',
    help = 'h',
    version = 'v',
    foreign = '?', // known, but not ours
};

// clang-format off: one line a kind
enum Option : std::uint8_t {
    tcp,
    udp,
    mark,
    ipv6,
    scheduler,
    persistent,
    netmask,
    flags,
    real,
    fullnat,
    masquerading,
    gatewaying,
    ipip,
    weight,
    upper,
    lower,
    local,
    device,
    numeric,
    connection,
    counters,
    all,
    json,
    option_count,
};
// clang-format on

struct Words {
    Command command{};
    std::string name;                                            // the command's, for sentences
    std::string argument;                                        // the command's own
    std::array<std::optional<std::string>, option_count> values; // of one without a value: ""

    [[nodiscard]] bool has(Option option) const { return values[option].has_value(); }
};

// Without the program's name; no words at all are "-L".
Result<Words> read_words(std::span<const std::string> text);

// What the table holds, for the test that help and manual page miss nothing: "-w", "--weight", …
std::vector<std::string> spellings();

} // namespace lvsx::adm
