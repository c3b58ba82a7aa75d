// SPDX-License-Identifier: GPL-2.0-only
#include "restore.hh"

#include "parse.hh"

#include <cerrno>
#include <cstring>
#include <sstream>

#include <fmt/format.h>

namespace lvsx::adm {
namespace {

Error in_line(std::size_t number, const std::string &text, const Error &error) {
    return {error.kind, error.code, fmt::format("line {} ({}): {}", number, text, error.sentence)};
}

std::vector<std::string> split(const std::string &text) {
    std::istringstream in{text};
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(std::move(word));
    }
    if (!words.empty() && (words.front() == "ipvsadm" || words.front() == "lvsxadm")) {
        words.erase(words.begin());
    }
    return words;
}

} // namespace

Result<std::vector<Line>> read_lines(std::istream &from, Lookup lookup) {
    std::vector<Line> lines;
    std::string text;
    std::size_t number = 1;
    for (; std::getline(from, text); ++number) {
        const auto words = split(text);
        if (words.empty() || words.front().starts_with('#')) {
            continue;
        }
        auto request = parse(words, lookup);
        if (!request) {
            return in_line(number, text, request.error());
        }
        if (request->command == Command::restore) {
            return in_line(number, text, usage("a restore inside a restore would never end"));
        }
        request->restoring = true;
        lines.push_back({number, text, std::move(*request)});
    }
    if (from.bad()) {
        return usage(fmt::format("line {} could not be read: {}", number, strerror(errno)));
    }
    return lines;
}

Status restore(std::istream &from, const std::function<Status(const Request &)> &run) {
    const auto lines = read_lines(from);
    if (!lines) {
        return lines.error();
    }
    bool changed = false;
    for (const auto &line : *lines) {
        if (const auto status = run(line.request); !status) {
            auto error = in_line(line.number, line.text, status.error());
            error.kind = changed ? Failure::refused : error.kind; // not "nothing was tried"
            return error;
        }
        changed = true;
    }
    return {};
}

} // namespace lvsx::adm
