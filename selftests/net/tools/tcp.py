# SPDX-License-Identifier: GPL-2.0-only
"""TCP clients and servers that do what no ordinary program does on purpose.

hold ADDR PORT N [SECONDS]   open N connections and keep them; SIGTERM aborts them (RST), SIGINT closes them
short ADDR PORT N [SPORT]    N connections in turn that the server closes first; every one timed
closer PORT                  server: sends one line and closes first
sum PORT                     server: MD5 of all it gets until the client has ended sending
upload ADDR PORT FILE        client of sum: prints the answer
echo PORT                    server: sends back what it gets
talk ADDR PORT               one connection: each line of standard input is sent, the answer printed
"""
import errno
import hashlib
import select
import signal
import socket
import struct
import sys
import time


def say(*words):
    print(*words, flush=True)


def connect(addr, port, sport=0, seconds=3.0):
    for _ in range(50):
        try:
            return connect_once(addr, port, sport, seconds)
        except OSError as e:
            # Our own side of the last one on this port waits for its last ACK.
            if e.errno != errno.EADDRNOTAVAIL:
                raise
            time.sleep(0.02)
    raise TimeoutError("port is not given free")


def connect_once(addr, port, sport, seconds):
    s = socket.socket()
    s.settimeout(seconds)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sport:
        s.bind(("", sport))
    s.connect((addr, port))
    return s


def hold(addr, port, count, seconds=3):
    conns, errors = [], {}
    for _ in range(int(count)):
        try:
            conns.append(connect(addr, int(port), seconds=float(seconds)))
        except OSError as e:
            name = "timeout" if isinstance(e, TimeoutError) else e.strerror
            errors[name] = errors.get(name, 0) + 1
    say("opened", len(conns), *[f"{n}:{c}" for n, c in sorted(errors.items())])
    got = signal.sigwait({signal.SIGTERM, signal.SIGINT})
    for s in conns:
        if got == signal.SIGTERM:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()


def short(addr, port, count, sport=0):
    """Prints how many ended well and the slowest one's milliseconds."""
    good, slowest, errors = 0, 0.0, {}
    for _ in range(int(count)):
        start = time.monotonic()
        try:
            with connect(addr, int(port), int(sport), 5.0) as s:
                data = b""
                while part := s.recv(4096):
                    data += part
                # The server has closed first: its side keeps TIME_WAIT.
            good += data.endswith(b"\n")
        except OSError as e:
            name = "timeout" if isinstance(e, TimeoutError) else str(e.strerror).replace(" ", "_")
            errors[name] = errors.get(name, 0) + 1
        slowest = max(slowest, time.monotonic() - start)
    say("good", good, "slowest_ms", int(slowest * 1000), *[f"{n}:{c}" for n, c in sorted(errors.items())])


def listen(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", int(port)))
    s.listen(4096)
    say("ready")
    return s


def closer(port):
    server = listen(port)
    while True:
        conn, _ = server.accept()
        conn.sendall(b"bye\n")
        conn.shutdown(socket.SHUT_WR)
        conn.close()


def summing(port):
    server = listen(port)
    while True:
        conn, _ = server.accept()
        with conn:
            digest = hashlib.md5()
            conn.settimeout(30)
            try:
                while data := conn.recv(1 << 18):
                    digest.update(data)
                conn.sendall(digest.hexdigest().encode())
            except OSError:
                continue


def upload(addr, port, path):
    with connect(addr, int(port)) as s, open(path, "rb") as f:
        s.settimeout(30)
        s.sendfile(f)
        s.shutdown(socket.SHUT_WR)
        print(s.recv(100).decode())


def echo(port):
    server, conns = listen(port), {}
    while True:
        for s in select.select([server, *conns], [], [])[0]:
            if s is server:
                conns[server.accept()[0]] = None
                continue
            try:
                data = s.recv(65536)
                if data:
                    s.sendall(data)
            except OSError:
                data = b""
            if not data:
                del conns[s]
                s.close()


def talk(addr, port):
    s = connect(addr, int(port))
    s.settimeout(30)
    say("connected", "%s:%d" % s.getsockname())
    for line in sys.stdin.buffer:
        try:
            s.sendall(line)
            got = b""
            while not got.endswith(b"\n"):
                part = s.recv(65536)
                if not part:
                    raise ConnectionError("closed by the server")
                got += part
            say(got.decode().rstrip("\n"))
        except OSError as e:
            say("error:", e)
            return


# Blocked before any connection, so that the wait for them sees one that came early.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT} if sys.argv[1] == "hold" else set())
{"hold": hold, "short": short, "closer": closer, "sum": summing, "upload": upload,
 "echo": echo, "talk": talk}[sys.argv[1]](*sys.argv[2:])
