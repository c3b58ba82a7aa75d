# SPDX-License-Identifier: GPL-2.0-only
"""From the balancer's host into the namespaces of client and real server: what is sent there as bytes, and seen."""
import ctypes
import os
import select
import socket
import struct
import subprocess
import sys
import time

from odd import DF, FLAGS
from packet import Wire, csum, pseudo

PACKET_OUTGOING = 4


def enter(name):
    """Sockets that are opened from now on belong to this host."""
    fd = os.open(f"/run/netns/lvsx-{name}", os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(fd, 0x40000000):
        sys.exit(f"setns {name}: {os.strerror(ctypes.get_errno())}")
    os.close(fd)


def on_balancer(*words):
    subprocess.run(["ip", "netns", "exec", "lvsx-lb", *words], check=True)


def grow(sock):
    sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
    return sock


class Host:
    """A namespace's eth0: frames out to the balancer, and what comes in."""

    def __init__(self, name, towards):
        enter(name)
        self.wire = Wire(towards)
        self.ears = grow(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM))
        self.ears.bind(("eth0", 0x0800))

    def send(self, packet, to):
        head = self.wire.head
        mac = {"host": head[:6], "all": b"\xff" * 6, "other": b"\x02\0\0\0\0\x77", "group": b"\x01\0\x5e\0\0\x01"}[to]
        self.wire.sock.send(mac + head[6:] + packet)


def listen(ears, seconds, most):
    """Hand what comes to a socket of @ears to its function, until it has been quiet for so long, or for @most."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        ready = select.select(ears, [], [], seconds)[0]
        if not ready:
            return
        for ear in ready:
            packet, origin = ear.recvfrom(65536)
            if len(origin) < 3 or origin[2] != PACKET_OUTGOING:
                ears[ear](Seen(packet))


class Seen:
    """An IPv4 packet, taken apart as far as it goes."""

    def __init__(self, b):
        self.ihl = (b[0] & 15) * 4
        self.tos, self.length, self.ident, self.frag, self.ttl, self.proto = struct.unpack("!xBHHHBB", b[:10])
        self.src, self.dst = socket.inet_ntoa(b[12:16]), socket.inet_ntoa(b[16:20])
        self.options, self.sound = b[20:self.ihl], csum(b[:self.ihl]) == 0
        self.l4 = b[self.ihl:self.length]
        self.ports = struct.unpack("!HH", self.l4[:4]) if len(self.l4) >= 4 else (-1, -1)
        self.whole = not self.frag & 0x3FFF
        self.is_error = self.proto == 1 and self.whole and len(self.l4) >= 28 and self.l4[0] in (3, 4, 5, 11, 12)
        self.quote = Seen(self.l4[8:]) if self.is_error else None

    def head(self):
        words = [f"ttl={self.ttl}"]
        if self.tos:
            words.append(f"tos={self.tos:#x}")
        if self.frag:
            words.append("DF" * (self.frag == DF) or f"frag={self.frag:#x}")
        if self.options:
            words.append("options=" + stampless(self.options).hex())
        if not self.sound:
            words.append("WRONG SUM")
        return " ".join(words)

    def sum_holds(self):
        if not self.whole or self.proto not in (1, 6, 17) or self.proto == 17 and self.l4[6:8] == b"\0\0":
            return True
        return csum(self.l4 if self.proto == 1 else pseudo(self.src, self.dst, self.proto, len(self.l4)) + self.l4) == 0

    def tcp(self):
        _, _, seq, ack, off, flags = struct.unpack("!HHIIBB", self.l4[:14])
        return seq, ack, off >> 4, flags


def stampless(options):
    """A time stamp says when, which is never the same."""
    if options[:1] != b"\x44" or len(options) < 8:
        return options
    size = 8 if options[3] & 15 else 4
    at = range(4 + (size - 4), options[1], size)
    return bytes(0xEE if any(a <= i < a + 4 for a in at) and options[at[0]:].strip(b"\0") else b for i, b in enumerate(options))


def flag_names(flags):
    return "".join(c for i, c in enumerate(FLAGS + "EC") if flags >> i & 1) or "none"
