// SPDX-License-Identifier: GPL-2.0-only
#include "drain.hh"

#include <chrono>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace lvsx::adm {
namespace {

using Clock = std::chrono::steady_clock;

// While it lives, the signals that end a program wait until they are asked for: what was begun is
// taken back then.
class Interruption {
public:
    Interruption() {
        sigemptyset(&signals_);
        for (const int one : {SIGINT, SIGTERM, SIGHUP}) {
            sigaddset(&signals_, one);
        }
        pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    }
    ~Interruption() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    Interruption(const Interruption &) = delete;
    Interruption &operator=(const Interruption &) = delete;
    Interruption(Interruption &&) = delete;
    Interruption &operator=(Interruption &&) = delete;

    // Did one come within a second?
    [[nodiscard]] bool within_a_second() const {
        const timespec second{1, 0};
        return sigtimedwait(&signals_, nullptr, &second) > 0;
    }

private:
    sigset_t signals_{};
    sigset_t before_{};
};

struct State {
    bool draining{};
    std::uint64_t left{};
};

// The kernel's own figure costs nothing, but it counts flows that are closed and linger, and leaves
// out those of real servers that were removed. So few are counted one by one.
constexpr std::uint64_t few = 100'000;

bool open(const Flow &flow) {
    return flow.state != "TIME_WAIT" && flow.state != "CLOSE" && flow.state != "LAST_ACK";
}

Result<State> counted(Client &client, const std::optional<ServiceId> &only, State state) {
    if (state.left > few) {
        return state;
    }
    state.left = 0;
    auto status = client.flows(only, [&](const Flow &flow) { state.left += open(flow) ? 1 : 0; });
    return status ? Result<State>{state} : status.error();
}

Result<State> look(Client &client, const std::optional<ServiceId> &only) {
    if (!only) {
        const auto setting = client.setting();
        return setting ? counted(client, only, {setting->draining, setting->flows})
                       : Result<State>{setting.error()};
    }
    const auto service = client.service(*only);
    if (!service) {
        return service.error();
    }
    return *service ? counted(client, only, {(*service)->draining, (*service)->flows})
                    : Result<State>{State{}};
}

std::string connections(std::uint64_t number) {
    return fmt::format("{} connection{} left", number, number == 1 ? " is" : "s are");
}

// Every second where somebody looks on, else only when it begins.
void show(std::uint64_t left, bool first) {
    const bool terminal = isatty(STDOUT_FILENO) != 0;
    if (terminal || first) {
        fmt::print("{}{}{}", terminal && !first ? "\r\033[K" : "", connections(left),
                   terminal ? "" : "\n");
        (void)std::fflush(stdout);
    }
}

// Wait for the end. What it says of itself, if there is none.
Status wait(Client &client, const Request &request, const Interruption &interruption) {
    const auto end = Clock::now() + std::chrono::seconds{request.seconds};
    for (bool first = true;; first = false) {
        const auto state = look(client, request.service);
        if (!state) {
            return state.error();
        }
        show(state->left, first);
        if (state->left == 0) {
            return {};
        }
        if (request.seconds != 0 && Clock::now() >= end) {
            return Error{
                Failure::refused, 0,
                fmt::format("{} after {} seconds", connections(state->left), request.seconds)};
        }
        if (interruption.within_a_second()) {
            return Error{Failure::refused, 0,
                         fmt::format("interrupted: {}", connections(state->left))};
        }
    }
}

} // namespace

Status drain(Session &session, const Request &request) {
    const auto client = session.lvsx();
    if (!client) {
        return client.error();
    }
    const auto before = look(**client, request.service);
    if (!before) {
        return before.error();
    }
    const Interruption interruption;
    if (auto status = (*client)->set_drain(request.service, true); !status) {
        return status;
    }
    auto status = wait(**client, request, interruption);
    if (isatty(STDOUT_FILENO) != 0) {
        fmt::print("\n");
    }
    if (status) {
        fmt::print("new ones are refused until lvsxadm --undrain\n");
        return {};
    }
    auto why = status.error();
    if (before->draining) {
        why.sentence += "; new ones are refused, as before";
    } else if (const auto back = (*client)->set_drain(request.service, false); back) {
        why.sentence += "; new ones are taken again";
    } else {
        why.sentence += fmt::format("; new ones are refused until lvsxadm --undrain ({})",
                                    back.error().sentence);
    }
    return why;
}

Status undrain(Session &session, const Request &request) {
    const auto client = session.lvsx();
    return client ? (*client)->set_drain(request.service, false) : Status{client.error()};
}

} // namespace lvsx::adm
