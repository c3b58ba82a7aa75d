// SPDX-License-Identifier: GPL-2.0-only
//
// A list on its way to standard output.
#pragma once

#include "json.hh"
#include "result.hh"

#include <cstdio>
#include <string>

#include <fmt/format.h>

namespace lvsx::adm {

// A list, in either shape: a line each under a head, or elements of an array.
class ListPrinter {
public:
    ListPrinter(bool json, std::string head) : json_(json), head_(std::move(head)) {}
    // Whole lines, or one element.
    void add(const std::string &piece) {
        empty_ = false;
        if (json_) {
            array_.add(piece);
        } else {
            begin();
            fmt::print("{}", piece);
        }
    }
    [[nodiscard]] bool empty() const { return empty_; }
    Status end() {
        if (json_) {
            array_.end();
        } else {
            begin();
        }
        return {};
    }

private:
    // Not before there is an answer: a list that is refused prints nothing.
    void begin() {
        if (!begun_) {
            fmt::print("{}", head_);
        }
        begun_ = true;
    }

    bool json_;
    bool empty_{true};
    bool begun_{};
    std::string head_;
    JsonArray array_{stdout};
};

} // namespace lvsx::adm
