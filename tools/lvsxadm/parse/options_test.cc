// SPDX-License-Identifier: GPL-2.0-only
//
// Words, and what goes with what. The values' own sentences are in request_test.cc.
#include "options.hh"

#include "help.hh"
#include "peers.hh"

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
    EXPECT_TRUE(words.error().kind == Failure::usage || words.error().kind == Failure::illegible);
    return words.error().sentence;
}

TEST(Words, BeginWithTheCommand) {
    EXPECT_EQ(read_words({})->command, Command::list);
    EXPECT_EQ(read_words(split("-l"))->command, Command::list);
    EXPECT_EQ(read_words(split("--list"))->command, Command::list);
    EXPECT_EQ(read_words(split("-Ln"))->command, Command::list);
    EXPECT_EQ(read_words(split("--set-default=on"))->argument, "on");
    EXPECT_EQ(read_words(split("--set-default on"))->argument, "on");
    EXPECT_EQ(read_words(split("--watch"))->argument, "");
    EXPECT_EQ(read_words(split("--watch 5"))->argument, "5");
    EXPECT_EQ(read_words(split("-h -L whatever"))->command, Command::help);
    EXPECT_EQ(why("foo -L"), "unexpected argument 'foo': see lvsxadm -h");
    for (const std::string line : {"", "-", "--", "L", "--no-such", "-@", "-n -L"}) {
        const auto words = split(line);
        const auto first = words.empty() ? "" : words.front();
        const std::string empty[] = {""};
        const auto read = words.empty() ? read_words(empty) : read_words(words);
        ASSERT_FALSE(read) << line;
        EXPECT_EQ(read.error().kind, Failure::illegible);
        EXPECT_EQ(read.error().sentence,
                  "'" + first +
                      "' is no command: expected one first, such as -a, -P or -L; see lvsxadm -h");
    }
}

TEST(Words, OfACommandMayBeSeveral) {
    EXPECT_EQ(read_words(split("--set 1 2 3"))->more, (std::vector<std::string>{"1", "2", "3"}));
    EXPECT_EQ(why("--set 1 2"), "--set needs three timeouts: of TCP, of TCP after a FIN, of UDP");
    EXPECT_EQ(why("--set 1 2 3 4"), "unexpected argument '4': see lvsxadm -h");
    const auto where = read_words(split("--where 1.2.3.4:5 6.7.8.9:10"));
    ASSERT_TRUE(where);
    EXPECT_EQ(where->argument, "1.2.3.4:5");
    EXPECT_EQ(where->more, (std::vector<std::string>{"6.7.8.9:10"}));
    EXPECT_EQ(why("--where 1.2.3.4:5"), "--where needs CLIENT:PORT VIP:PORT");
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

TEST(Words, GiveTheTimeoutTwoMeanings) {
    const auto option = read_words(split("-A -t 192.0.2.1:80 --conn-timeout 60 -s rr"));
    ASSERT_TRUE(option);
    EXPECT_EQ(option->command, Command::add_service);
    EXPECT_EQ(option->values[idle], "60");
    const auto command = read_words(split("--conn-timeout 60 -t 192.0.2.1:80"));
    ASSERT_TRUE(command);
    EXPECT_EQ(command->command, Command::set_idle);
    EXPECT_EQ(command->argument, "60");
    EXPECT_FALSE(command->has(idle));
    EXPECT_EQ(why("--conn-timeout 60 --conn-timeout 60"),
              "--conn-timeout after --conn-timeout: one command at a time");
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
    for (const std::string command : {"-A", "-E", "-D", "-a -r 10.1.0.1", "-e -r 10.1.0.1",
                                      "-d -r 10.1.0.1", "--adopt", "--forget"}) {
        EXPECT_NE(why(command).find(" needs a service: -t, -u or --sctp-service ADDRESS:PORT, or "
                                    "-f MARK"),
                  std::string::npos)
            << command;
    }
    EXPECT_EQ(why("-A -g"), "-g|--gatewaying does not go with -A|--add-service");
    EXPECT_EQ(why("-C -t 192.0.2.1:80"), "-t|--tcp-service does not go with -C|--clear");
    EXPECT_EQ(why("--forget --json"), "--json does not go with --forget");
}

TEST(Words, ExcludeEachOther) {
    const auto both = [](const std::string &one, const std::string &other) {
        return one + " and " + other + " exclude each other: give one";
    };
    EXPECT_EQ(why("-D -t 192.0.2.1:80 -u 192.0.2.1:80"),
              both("-t|--tcp-service", "-u|--udp-service"));
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r 10.1.0.1 -b -m"),
              both("-b|--fullnat", "-m|--masquerading"));
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r 10.1.0.1 -i --tun-csum --tun-remcsum"),
              both("--tun-csum", "--tun-remcsum"));
    EXPECT_EQ(why("-L -c --counters"), both("-c|--connection", "--counters"));
    EXPECT_EQ(why("-L -c -t 192.0.2.1:80"), both("-c|--connection", "-t|--tcp-service"));
    EXPECT_EQ(why("-L --stats -c"), both("--stats", "-c|--connection"));
    EXPECT_EQ(why("-L --timeout --persistent-conn"), both("--timeout", "--persistent-conn"));
    for (const std::string line :
         {"-L -c --persistent-conn", "-L --stats --rate", "-L --flows -t 192.0.2.1:80",
          "-L --timeout -n --exact --nosort", "-L --sort --sort", "-L --lvsx -f 5 -6 -6"}) {
        EXPECT_EQ(why(line), "taken") << line;
    }
}

