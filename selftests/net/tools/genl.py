# SPDX-License-Identifier: GPL-2.0-only
"""Messages to the kernel's lvsx family, made by hand.

wrong   sends every message of WRONG; each must be refused, with its sentence. Exit 1 if one is not.
"""
import errno
import os
import re
import socket
import struct
import sys

SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLA_F_NESTED = 1, 4, 0x300, 0x8000
GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 0x10, 3, 1, 2


def enums():
    """Every name of the header's enums, by its rank."""
    header = os.path.join(os.path.dirname(__file__), "../../../kmod/uapi/linux/lvsx.h")
    names = {}
    with open(header) as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    for body in re.findall(r"enum \w+ \{(.*?)\}", text, re.S):
        names.update({n.strip(): i for i, n in enumerate(body.split(",")) if n.strip()})
    return names


N = enums()


def attr(kind, data, nested=False):
    if isinstance(kind, str):
        kind = N[kind]
    body = struct.pack("=HH", 4 + len(data), kind | (NLA_F_NESTED if nested else 0)) + data
    return body + b"\0" * (-len(body) % 4)


def nest(kind, *parts):
    return attr(kind, b"".join(parts), True)


def u8(kind, value):
    return attr(kind, struct.pack("=B", value))


def u16(kind, value):
    return attr(kind, struct.pack("=H", value))


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def ip(kind, text):
    return attr(kind, socket.inet_aton(text))


class Family:
    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.settimeout(5)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        reply = self.ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, attr(CTRL_ATTR_FAMILY_NAME, b"lvsx\0"))
        at = 20
        while at < len(reply):
            length, kind = struct.unpack_from("=HH", reply, at)
            if kind == CTRL_ATTR_FAMILY_ID:
                self.id = struct.unpack_from("=H", reply, at + 4)[0]
            at += (length + 3) & ~3

    def ask(self, kind, cmd, payload, flags=NLM_F_ACK, version=1):
        body = struct.pack("=BBH", cmd, version, 0) + payload
        self.sock.send(struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | flags, 7, 0) + body)
        data = self.sock.recv(65536)
        if kind == GENL_ID_CTRL:
            self.sock.recv(65536)  # the ack
        return data

    def refuse(self, cmd, payload, flags):
        """(errno, sentence) of the answer; errno 0: it was accepted."""
        data = self.ask(self.id, cmd, payload, flags)
        length, kind, mflags = struct.unpack_from("=IHH", data)
        if kind != 2:  # NLMSG_ERROR; a dump that began is no refusal, one that only ended is none either
            error = struct.unpack_from("=i", data, 16)[0] if kind == 3 else 0
            return -error, ""
        text, at = "", 20 + 16
        while mflags & 0x200 and at + 4 <= length:  # NLM_F_ACK_TLVS
            size, what = struct.unpack_from("=HH", data, at)
            if what == 1:  # NLMSGERR_ATTR_MSG
                text = data[at + 4:at + size].rstrip(b"\0").decode()
            at += max(4, (size + 3) & ~3)
        return -struct.unpack_from("=i", data, 16)[0], text


def service(*parts, family=socket.AF_INET, proto=6, addr="10.0.1.100", port=80):
    return nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", family), u16("LVSX_SVC_A_PROTOCOL", proto),
                ip("LVSX_SVC_A_ADDRESS", addr), attr("LVSX_SVC_A_PORT", struct.pack("!H", port)), *parts)


def local(first, *parts):
    return nest("LVSX_A_LOCAL", attr("LVSX_LOCAL_A_FIRST", first), *parts)


def entry(*parts, which=0):
    return nest("LVSX_A_ACCESS", u8("LVSX_ACCESS_A_LIST", which), *parts)


def setting(*parts):
    return nest("LVSX_A_SETTING", *parts)


def ipset(name):
    return attr("LVSX_ACCESS_A_SET", name)


def port(kind, value):
    return attr(kind, struct.pack("!H", value))


