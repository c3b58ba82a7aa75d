// SPDX-License-Identifier: GPL-2.0-only
#include "netlink.hh"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <sys/socket.h>

namespace lvsx {
namespace {

// No kernel sends more in one go.
constexpr std::size_t receive_size = 65536;

constexpr int largest_errno = 4095; // the kernel's MAX_ERRNO

Error kernel_said(int code, const std::string &sentence) {
    if (code == EPERM) {
        return {Failure::unreachable, code,
                "permission denied: run it as root, or with CAP_NET_ADMIN in this network "
                "namespace"};
    }
    if (sentence.empty()) {
        return {Failure::refused, code, fmt::format("the kernel refused: {}", strerror(code))};
    }
    return {Failure::refused, code, sentence};
}

Error library_said(const char *what, int fault) {
    return {Failure::unreachable, 0, fmt::format("{}: {}", what, nl_geterror(fault))};
}

std::span<const std::byte> whole(const nlmsghdr *header) {
    return {reinterpret_cast<const std::byte *>(header), header->nlmsg_len};
}

using Family = Table<CTRL_ATTR_FAMILY_NAME>;
constexpr auto family_rules = rules<Family>({{CTRL_ATTR_FAMILY_ID, NLA_U16}});

// What one conversation has come to so far; libnl calls back into it.
struct Conversation {
    const std::function<Status(Attributes)> &each;
    Status status{};
    bool over{};
    bool interrupted{};

    int end(Status how) {
        status = std::move(how);
        over = true;
        return NL_STOP;
    }

    static int valid(nl_msg *message, void *self) {
        auto *talk = static_cast<Conversation *>(self);
        auto *header = nlmsg_hdr(message);
        if (!genlmsg_valid_hdr(header, 0)) {
            return talk->end(Table<0>::malformed());
        }
        auto *generic = static_cast<genlmsghdr *>(nlmsg_data(header));
        auto status = talk->each({reinterpret_cast<std::byte *>(genlmsg_attrdata(generic, 0)),
                                  static_cast<std::size_t>(genlmsg_attrlen(generic, 0))});
        return status ? NL_OK : talk->end(std::move(status));
    }

    static int finished(nl_msg *message, void *self) {
        return static_cast<Conversation *>(self)->end(read_outcome(whole(nlmsg_hdr(message))));
    }

    // libnl hands over the body of the message; its header is right before it.
    static int refused(sockaddr_nl * /*from*/, nlmsgerr *body, void *self) {
        const auto *header = reinterpret_cast<const nlmsghdr *>(body) - 1;
        return static_cast<Conversation *>(self)->end(read_outcome(whole(header)));
    }

    static int changed(nl_msg * /*message*/, void *self) {
        static_cast<Conversation *>(self)->interrupted = true;
        return NL_OK;
    }
};

} // namespace

Message::Message(std::uint8_t command, int flags) : message_(nlmsg_alloc()) {
    // The family's number is the socket's business; 0 until it is sent. Version 1 is both
    // families'.
    genlmsg_put(message_.get(), NL_AUTO_PORT, NL_AUTO_SEQ, 0, 0, flags, command, 1);
}

Message &Message::put(int type, const void *data, std::size_t size) {
    // Cannot fail: a request is a page, and the largest is a service and a range of addresses.
    nla_put(message_.get(), type, static_cast<int>(size), data);
    return *this;
}

Message &Message::port(int type, std::uint16_t host_order) {
    return u16(type, htons(host_order));
}

Message &Message::bytes(int type, std::span<const std::byte> value) {
    return put(type, value.data(), value.size());
}

Message &Message::string(int type, const std::string &value) {
    return put(type, value.c_str(), value.size() + 1);
}

Message &Message::nest(int type, const std::function<void()> &fill) {
    auto *start = nla_nest_start(message_.get(), type);
    fill();
    nla_nest_end(message_.get(), start);
    return *this;
}

Attributes Message::attributes() const {
    auto *generic = static_cast<genlmsghdr *>(nlmsg_data(nlmsg_hdr(message_.get())));
    return {reinterpret_cast<std::byte *>(genlmsg_attrdata(generic, 0)),
            static_cast<std::size_t>(genlmsg_attrlen(generic, 0))};
}

Result<Socket> Socket::open(const char *family, const char *absent) {
    Handle socket{nl_socket_alloc()};
    if (const int fault = genl_connect(socket.get()); fault < 0) {
        return library_said("no generic netlink socket", fault);
    }
    nl_socket_set_msg_buf_size(socket.get(), receive_size);
    nl_socket_disable_msg_peek(socket.get());
    const int on = 1;
    for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK}) {
        setsockopt(nl_socket_get_fd(socket.get()), SOL_NETLINK, option, &on, sizeof(on));
    }
    Socket opened{std::move(socket), GENL_ID_CTRL};
    if (auto status = opened.find(family, absent); !status) {
        return status.error();
    }
    return opened;
}

