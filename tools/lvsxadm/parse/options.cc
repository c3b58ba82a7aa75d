// SPDX-License-Identifier: GPL-2.0-only
//
// ipvsadm reads its arguments by popt, so that the same words mean the same here: values of "-p"
// that may be left out, "-w5", "-Ln" and so on.
#include "options.hh"

#include "peers.hh"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <popt.h>

namespace lvsx::adm {
namespace {

// As a sentence names a row: "-w|--weight".
template <typename Row>
std::string name_of(const Row &row) {
    if (row.letter == 0) {
        return fmt::format("--{}", row.name);
    }
    return row.name.empty() ? fmt::format("-{}", row.letter)
                            : fmt::format("-{}|--{}", row.letter, row.name);
}

Error illegible(std::string sentence) {
    return {Failure::illegible, 0, std::move(sentence)};
}

// A word that is kept for later, with a value of its own: is it the one that asks for nothing?
Status accept_reserved(const OptionRow &row, const std::string &value) {
    const auto nothing = row.value.substr(0, row.value.find('|'));
    if (value == nothing) {
        return {};
    }
    const auto bars = fmt::format("|{}|", row.value);
    if (value.empty() || value.find('|') != std::string::npos ||
        bars.find(fmt::format("|{}|", value)) == std::string::npos) {
        return usage(fmt::format("'{}' is no value of {}: expected one of {}", value, name_of(row),
                                 row.value));
    }
    return usage(fmt::format("{} {} is kept for later: this version of lvsx's module cannot do "
                             "that yet; only {} is taken",
                             name_of(row), value, nothing));
}

Error of_peer(const PeerRow &row) {
    return illegible(
        fmt::format("{} is a word of {}, not of lvsx: {}", name_of(row), row.whose, row.instead));
}

// The first word that is an option: what the other words mean depends on it.
std::string_view first_word(std::span<const std::string> text) {
    const auto at = std::ranges::find_if(
        text, [](const std::string &word) { return word.size() > 1 && word[0] == '-'; });
    return at == text.end() ? std::string_view{} : std::string_view{*at};
}

// The row of a table that a word begins with, or is.
template <typename Table>
auto find_row(const Table &table, std::string_view word) {
    const bool is_long = word.starts_with("--");
    const auto name =
        word.substr(std::min(word.size(), std::size_t{2}), is_long ? word.find('=') - 2 : 0);
    const auto *row = std::ranges::find_if(table, [&](const auto &one) {
        return is_long ? !one.name.empty() && one.name == name
                       : one.letter != 0 && word.size() > 1 && one.letter == word[1];
    });
    return row == std::end(table) ? nullptr : row;
}

Error no_command(std::span<const std::string> text) {
    const auto *peer = find_row(peers, first_word(text));
    if (peer != nullptr && peer->commands.empty()) {
        return of_peer(*peer);
    }
    return illegible(fmt::format("'{}' is no command: expected one first, such as -a, -P or -L; "
                                 "see lvsxadm -h",
                                 text.front()));
}

// Numbers by which popt tells us what it met: the rows of all three tables, counted through.
constexpr int first_option = 1000;
constexpr int first_peer = 2000;

// Does a peer's row take its letter from a command's here?
bool lent(char letter, Command command) {
    return std::ranges::any_of(peers, [&](const PeerRow &row) {
        return row.letter == letter &&
               row.commands.find(static_cast<char>(command)) != std::string_view::npos;
    });
}

poptOption popt_row(char letter, std::string_view name, Argument argument, int value) {
    poptOption row{};
    row.longName = name.empty() ? nullptr : name.data(); // all names are literals
    row.shortName = letter;
    row.argInfo = argument == no_value ? POPT_ARG_NONE : POPT_ARG_STRING;
    row.argInfo |= argument == Argument::optional ? POPT_ARGFLAG_OPTIONAL : 0;
    row.val = value;
    return row;
}

std::vector<poptOption> popt_table(Command command) {
    std::vector<poptOption> table;
    table.reserve(std::size(commands) + std::size(options) + std::size(peers) + 1);
    // Three words mean two things, and the command decides. "--conn-timeout" is a command itself,
    // or an option; "-b" takes a value or none: ipvsadm's scheduler flags, or FullNAT; so does
    // "--timeout": how long to wait, or a list.
    const bool timeout_alone = command == Command::set_idle;
    const bool servers = command == Command::add_server || command == Command::edit_server;
    for (int i = 0; i < static_cast<int>(std::size(commands)); ++i) {
        const auto &row = commands[i];
        if (row.command != Command::set_idle || timeout_alone) {
            table.push_back(popt_row(lent(row.letter, command) ? '\0' : row.letter, row.name,
                                     row.argument, i + 1));
        }
    }
    for (int i = 0; i < static_cast<int>(std::size(options)); ++i) {
        const auto &row = options[i];
        const bool loses = row.option == (servers ? flags : fullnat);
        const bool other = row.option == (command == Command::drain ? timeout : patience);
        if (!other && (row.option != idle || !timeout_alone)) {
            table.push_back(
                popt_row(loses ? '\0' : row.letter, row.name, row.argument, first_option + i));
        }
    }
    for (int i = 0; i < static_cast<int>(std::size(peers)); ++i) {
        const auto &row = peers[i];
        const bool here = row.commands.empty() || lent(row.letter, command);
        table.push_back(popt_row(here ? row.letter : '\0', row.name, row.argument, first_peer + i));
    }
    table.push_back({});
    return table;
}

// Which option of these words does not go with the row?
const OptionRow *excluded(const Words &words, const OptionRow &row) {
    const auto *other = std::ranges::find_if(options, [&](const OptionRow &one) {
        return one.option != option_count && words.has(one.option) && one.option != row.option &&
               ((row.excludes & one.kind) != 0 || (one.excludes & row.kind) != 0);
    });
    return other == std::end(options) ? nullptr : other;
}

Status accept(Words &words, const OptionRow &row, const char *value) {
    if (row.allowed.find(static_cast<char>(words.command)) == std::string_view::npos) {
        return usage(fmt::format("{} does not go with {}", name_of(row), words.name));
    }
    if (row.option == option_count) {
        return accept_reserved(row, value == nullptr ? "" : value);
    }
    // These two change nothing when said again, and ipvsadm takes them so.
    if (words.has(row.option) && row.option != sort && row.option != ipv6) {
        return usage(fmt::format("{} is there twice: once is enough", name_of(row)));
    }
    if (const auto *other = excluded(words, row); other != nullptr) {
        return usage(
            fmt::format("{} and {} exclude each other: give one", name_of(*other), name_of(row)));
    }
    words.values[row.option] = value == nullptr ? "" : value;
    return {};
}

Status accept(Words &words, const CommandRow &row, const char *value, bool first) {
    if (!first) {
        return usage(fmt::format("{} after {}: one command at a time", name_of(row), words.name));
    }
    words.argument = value == nullptr ? "" : value;
    return {};
}

// What asks a peer for nothing does not ask us for more.
Status accept(const PeerRow &row, const char *value) {
    return value != nullptr && std::string_view{value} == "disable" ? Status{} : of_peer(row);
}

Error popt_said(poptContext context, int fault) {
    const std::string word = poptBadOption(context, POPT_BADOPTION_NOALIAS);
    switch (fault) {
    case POPT_ERROR_NOARG:
        return illegible(fmt::format("{} needs a value", word));
    case POPT_ERROR_UNWANTEDARG:
        return illegible(fmt::format("{} takes no value", word));
    default:
        return illegible(fmt::format("unknown option {}: see lvsxadm -h", word));
    }
}

// All words by popt; the first of them is the command.
Status walk(Words &words, const CommandRow &command, std::span<const std::string> text) {
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
                      : met < first_peer ? accept(words, options[met - first_option], value.get())
                                         : accept(peers[met - first_peer], value.get());
        if (!status) {
            return status;
        }
        if (words.command == Command::help || words.command == Command::version) {
            return {}; // whatever else is said
        }
    }
    if (met < -1) {
        return popt_said(context.get(), met);
    }
    while (const char *extra = poptGetArg(context.get())) {
        if (words.more.size() == command.more) {
            return usage(fmt::format("unexpected argument '{}': see lvsxadm -h", extra));
        }
        words.more.emplace_back(extra);
    }
    return {};
}

Status complete(const Words &words, const CommandRow &command) {
    if (words.more.size() < command.more) {
        return words.command == Command::set_timeouts
                   ? usage("--set needs three timeouts: of TCP, of TCP after a FIN, of UDP")
                   : usage(fmt::format("{} needs CLIENT:PORT VIP:PORT", words.name));
    }
    const auto letter = static_cast<char>(words.command);
    for (const auto &row : options) {
        if (row.required.find(letter) != std::string_view::npos && !words.has(row.option)) {
            return usage(fmt::format("{} needs {} {}", words.name, name_of(row), row.value));
        }
    }
    const bool serviced = words.has(tcp) || words.has(udp) || words.has(sctp) || words.has(mark);
    if (!serviced && must_service.find(letter) != std::string_view::npos) {
        return usage(fmt::format("{} needs a service: -t, -u or --sctp-service ADDRESS:PORT, or "
                                 "-f MARK",
                                 words.name));
    }
    return {};
}

} // namespace

Result<Words> read_words(std::span<const std::string> text) {
    const std::string listing[] = {"-L"};
    if (text.empty()) {
        text = listing;
    }
    const auto *command = find_row(commands, first_word(text));
    if (command == nullptr) {
        return no_command(text);
    }
    Words words;
    words.command = command->command;
    words.name = name_of(*command);
    if (const auto status = walk(words, *command, text); !status) {
        return status.error();
    }
    if (const auto status = complete(words, *command); !status) {
        return status.error();
    }
    return words;
}

std::vector<std::string> spellings() {
    std::vector<std::string> all_of_them;
    const auto add = [&](const auto &row) {
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