TEST(Words, KeptForLaterAreRefused) {
    const std::string because =
        " is kept for later: this version of lvsx's module cannot do that yet; only ";
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -j enable"),
              "-j|--synproxy enable" + because + "disable is taken");
    EXPECT_EQ(why("-E -t 192.0.2.1:80 --synproxy=auto"),
              "-j|--synproxy auto" + because + "disable is taken");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -j"), "-j needs a value");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -j enable|auto"),
              "'enable|auto' is no value of -j|--synproxy: expected one of disable|enable|auto");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -j="),
              "'' is no value of -j|--synproxy: expected one of disable|enable|auto");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 --client-address toa"),
              "--client-address toa" + because + "off is taken");
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r 10.1.0.1 -j disable"),
              "-j|--synproxy does not go with -a|--add-server");
}

TEST(Words, ThatAskForNothingAreTaken) {
    for (const std::string words : {"-j disable", "--synproxy=disable", "--client-address off",
                                    "--proxy-protocol disable", "--dest-check=disable"}) {
        EXPECT_EQ(why("-A -t 192.0.2.1:80 " + words + " -s rr"), "taken") << words;
        EXPECT_EQ(why("-E -t 192.0.2.1:80 -s rr " + words), "taken") << words;
    }
}

TEST(Words, OfPeersAreToldWhatToUse) {
    EXPECT_EQ(why("-A -t 192.0.2.1:80 --proxy-protocol v2"),
              "--proxy-protocol is a word of DPVS, not of lvsx: the client's address is not passed "
              "on yet; a proxy in front of the real servers can");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -V 90 -s rr"),
              "-V|--vsestablish-timeout is a word of Alibaba's LVS, not of lvsx: it is "
              "--conn-timeout SECONDS here");
    EXPECT_EQ(why("-K -f 1 -F 10.0.0.0/8"),
              "-K|--add-snat is a word of Alibaba's LVS, not of lvsx: source NAT of connections "
              "that begin inside is the firewall's (nft, masquerade or snat)");
    EXPECT_EQ(why("-V -t 192.0.2.1:80 -k 10.0.0.1"), "taken"); // -V is DPVS's command elsewhere
    // In every place and spelling, and not with the sentence for what nobody knows.
    for (const auto &row : peers) {
        const std::string value = row.argument == no_value ? "" : " 1";
        std::vector<std::string> words{"--" + std::string{row.name}};
        if (row.letter != 0) {
            words.push_back(std::string{"-"} + row.letter);
        }
        const auto sentence = std::string{row.name} + " is a word of " + std::string{row.whose} +
                              ", not of lvsx: " + std::string{row.instead};
        for (const auto &word : words) {
            EXPECT_NE(why("-A -t 192.0.2.1:80 " + word + value).find(sentence), std::string::npos)
                << word;
            if (row.commands.empty()) {
                EXPECT_NE(why(word + value).find(sentence), std::string::npos) << word;
            }
        }
    }
}

