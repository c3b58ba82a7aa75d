// SPDX-License-Identifier: GPL-2.0-only
#include "codec.hh"

#include <cstring>

#include <gtest/gtest.h>
#include <linux/lvsx.h>
#include <netinet/in.h>

namespace lvsx {
namespace {

ServiceId tcp4(const char *address, std::uint16_t port) {
    return {AF_INET, IPPROTO_TCP, {*parse_address(address), port}, 0};
}

std::string hex(Attributes bytes) {
    std::string text;
    for (const auto byte : bytes) {
        char two[3];
        snprintf(two, sizeof(two), "%02x", static_cast<unsigned>(byte));
        text += two;
    }
    return text;
}

void put_u64(Message &message, int type, std::uint64_t value) {
    message.bytes(type, std::as_bytes(std::span{&value, 1}));
}

// Little-endian, as every machine that runs the tests is.
TEST(Codec, PutsAServiceInTheseBytes) {
    Message message{LVSX_CMD_SERVICE_SET};
    put_service(message, tcp4("192.0.2.1", 80),
                {.fullnat = true, .now = {}, .timeout = {}, .drain = {}});
    EXPECT_EQ(hex(message.attributes()), "2c000180"         // LVSX_A_SERVICE, nested, 44 bytes
                                         "0600010002000000" // AF_INET
                                         "0600020006000000" // TCP
                                         "08000300c0000201" // 192.0.2.1
                                         "0600040000500000" // 80, network order
                                         "0500060001000000" // FullNAT
    );
}

TEST(Codec, PutsAWordWithoutAValue) {
    Message message{LVSX_CMD_SERVICE_SET};
    put_service(message, {AF_INET, 0, {}, 5},
                {.fullnat = true, .now = true, .timeout = {}, .drain = {}});
    EXPECT_EQ(hex(message.attributes()), "20000180"
                                         "0600010002000000"
                                         "0800050005000000"
                                         "0500060001000000" // FullNAT
                                         "04000d00"         // now
    );
}

TEST(Codec, PutsAMarkAloneAndARangeWithItsEnd) {
    Message message{LVSX_CMD_LOCAL_ADD};
    put_service(message, {AF_INET6, 0, {}, 5});
    put_range(message, *parse_range("10.0.0.1-2"));
    EXPECT_EQ(hex(message.attributes()), "14000180"
                                         "060001000a000000"
                                         "0800050005000000"
                                         "14000280"
                                         "080001000a000001"
                                         "080002000a000002");
    Message one{LVSX_CMD_LOCAL_ADD};
    put_range(one, *parse_range("10.0.0.1"));
    EXPECT_EQ(hex(one.attributes()), "0c000280080001000a000001");
}

TEST(Codec, ReadsAService) {
    Message message{LVSX_CMD_SERVICE_GET};
    message.nest(LVSX_A_SERVICE, [&] {
        message.u16(LVSX_SVC_A_FAMILY, AF_INET6).u16(LVSX_SVC_A_PROTOCOL, IPPROTO_UDP);
        message.bytes(LVSX_SVC_A_ADDRESS, parse_address("2001:db8::1")->bytes());
        message.port(LVSX_SVC_A_PORT, 53).u8(LVSX_SVC_A_FULLNAT, 1).u32(LVSX_SVC_A_LOCALS, 3);
        put_u64(message, LVSX_SVC_A_FLOWS, 5'000'000'000);
        message.u32(LVSX_SVC_A_TIMEOUT, 60);
    });
    const auto service = read_service(message.attributes());
    ASSERT_TRUE(service);
    EXPECT_EQ(service->id.text(), "UDP [2001:db8::1]:53");
    EXPECT_TRUE(service->fullnat);
    EXPECT_EQ(service->locals, 3U);
    EXPECT_EQ(service->flows, 5'000'000'000U);
    EXPECT_EQ(service->timeout, 60U);
}

TEST(Codec, KeepsAServicesIdentity) {
    for (const auto &id : {tcp4("192.0.2.1", 80), ServiceId{AF_INET6, 0, {}, 5}}) {
        Message message{LVSX_CMD_SERVICE_GET};
        put_service(message, id);
        const auto service = read_service(message.attributes());
        ASSERT_TRUE(service);
        EXPECT_EQ(service->id, id);
    }
}

TEST(Codec, ReadsALocalAddressAndWhoseItIs) {
    Message message{LVSX_CMD_LOCAL_GET};
    put_service(message, tcp4("192.0.2.1", 80));
    message.nest(LVSX_A_LOCAL, [&] {
        message.bytes(LVSX_LOCAL_A_FIRST, parse_address("10.0.0.1")->bytes());
        put_u64(message, LVSX_LOCAL_A_PORTS_TOTAL, 64511);
        put_u64(message, LVSX_LOCAL_A_PORTS_USED, 17);
        put_u64(message, LVSX_LOCAL_A_CONFLICTS, 2);
        message.u32(LVSX_LOCAL_A_FULLEST, 15);
        message.u8(LVSX_LOCAL_A_GONE, 1);
    });
    const auto local = read_local(message.attributes());
    ASSERT_TRUE(local);
    EXPECT_EQ(local->pool, tcp4("192.0.2.1", 80));
    EXPECT_EQ(local->address.text(), "10.0.0.1");
    EXPECT_EQ(local->ports_total, 64511U);
    EXPECT_EQ(local->ports_used, 17U);
    EXPECT_EQ(local->conflicts, 2U);
    EXPECT_EQ(local->fullest, 15U);
    EXPECT_TRUE(local->gone);

    Message nobodys{LVSX_CMD_LOCAL_GET};
    put_range(nobodys, *parse_range("10.0.0.1"));
    EXPECT_EQ(read_local(nobodys.attributes())->pool, std::nullopt);
}

TEST(Codec, KeepsAnEntryOfAList) {
    const auto service = tcp4("192.0.2.1", 80);
    for (const auto &entry : {Access{service, false, *parse_range("10.0.0.1-10.0.0.9"), ""},
                              Access{service, true, *parse_range("10.0.0.1"), ""},
                              Access{service, true, {}, "friends"}}) {
        Message message{LVSX_CMD_ACCESS_GET};
        put_access(message, entry);
        const auto read = read_access(message.attributes());
        ASSERT_TRUE(read);
        EXPECT_EQ(read->service, entry.service);
        EXPECT_EQ(read->allow, entry.allow);
        EXPECT_EQ(read->text(), entry.text());
    }
    EXPECT_EQ((Access{service, true, {}, "friends"}.text()), "ipset:friends");
    EXPECT_EQ((Access{service, true, *parse_range("10.0.0.1-10.0.0.9"), ""}.text()),
              "10.0.0.1-10.0.0.9");
}

TEST(Codec, RefusesAnEntryOfNoKnownList) {
    for (const int list : {-1, 2}) {
        Message message{LVSX_CMD_ACCESS_GET};
        put_service(message, tcp4("192.0.2.1", 80));
        message.nest(LVSX_A_ACCESS, [&] {
            message.u8(LVSX_ACCESS_A_LIST, static_cast<std::uint8_t>(list));
            message.bytes(LVSX_ACCESS_A_FIRST, parse_address("10.0.0.1")->bytes());
        });
        EXPECT_FALSE(read_access(message.attributes()));
    }
}

// The ends of one flow may be of different families.
TEST(Codec, ReadsAFlow) {
    Message message{LVSX_CMD_FLOW_GET};
    message.nest(LVSX_A_FLOW, [&] {
        message.u16(LVSX_FLOW_A_FAMILY, AF_INET6).u16(LVSX_FLOW_A_PROTOCOL, IPPROTO_TCP);
        message.string(LVSX_FLOW_A_STATE, "ESTABLISHED").u32(LVSX_FLOW_A_CPU, 3);
        message.u32(LVSX_FLOW_A_LEFT_MS, 61500);
        message.bytes(LVSX_FLOW_A_CLIENT, parse_address("2001:db8::9")->bytes());
        message.port(LVSX_FLOW_A_CLIENT_PORT, 40000);
        message.bytes(LVSX_FLOW_A_VIP, parse_address("2001:db8::1")->bytes());
        message.port(LVSX_FLOW_A_VIP_PORT, 80);
        message.bytes(LVSX_FLOW_A_LOCAL, parse_address("10.0.0.1")->bytes());
        message.port(LVSX_FLOW_A_LOCAL_PORT, 1025);
        message.bytes(LVSX_FLOW_A_REAL, parse_address("10.1.0.1")->bytes());
        message.port(LVSX_FLOW_A_REAL_PORT, 8080);
    });
    const auto flow = read_flow(message.attributes());
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->protocol, IPPROTO_TCP);
    EXPECT_EQ(flow->state, "ESTABLISHED");
    EXPECT_EQ(flow->cpu, 3U);
    EXPECT_EQ(flow->left_ms, 61500U);
    EXPECT_EQ(flow->client.text(), "[2001:db8::9]:40000");
    EXPECT_EQ(flow->vip.text(), "[2001:db8::1]:80");
    EXPECT_EQ(flow->local.text(), "10.0.0.1:1025");
    EXPECT_EQ(flow->real.text(), "10.1.0.1:8080");
}

TEST(Codec, AsksForAConnection) {
    Message message{LVSX_CMD_FLOW_GET};
    put_connection(message, IPPROTO_UDP, {*parse_address("192.0.2.9"), 40000},
                   {*parse_address("192.0.2.1"), 53});
    using Question = Table<LVSX_FLOW_A_MAX>;
    const auto top = Table<LVSX_A_MAX>::read(message.attributes(), {});
    const auto asked = Question::read(top->bytes(LVSX_A_FLOW), {});
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->u16(LVSX_FLOW_A_PROTOCOL), IPPROTO_UDP);
    EXPECT_EQ(Address::from_bytes(asked->bytes(LVSX_FLOW_A_CLIENT))->text(), "192.0.2.9");
    EXPECT_EQ(asked->port(LVSX_FLOW_A_CLIENT_PORT), 40000);
    EXPECT_EQ(Address::from_bytes(asked->bytes(LVSX_FLOW_A_VIP))->text(), "192.0.2.1");
    EXPECT_EQ(asked->port(LVSX_FLOW_A_VIP_PORT), 53);
}

TEST(Codec, ReadsACounterAndTheSetting) {
    Message counter{LVSX_CMD_COUNTER_GET};
    counter.nest(LVSX_A_COUNTER, [&] {
        counter.string(LVSX_COUNTER_A_NAME, "fwd").string(LVSX_COUNTER_A_HELP, "sent");
        put_u64(counter, LVSX_COUNTER_A_VALUE, 7);
    });
    const auto read = read_counter(counter.attributes());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->name + "/" + read->help, "fwd/sent");
    EXPECT_EQ(read->value, 7U);

