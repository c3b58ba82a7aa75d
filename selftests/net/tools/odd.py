# SPDX-License-Identifier: GPL-2.0-only
"""Odd packets, some hundred: what differential.py plays. Each is made for a Flow, as bytes of IPv4."""
import struct
from dataclasses import dataclass
from typing import Callable

from packet import ACK, FIN, RST, SYN, icmp_error, ip4, tcp, udp

CLIENT, REAL, VIP_HOST = "10.0.1.50", "10.0.2.4", "10.0.1.1"
PORT = 7
DF, MF = 0x4000, 0x2000
FLAGS = "FSRPAU"


@dataclass
class Flow:
    """One case against one service. @peer: whom the real server sees as its client, once it has."""
    vip: str
    number: int
    ident: int
    peer: tuple = ("", 0)
    isn: int = 0  # the server's

    @property
    def sport(self):
        return 20000 + self.number

    @property
    def seq(self):
        return 0x10000000 + self.number * 0x1000


@dataclass
class Case:
    name: str
    make: Callable  # of a Flow: list of packets
    prior: str = ""  # "udp", "tcp": on a flow that is there already
    side: str = "client"  # who sends it; or "real"
    setting: str = "plain"
    to: str = "host"  # the frame's address: or "all", "other"


def ip(f, proto, payload, **kw):
    kw.setdefault("ident", f.ident)
    kw.setdefault("frag", DF)
    return ip4(kw.pop("src", CLIENT), f.vip, proto, payload, **kw)


def datagram(f, data=b"odd datagram", src=CLIENT, **kw):
    return udp(src, f.vip, f.sport, kw.pop("dport", PORT), data, **kw)


def segment(f, flags, *, known=False, src=CLIENT, **kw):
    if known:
        kw.setdefault("seq", f.seq + 1)
        kw.setdefault("ack", (f.isn + 1) & 0xFFFFFFFF)
    else:
        kw.setdefault("seq", f.seq)
        kw.setdefault("ack", 0x01020304 if flags & ACK else 0)
    return tcp(src, f.vip, f.sport, kw.pop("dport", PORT), flags, **kw)


def tagged(f, size, tag=b"odd"):
    """So much data, whose number tells pieces: they get another identifier, or are another's who has the same."""
    return (tag + b"%05d" % f.number + bytes(n & 255 for n in range(8, size)))[:size]


def spoil(payload, at, value):
    """@payload with the 16 bits @at replaced, and nothing mended."""
    return payload[:at] + struct.pack("!H", value & 0xFFFF) + payload[at + 2:]


def four(name, **kw):
    """An IP header's oddity with each payload that takes its own path: first and known, UDP and TCP."""
    return [
        Case(f"{name}, udp first", lambda f: [ip(f, 17, datagram(f), **kw)]),
        Case(f"{name}, udp known", lambda f: [ip(f, 17, datagram(f), **kw)], "udp"),
        Case(f"{name}, tcp first", lambda f: [ip(f, 6, segment(f, SYN), **kw)]),
        Case(f"{name}, tcp known", lambda f: [ip(f, 6, segment(f, ACK | 8, known=True, data=b"odd data"), **kw)], "tcp"),
    ]


def source_cases():
    for src in ("10.0.1.50", "10.0.1.77", "10.0.1.1", "10.0.2.1", "vip", "10.0.2.100", "127.0.0.1", "0.0.0.0", "0.1.2.3",
                "224.0.0.1", "255.255.255.255", "240.0.0.1", "10.0.1.255", "10.0.1.0", "10.0.2.77", REAL, "192.0.2.9"):
        for setting in ("plain", "rp_filter", "rp_filter loose"):
            def make(f, proto, src=src):
                s = f.vip if src == "vip" else src
                return [ip(f, proto, datagram(f, src=s) if proto == 17 else segment(f, SYN, src=s), src=s)]
            yield Case(f"source {src}, udp, {setting}", lambda f, make=make: make(f, 17), setting=setting)
            yield Case(f"source {src}, tcp, {setting}", lambda f, make=make: make(f, 6), setting=setting)


