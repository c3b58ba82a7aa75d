// SPDX-License-Identifier: GPL-2.0-only
//
// Words, and what goes with what. The values' own sentences are in request_test.cc.
#include "options.hh"

#include "help.hh"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace lvsx::adm {
namespace {

std::vector<std::string> split(const std::string &line) {
    std::istringstream in{line};
    return {std::istream_iterator<std::string>{in}, {}};
}

std::string why(const std::string &line) {
    const auto words = read_words(split(line));
    if (words) {
        return "taken";
    }
    EXPECT_EQ(words.error().kind, Failure::usage);
    return words.error().sentence;
}

TEST(Words, BeginWithTheCommand) {
    EXPECT_EQ(read_words({})->command, Command::list);
    EXPECT_EQ(read_words(split("-l"))->command, Command::list);
    EXPECT_EQ(read_words(split("--list"))->command, Command::list);
    EXPECT_EQ(read_words(split("-Ln"))->command, Command::list);
    EXPECT_EQ(read_words(split("--set-default=on"))->argument, "on");
    EXPECT_EQ(read_words(split("--set-default on"))->argument, "on");
    EXPECT_EQ(why("-n -L"),
              "'-n' is no command: expected one first, such as -a, -P or -L; see lvsxadm -h");
    for (const std::string word : {"", "-", "--", "L", "--no-such", "-@"}) {
        const std::string words[] = {word};
        EXPECT_EQ(read_words(words).error().sentence,
                  "'" + word +
                      "' is no command: expected one first, such as -a, -P or -L; see lvsxadm -h");
    }
}

TEST(Words, MayBeJoinedAsPoptDoes) {
    const auto words = read_words(split("-at192.0.2.1:80 -r 10.1.0.1 -w=5 --u-threshold=7 -b"));
    ASSERT_TRUE(words) << words.error().sentence;
    EXPECT_EQ(words->values[tcp], "192.0.2.1:80");
    EXPECT_EQ(words->values[weight], "5");
    EXPECT_EQ(words->values[upper], "7");
    EXPECT_TRUE(words->has(fullnat));
}

TEST(Words, GiveShortBTwoMeanings) {
    const auto server = read_words(split("-a -b -t 192.0.2.1:80 -r 10.1.0.1"));
    ASSERT_TRUE(server);
    EXPECT_TRUE(server->has(fullnat));
    EXPECT_FALSE(server->has(flags));
    const auto service = read_words(split("-A -b flag-3 -t 192.0.2.1:80"));
    ASSERT_TRUE(service);
    EXPECT_EQ(service->values[flags], "flag-3");
    EXPECT_FALSE(service->has(fullnat));
}

TEST(Words, LeaveThePersistencesValueOut) {
    EXPECT_EQ(read_words(split("-A -t 192.0.2.1:80 -p -s rr"))->values[persistent], "");
    EXPECT_EQ(read_words(split("-A -t 192.0.2.1:80 -p"))->values[persistent], "");
    EXPECT_EQ(read_words(split("-A -t 192.0.2.1:80 -p 60 -s rr"))->values[persistent], "60");
}

TEST(Words, AreRefusedBySentences) {
    EXPECT_EQ(why("-L --no-such"), "unknown option --no-such: see lvsxadm -h");
    EXPECT_EQ(why("-L -@"), "unknown option -@: see lvsxadm -h");
    EXPECT_EQ(why("-A -t"), "-t needs a value");
    EXPECT_EQ(why("-L --json=yes"), "--json=yes takes no value");
    EXPECT_EQ(why("-L foo"), "unexpected argument 'foo': see lvsxadm -h");
    EXPECT_EQ(why("-A -E -t 192.0.2.1:80"),
              "-E|--edit-service after -A|--add-service: one command at a time");
    EXPECT_EQ(why("-L -L"), "-L|--list after -L|--list: one command at a time");
    EXPECT_EQ(why("-L -n --numeric"), "-n|--numeric is there twice: once is enough");
    EXPECT_EQ(why("-a -t 192.0.2.1:80"), "-a|--add-server needs -r|--real-server REAL");
    EXPECT_EQ(why("-P"), "-P|--add-laddr needs -z|--laddr LOCAL");
    EXPECT_EQ(why("-A -g"), "-g|--gatewaying does not go with -A|--add-service");
    EXPECT_EQ(why("-Z -t 192.0.2.1:80"), "-t|--tcp-service does not go with -Z|--zero");
    EXPECT_EQ(why("--forget --json"), "--json does not go with --forget");
}

TEST(Words, OfOthersAreNamedAsSuch) {
    EXPECT_EQ(why("-S"), "-S|--save is not lvsxadm's: use ipvsadm for it");
    EXPECT_EQ(why("--start-daemon master"), "--start-daemon is not lvsxadm's: use ipvsadm for it");
    EXPECT_EQ(why("-L --stats"), "--stats is not lvsxadm's: use ipvsadm for it");
    EXPECT_EQ(why("-A -o"), "-o|--ops is not lvsxadm's: use ipvsadm for it");
    EXPECT_EQ(why("-A -j enable"), "-j|--synproxy: this version of lvsx cannot do that yet");
    EXPECT_EQ(why("-A --client-address toa"),
              "--client-address: this version of lvsx cannot do that yet");
}

// The whole matrix, once more and by hand: commands by their letter, options in the table's order.
TEST(Words, GoWithTheirCommandsOnly) {
    struct Row {
        const char *option;
        const char *allowed;
    };
    constexpr Row rows[] = {
        {"-t 192.0.2.1:80", "AEDaedPQGL-"},
        {"-u 192.0.2.1:80", "AEDaedPQGL-"},
        {"-f 5", "AEDaedPQGL-"},
        {"-6", "AEDaedPQGL-"},
        {"-s rr", "AE"},
        {"-p 60", "AE"},
        {"-M 255.0.0.0", "AE"},
        {"--sched-flags flag-1", "AE"},
        {"-r 10.1.0.1", "aed"},
        {"--fullnat", "ae"},
        {"-m", "ae"},
        {"-g", "ae"},
        {"-i", "ae"},
        {"-w 1", "ae"},
        {"-x 1", "ae"},
        {"-y 1", "ae"},
        {"-z 10.0.0.1", "PQ"},
        {"-F lo", "PQ"},
        {"-n", "GL"},
        {"-c", "L"},
        {"--counters", "L"},
        {"--all", "L"},
        {"--json", "GL"},
    };
    for (const std::string command :
         {"-A", "-E", "-D", "-a", "-e", "-d", "-P", "-Q", "-G", "-L", "-Z", "--forget",
          "--set-default=on", "--ingress-on=lo", "--ingress-off=lo", "-h", "-v"}) {
        const char letter = command == "--forget"                    ? '-'
                            : command[0] == '-' && command[1] != '-' ? command[1]
                                                                     : '=';
        for (const auto &row : rows) {
            const bool refused =
                why(command + " " + row.option).find("does not go with") != std::string::npos;
            const bool allowed = std::string{row.allowed}.find(letter) != std::string::npos;
            EXPECT_EQ(refused, !allowed) << command << " " << row.option;
        }
    }
}

TEST(Words, AreAllInHelpAndManual) {
    std::ifstream file{LVSX_MANUAL};
    std::stringstream read;
    read << file.rdbuf();
    std::string manual;
    for (const char c : read.str()) { // in a manual page a dash is written \-
        if (c != '\\') {
            manual += c;
        }
    }
    ASSERT_GT(manual.size(), 1000U) << LVSX_MANUAL;
    for (const auto &word : spellings()) {
        EXPECT_NE(std::string{help}.find(word), std::string::npos) << word << " is not in the help";
        EXPECT_NE(manual.find(word), std::string::npos) << word << " is not in lvsxadm.8";
    }
}

} // namespace
} // namespace lvsx::adm