    for (const bool on : {false, true}) {
        Message setting{LVSX_CMD_SETTING_GET};
        setting.nest(LVSX_A_SETTING, [&] {
            setting.u8(LVSX_SET_A_DEFAULT_ON, on ? 1 : 0);
            setting.string(LVSX_SET_A_RSS, "by eth1");
            setting.string(LVSX_SET_A_INGRESS, "eth0 eth1");
            setting.u8(LVSX_SET_A_RESET, on ? 0 : 1);
            setting.u32(LVSX_SET_A_LOCALS, on ? 16 : 0);
            setting.u8(LVSX_SET_A_DRAIN, on ? 1 : 0);
            put_u64(setting, LVSX_SET_A_FLOWS, 1ULL << 40U);
        });
        const auto got = read_setting(setting.attributes());
        EXPECT_EQ(got->default_on, on);
        EXPECT_EQ(got->rss_device + "/" + got->rss, "/by eth1");
        EXPECT_EQ(got->ingress, "eth0 eth1");
        EXPECT_EQ(got->reset, !on);
        EXPECT_EQ(got->locals, on ? 16U : 0U);
        EXPECT_EQ(got->draining, on);
        EXPECT_EQ(got->flows, 1ULL << 40U);
    }
}

TEST(Codec, RefusesAnAnswerWithoutWhatItIsAbout) {
    EXPECT_FALSE(read_service({}));
    EXPECT_FALSE(read_local({}));
    EXPECT_FALSE(read_flow({}));
    EXPECT_FALSE(read_counter({}));
    const auto setting = read_setting({});
    ASSERT_FALSE(setting);
    EXPECT_EQ(setting.error().sentence,
              "the kernel's answer is malformed: lvsxadm and the lvsx module do not match");
}

TEST(Codec, RefusesAnAddressThatIsNotOfTheFamily) {
    Message message{LVSX_CMD_SERVICE_GET};
    put_service(message, {AF_INET6, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0});
    EXPECT_FALSE(read_service(message.attributes()));
    Message family{LVSX_CMD_SERVICE_GET};
    put_service(family, {77, 0, {}, 5});
    EXPECT_FALSE(read_service(family.attributes()));
}

void put_pick(Message &message, std::uint32_t cpu, const char *real, const char *reason) {
    message.nest(LVSX_WHERE_A_PICK, [&] {
        message.u32(LVSX_PICK_A_CPU_FIRST, cpu).u32(LVSX_PICK_A_CPU_LAST, cpu + 1);
        message.bytes(LVSX_PICK_A_REAL, parse_address(real)->bytes());
        message.port(LVSX_PICK_A_REAL_PORT, 8080);
        if (*reason != '\0') {
            message.string(LVSX_PICK_A_REASON, reason);
        }
    });
}

TEST(Codec, ReadsAProspect) {
    Message message{LVSX_CMD_WHERE};
    put_service(message, tcp4("192.0.2.1", 80));
    message.nest(LVSX_A_WHERE, [&] {
        message.u8(LVSX_WHERE_A_HOW, LVSX_HOW_TURN).string(LVSX_WHERE_A_SCHEDULER, "rr");
        put_pick(message, 0, "10.0.0.1", "");
        put_pick(message, 2, "10.0.0.2", "not_masq");
    });
    const auto read = read_prospect(message.attributes());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->service->text(), "TCP 192.0.2.1:80");
    EXPECT_EQ(read->reason, "");
    EXPECT_EQ(read->how, How::turn);
    EXPECT_EQ(read->scheduler, "rr");
    ASSERT_EQ(read->picks.size(), 2U);
    EXPECT_EQ(read->picks[0].real.text(), "10.0.0.1:8080");
    EXPECT_EQ(read->picks[0].reason, "");
    EXPECT_EQ(read->picks[1].cpu_first, 2U);
    EXPECT_EQ(read->picks[1].cpu_last, 3U);
    EXPECT_EQ(read->picks[1].reason, "not_masq");
}

TEST(Codec, ReadsAProspectOfNobody) {
    Message message{LVSX_CMD_WHERE};
    message.nest(LVSX_A_WHERE, [&] { message.string(LVSX_WHERE_A_REASON, "denied"); });
    const auto read = read_prospect(message.attributes());
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->service);
    EXPECT_EQ(read->reason, "denied");
    EXPECT_FALSE(read->how);
    EXPECT_TRUE(read->picks.empty());
}

TEST(Codec, RefusesAProspectThatIsWrong) {
    Message none{LVSX_CMD_WHERE};
    EXPECT_FALSE(read_prospect(none.attributes()));
    Message how{LVSX_CMD_WHERE};
    how.nest(LVSX_A_WHERE, [&] { how.u8(LVSX_WHERE_A_HOW, LVSX_HOW_MAX + 1); });
    EXPECT_FALSE(read_prospect(how.attributes()));
    Message pick{LVSX_CMD_WHERE};
    pick.nest(LVSX_A_WHERE,
              [&] { pick.nest(LVSX_WHERE_A_PICK, [&] { pick.u32(LVSX_PICK_A_CPU_FIRST, 0); }); });
    EXPECT_FALSE(read_prospect(pick.attributes()));
}

} // namespace
} // namespace lvsx