def addresses(*which):
    return b"".join(bytes(map(int, a.split("."))) for a in which)


OPTIONS = {
    "nop": b"\x01\x01\x01\x01",
    "nop and end": b"\x01\x01\x01\x00",
    "end and rubbish": b"\x00\x07\x01\x02",
    "40 bytes of nop": b"\x01" * 40,
    "record route": b"\x07\x0b\x04" + bytes(8) + b"\x01",
    "record route, roomy": b"\x07\x13\x04" + bytes(16) + b"\x01",
    "record route, full": b"\x07\x07\x08" + addresses("192.0.2.1") + b"\x01",
    "record route, room short": b"\x07\x06\x04" + bytes(3) + b"\x01\x01",
    "record route, pointer 0": b"\x07\x07\x00" + bytes(4) + b"\x01",
    "record route, pointer 3": b"\x07\x07\x03" + bytes(4) + b"\x01",
    "record route, twice": (b"\x07\x07\x04" + bytes(4) + b"\x01") * 2,
    "time stamps": b"\x44\x0c\x05\x00" + bytes(8),
    "time stamps and addresses": b"\x44\x0c\x05\x01" + bytes(8),
    "time stamps of the named": b"\x44\x0c\x05\x03" + addresses("10.0.1.1") + bytes(4),
    "time stamps of a stranger": b"\x44\x0c\x05\x03" + addresses("192.0.2.1") + bytes(4),
    "time stamps, full": b"\x44\x08\x09\x00" + bytes(4),
    "time stamps, overflown": b"\x44\x08\x09\xf0" + bytes(4),
    "time stamps, pointer 1": b"\x44\x08\x01\x00" + bytes(4),
    "time stamps, length 3": b"\x44\x03\x05\x00",
    "loose route, to go": b"\x83\x07\x04" + addresses("10.0.2.4") + b"\x01",
    "loose route, done": b"\x83\x07\x08" + addresses("10.0.1.1") + b"\x01",
    "strict route, to go": b"\x89\x07\x04" + addresses("10.0.2.4") + b"\x01",
    "strict route, done": b"\x89\x07\x08" + addresses("10.0.1.1") + b"\x01",
    "loose route, twice": (b"\x83\x07\x08" + addresses("10.0.1.1") + b"\x01") * 2,
    "loose route, pointer 2": b"\x83\x07\x02" + bytes(4) + b"\x01",
    "loose route, length 2": b"\x83\x02\x01\x01",
    "router alert": b"\x94\x04\x00\x00",
    "router alert, length 3": b"\x94\x03\x00\x01",
    "security": b"\x82\x0b" + bytes(9) + b"\x01",
    "stream": b"\x88\x04\x00\x01",
    "CIPSO, empty": b"\x86\x06\x00\x00\x00\x01\x01\x01",
    "unknown": b"\x9e\x04\x11\x22",
    "unknown, length 0": b"\x9e\x00\x11\x22",
    "unknown, length 1": b"\x9e\x01\x11\x22",
    "unknown, beyond the end": b"\x9e\x09\x11\x22",
    "unknown, no length": b"\x01\x01\x01\x9e",
}


