# SPDX-License-Identifier: GPL-2.0-only
"""sequences.py STOCK FULLNAT [SEED]: random sequences of TCP packets by either end of a connection, to either VIP.

Runs on the balancer's host, and is client and real server both. Every packet must have the same fate with the
stock service as with the FullNAT one: who gets it, or is told what. Meanwhile an operator changes the services.
ALLOWED is what may differ; the program fails at anything else, and when an allowed difference never occurs.
"""
import collections
import os
import random
import sys
import time
from dataclasses import dataclass, field

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from hosts import Host, flag_names, listen, on_balancer  # noqa: E402
from odd import CLIENT, REAL, VIP_HOST  # noqa: E402
from packet import ACK, FIN, RST, SYN, icmp_error, ip4, tcp  # noqa: E402

PORT, PSH = 9, 8
COUNT, LENGTH = 150, 12
FAR = 0x40000000  # in sequence numbers: out of any window

# By the client, or by the real server once it knows whose peer it is: flags, data, and what is odd.
CLIENTS = {"SYN": SYN, "another SYN": SYN, "SYN ACK": SYN | ACK, "ACK": ACK, "far ACK": ACK, "data": ACK | PSH, "FIN": FIN | ACK,
           "RST": RST, "far RST": RST, "FIN RST": FIN | RST | ACK, "unreachable": 0}
SERVERS = {"SYN": SYN, "SYN ACK": SYN | ACK, "ACK": ACK, "data": ACK | PSH, "FIN": FIN | ACK, "RST": RST, "RST ACK": RST | ACK,
           "unreachable": 0}
OPENING = [("client", "SYN"), ("server", "SYN ACK"), ("client", "ACK")]

SERVICE, SERVER = "ipvsadm -{} -t {{vip}}:9", "ipvsadm -{} -t {{vip}}:9 -r 10.0.2.4:9"
AWAY, BACK = SERVER.format("d"), SERVER.format("a") + " -m"
NODEST = "sysctl -qw net.ipv4.vs.expire_nodest_conn={}"
# What an operator does meanwhile: before step N.
SCHEDULES = {
    "nothing": {},
    "weight 0, and back": {5: [SERVER.format("e") + " -m -w 0"], 9: [SERVER.format("e") + " -m -w 1"]},
    "real server away, and back": {5: [AWAY], 9: [BACK]},
    "the same with expire_nodest_conn": {0: [NODEST.format(1)], 5: [AWAY], 9: [BACK], LENGTH: [NODEST.format(0)]},
    "service away, and back": {5: [SERVICE.format("D")], 9: [SERVICE.format("A") + " -s rr", BACK]},
}

# Name -> of the packet's sender and kind, of the fate in stock and with FullNAT: is it this difference? What comes
# after the first one goes by other states in stock, and is not compared.
ALLOWED = {
    "a client's SYN ACK, which stock takes for a SYN and FullNAT does not":
        lambda by, kind, stock, ours: (by, kind) == ("client", "SYN ACK"),
    "an answer of a connection that is over: it ends at the local address, and the host says so with RST":
        lambda by, kind, stock, ours: by == "server" and not stock and ours in ({"server: R"}, {"server: RA"}),
}
PARTED = next(iter(ALLOWED))


@dataclass
class Flow:
    vip: str
    number: int
    iss: int = 0  # initial sequence numbers: the client's, the server's
    isn: int = 0
    peer: tuple = ()  # whom the real server sees
    fates: list = field(default_factory=lambda: [set() for _ in range(LENGTH)])

    def __post_init__(self):
        self.iss, self.isn = 0x10000000 + (self.number << 16), 0x20000000 + (self.number << 16)
        self.next = {"client": self.iss, "server": self.isn}

    def packet(self, by, kind):
        src, dst = ((CLIENT, 20000 + self.number), (self.vip, PORT)) if by == "client" else ((REAL, PORT), self.peer)
        seq, ack = self.next[by], self.next["server" if by == "client" else "client"]
        if kind == "unreachable":
            quote = ip4(dst[0], src[0], 6, tcp(dst[0], src[0], dst[1], src[1], ACK, seq=ack, ack=seq))
            return ip4(src[0], dst[0], 1, icmp_error(quote, 3, 3, 0), ident=self.number + 1)
        flags = (CLIENTS if by == "client" else SERVERS)[kind]
        if kind == "another SYN":
            self.iss += 1 << 24
        if flags & SYN and not (by == "client" and flags & ACK):
            seq = self.iss if by == "client" else self.isn
            self.next[by] = seq + 1
        data = b"some words" if kind == "data" else b""
        self.next[by] += len(data) + (flags & (FIN | RST) == FIN)
        seq, ack = (seq + FAR if kind == "far RST" else seq), (ack - FAR if kind == "far ACK" else ack) if flags & ACK else 0
        segment = tcp(src[0], dst[0], src[1], dst[1], flags, seq=seq & 0xFFFFFFFF, ack=ack & 0xFFFFFFFF, data=data)
        return ip4(src[0], dst[0], 6, segment, ident=self.number + 1)


