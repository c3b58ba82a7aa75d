// SPDX-License-Identifier: GPL-2.0-only
//
// lvsxadm's command line: the input's words, each ended by a newline. A line that is taken keeps
// what the commands rely on; one that is refused says why in one sentence.
#include "lvsxadm/parse/parse.hh"

#include <cstdint>
#include <cstdlib>

#include <linux/lvsx.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    std::vector<std::string> words{""};
    for (std::size_t i = 0; i < size; ++i) {
        if (data[i] == '\n') {
            words.emplace_back();
        } else if (data[i] != 0) { // no argument has one
            words.back() += static_cast<char>(data[i]);
        }
    }
    words.pop_back();
    const auto request = lvsx::adm::parse(words, lvsx::adm::look_nothing_up);
    if (!request) {
        // A name that the kernel would cut short is refused as the kernel would refuse it.
        if (request.error().sentence.empty() ||
            request.error().kind == lvsx::Failure::unreachable) {
            abort();
        }
        return 0;
    }
    if (request->local && (request->local->last < request->local->first ||
                           request->local->size() > LVSX_LOCALS_MAX)) {
        abort();
    }
    if (request->fullnat && request->server.forward != lvsx::Forward::masquerading) {
        abort();
    }
    if (request->server.tunnel.port != 0 && request->server.forward != lvsx::Forward::tunnel) {
        abort();
    }
    return 0;
}
