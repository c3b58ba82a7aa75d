// SPDX-License-Identifier: GPL-2.0-only
//
// lvsxadm: ipvsadm's words, and those that FullNAT needs. Exit codes are ipvsadm's.
#include "commands.hh"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace {

enum Exit : int { done = 0, list_refused = 1, not_tried = 2, change_refused = 255 };

bool lists(lvsx::adm::Command command) {
    return command == lvsx::adm::Command::list || command == lvsx::adm::Command::get_local;
}

int complain(const char *sentence, int code) {
    (void)std::fflush(stdout);
    (void)std::fprintf(stderr, "lvsxadm: %s\n", sentence);
    return code;
}

} // namespace

int main(int argc, char **argv) {
    const std::vector<std::string> words{argv + (argc > 0 ? 1 : 0), argv + argc};
    const auto request = lvsx::adm::parse(words);
    if (!request) {
        return complain(request.error().sentence.c_str(), not_tried);
    }
    if (const auto status = lvsx::adm::run(*request); !status) {
        const auto &error = status.error();
        return complain(error.sentence.c_str(), error.kind != lvsx::Failure::refused ? not_tried
                                                : lists(request->command)            ? list_refused
                                                                          : change_refused);
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        return complain(std::strerror(errno), list_refused);
    }
    return done;
}