class Round:
    """The same sequences with both services, step by step."""

    def __init__(self, client, real, vips, plans):
        self.hosts, self.plans = {"client": client, "server": real}, plans  # by number
        self.ears = {client.ears: self.at_client, real.ears: self.at_server}
        self.flows = {vip: {n: Flow(vip, n) for n in plans} for vip in vips}
        self.peers = {}  # of a FullNAT service: (local address, port) -> number
        self.stock, self.ours = vips
        self.step = 0

    def play(self, schedule):
        for self.step in range(LENGTH):
            operate(schedule.get(self.step, ()), self.flows)
            for vip, flows in self.flows.items():
                for flow in flows.values():
                    by, kind = self.plans[flow.number][self.step]
                    if by == "client" or flow.peer:
                        self.hosts[by].send(flow.packet(by, kind), "host")
                    if flow.number % 16 == 15:
                        listen(self.ears, 0.005, 4)
                listen(self.ears, 0.15, 4)
        operate(schedule.get(LENGTH, ()), self.flows)

    def note(self, vip, number, words):
        if vip in self.flows and number in self.plans:
            self.flows[vip][number].fates[self.step].add(words)

    def at_client(self, p):
        if p.is_error:
            self.note(p.quote.dst, p.quote.ports[0] - 20000, f"client: ICMP {p.l4[0]}.{p.l4[1]}")
            self.note(p.quote.src, p.quote.ports[1] - 20000, f"client: ICMP {p.l4[0]}.{p.l4[1]}")
        elif p.proto == 6 and p.ports[0] == PORT:
            self.note(p.src, p.ports[1] - 20000, f"client: {self.flags(p)}")

    def at_server(self, p):
        if p.is_error and p.quote.src == REAL:
            self.note(*self.whose(p.quote.dst, p.quote.ports[1], None), f"server: ICMP {p.l4[0]}.{p.l4[1]}")
        elif p.proto == 6 and p.dst == REAL and p.ports[1] == PORT:
            vip, number = self.whose(p.src, p.ports[0], p)
            self.note(vip, number, f"server: {self.flags(p)}")
            if p.tcp()[3] & RST == 0 and number in self.plans:
                self.flows[vip][number].peer = p.src, p.ports[0]

    def whose(self, addr, port, p):
        if addr == CLIENT:
            return self.stock, port - 20000
        if p and p.tcp()[3] & RST == 0:
            self.peers[addr, port] = p.ident - 1
        return self.ours, self.peers.get((addr, port), -1)

    @staticmethod
    def flags(p):
        return flag_names(p.tcp()[3]).replace("P", "")


def operate(commands, vips):
    for vip in vips if commands else ():
        for command in commands:
            on_balancer(*command.format(vip=vip).split())
    if commands:
        time.sleep(1)  # the other service follows a little later, on a busy host


def plans(rnd, first):
    ops = [("client", kind) for kind in CLIENTS] + [("server", kind) for kind in SERVERS]
    for number in range(first, first + COUNT):
        plan = OPENING[:] if rnd.random() < 0.7 else []
        yield number, plan + [rnd.choice(ops) for _ in range(LENGTH - len(plan))]


def judge(flows, plans_of, counts):
    """Count what is equal and what is allowed; returns the sentences for the rest."""
    wrong = []
    for number, plan in plans_of.items():
        for step, (by, kind) in enumerate(plan):
            stock, ours = (f[number].fates[step] for f in flows)
            if stock == ours:
                counts["equal" if stock else "nothing either way"] += 1
                continue
            name = next((name for name, is_it in ALLOWED.items() if is_it(by, kind, stock, ours)), None)
            counts[name or "unexplained"] += 1
            if not name:
                before = ", ".join(f"{b}'s {k}" for b, k in plan[:step])
                wrong.append(f"{by}'s {kind} after {before or 'nothing'}: stock {stock or 'nothing'}, FullNAT {ours or 'nothing'}")
            if name in (None, PARTED):
                break
    return wrong


def main(stock, fullnat, seed="1"):
    client, real = Host("cl", VIP_HOST), Host("r3", "10.0.2.1")
    total, unexplained = collections.Counter(), 0
    for n, (name, schedule) in enumerate(SCHEDULES.items()):
        counts, some = collections.Counter(), dict(plans(random.Random(int(seed) * 100 + n), n * COUNT))
        a_round = Round(client, real, (stock, fullnat), some)
        a_round.play(schedule)
        wrong = judge(list(a_round.flows.values()), some, counts)
        unexplained += len(wrong)
        total += counts
        print(f"{name}: {', '.join(f'{what}: {count}' for what, count in counts.most_common())}")
        print("".join(f"  {sentence}\n" for sentence in wrong[:20]), end="", flush=True)
    missing = [name for name in ALLOWED if not total[name]]
    print("allowed, but never seen:", ", ".join(missing) or "none")
    return bool(unexplained or missing or total["equal"] < 2 * COUNT)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
