// SPDX-License-Identifier: GPL-2.0-only
//
// A file for lvsxadm -R. One that is refused names a line that it has; one that is taken has no
// restore inside a restore.
#include "lvsxadm/parse/restore.hh"

#include <cstdint>
#include <cstdlib>
#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    std::istringstream file{std::string{reinterpret_cast<const char *>(data), size}};
    const auto lines = lvsx::adm::read_lines(file, lvsx::adm::look_nothing_up);
    if (!lines) {
        if (!lines.error().sentence.starts_with("line ")) {
            abort();
        }
        return 0;
    }
    std::size_t last = 0;
    for (const auto &line : *lines) {
        if (line.number <= last || line.request.command == lvsx::adm::Command::restore) {
            abort();
        }
        last = line.number;
    }
    return 0;
}