def connection(*parts, proto=6):
    return nest("LVSX_A_FLOW", u16("LVSX_FLOW_A_PROTOCOL", proto), port("LVSX_FLOW_A_CLIENT_PORT", 9),
                ip("LVSX_FLOW_A_VIP", "10.0.1.100"), port("LVSX_FLOW_A_VIP_PORT", 80), *parts)


CLIENT = ip("LVSX_FLOW_A_CLIENT", "10.0.1.9")
ONE = ip("LVSX_ACCESS_A_FIRST", "10.0.1.2")
GOOD, HAS = socket.inet_aton("10.0.2.101"), socket.inet_aton("10.0.2.100")
# Refused by what the kernel itself checks of a message, whose words differ between kernels.
KERNEL = None
# Older kernels, 6.1 for one, give a list that begins no way to say why it is refused.
OLD_DUMP = ""
UNKNOWN = "lvsx does not handle this service: see lvsxadm -L --lvsx"
MISSING = "the service is missing"
FIRST = "the first address is missing"
FOUR = "the addresses must be IPv4, 4 bytes each"
SWAP = "the range's last address is below its first: swap them"
PARTS = "the service needs protocol, address and port, or a fwmark"
BOTH = "the service needs a fwmark or protocol, address and port, not both"
ONE_THING = "there must be one thing to set in the message: FULLNAT, TIMEOUT or DRAIN"
NOW = "NOW goes with FULLNAT 1 only: it takes over what stock IPVS has"
ONE_SETTING = "there must be one setting in the message"
ENDS = "the connection needs a protocol, and address and port of client and VIP"
NO_SET = ("there is no such ipset: create it first (ipset create)",
          "this kernel has no ipset (ip_set.ko): list addresses instead")

