// SPDX-License-Identifier: GPL-2.0-only
#include "netlink.hh"

#include <cerrno>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

namespace lvsx {
namespace {

// What the kernel sends back: number, the request's header (all of the request if not capped),
// text.
std::vector<std::byte> refusal(int error, bool capped, const char *sentence) {
    alignas(4) char raw[256] = {};
    auto *header = reinterpret_cast<nlmsghdr *>(raw);
    auto *body = static_cast<nlmsgerr *>(NLMSG_DATA(header));
    body->error = static_cast<int>(-static_cast<unsigned>(error)); // of INT_MIN: itself
    body->msg.nlmsg_len = sizeof(nlmsghdr) + 20;
    std::size_t at = NLMSG_HDRLEN + sizeof(nlmsgerr) + (capped ? 0 : 20);
    header->nlmsg_type = NLMSG_ERROR;
    header->nlmsg_flags = capped ? NLM_F_CAPPED : 0;
    if (sentence != nullptr) {
        header->nlmsg_flags |= NLM_F_ACK_TLVS;
        auto *attribute = reinterpret_cast<nlattr *>(raw + at);
        attribute->nla_type = NLMSGERR_ATTR_MSG;
        attribute->nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + strlen(sentence) + 1);
        strcpy(raw + at + NLA_HDRLEN, sentence);
        at += NLA_ALIGN(attribute->nla_len);
    }
    header->nlmsg_len = static_cast<std::uint32_t>(at);
    const auto *bytes = reinterpret_cast<std::byte *>(raw);
    return {bytes, bytes + at};
}

TEST(Outcome, CarriesTheKernelsSentence) {
    for (const bool capped : {true, false}) {
        const auto status = read_outcome(refusal(EINVAL, capped, "no such thing"));
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().kind, Failure::refused);
        EXPECT_EQ(status.error().code, EINVAL);
        EXPECT_EQ(status.error().sentence, "no such thing");
    }
}

TEST(Outcome, WithoutASentenceNamesTheNumber) {
    EXPECT_EQ(read_outcome(refusal(EBUSY, true, nullptr)).error().sentence,
              "the kernel refused: Device or resource busy");
    EXPECT_TRUE(read_outcome(refusal(0, true, nullptr)));
}

TEST(Outcome, WithoutThePrivilegeSaysWhatToDo) {
    const auto status = read_outcome(refusal(EPERM, true, nullptr));
    EXPECT_EQ(status.error().kind, Failure::unreachable);
    EXPECT_EQ(status.error().sentence,
              "permission denied: run it as root, or with CAP_NET_ADMIN in "
              "this network namespace");
}

TEST(Outcome, OfATruncatedMessageIsAnError) {
    const auto whole = refusal(EINVAL, true, "no such thing");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(read_outcome(std::span{whole}.first(size))) << size;
    }
}

TEST(Outcome, OfNoErrnoIsAnError) {
    for (const int code : {4096, std::numeric_limits<int>::min()}) {
        EXPECT_EQ(read_outcome(refusal(code, true, "x")).error().sentence,
                  Table<0>::malformed().sentence);
    }
}

TEST(Table, RefusesWhatIsShorterThanItsType) {
    Message message{1};
    message.u8(1, 7);
    Table<2>::Policy policy{};
    policy[1].type = NLA_U32;
    EXPECT_FALSE(Table<2>::read(message.attributes(), policy));
    policy[1].type = NLA_U8;
    EXPECT_EQ(Table<2>::read(message.attributes(), policy)->u8(1), 7);
}

TEST(Table, ReadsWhatIsAbsentAsNothing) {
    const auto table = Table<2>::read({}, {});
    ASSERT_TRUE(table);
    EXPECT_FALSE(table->has(1));
    EXPECT_EQ(table->u64(1), 0U);
    EXPECT_EQ(table->string(2), "");
}

TEST(Table, ReadsAStringUpToItsEnd) {
    Message message{1};
    message.bytes(1, std::as_bytes(std::span{"ab\0cd", 5}))
        .bytes(2, std::as_bytes(std::span{"xy", 2}));
    const auto table = Table<2>::read(message.attributes(), {});
    EXPECT_EQ(table->string(1), "ab");
    EXPECT_EQ(table->string(2), "xy");
}

// The running kernel's own controller family is always there.
TEST(Socket, AsksTheKernel) {
    auto socket = Socket::open("nlctrl", "absent");
    ASSERT_TRUE(socket) << socket.error().sentence;
    std::string name;
    Message one{CTRL_CMD_GETFAMILY};
    one.string(CTRL_ATTR_FAMILY_NAME, "nlctrl");
    const auto status = socket->ask(one, [&](Attributes answer) -> Status {
        name = Table<CTRL_ATTR_FAMILY_NAME>::read(answer, {})->string(CTRL_ATTR_FAMILY_NAME);
        return {};
    });
    EXPECT_TRUE(status);
    EXPECT_EQ(name, "nlctrl");

    int families = 0;
    EXPECT_TRUE(socket->ask(Message{CTRL_CMD_GETFAMILY, NLM_F_DUMP}, [&](Attributes) -> Status {
        ++families;
        return {};
    }));
    EXPECT_GT(families, 0);
}

TEST(Socket, HandsOnWhatItIsRefused) {
    auto socket = Socket::open("nlctrl", "absent");
    ASSERT_TRUE(socket);
    Message unknown{CTRL_CMD_GETFAMILY};
    unknown.string(CTRL_ATTR_FAMILY_NAME, "lvsx-none");
    EXPECT_EQ(socket->ask(unknown).error().code, ENOENT);

    const auto stop = [](Attributes) -> Status { return usage("stop"); };
    EXPECT_EQ(socket->ask(Message{CTRL_CMD_GETFAMILY, NLM_F_DUMP}, stop).error().sentence, "stop");
}

TEST(Socket, SaysThatAFamilyIsAbsent) {
    const auto socket = Socket::open("lvsx-none", "it is absent");
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().kind, Failure::unreachable);
    EXPECT_EQ(socket.error().sentence, "it is absent");
}

} // namespace
} // namespace lvsx
