// SPDX-License-Identifier: GPL-2.0-only
//
// Run when lvsxadm is built: prints the part of the bash completion that the table of commands and
// options knows. completion.bash is the other part.
#include "lvsxadm/parse/table.hh"

#include <string>

#include <fmt/format.h>

namespace {

using namespace lvsx::adm;

template <typename Row>
std::string spelled(const Row &row) {
    return fmt::format("{}{}{}", row.letter != 0 ? fmt::format("-{} ", row.letter) : "",
                       row.name.empty() ? "" : "--", row.name);
}

// The options of one command, and the words that mean the command.
void print_command(const CommandRow &command) {
    const auto letter = static_cast<char>(command.command);
    std::string all;
    for (const auto &row : options) {
        if (row.allowed.find(letter) != std::string_view::npos) {
            all += (all.empty() ? "" : " ") + spelled(row);
        }
    }
    for (const auto &word : {command.letter != 0 ? fmt::format("-{}", command.letter) : "",
                             command.name.empty() ? "" : fmt::format("--{}", command.name)}) {
        if (!word.empty()) {
            fmt::print("_lvsxadm_options[{}]=\"{}\"\n", word, all);
        }
    }
}

// What an option wants, by each of its words.
void print_value(const OptionRow &row) {
    if (row.letter != 0) {
        fmt::print("_lvsxadm_values[-{}]='{}'\n", row.letter, row.value);
    }
    fmt::print("_lvsxadm_values[--{}]='{}'\n", row.name, row.value);
}

} // namespace

int main() {
    for (const auto &command : commands) {
        print_command(command);
    }
    for (const auto &row : options) {
        if (row.argument == Argument::required) {
            print_value(row);
        }
    }
    return 0;
}
