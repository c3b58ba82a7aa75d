# SPDX-License-Identifier: GPL-2.0-only
"""Packets that no ordinary program sends, made byte by byte.

fragments ADDR PORT ORDER [silent]  one UDP datagram in three pieces, sent in ORDER (0,1,2; "o": a piece
                                    that overlaps); exit 0 if it is echoed (silent: if it is not)
send CASE ADDR PORT [DEVICE]        one of the packets in CASES
from SOURCE SPORT ADDR PORT [DEVICE]  a UDP datagram from whatever source
syn SPORT ADDR PORT                 a SYN by which somebody else's connection would begin anew
complain SPORT ADDR PORT            asks by UDP, then a router before us says that the answer was too large (ICMP)
raw SOURCE SPORT ADDR PORT          as from, by whatever way the host has
error ADDR PORT SECONDS             the ICMP error that answers a UDP datagram: "TYPE.CODE from ADDRESS"
idents DEVICE in|out                the identifier of each datagram whose first fragment comes in or goes out
trace ADDR PORT MAXTTL              who answers a UDP datagram of TTL 1, 2, ...
"""
import os
import socket
import struct
import sys
import time

IP_RECVERR, MSG_ERRQUEUE = 11, 0x2000
ETH_P_IP = 0x0800


def csum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def ip4(src, dst, proto, payload, *, ttl=64, tos=0, ihl=5, length=None, frag=0, ident=None, options=b"", sum_=None):
    ident = os.getpid() & 0xFFFF if ident is None else ident
    total = 20 + len(options) + len(payload) if length is None else length
    head = struct.pack("!BBHHHBBH4s4s", 4 << 4 | ihl, tos, total, ident, frag, ttl, proto, 0,
                       socket.inet_aton(src), socket.inet_aton(dst)) + options
    check = csum(head) if sum_ is None else sum_
    return head[:10] + struct.pack("!H", check) + head[12:] + payload


def pseudo(src, dst, proto, length):
    return socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack("!BBH", 0, proto, length)


def udp(src, dst, sport, dport, data, *, length=None):
    length = 8 + len(data) if length is None else length
    head = struct.pack("!HHHH", sport, dport, length, 0)
    return head[:6] + struct.pack("!H", csum(pseudo(src, dst, 17, 8 + len(data)) + head + data) or 0xFFFF) + data


SYN, ACK, RST, FIN = 2, 16, 4, 1


def tcp(src, dst, sport, dport, flags, *, seq=1000, ack=0, doff=5, data=b"", options=b""):
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, doff << 4, flags, 8192, 0, 0) + options
    check = csum(pseudo(src, dst, 6, len(head) + len(data)) + head + data)
    return head[:16] + struct.pack("!H", check) + head[18:] + data


class Wire:
    """Frames of our own making to the next hop of an address: the kernel mends nothing."""

    def __init__(self, addr, device="eth0"):
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        probe.connect((addr, 9))
        self.source = probe.getsockname()[0]
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.bind((device, ETH_P_IP))
        self.head = mac_of_next_hop(addr, device) + self.sock.getsockname()[4] + struct.pack("!H", ETH_P_IP)

    def send(self, packet):
        self.sock.send(self.head + packet)


def mac_of_next_hop(addr, device):
    hop = addr
    with open("/proc/thread-self/net/route") as routes:
        rows = [r.split() for r in routes][1:]
    def match(row):
        net, mask = (socket.ntohl(int(row[i], 16)) for i in (1, 7))
        return struct.unpack("!I", socket.inet_aton(addr))[0] & mask == net
    best = max(filter(match, rows), key=lambda r: socket.ntohl(int(r[7], 16)))
    if int(best[2], 16):
        hop = socket.inet_ntoa(struct.pack("<I", int(best[2], 16)))
    for _ in range(50):
        with open("/proc/thread-self/net/arp") as arp:
            for row in (r.split() for r in arp):
                if row[0] == hop and row[5] == device and row[3] != "00:00:00:00:00:00":
                    return bytes.fromhex(row[3].replace(":", ""))
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", (hop, 9))
        time.sleep(0.1)
    sys.exit(f"no neighbour entry for {hop}")


