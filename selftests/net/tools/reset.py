# SPDX-License-Identifier: GPL-2.0-only
"""How connections end that somebody on the way has forgotten.

answers ADDR PORT CASE...        sends each of CASES, which belongs to no connection; what comes back
from ADDR PORT SOURCE [CASE [N]] N of one of CASES with that source address; nothing is awaited
serve PORT                       server: sends as many bytes as the client's line says, then waits
                                 for the end without a word; one line a connection: how it ended
fetch ADDR PORT BYTES SECONDS    client of serve: gets that much, then waits without a word: how it ended
keep ADDR PORT SECONDS           client of serve that has nothing to say but a keep-alive a second: how it ended
late ADDR PORT SPORT [udp]       a datagram or an ACK from this port, as if of a connection; the answer
"""
import os
import select
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from packet import ACK, FIN, RST, SYN, Wire, ip4, tcp, udp

PSH = 8
SEQ, ACKED = 1000, 7000
CASES = {
    "ack": {"flags": ACK, "ack": ACKED},
    "data": {"flags": ACK | PSH, "ack": ACKED, "data": b"x" * 100},
    "fin": {"flags": FIN | ACK, "ack": ACKED},
    "fin_bare": {"flags": FIN},
    "data_bare": {"flags": PSH, "data": b"x" * 100},
    "none": {"flags": 0},
    "synack": {"flags": SYN | ACK, "ack": ACKED},
    "rst": {"flags": RST},
    "rst_ack": {"flags": RST | ACK, "ack": ACKED},
    "options": {"flags": ACK, "ack": ACKED, "options": bytes([1, 1, 8, 10]) + b"t" * 8, "doff": 8},
}


def segment(case, src, dst, sport, port):
    wrong = case.endswith("_wrong")
    bytes_ = tcp(src, dst, sport, port, seq=SEQ, **CASES[case.removesuffix("_wrong")])
    if wrong:
        bytes_ = bytes_[:16] + bytes([bytes_[16] ^ 1]) + bytes_[17:]
    return ip4(src, dst, 6, bytes_)


class Ear:
    """What comes to one TCP or UDP port of ours, before the kernel has judged it."""

    def __init__(self, port):
        self.port = port
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))

    def hear(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.sock], [], [], left)[0]:
                break
            data, where = self.sock.recvfrom(65536)
            if where[2] != 4 and (said := self.read(data)):  # not PACKET_OUTGOING
                return said
        return "nothing"

    def read(self, data):
        src, proto, body = socket.inet_ntoa(data[12:16]), data[9], data[(data[0] & 15) * 4:]
        if proto == 1 and body[0] == 3:
            return f"icmp {body[0]}/{body[1]} from {src}"
        if proto != 6 or struct.unpack("!H", body[2:4])[0] != self.port:
            return None
        seq, ack, flags = struct.unpack("!II", body[4:12]) + (body[13],)
        names = "".join(n for n, bit in (("S", SYN), ("A", ACK), ("R", RST), ("F", FIN)) if flags & bit)
        size = struct.unpack("!H", data[2:4])[0]
        return f"{names} seq {seq} ack {ack} of {size} bytes from {src}:{struct.unpack('!H', body[:2])[0]}"


def answers(addr, port, *cases):
    wire = Wire(addr)
    for case in cases:
        sport = 20000 + int.from_bytes(os.urandom(2), "big") % 20000
        ear = Ear(sport)
        wire.send(segment(case, wire.source, addr, sport, int(port)))
        print(f"{case}: {ear.hear(0.7)}")


def spoof(addr, port, source, case="ack", count=1):
    wire = Wire(addr)
    for _ in range(int(count)):
        wire.send(segment(case, source, addr, 20000 + os.getpid() % 20000, int(port)))


def late(addr, port, sport, proto="tcp"):
    wire, sport, port = Wire(addr), int(sport), int(port)
    ear = Ear(sport)
    if proto == "udp":
        wire.send(ip4(wire.source, addr, 17, udp(wire.source, addr, sport, port, b"late")))
    else:
        wire.send(segment("ack", wire.source, addr, sport, port))
    print(ear.hear(1))


def end_of(conn, seconds):
    conn.settimeout(seconds)
    try:
        return "closed" if not conn.recv(1) else "data"
    except TimeoutError:
        return "nothing"
    except OSError as e:
        return e.strerror


def attend(conn):
    conn.settimeout(30)
    size = int(conn.makefile("rb").readline())
    conn.sendall(b"x" * size)
    print("end:", end_of(conn, 600), flush=True)


def serve(port):
    server = socket.create_server(("", int(port)), backlog=64)
    print("ready", flush=True)
    while True:
        threading.Thread(target=attend, args=(server.accept()[0],), daemon=True).start()


def fetch(addr, port, size, seconds):
    with socket.create_connection((addr, int(port)), 5) as conn:
        conn.sendall(b"%s\n" % size.encode())
        left = int(size)
        conn.settimeout(30)
        while left:
            part = conn.recv(min(left, 1 << 18))
            if not part:
                sys.exit("closed early")
            left -= len(part)
        print("idle", flush=True)
        print("end:", end_of(conn, float(seconds)), flush=True)


def keep(addr, port, seconds):
    with socket.create_connection((addr, int(port)), 5) as conn:
        conn.sendall(b"1\n")
        conn.recv(1)
        for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1)):
            conn.setsockopt(socket.IPPROTO_TCP, option, value)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        print("idle", flush=True)
        print("end:", end_of(conn, float(seconds)), flush=True)


if __name__ == "__main__":
    sys.exit({"answers": answers, "from": spoof, "serve": serve, "fetch": fetch, "keep": keep, "late": late}[sys.argv[1]](*sys.argv[2:]))
