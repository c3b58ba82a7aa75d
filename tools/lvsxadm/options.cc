// SPDX-License-Identifier: GPL-2.0-only
//
// One table says which options there are and which command takes them. ipvsadm reads its arguments
// by popt, so that the same words mean the same here: values of "-p" that may be left out, "-w5"
// and so on.
#include "options.hh"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <popt.h>

namespace lvsx::adm {
namespace {

enum class Argument { none, required, optional };

// Why a word that is known is not taken.
enum class Elsewhere { here, ipvsadm, later };

struct CommandRow {
    char letter; // 0: only the long name
    Command command;
    std::string_view name;
    Argument argument{Argument::none};
    Elsewhere elsewhere{Elsewhere::here};
};

constexpr auto none = Argument::none;
constexpr auto foreign = Command::foreign;

constexpr CommandRow commands[] = {
    {'A', Command::add_service, "add-service"},
    {'E', Command::edit_service, "edit-service"},
    {'D', Command::delete_service, "delete-service"},
    {'a', Command::add_server, "add-server"},
    {'e', Command::edit_server, "edit-server"},
    {'d', Command::delete_server, "delete-server"},
    {'P', Command::add_local, "add-laddr"},
    {'Q', Command::delete_local, "del-laddr"},
    {'G', Command::get_local, "get-laddr"},
    {'L', Command::list, "list"},
    {'l', Command::list, ""},
    {'Z', Command::zero, "zero"},
    {0, Command::forget, "forget"},
    {0, Command::set_default, "set-default", Argument::required},
    {0, Command::ingress_on, "ingress-on", Argument::required},
    {0, Command::ingress_off, "ingress-off", Argument::required},
    {'h', Command::help, "help"},
    {'v', Command::version, "version"},
    {'C', foreign, "clear", none, Elsewhere::ipvsadm},
    {'R', foreign, "restore", none, Elsewhere::ipvsadm},
    {'S', foreign, "save", none, Elsewhere::ipvsadm},
    {0, foreign, "set", none, Elsewhere::ipvsadm},
    {0, foreign, "start-daemon", none, Elsewhere::ipvsadm},
    {0, foreign, "stop-daemon", none, Elsewhere::ipvsadm},
};

// `allowed` and `required` hold the commands, by their letters in enum Command.
struct OptionRow {
    Option option;
    char letter;
    std::string_view name;
    std::string_view value; // what the sentences call it; empty: it has none
    std::string_view allowed;
    std::string_view required{};
    Argument argument{Argument::required};
    Elsewhere elsewhere{Elsewhere::here};
};

constexpr std::string_view any_service = "AEDaedPQGL-";

constexpr OptionRow not_taken(char letter, std::string_view name, Elsewhere where) {
    return {option_count, letter, name, "", "", "", none, where};
}

constexpr OptionRow options[] = {
    {tcp, 't', "tcp-service", "ADDRESS:PORT", any_service},
    {udp, 'u', "udp-service", "ADDRESS:PORT", any_service},
    {mark, 'f', "fwmark-service", "MARK", any_service},
    {ipv6, '6', "ipv6", "", any_service, "", none},
    {scheduler, 's', "scheduler", "NAME", "AE"},
    {persistent, 'p', "persistent", "SECONDS", "AE", "", Argument::optional},
    {netmask, 'M', "netmask", "NETMASK", "AE"},
    {flags, 'b', "sched-flags", "FLAGS", "AE"},
    {real, 'r', "real-server", "REAL", "aed", "aed"},
    {fullnat, 'b', "fullnat", "", "ae", "", none},
    {masquerading, 'm', "masquerading", "", "ae", "", none},
    {gatewaying, 'g', "gatewaying", "", "ae", "", none},
    {ipip, 'i', "ipip", "", "ae", "", none},
    {weight, 'w', "weight", "NUMBER", "ae"},
    {upper, 'x', "u-threshold", "NUMBER", "ae"},
    {lower, 'y', "l-threshold", "NUMBER", "ae"},
    {local, 'z', "laddr", "LOCAL", "PQ", "PQ"},
    {device, 'F', "ifname", "DEVICE", "PQ"},
    {numeric, 'n', "numeric", "", "GL", "", none},
    {connection, 'c', "connection", "", "L", "", none},
    {counters, 0, "counters", "", "L", "", none},
    {all, 0, "all", "", "L", "", none},
    {json, 0, "json", "", "GL", "", none},
    not_taken('j', "synproxy", Elsewhere::later),
    not_taken(0, "client-address", Elsewhere::later),
    not_taken(0, "sctp-service", Elsewhere::ipvsadm),
    not_taken(0, "pe", Elsewhere::ipvsadm),
    not_taken('o', "ops", Elsewhere::ipvsadm),
    not_taken(0, "tun-type", Elsewhere::ipvsadm),
    not_taken(0, "tun-port", Elsewhere::ipvsadm),
    not_taken(0, "tun-nocsum", Elsewhere::ipvsadm),
    not_taken(0, "tun-csum", Elsewhere::ipvsadm),
    not_taken(0, "tun-remcsum", Elsewhere::ipvsadm),
    not_taken(0, "stats", Elsewhere::ipvsadm),
    not_taken(0, "rate", Elsewhere::ipvsadm),
    not_taken(0, "timeout", Elsewhere::ipvsadm),
    not_taken(0, "daemon", Elsewhere::ipvsadm),
    not_taken(0, "thresholds", Elsewhere::ipvsadm),
    not_taken(0, "persistent-conn", Elsewhere::ipvsadm),
    not_taken(0, "sort", Elsewhere::ipvsadm),
    not_taken(0, "nosort", Elsewhere::ipvsadm),
    not_taken('X', "exact", Elsewhere::ipvsadm),
};

// As a sentence names a row: "-w|--weight".
template <typename Row>
std::string name_of(const Row &row) {
    if (row.letter == 0) {
        return fmt::format("--{}", row.name);
    }
    return row.name.empty() ? fmt::format("-{}", row.letter)
                            : fmt::format("-{}|--{}", row.letter, row.name);
}

template <typename Row>
Status taken(const Row &row) {
    switch (row.elsewhere) {
    case Elsewhere::ipvsadm:
        return usage(fmt::format("{} is not lvsxadm's: use ipvsadm for it", name_of(row)));
    case Elsewhere::later:
        return usage(fmt::format("{}: this version of lvsx cannot do that yet", name_of(row)));
    case Elsewhere::here:
        break;
    }
    return {};
}

// The command, by the first word: what the other words mean depends on it.
const CommandRow *find_command(std::string_view word) {
    if (word.size() < 2 || word[0] != '-') {
        return nullptr;
    }
    const bool is_long = word[1] == '-';
    const auto name = word.substr(2, is_long ? word.find('=') - 2 : 0);
    const auto *row = std::ranges::find_if(commands, [&](const auto &one) {
        return is_long ? !one.name.empty() && one.name == name : one.letter == word[1];
    });
    return row == std::end(commands) ? nullptr : row;
}

// Numbers by which popt tells us what it met: the rows of both tables, counted through.
constexpr int first_option = 1000;

poptOption popt_row(char letter, std::string_view name, Argument argument, int value) {
    poptOption row{};
    row.longName = name.empty() ? nullptr : name.data(); // all names are literals
    row.shortName = letter;
    row.argInfo = argument == none ? POPT_ARG_NONE : POPT_ARG_STRING;
    row.argInfo |= argument == Argument::optional ? POPT_ARGFLAG_OPTIONAL : 0;
    row.val = value;
    return row;
}

std::vector<poptOption> popt_table(Command command) {
    std::vector<poptOption> table;
    table.reserve(std::size(commands) + std::size(options) + 1);
    for (int i = 0; i < static_cast<int>(std::size(commands)); ++i) {
        table.push_back(
            popt_row(commands[i].letter, commands[i].name, commands[i].argument, i + 1));
    }
    // "-b" takes a value or none: ipvsadm's scheduler flags, or FullNAT. The command decides.
    const bool servers = command == Command::add_server || command == Command::edit_server;
    for (int i = 0; i < static_cast<int>(std::size(options)); ++i) {
        const auto &row = options[i];
        const bool loses = row.option == (servers ? flags : fullnat);
        table.push_back(
            popt_row(loses ? '\0' : row.letter, row.name, row.argument, first_option + i));
    }
    table.push_back({});
    return table;
}

Status accept(Words &words, const OptionRow &row, const char *value) {
    if (auto status = taken(row); !status) {
        return status;
    }
    if (row.allowed.find(static_cast<char>(words.command)) == std::string_view::npos) {
        return usage(fmt::format("{} does not go with {}", name_of(row), words.name));
    }
    if (words.has(row.option)) {
        return usage(fmt::format("{} is there twice: once is enough", name_of(row)));
    }
    words.values[row.option] = value == nullptr ? "" : value;
    return {};
}

Status accept(Words &words, const CommandRow &row, const char *value, bool first) {
    if (auto status = taken(row); !status) {
        return status;
    }
    if (!first) {
        return usage(fmt::format("{} after {}: one command at a time", name_of(row), words.name));
    }
    words.argument = value == nullptr ? "" : value;
    return {};
}

Error popt_said(poptContext context, int fault) {
    const std::string word = poptBadOption(context, POPT_BADOPTION_NOALIAS);
    switch (fault) {
    case POPT_ERROR_NOARG:
        return usage(fmt::format("{} needs a value", word));
    case POPT_ERROR_UNWANTEDARG:
        return usage(fmt::format("{} takes no value", word));
    default:
        return usage(fmt::format("unknown option {}: see lvsxadm -h", word));
    }
}

// All words by popt; the first of them is words.command.
Status walk(Words &words, std::span<const std::string> text) {
    std::vector<const char *> arguments{"lvsxadm"};
    for (const auto &word : text) {
        arguments.push_back(word.c_str());
    }
    const auto table = popt_table(words.command);
    const std::unique_ptr<poptContext_s, decltype(&poptFreeContext)> context{
        poptGetContext("lvsxadm", static_cast<int>(arguments.size()), arguments.data(),
                       table.data(), 0),
        poptFreeContext};
    int met = 0;
    for (bool first = true; (met = poptGetNextOpt(context.get())) > 0; first = false) {
        const std::unique_ptr<char, decltype(&free)> value{poptGetOptArg(context.get()), free};
        auto status = met < first_option ? accept(words, commands[met - 1], value.get(), first)
                                         : accept(words, options[met - first_option], value.get());
        if (!status) {
            return status;
        }
    }
    if (met < -1) {
        return popt_said(context.get(), met);
    }
    if (const char *extra = poptGetArg(context.get()); extra != nullptr) {
        return usage(fmt::format("unexpected argument '{}': see lvsxadm -h", extra));
    }
    return {};
}

Status complete(const Words &words) {
    for (const auto &row : options) {
        const bool required =
            row.required.find(static_cast<char>(words.command)) != std::string_view::npos;
        if (required && !words.has(row.option)) {
            return usage(fmt::format("{} needs {} {}", words.name, name_of(row), row.value));
        }
    }
    return {};
}

} // namespace

Result<Words> read_words(std::span<const std::string> text) {
    const std::string listing[] = {"-L"};
    if (text.empty()) {
        text = listing;
    }
    const auto *command = find_command(text.front());
    if (command == nullptr) {
        return usage(
            fmt::format("'{}' is no command: expected one first, such as -a, -P or -L; see "
                        "lvsxadm -h",
                        text.front()));
    }
    Words words;
    words.command = command->command;
    words.name = name_of(*command);
    if (const auto status = walk(words, text); !status) {
        return status.error();
    }
    if (const auto status = complete(words); !status) {
        return status.error();
    }
    return words;
}

std::vector<std::string> spellings() {
    std::vector<std::string> all_of_them;
    const auto add = [&](const auto &row) {
        if (row.elsewhere != Elsewhere::here) {
            return;
        }
        if (row.letter != 0) {
            all_of_them.push_back(fmt::format("-{}", row.letter));
        }
        if (!row.name.empty()) {
            all_of_them.push_back(fmt::format("--{}", row.name));
        }
    };
    std::ranges::for_each(commands, add);
    std::ranges::for_each(options, add);
    return all_of_them;
}

} // namespace lvsx::adm
