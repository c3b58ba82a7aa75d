// SPDX-License-Identifier: GPL-2.0-only
#include "restore.hh"

#include <cerrno>
#include <sstream>
#include <streambuf>

#include <gtest/gtest.h>

namespace lvsx::adm {
namespace {

// The commands that were run, by their letters; the one on this service is refused.
std::string run(const std::string &file, std::string &why) {
    std::istringstream in{file};
    std::string done;
    const auto status = restore(in, [&](const Request &request) -> Status {
        if (request.service && request.service->vip.port == 666) {
            return Error{Failure::refused, 17, "no"};
        }
        done += static_cast<char>(request.command);
        return {};
    });
    why = status ? "" : status.error().sentence;
    return done;
}

TEST(Restore, DoesLineByLine) {
    std::string why;
    EXPECT_EQ(run("\n# a comment\nipvsadm -A -t 192.0.2.1:80\n  lvsxadm  -P -z\t10.0.0.1 \n"
                  "-a -t 192.0.2.1:80 -r 10.1.0.1 -m",
                  why),
              "APa");
    EXPECT_EQ(why, "");
    EXPECT_EQ(run("", why), "");
    EXPECT_EQ(why, "");
}

TEST(Restore, DoesNothingIfALineMakesNoSense) {
    std::string why;
    EXPECT_EQ(run("-A -t 192.0.2.1:80\n\n-A -t 192.0.2.1:80 --nosuch\n", why), "");
    EXPECT_EQ(why, "line 3 (-A -t 192.0.2.1:80 --nosuch): unknown option --nosuch: see lvsxadm -h");
    EXPECT_EQ(run("-R\n", why), "");
    EXPECT_EQ(why, "line 1 (-R): a restore inside a restore would never end");
}

TEST(Restore, DoesNothingAfterALineThatIsRefused) {
    std::string why;
    EXPECT_EQ(run("-A -t 192.0.2.1:80\n-D -t 192.0.2.1:666\n-C\n", why), "A");
    EXPECT_EQ(why, "line 2 (-D -t 192.0.2.1:666): no");
}

// Failure::unreachable means that nothing was done.
TEST(Restore, SaysWhetherAnythingWasDone) {
    const auto kind = [](const std::string &file) {
        std::istringstream in{file};
        const auto status = restore(in, [](const Request &request) -> Status {
            EXPECT_TRUE(request.restoring);
            return request.command == Command::clear
                       ? Status{}
                       : Status{Error{Failure::unreachable, 2, "not loaded"}};
        });
        return status.error().kind;
    };
    EXPECT_EQ(kind("-D -t 192.0.2.1:80\n"), Failure::unreachable);
    EXPECT_EQ(kind("-C\n-D -t 192.0.2.1:80\n"), Failure::refused);
}

// As the standard library reads a file: an error is an exception, and the stream is bad by it.
class Broken : public std::streambuf {
    int_type underflow() override {
        if (line_.empty()) {
            errno = EISDIR;
            throw std::ios_base::failure("read");
        }
        shown_ = std::exchange(line_, "");
        setg(shown_.data(), shown_.data(), shown_.data() + shown_.size());
        return traits_type::to_int_type(shown_[0]);
    }
    std::string line_{"-C\n-C"};
    std::string shown_;
};

TEST(Restore, DoesNothingIfNotAllCouldBeRead) {
    Broken broken;
    std::istream in{&broken};
    const auto status = restore(in, [](const Request &) -> Status {
        ADD_FAILURE() << "a line was run";
        return {};
    });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().sentence, "line 2 could not be read: Is a directory");
}

} // namespace
} // namespace lvsx::adm