# What is wrong: command, attributes, the sentence that must come (or several, of which one must),
# and flags. The service of port 80 has the local address 10.0.2.100.
WRONG = {
    "a command that does not exist": (99, b"", KERNEL),
    "a local address without any": (
        "LVSX_CMD_LOCAL_ADD", service(), "the local address is missing"),
    "an empty local nest": ("LVSX_CMD_LOCAL_ADD", service() + nest("LVSX_A_LOCAL"), FIRST),
    "three bytes of address": ("LVSX_CMD_LOCAL_ADD", service() + local(GOOD[:3]), KERNEL),
    "seven bytes of address": ("LVSX_CMD_LOCAL_ADD", service() + local(GOOD + GOOD[:3]), FOUR),
    "sixteen bytes for an IPv4 service": (
        "LVSX_CMD_LOCAL_ADD", service() + local(GOOD * 4), FOUR),
    "a range that ends before it begins": (
        "LVSX_CMD_LOCAL_ADD", service() + local(GOOD, ip("LVSX_LOCAL_A_LAST", "10.0.2.1")), SWAP),
    "a range of both families": (
        "LVSX_CMD_LOCAL_ADD", service() + local(GOOD, attr("LVSX_LOCAL_A_LAST", GOOD * 4)), FOUR),
    "a range of all addresses": (
        "LVSX_CMD_LOCAL_ADD",
        service() + local(b"\0\0\0\1", ip("LVSX_LOCAL_A_LAST", "255.255.255.254")),
        "the range is larger than 1024 addresses: give fewer"),
    "an address that is not local": (
        "LVSX_CMD_LOCAL_ADD", service() + local(socket.inet_aton("192.0.2.1")),
        "the address is not local: add it to this host first (ip addr add ADDRESS/32 dev DEVICE)"),
    "a local address that is the VIP": (
        "LVSX_CMD_LOCAL_ADD", service() + local(socket.inet_aton("10.0.1.100")),
        "an address of the range is the VIP of a FullNAT service: give one that is nothing else"),
    "a service whose VIP is a local address": (
        "LVSX_CMD_SERVICE_SET",
        nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2), u16("LVSX_SVC_A_PROTOCOL", 17),
             attr("LVSX_SVC_A_ADDRESS", HAS), port("LVSX_SVC_A_PORT", 53),
             u8("LVSX_SVC_A_FULLNAT", 1)),
        "the service's VIP is a local address: delete that first (lvsxadm -Q), or use another"),
    "a local address that it has": (
        "LVSX_CMD_LOCAL_ADD", service() + local(HAS),
        "an address of the range is a local address of it already: nothing was added"),
    "1024 addresses beside the one that it has": (
        "LVSX_CMD_LOCAL_ADD",
        service() + local(socket.inet_aton("10.77.0.0"), ip("LVSX_LOCAL_A_LAST", "10.77.3.255")),
        "it would have more than 1024 local addresses: add fewer"),
    "an empty service": (
        "LVSX_CMD_LOCAL_ADD", nest("LVSX_A_SERVICE") + local(GOOD),
        "the service's address family is missing"),
    "a service without an address": (
        "LVSX_CMD_LOCAL_ADD",
        nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2)) + local(GOOD), PARTS),
    "a service of IPv6": (
        "LVSX_CMD_LOCAL_ADD", service(family=socket.AF_INET6) + local(GOOD),
        "FullNAT of IPv6 services is not there yet: use an IPv4 service"),
    "a service of family 99": (
        "LVSX_CMD_LOCAL_ADD", service(family=99) + local(GOOD),
        "the service's address family must be IPv4"),
    "a service of protocol 1": (
        "LVSX_CMD_LOCAL_ADD", service(proto=1) + local(GOOD),
        "the service's protocol must be TCP or UDP"),
    "sixteen bytes for a service's address": (
        "LVSX_CMD_LOCAL_ADD",
        nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2), u16("LVSX_SVC_A_PROTOCOL", 6),
             attr("LVSX_SVC_A_ADDRESS", GOOD * 4), port("LVSX_SVC_A_PORT", 80)) + local(GOOD),
        "an IPv4 service needs an address of 4 bytes"),
    "a mark of 0": (
        "LVSX_CMD_LOCAL_ADD",
        nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2), u32("LVSX_SVC_A_FWMARK", 0))
        + local(GOOD), "a fwmark must not be 0"),
    "a mark and an address": (
        "LVSX_CMD_LOCAL_ADD", service(u32("LVSX_SVC_A_FWMARK", 7)) + local(GOOD), BOTH),
    "a port of one byte": (
        "LVSX_CMD_LOCAL_ADD",
        nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2), u16("LVSX_SVC_A_PROTOCOL", 6),
             ip("LVSX_SVC_A_ADDRESS", "10.0.1.100"), attr("LVSX_SVC_A_PORT", b"\0"))
        + local(GOOD), KERNEL),
    "a service that is not nested": (
        "LVSX_CMD_LOCAL_ADD", attr("LVSX_A_SERVICE", b"xy") + local(GOOD), KERNEL),
    "an attribute that says it is longer than the message": (
        "LVSX_CMD_LOCAL_ADD", struct.pack("=HH", 400, N["LVSX_A_SERVICE"] | NLA_F_NESTED), KERNEL),
    "a local address to delete that is not there": (
        "LVSX_CMD_LOCAL_DEL", service() + local(GOOD),
        "an address of the range is not a local address of it: nothing was removed"),
    "a range to delete that ends before it begins": (
        "LVSX_CMD_LOCAL_DEL", service() + local(GOOD, ip("LVSX_LOCAL_A_LAST", "10.0.2.1")), SWAP),
    "a local address to delete of a service that is not known": (
        "LVSX_CMD_LOCAL_DEL", service(port=4444) + local(GOOD), UNKNOWN),
    "a list of local addresses of family 99": (
        "LVSX_CMD_LOCAL_GET", service(family=99),
        ("the service's address family must be IPv4", OLD_DUMP), NLM_F_DUMP),
    "a list of flows of half a service": (
        "LVSX_CMD_FLOW_GET", nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2)),
        (PARTS, OLD_DUMP), NLM_F_DUMP),
    "a mark for FullNAT that is not said": ("LVSX_CMD_SERVICE_SET", service(), ONE_THING),
    "FullNAT 2": ("LVSX_CMD_SERVICE_SET", service(u8("LVSX_SVC_A_FULLNAT", 2)), KERNEL),
    "a mark to take from a service that is not known": (
        "LVSX_CMD_SERVICE_SET", service(u8("LVSX_SVC_A_FULLNAT", 0), port=4444), UNKNOWN),
    "a timeout of a month": (
        "LVSX_CMD_SERVICE_SET", service(u32("LVSX_SVC_A_TIMEOUT", 30 * 86400)), KERNEL),
    "a timeout and FullNAT at once": (
        "LVSX_CMD_SERVICE_SET",
        service(u32("LVSX_SVC_A_TIMEOUT", 9), u8("LVSX_SVC_A_FULLNAT", 1)), ONE_THING),
    "a service to take over and to unmark at once": (
        "LVSX_CMD_SERVICE_SET", service(u8("LVSX_SVC_A_FULLNAT", 0), attr("LVSX_SVC_A_NOW", b"")), NOW),
    "a timeout to take over": (
        "LVSX_CMD_SERVICE_SET", service(u32("LVSX_SVC_A_TIMEOUT", 9), attr("LVSX_SVC_A_NOW", b"")), NOW),
    "a timeout of a service that is not known": (
        "LVSX_CMD_SERVICE_SET", service(u32("LVSX_SVC_A_TIMEOUT", 9), port=4444), UNKNOWN),
    "no service to set": ("LVSX_CMD_SERVICE_SET", b"", MISSING),
    "no service to forget": ("LVSX_CMD_SERVICE_DEL", b"", MISSING),
    "a service to forget that is not known": (
        "LVSX_CMD_SERVICE_DEL", service(port=4444), UNKNOWN),
    "no setting to set": ("LVSX_CMD_SETTING_SET", b"", "the setting is missing"),
    "a setting of 7": ("LVSX_CMD_SETTING_SET", setting(u8("LVSX_SET_A_DEFAULT_ON", 7)), KERNEL),
    "a drain that is neither on nor off": (
        "LVSX_CMD_SETTING_SET", setting(u8("LVSX_SET_A_DRAIN", 2)), KERNEL),
    "a drain of a service that is not known": (
        "LVSX_CMD_SERVICE_SET", service(u8("LVSX_SVC_A_DRAIN", 1), port=4444), UNKNOWN),
    "a drain and a mark at once": (
        "LVSX_CMD_SERVICE_SET",
        service(u8("LVSX_SVC_A_DRAIN", 1), u8("LVSX_SVC_A_FULLNAT", 1)), ONE_THING),
    "resets that are neither on nor off": (
        "LVSX_CMD_SETTING_SET", setting(u8("LVSX_SET_A_RESET", 2)), KERNEL),
    "a setting that sets nothing": ("LVSX_CMD_SETTING_SET", setting(), ONE_SETTING),
    "two settings at once": (
        "LVSX_CMD_SETTING_SET",
        setting(u8("LVSX_SET_A_DEFAULT_ON", 1), attr("LVSX_SET_A_INGRESS", b"front\0")),
        ONE_SETTING),
    "the early hook of a device that is not there": (
        "LVSX_CMD_SETTING_SET", setting(attr("LVSX_SET_A_INGRESS", b"nodevice0\0")),
        "there is no such device in this network namespace"),
    "the early hook of a name that does not end": (
        "LVSX_CMD_SETTING_SET", setting(attr("LVSX_SET_A_INGRESS", b"front")), KERNEL),
    "the early hook to take from a device that has none": (
        "LVSX_CMD_SETTING_SET", setting(attr("LVSX_SET_A_INGRESS_OFF", b"front\0")),
        "no such device has the early hook"),
    "no entry of a list": ("LVSX_CMD_ACCESS_ADD", service(), "the list's entry is missing"),
    "an entry of no list": (
        "LVSX_CMD_ACCESS_ADD", service() + nest("LVSX_A_ACCESS", ONE),
        "which list is missing: deny (0) or allow (1)"),
    "an entry of list 2": ("LVSX_CMD_ACCESS_ADD", service() + entry(ONE, which=2), KERNEL),
    "an entry that says nothing": ("LVSX_CMD_ACCESS_ADD", service() + entry(), FIRST),
    "an entry that ends before it begins": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ONE, ip("LVSX_ACCESS_A_LAST", "10.0.1.1")), SWAP),
    "an entry of six bytes": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(attr("LVSX_ACCESS_A_FIRST", GOOD + GOOD[:2])),
        FOUR),
    "an entry of both kinds": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ONE, ipset(b"a\0")),
        "an entry is an ipset or addresses, not both"),
    "an ipset's name without its end": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ipset(b"a" * 8)), KERNEL),
    "an ipset's name of 32 bytes": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ipset(b"a" * 32 + b"\0")), KERNEL),
    "an ipset that is not there": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ipset(b"nonesuch\0")), NO_SET),
    "an entry to delete that is not there": (
        "LVSX_CMD_ACCESS_DEL", service() + entry(ONE),
        "it is not on this list: give an entry as it was added"),
    "an entry for a service that is not known": (
        "LVSX_CMD_ACCESS_ADD", service(port=4444) + entry(ONE), UNKNOWN),
    "an entry for no service": ("LVSX_CMD_ACCESS_ADD", entry(ONE), MISSING),
    "no connection to look for": (
        "LVSX_CMD_FLOW_GET", b"", "the connection to look for is missing"),
    "a connection of no client": ("LVSX_CMD_FLOW_GET", connection(), FIRST),
    "a connection of half a client": (
        "LVSX_CMD_FLOW_GET", connection(attr("LVSX_FLOW_A_CLIENT", GOOD + GOOD[:2])), FOUR),
    "a connection of no protocol of ours": (
        "LVSX_CMD_FLOW_GET", connection(CLIENT, proto=6 + 256),
        "the connection's protocol must be TCP or UDP"),
    "a connection without its ends": ("LVSX_CMD_FLOW_GET", nest("LVSX_A_FLOW", CLIENT), ENDS),
    "a connection in a flow that is not nested": (
        "LVSX_CMD_FLOW_GET", attr("LVSX_A_FLOW", b"xy"), KERNEL),
    "a connection that is not there": (
        "LVSX_CMD_FLOW_GET", connection(CLIENT), "lvsx has no flow of this connection"),
    "no connection to ask about": ("LVSX_CMD_WHERE", b"", "the connection to look for is missing"),
    "a connection of nobody to ask about": ("LVSX_CMD_WHERE", connection(), FIRST),
    "a connection to ask about of no protocol of ours": (
        "LVSX_CMD_WHERE", connection(CLIENT, proto=132), "the connection's protocol must be TCP or UDP"),
    "a connection to ask about that is IPv6": (
        "LVSX_CMD_WHERE", connection(attr("LVSX_FLOW_A_CLIENT", GOOD * 4)), FOUR),
}


def as_expected(cmd, text, want):
    if want is KERNEL:
        # Of an unknown command it says no more than a number.
        return " " in text or cmd == 99
    return text in want if isinstance(want, tuple) else text == want


def wrong():
    family, bad = Family(), 0
    for name, (cmd, payload, want, *flags) in WRONG.items():
        error, text = family.refuse(N[cmd] if isinstance(cmd, str) else cmd, payload,
                                    sum(flags, NLM_F_ACK))
        fine = error and as_expected(cmd, text, want)
        bad += not fine
        print("%-8s %s: %s, '%s'" % ("refused" if fine else "WRONG", name,
                                    errno.errorcode.get(error, error), text))
        if not fine:
            print("         expected: %s" % (want or "some sentence of the kernel's",))
    return 1 if bad else 0


sys.exit({"wrong": wrong}[sys.argv[1]]())
