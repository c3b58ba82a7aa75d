# SPDX-License-Identifier: GPL-2.0-only
"""UDP clients and servers.

echo PORT NAME [TOS]           server: "id" is answered by NAME, all else by itself
sink PORT ADDR                 server: prints a line for each datagram and answers none
ask ADDR PORT SIZE COUNT [N [SPORT]]
                               COUNT datagrams of SIZE random bytes on each of N sockets, compared;
                               the sockets' own ports are SPORT and those that follow
nosum ADDR PORT                like one ask, with no UDP checksum
id ADDR PORT COUNT [SECONDS]   COUNT sockets ask who answers; "name:count" pairs, or what came instead
                               within so many seconds each
send ADDR SOURCES COUNT PORT...
                               one datagram from each of COUNT sockets to each port, no answer
                               awaited; SOURCES ("10.0.1.11 10.0.1.12") in turn, ports from 20000 on
stream ADDR PORT SPORT [GAP]   asks "id" every GAP (0.1) seconds from one socket, and prints each answer
pulse ADDR PORT                for each line of standard input a new socket asks once; prints "answered N"
arrive ADDR PORT CPU           asks from this CPU as soon as it is up: "answered" or "lost"
unreachable ADDR PORT          exit 0 if the answer is "connection refused" (ICMP port unreachable)
"""
import os
import socket
import sys
import time


def echo(port, name, tos=0):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", int(port)))
    # A real server answers through any path MTU: large answers are fragmented, not refused.
    s.setsockopt(socket.IPPROTO_IP, 10, 0)  # IP_MTU_DISCOVER, DONT
    s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, int(tos))
    print("ready", flush=True)
    while True:
        data, peer = s.recvfrom(65536)
        if peer[1]:  # nobody can be answered at port 0
            s.sendto(name.encode() if data == b"id" else data, peer)


def sink(port, addr):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((addr, int(port)))
    print("ready", flush=True)
    while True:
        data, peer = s.recvfrom(65536)
        print(*peer, len(data), flush=True)


# Long enough for a guest of a machine that has other work: no answer takes a second.
PATIENCE = 15


def client(addr, port, sport=0):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if sport:
        s.bind(("", sport))
    s.setsockopt(socket.IPPROTO_IP, 10, 0)
    s.settimeout(PATIENCE)
    s.connect((addr, int(port)))
    return s


def went_wrong(error):
    return "lost" if isinstance(error, TimeoutError) else str(error.strerror).replace(" ", "_")


def ask(addr, port, size, count, sockets=1, sport=0):
    good, errors = 0, {}
    for i in range(int(sockets)):
        s = client(addr, port, int(sport) and int(sport) + i)
        for _ in range(int(count)):
            data = os.urandom(int(size))
            try:
                s.send(data)
                result = "good" if s.recv(65536) == data else "altered"
            except OSError as e:
                result = went_wrong(e)
            errors[result] = errors.get(result, 0) + 1
    print(*[f"{n}:{c}" for n, c in sorted(errors.items())])
    return 0 if set(errors) == {"good"} else 1


def nosum(addr, port):
    s = client(addr, port)
    s.setsockopt(socket.SOL_SOCKET, 11, 1)  # SO_NO_CHECK
    s.send(b"no checksum")
    return 0 if s.recv(100) == b"no checksum" else 1


def ident(addr, port, count, seconds=PATIENCE):
    names = {}
    for _ in range(int(count)):
        s = client(addr, port)
        s.settimeout(float(seconds))
        try:
            s.send(b"id")
            name = s.recv(65536).decode()
        except OSError as e:
            name = went_wrong(e)
        names[name] = names.get(name, 0) + 1
    print(*[f"{n}:{c}" for n, c in sorted(names.items())])


def send(addr, sources, count, *ports):
    sources = sources.split()
    sockets = []
    for i in range(int(count)):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((sources[i % len(sources)], 20000 + i))
        sockets.append(s)
    for port in ports:
        for s in sockets:
            s.sendto(b"first", (addr, int(port)))


def pulse(addr, port):
    sockets, good = [], 0
    for _ in sys.stdin:
        sockets.append(client(addr, port))
        sockets[-1].send(b"pulse")
        try:
            good += sockets[-1].recv(100) == b"pulse"
        except OSError:
            pass
        print("answered", good, flush=True)


def stream(addr, port, sport, gap=0.1):
    s = client(addr, port, int(sport))
    s.settimeout(float(gap))
    print("begun", flush=True)
    while True:
        begun = time.monotonic()
        try:
            s.send(b"id")
            print(s.recv(100).decode(), flush=True)
        except OSError:
            pass
        time.sleep(max(0, float(gap) - (time.monotonic() - begun)))


def arrive(addr, port, cpu):
    s = client(addr, port)
    print("waiting", flush=True)
    while True:
        try:
            os.sched_setaffinity(0, {int(cpu)})
            break
        except OSError:
            pass
    s.send(b"first")
    try:
        print("answered" if s.recv(100) == b"first" else "altered", flush=True)
    except OSError:
        print("lost", flush=True)


def unreachable(addr, port):
    s = client(addr, port)
    try:
        s.send(b"anyone?")
        s.recv(100)
    except ConnectionRefusedError:
        return 0
    except OSError as e:
        print("got", e)
    return 1


sys.exit({"echo": echo, "sink": sink, "ask": ask, "nosum": nosum, "id": ident, "send": send,
          "pulse": pulse, "stream": stream, "arrive": arrive, "unreachable": unreachable}[sys.argv[1]](*sys.argv[2:]))