// Not by genl_ctrl_resolve(): libnl's says of every failure that there is no such family, and a
// host where one message could not be sent is not one without the module.
Status Socket::find(const char *family, const char *absent) {
    Message request{CTRL_CMD_GETFAMILY};
    request.string(CTRL_ATTR_FAMILY_NAME, family);
    int number = 0;
    auto status = ask(request, [&](Attributes answer) -> Status {
        const auto table = Family::read(answer, family_rules);
        number = table ? table->u16(CTRL_ATTR_FAMILY_ID) : 0;
        return number == 0 ? Status{Family::malformed()} : Status{};
    });
    if (!status) {
        const auto &[kind, code, sentence] = status.error();
        return code == ENOENT ? Error{Failure::unreachable, ENOENT, absent}
                              : Error{Failure::unreachable, code, sentence};
    }
    family_ = number;
    return {};
}

Status Socket::ask(const Message &request, const std::function<Status(Attributes)> &each) {
    nlmsg_hdr(request.raw())->nlmsg_type = static_cast<std::uint16_t>(family_);
    if (const int fault = nl_send_auto(socket_.get(), request.raw()); fault < 0) {
        return library_said("the request could not be sent", fault);
    }

    Conversation talk{each};
    const std::unique_ptr<nl_cb, decltype(&nl_cb_put)> calls{nl_cb_alloc(NL_CB_DEFAULT), nl_cb_put};
    nl_cb_set(calls.get(), NL_CB_VALID, NL_CB_CUSTOM, Conversation::valid, &talk);
    nl_cb_set(calls.get(), NL_CB_FINISH, NL_CB_CUSTOM, Conversation::finished, &talk);
    nl_cb_set(calls.get(), NL_CB_ACK, NL_CB_CUSTOM, Conversation::finished, &talk);
    nl_cb_set(calls.get(), NL_CB_DUMP_INTR, NL_CB_CUSTOM, Conversation::changed, &talk);
    nl_cb_err(calls.get(), NL_CB_CUSTOM, Conversation::refused, &talk);
    while (!talk.over) {
        // What the kernel refused comes back as libnl's error too, and is told already.
        const int fault = nl_recvmsgs(socket_.get(), calls.get());
        if (fault < 0 && !talk.over) {
            return library_said("the answer could not be read", fault);
        }
    }
    if (talk.status && talk.interrupted) {
        return Error{Failure::refused, EINTR,
                     "the configuration changed while it was being read: try again"};
    }
    return talk.status;
}

Status read_outcome(std::span<const std::byte> message) {
    nlmsghdr header{};
    std::int32_t error{};
    if (message.size() < sizeof(header) + sizeof(error)) {
        return Table<0>::malformed();
    }
    memcpy(&header, message.data(), sizeof(header));
    memcpy(&error, message.data() + sizeof(header), sizeof(error));
    if (error >= 0) {
        return {};
    }
    if (error < -largest_errno) {
        return Table<0>::malformed();
    }

    // Behind the number an NLMSG_ERROR repeats the request: its header, and all of it if not
    // capped.
    std::size_t skip = sizeof(header) + sizeof(error);
    if (header.nlmsg_type == NLMSG_ERROR) {
        nlmsghdr request{};
        if (message.size() < skip + sizeof(request)) {
            return Table<0>::malformed();
        }
        memcpy(&request, message.data() + skip, sizeof(request));
        const bool capped = (header.nlmsg_flags & NLM_F_CAPPED) != 0;
        skip += capped ? sizeof(request) : NLMSG_ALIGN(static_cast<std::size_t>(request.nlmsg_len));
    }
    std::string sentence;
    if ((header.nlmsg_flags & NLM_F_ACK_TLVS) != 0 && skip <= message.size()) {
        const auto extra = Table<NLMSGERR_ATTR_MAX>::read(message.subspan(skip), {});
        if (extra) {
            sentence = extra->string(NLMSGERR_ATTR_MSG);
        }
    }
    return kernel_said(-error, sentence);
}

} // namespace lvsx
