# SPDX-License-Identifier: GPL-2.0-only
"""Messages to the kernel's lvsx family, made by hand.

wrong   sends every message of WRONG; each must be refused, with a sentence. Exit 1 if one is not.
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


def ipset(name):
    return attr("LVSX_ACCESS_A_SET", name)


def port(kind, value):
    return attr(kind, struct.pack("!H", value))


def connection(*parts, proto=6):
    return nest("LVSX_A_FLOW", u16("LVSX_FLOW_A_PROTOCOL", proto), port("LVSX_FLOW_A_CLIENT_PORT", 9),
                ip("LVSX_FLOW_A_VIP", "10.0.1.100"), port("LVSX_FLOW_A_VIP_PORT", 80), *parts)


CLIENT = ip("LVSX_FLOW_A_CLIENT", "10.0.1.9")
ONE = ip("LVSX_ACCESS_A_FIRST", "10.0.1.2")
GOOD = socket.inet_aton("10.0.2.101")
WRONG = {
    "a command that does not exist": (99, b"", 0),
    "a local address without any": ("LVSX_CMD_LOCAL_ADD", service(), 0),
    "an empty local nest": ("LVSX_CMD_LOCAL_ADD", service() + nest("LVSX_A_LOCAL"), 0),
    "three bytes of address": ("LVSX_CMD_LOCAL_ADD", service() + local(GOOD[:3]), 0),
    "seven bytes of address": ("LVSX_CMD_LOCAL_ADD", service() + local(GOOD + GOOD[:3]), 0),
    "sixteen bytes for an IPv4 service": ("LVSX_CMD_LOCAL_ADD", service() + local(GOOD * 4), 0),
    "a range that ends before it begins": (
        "LVSX_CMD_LOCAL_ADD", service() + local(GOOD, ip("LVSX_LOCAL_A_LAST", "10.0.2.1")), 0),
    "a range of both families": (
        "LVSX_CMD_LOCAL_ADD", service() + local(GOOD, attr("LVSX_LOCAL_A_LAST", GOOD * 4)), 0),
    "a range of all addresses": (
        "LVSX_CMD_LOCAL_ADD", service() + local(b"\0\0\0\1", ip("LVSX_LOCAL_A_LAST", "255.255.255.254")), 0),
    "a service without an address": (
        "LVSX_CMD_LOCAL_ADD", nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2)) + local(GOOD), 0),
    "a service of family 99": ("LVSX_CMD_LOCAL_ADD", service(family=99) + local(GOOD), 0),
    "a service of protocol 1": ("LVSX_CMD_LOCAL_ADD", service(proto=1) + local(GOOD), 0),
    "a mark of 0": (
        "LVSX_CMD_LOCAL_ADD",
        nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2), u32("LVSX_SVC_A_FWMARK", 0)) + local(GOOD), 0),
    "a mark and an address": ("LVSX_CMD_LOCAL_ADD", service(u32("LVSX_SVC_A_FWMARK", 7)) + local(GOOD), 0),
    "a port of one byte": (
        "LVSX_CMD_LOCAL_ADD",
        nest("LVSX_A_SERVICE", u16("LVSX_SVC_A_FAMILY", 2), u16("LVSX_SVC_A_PROTOCOL", 6),
             ip("LVSX_SVC_A_ADDRESS", "10.0.1.100"), attr("LVSX_SVC_A_PORT", b"\0")) + local(GOOD), 0),
    "a service that is not nested": ("LVSX_CMD_LOCAL_ADD", attr("LVSX_A_SERVICE", b"xy") + local(GOOD), 0),
    "an attribute that says it is longer than the message": (
        "LVSX_CMD_LOCAL_ADD", struct.pack("=HH", 400, N["LVSX_A_SERVICE"] | NLA_F_NESTED), 0),
    "a mark for FullNAT that is not said": ("LVSX_CMD_SERVICE_SET", service(), 0),
    "FullNAT 2": ("LVSX_CMD_SERVICE_SET", service(u8("LVSX_SVC_A_FULLNAT", 2)), 0),
    "a timeout of a month": (
        "LVSX_CMD_SERVICE_SET", service(u32("LVSX_SVC_A_TIMEOUT", 30 * 86400)), 0),
    "a timeout and FullNAT at once": (
        "LVSX_CMD_SERVICE_SET", service(u32("LVSX_SVC_A_TIMEOUT", 9), u8("LVSX_SVC_A_FULLNAT", 1)), 0),
    "a timeout of a service that is not known": (
        "LVSX_CMD_SERVICE_SET", service(u32("LVSX_SVC_A_TIMEOUT", 9), port=4444), 0),
    "no service to set": ("LVSX_CMD_SERVICE_SET", b"", 0),
    "no service to forget": ("LVSX_CMD_SERVICE_DEL", b"", 0),
    "a service to forget that is not known": ("LVSX_CMD_SERVICE_DEL", service(port=4444), 0),
    "no setting to set": ("LVSX_CMD_SETTING_SET", b"", 0),
    "a setting of 7": (
        "LVSX_CMD_SETTING_SET", nest("LVSX_A_SETTING", u8("LVSX_SET_A_DEFAULT_ON", 7)), 0),
    "an entry of no list": ("LVSX_CMD_ACCESS_ADD", service() + nest("LVSX_A_ACCESS", ONE), 0),
    "an entry of list 2": ("LVSX_CMD_ACCESS_ADD", service() + entry(ONE, which=2), 0),
    "an entry that says nothing": ("LVSX_CMD_ACCESS_ADD", service() + entry(), 0),
    "an entry that ends before it begins": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ONE, ip("LVSX_ACCESS_A_LAST", "10.0.1.1")), 0),
    "an entry of six bytes": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(attr("LVSX_ACCESS_A_FIRST", GOOD + GOOD[:2])), 0),
    "an entry of both kinds": ("LVSX_CMD_ACCESS_ADD", service() + entry(ONE, ipset(b"a\0")), 0),
    "an ipset's name without its end": ("LVSX_CMD_ACCESS_ADD", service() + entry(ipset(b"a" * 8)), 0),
    "an ipset's name of 32 bytes": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ipset(b"a" * 32 + b"\0")), 0),
    "an ipset that is not there": (
        "LVSX_CMD_ACCESS_ADD", service() + entry(ipset(b"nonesuch\0")), 0),
    "an entry to delete that is not there": ("LVSX_CMD_ACCESS_DEL", service() + entry(ONE), 0),
    "an entry for a service that is not known": (
        "LVSX_CMD_ACCESS_ADD", service(port=4444) + entry(ONE), 0),
    "an entry for no service": ("LVSX_CMD_ACCESS_ADD", entry(ONE), 0),
    "no connection to look for": ("LVSX_CMD_FLOW_GET", b"", 0),
    "a connection of no client": ("LVSX_CMD_FLOW_GET", connection(), 0),
    "a connection of half a client": (
        "LVSX_CMD_FLOW_GET", connection(attr("LVSX_FLOW_A_CLIENT", GOOD + GOOD[:2])), 0),
    "a connection of no protocol of ours": ("LVSX_CMD_FLOW_GET", connection(CLIENT, proto=6 + 256), 0),
    "a connection without its ends": ("LVSX_CMD_FLOW_GET", nest("LVSX_A_FLOW", CLIENT), 0),
    "a connection in a flow that is not nested": ("LVSX_CMD_FLOW_GET", attr("LVSX_A_FLOW", b"xy"), 0),
    "a connection that is not there": ("LVSX_CMD_FLOW_GET", connection(CLIENT), 0),
    "a local address to delete that is not there": ("LVSX_CMD_LOCAL_DEL", service() + local(GOOD), 0),
}


def wrong():
    family, bad = Family(), 0
    for name, (cmd, payload, flags) in WRONG.items():
        error, text = family.refuse(N[cmd] if isinstance(cmd, str) else cmd, payload, flags | NLM_F_ACK)
        # The kernel itself says no more than its number to an unknown command.
        fine = error and (" " in text or cmd == 99)
        bad += not fine
        print("%-8s %s: %s, '%s'" % ("refused" if fine else "WRONG", name,
                                    errno.errorcode.get(error, error), text))
    return 1 if bad else 0


sys.exit({"wrong": wrong}[sys.argv[1]]())
