# SPDX-License-Identifier: GPL-2.0-only
"""queue NUMBER: an inline filter behind nftables' `queue`, which lets everything pass. Says "ready".

Each verdict is a message of its own, so the kernel goes on with the packet in this program's context.
"""
import socket
import struct
import sys

NETLINK_NETFILTER, SUBSYS = 12, 3 << 8
PACKET, VERDICT, CONFIG = 0, 1, 2
CFG_CMD, CFG_PARAMS, PACKET_HDR, VERDICT_HDR = 1, 2, 1, 2
BIND, COPY_META, ACCEPT = 1, 1, 1
NLM_F_REQUEST, NLM_F_ACK = 1, 4


def message(kind, number, attr, payload, flags=NLM_F_REQUEST):
    body = struct.pack("!BBH", 0, 0, number) + struct.pack("HH", 4 + len(payload), attr) + payload
    body += b"\0" * (-len(body) % 4)
    return struct.pack("IHHII", 16 + len(body), SUBSYS | kind, flags, 0, 0) + body


def ask(s, *what):
    s.send(message(CONFIG, *what, flags=NLM_F_REQUEST | NLM_F_ACK))
    error = struct.unpack_from("i", s.recv(4096), 16)[0]
    if error:
        sys.exit(f"queue: refused, errno {-error}")


def packet_ids(data):
    at = 0
    while at + 20 <= len(data):
        size, kind = struct.unpack_from("IH", data, at)
        attr, end = at + 20, at + size
        while kind == SUBSYS | PACKET and attr + 4 <= end:
            length, name = struct.unpack_from("HH", data, attr)
            if name & 0x3FFF == PACKET_HDR:
                yield data[attr + 4:attr + 8]
            attr += max(length + 3 & ~3, 4)
        at += max(size + 3 & ~3, 16)


def main(number):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    s.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)  # SO_RCVBUFFORCE
    s.bind((0, 0))
    ask(s, number, CFG_CMD, struct.pack("!BBH", BIND, 0, 0))
    ask(s, number, CFG_PARAMS, struct.pack("!IB", 0, COPY_META))
    print("ready", flush=True)
    while True:
        try:
            data = s.recv(1 << 16)
        except OSError:  # the queue ran over: the kernel has dropped some
            continue
        for ident in packet_ids(data):
            s.send(message(VERDICT, number, VERDICT_HDR, struct.pack("!I", ACCEPT) + ident))


main(int(sys.argv[1]))
