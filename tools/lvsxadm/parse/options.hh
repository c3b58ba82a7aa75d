// SPDX-License-Identifier: GPL-2.0-only
//
// The words of the command line: which command it is and which options came with it, checked
// against the one table of what goes with what. What the values mean is request.hh's business.
#pragma once

#include "result.hh"
#include "table.hh"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lvsx::adm {

struct Words {
    Command command{};
    std::string name;                                            // the command's, for sentences
    std::string argument;                                        // the command's own
    std::vector<std::string> more;                               // those behind it
    std::array<std::optional<std::string>, option_count> values; // of one without a value: ""

    [[nodiscard]] bool has(Option option) const { return values[option].has_value(); }
};

// Without the program's name; no words at all are "-L".
Result<Words> read_words(std::span<const std::string> text);

// What the table holds, for the test that help and manual page miss nothing: "-w", "--weight", …
std::vector<std::string> spellings();

} // namespace lvsx::adm