def option_cases():
    for name, options in OPTIONS.items():
        for case in four(f"IP option {name}", ihl=5 + len(options) // 4, options=options):
            yield case
        if "route, " in name:
            for case in four(f"IP option {name}, accept_source_route", ihl=5 + len(options) // 4, options=options):
                case.setting = "source_route"
                yield case


def header_cases():
    for ttl in (0, 1, 2, 3, 64, 255):
        yield from four(f"TTL {ttl}", ttl=ttl)
    for tos in (1, 2, 3, 4, 8, 16, 0x1c, 0x20, 0x48, 0x88, 0xb8, 0xba, 0xc0, 0xe0, 0xff):
        yield from four(f"TOS {tos:#x}", tos=tos)
    for name, kw in {"length 10": {"length": 10}, "length 19": {"length": 19}, "length 20": {"length": 20}, "length 24": {"length": 24},
                     "length 1400": {"length": 1400}, "length 65535": {"length": 65535}, "length 0": {"length": 0},
                     "IHL 0": {"ihl": 0}, "IHL 4": {"ihl": 4}, "IHL 6 over the payload": {"ihl": 6}, "IHL 15": {"ihl": 15},
                     "wrong sum": {"sum_": 0x1234}, "sum 0": {"sum_": 0}, "no DF": {"frag": 0}, "reserved bit": {"frag": 0x8000},
                     "reserved bit and DF": {"frag": 0xC000}}.items():
        yield from four(f"IP header, {name}", **kw)
    for version in (0, 5, 6, 15):
        yield Case(f"IP version {version}", lambda f, v=version: [bytes([v << 4 | 5]) + ip(f, 17, datagram(f))[1:]])
    for pad in (1, 2, 18, 200):
        yield from padded(pad)
    for to in ("all", "other", "group"):
        for case in four(f"frame to {to}"):
            case.to = to
            yield case
    for size in (0, 1, 2, 3, 1000, 1472):
        yield Case(f"{size} bytes, udp first", lambda f, n=size: [ip(f, 17, datagram(f, b"x" * n))])
    for mtu_case in ("DF", "no DF"):
        frag = DF if mtu_case == "DF" else 0
        yield Case(f"1500 bytes to 1400, {mtu_case}, udp first", lambda f, g=frag: [ip(f, 17, datagram(f, tagged(f, 1472)), frag=g)], setting="mtu")
        yield Case(f"1500 bytes to 1400, {mtu_case}, udp known", lambda f, g=frag: [ip(f, 17, datagram(f, tagged(f, 1472)), frag=g)], "udp",
                   setting="mtu")
        yield Case(f"1500 bytes to 1400, {mtu_case}, tcp known",
                   lambda f, g=frag: [ip(f, 6, segment(f, ACK, known=True, data=tagged(f, 1460)), frag=g)], "tcp", setting="mtu")


def padded(pad):
    for case in four(f"{pad} bytes of padding"):
        make = case.make
        case.make = lambda f, make=make: [p + b"\xaa" * pad for p in make(f)]
        yield case


def tcp_cases():
    for flags in range(64):
        name = "".join(c for i, c in enumerate(FLAGS) if flags >> i & 1) or "none"
        yield Case(f"TCP flags {name}, first", lambda f, g=flags: [ip(f, 6, segment(f, g))])
        yield Case(f"TCP flags {name}, known", lambda f, g=flags: [ip(f, 6, segment(f, g, known=True))], "tcp")
    for flags in (ACK, FIN | ACK, FIN, SYN | ACK, 0):
        name = "".join(c for i, c in enumerate(FLAGS) if flags >> i & 1) or "none"
        yield Case(f"TCP flags {name} with data, first", lambda f, g=flags: [ip(f, 6, segment(f, g, data=b"data"))])
    for name, kw in {"SYN with data": {"data": b"early"}, "SYN, ECN asked": {"flags": SYN | 0xC0}, "SYN, MSS": {"doff": 6, "options": b"\x02\x04\x05\xb4"},
                     "SYN, MSS 0": {"doff": 6, "options": b"\x02\x04\x00\x00"}, "SYN, option of length 0": {"doff": 6, "options": b"\x1e\x00\x00\x00"},
                     "SYN, option of length 1": {"doff": 6, "options": b"\x1e\x01\x00\x00"}, "SYN, option beyond": {"doff": 6, "options": b"\x1e\x28\x00\x00"},
                     "SYN, 40 bytes of options": {"doff": 15, "options": b"\x01" * 40}, "SYN, fast open": {"doff": 6, "options": b"\x22\x02\x01\x01"},
                     "SYN, DOFF 0": {"doff": 0}, "SYN, DOFF 4": {"doff": 4}, "SYN, DOFF 15": {"doff": 15}, "SYN to no service": {"dport": 9},
                     "SYN to port 0": {"dport": 0}}.items():
        flags = kw.pop("flags", SYN)
        yield Case(f"TCP {name}", lambda f, g=flags, kw=kw: [ip(f, 6, segment(f, g, **kw))])
    for doff in (0, 4, 15):
        yield Case(f"TCP data, DOFF {doff}, known", lambda f, n=doff: [ip(f, 6, segment(f, ACK, known=True, data=b"odd", doff=n))], "tcp")
    for cut in (0, 4, 12, 19):
        yield Case(f"TCP header of {cut} bytes", lambda f, n=cut: [ip(f, 6, segment(f, SYN)[:n])])
        yield Case(f"TCP header of {cut} bytes, known", lambda f, n=cut: [ip(f, 6, segment(f, ACK, known=True)[:n])], "tcp")
    yield Case("TCP SYN, wrong sum", lambda f: [ip(f, 6, spoil(segment(f, SYN), 16, 0x1234))])
    yield Case("TCP ACK, wrong sum, first", lambda f: [ip(f, 6, spoil(segment(f, ACK), 16, 0x1234))])
    yield Case("TCP data, wrong sum, known", lambda f: [ip(f, 6, spoil(segment(f, ACK, known=True, data=b"odd"), 16, 0x1234))], "tcp")
    yield Case("TCP data out of window, known", lambda f: [ip(f, 6, segment(f, ACK, known=True, seq=f.seq + 0x40000000, data=b"odd"))], "tcp")
    yield Case("TCP RST out of window, known", lambda f: [ip(f, 6, segment(f, RST, known=True, seq=f.seq + 0x40000000))], "tcp")
    yield Case("TCP source port 0", lambda f: [ip(f, 6, tcp(CLIENT, f.vip, 0, PORT, SYN, seq=f.seq))])


def udp_cases():
    for known in ("", "udp"):
        word = "known" if known else "first"
        for name, kw in {"length 4": {"length": 4}, "length 8": {"length": 8}, "length 12": {"length": 12}, "length 0": {"length": 0},
                         "length 400": {"length": 400}}.items():
            yield Case(f"UDP {name}, {word}", lambda f, kw=kw: [ip(f, 17, datagram(f, **kw))], known)
        for sum_ in (0, 0x1234):
            yield Case(f"UDP sum {sum_:#x}, {word}", lambda f, n=sum_: [ip(f, 17, spoil(datagram(f), 6, n))], known)
        for cut in (0, 4, 7):
            yield Case(f"UDP header of {cut} bytes, {word}", lambda f, n=cut: [ip(f, 17, datagram(f)[:n])], known)
    for port in (0, 9):
        yield Case(f"UDP to port {port}", lambda f, n=port: [ip(f, 17, datagram(f, dport=n))])
    yield Case("UDP source port 0", lambda f: [ip(f, 17, udp(CLIENT, f.vip, 0, PORT, b"odd"))])
    yield Case("UDP ports 0", lambda f: [ip(f, 17, udp(CLIENT, f.vip, 0, 0, b"odd"))])


def pieces(f, proto, whole, cuts, order=None, **kw):
    made = []
    for first, last in cuts:
        more = MF if last < len(whole) else 0
        made.append(ip(f, proto, whole[first:last], frag=more | first // 8, **kw))
    return [made[i] for i in order] if order else made


FRAGMENTS = {
    "all": ([(0, 1024), (1024, 2048), (2048, None)], None),
    "reversed": ([(0, 1024), (1024, 2048), (2048, None)], (2, 1, 0)),
    "middle last": ([(0, 1024), (1024, 2048), (2048, None)], (0, 2, 1)),
    "first only": ([(0, 1024)], None),
    "last only": ([(2048, None)], None),
    "twice": ([(0, 1024), (1024, 2048), (2048, None)], (0, 0, 1, 1, 2)),
    "overlap": ([(0, 1024), (512, 1536), (1024, 2048), (2048, None)], None),
    "overlap of the head": ([(0, 1024), (0, 512), (1024, 2048), (2048, None)], None),
    "tiny": ([(0, 8), (8, 16), (16, 1024), (1024, 2048), (2048, None)], None),
    "not of eight": ([(0, 1023), (1024, 2048), (2048, None)], None),
    "seventy": ([(n * 40, n * 40 + 40) for n in range(70)] + [(2800, None)], None),
}


def fragment_cases():
    for name, (cuts, order) in FRAGMENTS.items():
        for known in ("", "udp"):
            def make(f, cuts=cuts, order=order):
                whole = datagram(f, tagged(f, 3000))
                return pieces(f, 17, whole, [(a, len(whole) if b is None else b) for a, b in cuts], order)
            yield Case(f"fragments, {name}, udp {'known' if known else 'first'}", make, known)
    for size in (8, 16, 24):
        def tiny(f, n=size):
            whole = segment(f, SYN, data=b"x" * 40)
            return pieces(f, 6, whole, [(0, n), (n, len(whole))])
        yield Case(f"fragments, SYN cut at {size}", tiny)
    yield Case("fragment beyond 64 KiB", lambda f: [ip(f, 17, b"x" * 1000, frag=0x1FFF)])
    yield Case("fragment of no bytes", lambda f: [ip(f, 17, b"", frag=MF)])
    yield Case("fragments with DF", pieces_df)
    yield Case("fragments with options", lambda f: pieces(f, 17, datagram(f, tagged(f, 2000)), [(0, 1024), (1024, 2008)], ihl=6, options=b"\x01" * 4))
    yield Case("fragments with TTL 1", lambda f: pieces(f, 17, datagram(f, b"x" * 2000), [(0, 1024), (1024, 2008)], ttl=1))
    yield Case("fragments, TOS and ECN differ", lambda f: [ip(f, 17, datagram(f, tagged(f, 2000))[:1024], frag=MF, tos=2),
                                                        ip(f, 17, datagram(f, tagged(f, 2000))[1024:], frag=128, tos=3)])


def pieces_df(f):
    whole = datagram(f, tagged(f, 2000))
    return [ip(f, 17, whole[:1024], frag=DF | MF), ip(f, 17, whole[1024:], frag=DF | 128)]


def quote(f, proto, known=True):
    """What the client would quote of an answer of the service's."""
    sport = f.sport if known else 19999
    inner = udp(f.vip, CLIENT, PORT, sport, b"an answer of some length") if proto == 17 else \
        tcp(f.vip, CLIENT, PORT, sport, ACK, seq=f.isn + 1, ack=f.seq + 1, data=b"an answer")
    return ip4(f.vip, CLIENT, proto, inner, ident=f.ident, frag=DF)


def back_quote(f, proto):
    """What the real server would quote of what it got."""
    inner = udp(f.peer[0], REAL, f.peer[1], PORT, b"a question of some length") if proto == 17 else \
        tcp(f.peer[0], REAL, f.peer[1], PORT, ACK, seq=f.seq + 1, ack=f.isn + 1, data=b"a question")
    return ip4(f.peer[0], REAL, proto, inner, ident=f.ident, frag=DF, ttl=63)


ERRORS = [(3, c) for c in range(16)] + [(4, 0)] + [(5, c) for c in range(4)] + [(11, 0), (11, 1), (12, 0), (12, 1), (12, 2)]


def icmp_cases():
    for t in range(41):
        yield Case(f"ICMP type {t} to the VIP", lambda f, t=t: [ip(f, 1, icmp_error(b"0123456789abcdef", t, 0, f.number << 16 | 1))])
    yield Case("ICMP echo, wrong sum", lambda f: [ip(f, 1, spoil(icmp_error(b"0123456789", 8, 0, f.number << 16), 2, 0x1234))])
    yield Case("ICMP of 4 bytes", lambda f: [ip(f, 1, b"\x08\x00\xf7\xff")])
    for t, c in ERRORS:
        rest = 1500 if (t, c) == (3, 4) else int.from_bytes(addresses("10.0.1.77"), "big") if t == 5 else 0
        for word, proto in (("udp", 17), ("tcp", 6)):
            yield Case(f"ICMP {t}.{c} about {word}, known", lambda f, t=t, c=c, r=rest, p=proto: [ip(f, 1, icmp_error(quote(f, p), t, c, r))], word)
            yield Case(f"ICMP {t}.{c} about {word}, real server's",
                       lambda f, t=t, c=c, r=rest, p=proto: [ip4(REAL, f.peer[0], 1, icmp_error(back_quote(f, p), t, c, r), ident=f.ident)],
                       word, "real")
        yield Case(f"ICMP {t}.{c} about no flow", lambda f, t=t, c=c, r=rest: [ip(f, 1, icmp_error(quote(f, 17, False), t, c, r))])
    for n in (0, 8, 19, 20, 24, 27, 28, 30):
        yield Case(f"ICMP 3.3, quote of {n} bytes", lambda f, n=n: [ip(f, 1, icmp_error(quote(f, 17)[:n], 3, 3, 0))], "udp")
    for n in (20, 28, 30, 36, 38, 40):
        yield Case(f"ICMP 11.0 about tcp, quote of {n} bytes", lambda f, n=n: [ip(f, 1, icmp_error(quote(f, 6)[:n], 11, 0, 0))], "tcp")
    for name, change in {
            "wrong version": lambda q: b"\x65" + q[1:], "IHL 4": lambda q: b"\x44" + q[1:], "IHL 15": lambda q: b"\x4f" + q[1:],
            "wrong inner sum": lambda q: spoil(q, 10, 0x1234), "a fragment's": lambda q: spoil(q, 6, 0x2000),
            "a later fragment's": lambda q: spoil(q, 6, 100), "of ICMP": lambda q: q[:9] + b"\x01" + q[10:],
            "of SCTP": lambda q: q[:9] + b"\x84" + q[10:]}.items():
        yield Case(f"ICMP 3.3, quote {name}", lambda f, ch=change: [ip(f, 1, icmp_error(ch(quote(f, 17)), 3, 3, 0))], "udp")
    yield Case("ICMP 3.3, quote with options",
               lambda f: [ip(f, 1, icmp_error(ip4(f.vip, CLIENT, 17, udp(f.vip, CLIENT, PORT, f.sport, b"answer"), ident=f.ident, ihl=6,
                                                  options=b"\x01" * 4), 3, 3, 0))], "udp")
    yield Case("ICMP 3.3, quote the wrong way round", lambda f: [ip(f, 1, icmp_error(ip(f, 17, datagram(f)), 3, 3, 0))], "udp")
    for t in (3, 11):
        yield Case(f"ICMP {t}.1, wrong sum", lambda f, t=t: [ip(f, 1, spoil(icmp_error(quote(f, 17), t, 1, 0), 2, 0x1234))], "udp")
    yield Case("ICMP 3.3 from a router between", lambda f: [ip(f, 1, icmp_error(quote(f, 17), 3, 3, 0), src="10.0.1.77")], "udp")
    yield Case("ICMP 3.3 from 127.0.0.1", lambda f: [ip(f, 1, icmp_error(quote(f, 17), 3, 3, 0), src="127.0.0.1")], "udp")
    yield Case("ICMP 3.3 from the VIP", lambda f: [ip(f, 1, icmp_error(quote(f, 17), 3, 3, 0), src=f.vip)], "udp")
    yield Case("ICMP 3.3, TTL 1", lambda f: [ip(f, 1, icmp_error(quote(f, 17), 3, 3, 0), ttl=1)], "udp")
    yield Case("ICMP 3.3 in fragments", lambda f: pieces(f, 1, icmp_error(quote(f, 17), 3, 3, 0), [(0, 32), (32, 60)]), "udp")
    for proto in (0, 2, 4, 41, 47, 50, 51, 89, 132, 136, 253, 255):
        yield Case(f"protocol {proto} to the VIP", lambda f, p=proto: [ip(f, p, struct.pack("!HHI", f.sport, PORT, 7) + b"payload" * 6)])


def answer_cases():
    """Odd answers of the real server."""
    def back(f, proto, payload, **kw):
        return ip4(REAL, f.peer[0], proto, payload, ident=f.ident, frag=kw.pop("frag", DF), **kw)

    def answer(f, data=b"odd answer", **kw):
        return udp(REAL, f.peer[0], PORT, f.peer[1], data, **kw)

    def told(f, flags=ACK | 8, data=b"odd answer", **kw):
        return tcp(REAL, f.peer[0], PORT, f.peer[1], flags, seq=f.isn + 1, ack=f.seq + 1, data=data, **kw)

    def broken(f, proto, whole, cuts, order=None, df=0):
        made = [back(f, proto, whole[a:b], frag=df | (MF if b and b < len(whole) else 0) | a // 8) for a, b in cuts]
        return [made[i] for i in order] if order else made
    odd = {f"TTL {n}": {"ttl": n} for n in (0, 1, 2, 255)}
    odd |= {f"TOS {n:#x}": {"tos": n} for n in (1, 2, 3, 8, 0x10, 0x88, 0xb8)}
    odd |= {f"IP option {n}": {"ihl": 5 + len(o) // 4, "options": o} for n, o in OPTIONS.items()}
    odd |= {"wrong sum": {"sum_": 0x1234}, "IHL 4": {"ihl": 4}, "IHL 15": {"ihl": 15}, "length 10": {"length": 10}, "length 1400": {"length": 1400},
            "no DF": {"frag": 0}}
    for name, kw in odd.items():
        yield Case(f"answer, {name}, udp", lambda f, kw=kw: [back(f, 17, answer(f), **kw)], "udp", "real")
        yield Case(f"answer, {name}, tcp", lambda f, kw=kw: [back(f, 6, told(f), **kw)], "tcp", "real")
    for flags in range(64):
        name = "".join(c for i, c in enumerate(FLAGS) if flags >> i & 1) or "none"
        yield Case(f"answer, TCP flags {name}", lambda f, g=flags: [back(f, 6, told(f, g, b""))], "tcp", "real")
    for length in (0, 4, 8, 12, 400):
        yield Case(f"answer, UDP length {length}", lambda f, n=length: [back(f, 17, answer(f, length=n))], "udp", "real")
    for doff in (0, 4, 15):
        yield Case(f"answer, DOFF {doff}", lambda f, n=doff: [back(f, 6, told(f, doff=n))], "tcp", "real")
    for cut in (0, 4, 7):
        yield Case(f"answer, UDP header of {cut} bytes", lambda f, n=cut: [back(f, 17, answer(f)[:n])], "udp", "real")
    for cut in (0, 4, 12, 19):
        yield Case(f"answer, TCP header of {cut} bytes", lambda f, n=cut: [back(f, 6, told(f)[:n])], "tcp", "real")
    for name, (cuts, order) in FRAGMENTS.items():
        yield Case(f"answer, fragments, {name}",
                   lambda f, c=cuts, o=order: broken(f, 17, answer(f, tagged(f, 3000, b"own")), c, o), "udp", "real")
    for cut in (8, 16, 24):
        yield Case(f"answer, fragments, TCP cut at {cut}", lambda f, n=cut: broken(f, 6, told(f), [(0, n), (n, None)]), "tcp", "real")
    yield Case("answer, fragments with DF", lambda f: broken(f, 17, answer(f, tagged(f, 2000, b"own")), [(0, 1024), (1024, None)], df=DF), "udp", "real")
    yield Case("answer, UDP sum 0", lambda f: [back(f, 17, spoil(answer(f), 6, 0))], "udp", "real")
    yield Case("answer, UDP wrong sum", lambda f: [back(f, 17, spoil(answer(f), 6, 0x1234))], "udp", "real")
    yield Case("answer, TCP wrong sum", lambda f: [back(f, 6, spoil(told(f), 16, 0x1234))], "tcp", "real")


def cases():
    every = [*source_cases(), *option_cases(), *header_cases(), *tcp_cases(), *udp_cases(), *fragment_cases(), *icmp_cases(),
             *answer_cases()]
    assert len({c.name for c in every}) == len(every)
    return every
