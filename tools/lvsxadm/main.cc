// SPDX-License-Identifier: GPL-2.0-only
//
// lvsxadm: ipvsadm's words, and those that FullNAT needs. Exit codes are ipvsadm's.
#include "commands.hh"
#include "lvsxadm/parse/parse.hh"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace {

using lvsx::Failure;
using lvsx::adm::Command;

enum Exit : int { done = 0, list_refused = 1, not_tried = 2, change_refused = 255 };

bool lists(Command command) {
    return command == Command::list || command == Command::get_local || command == Command::save ||
           command == Command::get_denied || command == Command::get_allowed ||
           command == Command::where || command == Command::watch;
}

int complain(const char *sentence, int code) {
    (void)std::fflush(stdout);
    (void)std::fprintf(stderr, "lvsxadm: %s\n", sentence);
    return code;
}

int exit_code(Failure kind, Command command) {
    switch (kind) {
    case Failure::illegible:
        return change_refused;
    case Failure::refused:
        return lists(command) ? list_refused : change_refused;
    default:
        return not_tried;
    }
}

int not_written(int code) {
    const auto sentence = fmt::format("the output could not be written: {}", std::strerror(code));
    return complain(sentence.c_str(), list_refused);
}

// Was it called as what may stand in its place?
bool is_ipvsadm(std::string_view name) {
    return name.substr(name.rfind('/') + 1) == "ipvsadm"; // npos + 1 is 0
}

int lvsxadm(bool as_ipvsadm, const std::vector<std::string> &words) {
    const auto request = lvsx::adm::parse(words);
    if (!request) {
        return complain(request.error().sentence.c_str(),
                        exit_code(request.error().kind, Command::help));
    }
    lvsx::adm::Session session{as_ipvsadm};
    if (const auto status = lvsx::adm::run(session, *request); !status) {
        return complain(status.error().sentence.c_str(),
                        exit_code(status.error().kind, request->command));
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        return not_written(errno);
    }
    return done;
}

} // namespace

int main(int argc, char **argv) {
    // Beside C's standard input, that of C++ would take an error of reading for the end.
    std::ios::sync_with_stdio(false);
    try {
        const int named = argc > 0 ? 1 : 0;
        return lvsxadm(named != 0 && is_ipvsadm(argv[0]), {argv + named, argv + argc});
    } catch (const std::system_error &fault) { // by fmt::print
        return not_written(fault.code().value());
    }
}