def fragments(addr, port, order, silent=""):
    wire = Wire(addr)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(1.5 if silent else 4)
    s.bind((wire.source, 0))
    sport, data = s.getsockname()[1], os.urandom(3000)
    whole = udp(wire.source, addr, sport, int(port), data)
    cut = [0, 1024, 2048, len(whole)]
    ident = int.from_bytes(os.urandom(2), "big")
    for piece in order.split(","):
        if piece == "o":
            first, last, part = 512, 1536, os.urandom(1024)
        else:
            first, last = cut[int(piece)], cut[int(piece) + 1]
            part = whole[first:last]
        more = 0x2000 if last < len(whole) else 0
        wire.send(ip4(wire.source, addr, 17, part, frag=more | first // 8, ident=ident))
    try:
        got = s.recv(65536)
    except TimeoutError:
        print("no answer")
        return 0 if silent else 1
    print("answered", "unaltered" if got == data else "altered")
    return 1 if silent or got != data else 0


def cases(src, dst, port):
    sport = 20000 + int.from_bytes(os.urandom(2), "big") % 20000
    syn = tcp(src, dst, sport, port, SYN)
    return {
        "syn": lambda: ip4(src, dst, 6, syn),
        "ack": lambda: ip4(src, dst, 6, tcp(src, dst, sport, port, ACK, ack=7)),
        "rst": lambda: ip4(src, dst, 6, tcp(src, dst, sport, port, RST)),
        "fin": lambda: ip4(src, dst, 6, tcp(src, dst, sport, port, FIN | ACK, ack=7)),
        "synack": lambda: ip4(src, dst, 6, tcp(src, dst, sport, port, SYN | ACK, ack=7)),
        "tcp_truncated": lambda: ip4(src, dst, 6, syn[:12]),
        "tcp_doff_short": lambda: ip4(src, dst, 6, tcp(src, dst, sport, port, SYN, doff=4)),
        "tcp_doff_long": lambda: ip4(src, dst, 6, tcp(src, dst, sport, port, SYN, doff=15)),
        "udp_truncated": lambda: ip4(src, dst, 17, udp(src, dst, sport, port, b"")[:6]),
        "udp_length_long": lambda: ip4(src, dst, 17, udp(src, dst, sport, port, b"abc", length=400)),
        "udp_length_short": lambda: ip4(src, dst, 17, udp(src, dst, sport, port, b"abc", length=4)),
        "ip_ihl_short": lambda: ip4(src, dst, 6, syn, ihl=4),
        "ip_ihl_long": lambda: ip4(src, dst, 6, syn, ihl=15),
        "ip_length_long": lambda: ip4(src, dst, 6, syn, length=1400),
        "ip_length_short": lambda: ip4(src, dst, 6, syn, length=10),
        "ip_checksum": lambda: ip4(src, dst, 6, syn, sum_=0x1234),
        "ttl1": lambda: ip4(src, dst, 6, syn, ttl=1),
        "ip_options": lambda: ip4(src, dst, 6, syn, ihl=6, options=b"\x01\x01\x01\x00"),
        "ip_options_bad": lambda: ip4(src, dst, 6, syn, ihl=6, options=b"\x9e\x00\x01\x01"),
        "icmp_quote_truncated": lambda: ip4(src, dst, 1, icmp_error(ip4(dst, src, 6, tcp(dst, src, port, sport, ACK))[:22])),
        "icmp_unknown": lambda: ip4(src, dst, 1, icmp_error(ip4(dst, src, 6, tcp(dst, src, port, sport, ACK)))),
        "esp": lambda: ip4(src, dst, 50, b"\0" * 40),
        "late_reply": lambda: ip4(src, dst, 6, tcp(src, dst, 80, port, SYN | ACK, ack=7)),
    }


def icmp_error(quote, type_=3, code=4, rest=1200):
    head = struct.pack("!BBHI", type_, code, 0, rest)
    return head[:2] + struct.pack("!H", csum(head + quote)) + head[4:] + quote


def send(case, addr, port, device="eth0"):
    wire = Wire(addr, device)
    for name in case.split(","):
        wire.send(cases(wire.source, addr, int(port))[name]())


def from_source(source, sport, addr, port, device="eth0"):
    Wire(addr, device).send(ip4(source, addr, 17, udp(source, addr, int(sport), int(port), b"from " + source.encode())))


def syn(sport, addr, port):
    wire = Wire(addr)
    wire.send(ip4(wire.source, addr, 6, tcp(wire.source, addr, int(sport), int(port), SYN, seq=0x12345678)))


def complain(sport, addr, port):
    wire = Wire(addr)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(3)
    s.bind((wire.source, int(sport)))
    s.sendto(b"question", (addr, int(port)))
    s.recv(100)
    answer = ip4(addr, wire.source, 17, udp(addr, wire.source, int(port), int(sport), b"question"))
    wire.send(ip4("10.0.1.77", addr, 1, icmp_error(answer)))


def raw(source, sport, addr, port):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    s.sendto(ip4(source, addr, 17, udp(source, addr, int(sport), int(port), b"raw")), (addr, 0))


def idents(device, direction):
    ears = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))  # ETH_P_ALL: what goes out, too
    ears.bind((device, 3))
    print("ready", flush=True)
    while True:
        head, origin = ears.recvfrom(20)
        ident, frag = struct.unpack("!4xHH", head[:8])
        # Later ones share their bytes with the next host's, which changes them in place.
        if origin[1] == ETH_P_IP and (origin[2] == 4) == (direction == "out") and frag & 0x3FFF == 0x2000:
            print(ident, flush=True)


def trace(addr, port, maxttl):
    for ttl in range(1, int(maxttl) + 1):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        s.connect((addr, int(port)))
        s.send(b"trace")
        print(ttl, hop(s), flush=True)


def error(addr, port, seconds):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    s.connect((addr, int(port)))
    s.send(b"anyone?")
    print(hop(s, float(seconds), "{0[5]}.{0[6]} from {1}"), flush=True)


def hop(s, seconds=3.0, form="type {0[5]} from {1}"):
    """Who answered: the error's sender, or "answer"."""
    end = time.monotonic() + seconds
    s.setblocking(False)
    while time.monotonic() < end:
        try:
            data = s.recvmsg(512, 512, MSG_ERRQUEUE)[1][0][2]
            return form.format(data, socket.inet_ntoa(data[20:24]))
        except BlockingIOError:
            pass
        try:
            return "answer" if s.recv(100) else "empty"
        except (BlockingIOError, OSError):
            time.sleep(0.02)
    return "nothing"


if __name__ == "__main__":
    sys.exit({"fragments": fragments, "send": send, "from": from_source, "error": error, "idents": idents, "syn": syn, "raw": raw,
              "complain": complain, "trace": trace}[sys.argv[1]](*sys.argv[2:]))