// The whole matrix, once more and by hand: commands by the table's characters.
TEST(Words, GoWithTheirCommandsOnly) {
    struct CommandOf {
        char letter;
        std::string words;
    };
    const CommandOf all_commands[] = {
        {'A', "-A"},
        {'E', "-E"},
        {'D', "-D"},
        {'C', "-C"},
        {'R', "-R"},
        {'S', "-S"},
        {'a', "-a"},
        {'e', "-e"},
        {'d', "-d"},
        {'L', "-L"},
        {'Z', "-Z"},
        {'t', "--set"},
        {'m', "--start-daemon=master"},
        {'s', "--stop-daemon=master"},
        {'P', "-P"},
        {'Q', "-Q"},
        {'G', "-G"},
        {'U', "-U"},
        {'V', "-V"},
        {'B', "-B"},
        {'O', "-O"},
        {'Y', "-Y"},
        {'W', "-W"},
        {'n', "--conn-timeout=5"},
        {'o', "--adopt"},
        {'f', "--forget"},
        {'u', "--set-default=on"},
        {'r', "--set-reset=on"},
        {'q', "--drain"},
        {'y', "--undrain"},
        {'i', "--ingress-on=lo"},
        {'j', "--ingress-off=lo"},
        {'w', "--where=192.0.2.1:80"},
        {'c', "--watch=1"},
    };
    struct Row {
        const char *option;
        const char *allowed;
    };
    constexpr Row rows[] = {
        {"-t 192.0.2.1:80", "AEDaedLZPQGUVBOYWnofqy"},
        {"-u 192.0.2.1:80", "AEDaedLZPQGUVBOYWnofqy"},
        {"--sctp-service 192.0.2.1:80", "AEDaedLZPQGUVBOYWnofqy"},
        {"-f 5", "AEDaedLZPQGUVBOYWnofqy"},
        {"-6", "AEDaedLZPQGUVBOYWnofqy"},
        {"-s rr", "AE"},
        {"-p 60", "AE"},
        {"-M 255.0.0.0", "AE"},
        {"--pe sip", "AE"},
        {"-o", "AE"},
        {"--sched-flags flag-1", "AE"},
        {"--conn-timeout 5", "AE"},
        {"-r 10.1.0.1", "aed"},
        {"--fullnat", "ae"},
        {"-m", "ae"},
        {"-g", "ae"},
        {"-i", "ae"},
        {"--tun-type gue", "ae"},
        {"--tun-port 5", "ae"},
        {"--tun-nocsum", "ae"},
        {"--tun-csum", "ae"},
        {"--tun-remcsum", "ae"},
        {"-w 1", "ae"},
        {"-x 1", "ae"},
        {"-y 1", "ae"},
        {"-z 10.0.0.1", "PQ"},
        {"-k 10.0.0.1", "UV"},
        {"-2 10.0.0.1", "OY"},
        {"-F lo", "PQ"},
        {"--add-address", "P"},
        {"--now", "o"},
        {"-n", "LSGBWcw"},
        {"-X", "L"},
        {"--nosort", "L"},
        {"--sort", "L"},
        {"--stats", "L"},
        {"--rate", "L"},
        {"--thresholds", "L"},
        {"--persistent-conn", "L"},
        {"--tun-info", "L"},
        {"-c", "L"},
        {"--timeout", "L"},
        {"--daemon", "L"},
        {"--flows", "L"},
        {"--lvsx", "L"},
        {"--counters", "L"},
        {"--all", "L"},
        {"--json", "LGBWw"},
        {"--stock", "S"},
        {"--mcast-interface lo", "m"},
        {"--syncid 5", "ms"},
        {"--sync-maxlen 5", "m"},
        {"--mcast-group 224.0.0.1", "m"},
        {"--mcast-port 5", "m"},
        {"--mcast-ttl 5", "m"},
        {"--times 5", "c"},
    };
    // And the two kept for later, and --timeout as --drain takes it.
    static_assert(std::size(rows) + 3 == std::size(options));
    for (const auto &command : all_commands) {
        for (const auto &row : rows) {
            const bool refused =
                why(command.words + " " + row.option).find("does not go with") != std::string::npos;
            if (command.letter == 'n' && std::string{row.option} == "--conn-timeout 5") {
                continue; // the command itself, again
            }
            if (command.letter == 'q' && std::string{row.option} == "--timeout") {
                continue; // with a value
            }
            const bool allowed = std::string{row.allowed}.find(command.letter) != std::string::npos;
            EXPECT_EQ(refused, !allowed) << command.words << " " << row.option;
        }
    }
}

std::string read_manual() {
    std::ifstream file{LVSX_MANUAL};
    std::stringstream read;
    read << file.rdbuf();
    std::string manual;
    for (const char c : read.str()) { // in a manual page a dash is written \-
        if (c != '\\') {
            manual += c;
        }
    }
    return manual;
}

TEST(Words, AreAllInHelpAndManual) {
    const auto manual = read_manual();
    ASSERT_GT(manual.size(), 1000U) << LVSX_MANUAL;
    for (const auto &row : peers) {
        EXPECT_NE(manual.find("--" + std::string{row.name}), std::string::npos)
            << row.name << " is not in lvsxadm.8";
    }
    for (const auto &word : spellings()) {
        EXPECT_NE(std::string{help}.find(word), std::string::npos) << word << " is not in the help";
        EXPECT_NE(manual.find(word), std::string::npos) << word << " is not in lvsxadm.8";
    }
}

} // namespace
} // namespace lvsx::adm
