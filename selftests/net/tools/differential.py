# SPDX-License-Identifier: GPL-2.0-only
"""differential.py STOCK FULLNAT EXPECTED [PART]: odd packets to either VIP, and what becomes of them.

Runs on the balancer's host and reaches into the namespaces of client, balancer and real server. EXPECTED is
a page with a table of differences: "| id | `pattern` of case names | stock | FullNAT |", where what FullNAT
drops begins with "Dropped". Prints each difference, and fails if one is not in the table or not such, if a
case that is there does not differ, or if a row has none. PART: a pattern of the cases to play.
"""
import collections
import os
import re
import socket
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from hosts import Host, enter, flag_names, grow, listen, on_balancer, stampless  # noqa: E402
from odd import ACK, CLIENT, PORT, REAL, SYN, VIP_HOST, Flow, cases, datagram, ip, segment  # noqa: E402

PRIOR = 0xFFF0  # ident of what only begins a flow
LOCAL = "10.0.2.100"
HOST = "host: takes it and says nothing"
TAG = re.compile(rb"(odd|own)(\d{5})")
ANSWER = re.compile("client: |real server: ")
SETTINGS = {
    "plain": (),
    "rp_filter": (("net/ipv4/conf/all/rp_filter", 0, 1),),
    "rp_filter loose": (("net/ipv4/conf/all/rp_filter", 0, 2),),
    "source_route": (("net/ipv4/conf/all/accept_source_route", 0, 1), ("net/ipv4/conf/front/accept_source_route", 0, 1)),
    "mtu": (),
}


class Balancer:
    """What the host takes for itself, which shows only here where it answers nothing."""

    def __init__(self):
        enter("lb")
        # No others: the host would not say any more that it does not know a protocol.
        self.ears = [grow(socket.socket(socket.AF_INET, socket.SOCK_RAW, proto)) for proto in (1, 6, 17)]


class Round:
    """All cases of a batch against one VIP."""

    def __init__(self, client, real, balancer, batch, vip, other):
        self.client, self.real, self.vip, self.other = client, real, vip, other
        self.ears = {client.ears: self.at_client, real.ears: self.at_real, **{e: self.at_host for e in balancer.ears}}
        self.flows = {n: Flow(vip, n, n * 2 + other) for n, _ in batch}
        self.batch, self.sides = batch, {n: case.side for n, case in batch}
        self.seen = collections.defaultdict(collections.Counter)
        self.merged = collections.defaultdict(lambda: [0, 0, set()])
        self.pieces = collections.defaultdict(list)
        self.protos = collections.defaultdict(set)  # that each case has sent
        self.begun = True
        self.step(self.begin, [(n, c) for n, c in batch if c.prior])
        end = time.monotonic() + 10
        while any(self.unmet(n, c) for n, c in batch) and time.monotonic() < end:
            listen(self.ears, 0.1, 0.4)
        self.step(self.complete, [(n, c) for n, c in batch if c.prior == "tcp"])
        self.begun = False
        self.step(self.play, batch, 1)
        self.tell_pieces()
        for n, (flags, ack, options) in self.merged.items():
            self.seen[n][" ".join([f"client: tcp {flag_names(flags)} ack+{ack}", *sorted(options)])] += 1

    def fates(self, n):
        """What became of a case, and how often. That the host has a packet says less than its answer does."""
        seen = self.seen[n]
        return [f"{fate} x{copies}" if copies > 1 else fate for fate, copies in sorted(seen.items())
                if fate != HOST or not any(ANSWER.match(other) for other in seen)]

    def step(self, send, batch, settle=0.25):
        for i, (n, case) in enumerate(batch):
            send(n, case)
            if i % 16 == 15:
                listen(self.ears, 0.01, 0.04)
        if batch:
            listen(self.ears, settle, settle * 4)

    def unmet(self, n, case):
        return case.prior and not self.flows[n].peer[1] or case.prior == "tcp" and not self.flows[n].isn

    def begin(self, n, case):
        f = self.flows[n]
        first = ip(f, 17, datagram(f, b"prior %05d" % n), ident=PRIOR) if case.prior == "udp" else ip(f, 6, segment(f, SYN), ident=PRIOR)
        self.client.send(first, "host")

    def complete(self, n, _):
        self.client.send(ip(self.flows[n], 6, segment(self.flows[n], ACK, known=True), ident=PRIOR), "host")

    def play(self, n, case):
        host = self.client if case.side == "client" else self.real
        if self.unmet(n, case):
            self.seen[n][f"no flow to play it on: {self.vip}"] += 1
            return
        for packet in case.make(self.flows[n]):
            self.protos[n].add(packet[9])
            host.send(packet, case.to)

    def number_of(self, ident):
        return ident // 2 if ident % 2 == self.other and ident // 2 in self.flows else None

    def tell_pieces(self):
        """What is split anew gets another identifier; its number is in one of the pieces. To the client only what
        the tool made is told of, not the real server's echoes."""
        for (there, _, ident), pieces in self.pieces.items():
            tag = next(filter(None, (TAG.search(p.l4[:36]) for p in pieces)), None)
            n = int(tag[2]) if tag else self.number_of(ident)
            for p in pieces if n in self.flows else ():
                if there is self.real:
                    self.at_real_of(n, p)
                elif self.sides[n] == "real":
                    self.from_real(n, p)

    def note(self, n, words):
        if n in self.flows and not self.begun:
            self.seen[n][words] += 1

    def where(self, address):
        return {self.vip: "the VIP", VIP_HOST: "the balancer", "10.0.2.1": "the balancer", REAL: "the real server", CLIENT: "the client",
                LOCAL: "the local address"}.get(address, "another")

    def at_real(self, p):
        if p.ident == PRIOR and self.begun:
            self.meet(p)
            return
        if p.is_error and p.quote.src == REAL and (n := self.number_of(p.quote.ident)) is not None and self.sides[n] == "real":
            self.note(n, f"real server: ICMP {p.l4[0]}.{p.l4[1]} from {self.where(p.src)}")
            return
        if p.whole:
            self.at_real_of(self.number_of(p.ident), p)
        elif not self.begun:
            self.pieces[self.real, p.src, p.ident].append(p)

    def at_real_of(self, n, p):
        # A host's own error about something else may have our ident by chance.
        if n is None or p.dst != REAL or p.is_error and p.tos == 0xC0:
            return
        # A kernel chooses identifiers at random where it makes a packet anew.
        if not p.is_error and self.protos[n] and p.proto not in self.protos[n]:
            print(f"# has the identifier of case {n} by chance: {p.proto} {p.head()} from {p.src} {p.ports} {self.payload(p, self.flows[n])}")
            return
        self.name_vip(p)
        words = f"at the real server: {p.proto} {p.head()} {self.payload(p, self.flows[n])}"
        self.note(n, words + self.sum_words(p))

    def name_vip(self, p):
        """In options either VIP is called the same."""
        p.options = p.options.replace(socket.inet_aton(self.vip), socket.inet_aton("0.0.0.86"))

    def at_host(self, p):
        n = self.number_of(p.ident)
        if n is None or p.is_error and p.tos == 0xC0:
            return
        if p.dst == self.vip if self.sides[n] == "client" else p.src == REAL:
            self.note(n, HOST)

    def meet(self, p):
        """Whom the real server sees as this flow's client."""
        if p.proto == 17 and p.l4[8:14] == b"prior ":
            n = int(p.l4[14:19])
        elif p.proto == 6:
            n = (p.tcp()[0] - 0x10000000) // 0x1000
        else:
            return
        if n in self.flows:
            self.flows[n].peer = (p.src, p.ports[0])

    def payload(self, p, f):
        if not p.whole:
            return f"{len(p.l4)} bytes {zlib.crc32(p.l4[(20 if p.proto == 6 else 8) if not p.frag & 0x1FFF else 0:]):08x}"
        if p.is_error:
            q = p.quote
            right = (q.src, q.ports[0]) == (REAL, PORT) and (q.dst, q.ports[1]) == (f.peer if f.peer[1] else (p.src, q.ports[1]))
            return f"{p.l4[0]}.{p.l4[1]} rest={p.l4[4:8].hex()} quote {len(p.l4) - 8} bytes {'translated' if right else 'WRONG'}{'' if q.sound else ', wrong sum'}"
        if p.proto == 6 and len(p.l4) >= 20:
            _, _, doff, flags = p.tcp()
            return f"{flag_names(flags)} doff={doff} options={p.l4[20:doff * 4].hex()} data {zlib.crc32(p.l4[max(doff, 5) * 4:]):08x}"
        if p.proto == 17:
            return f"{len(p.l4)} bytes, length {p.l4[4:6].hex()} {'no sum ' * (p.l4[6:8] == bytes(2))}data {zlib.crc32(p.l4[8:]):08x}"
        return f"{len(p.l4)} bytes"

    def at_client(self, p):
        if not p.whole:
            self.pieces[self.client, p.src, p.ident].append(p)
            return
        n = self.number_of(p.ident)
        if n is not None and self.sides[n] == "real" and not self.strange(n, p):
            self.from_real(n, p)
        elif p.is_error:
            self.error_at_client(p)
        elif p.src != self.vip:
            return
        elif p.proto == 1 and len(p.l4) >= 8:
            self.note(int.from_bytes(p.l4[4:6], "big"), f"client: ICMP {p.l4[0]}.{p.l4[1]} from the VIP")
        elif (n := p.ports[1] - 20000) in self.flows:
            self.name_vip(p)
            if p.proto == 6 and len(p.l4) >= 20:
                self.tcp_at_client(n, p)
            else:
                self.note(n, f"client: {p.proto} from the VIP {p.head()} {self.payload(p, self.flows[n])}{self.sum_words(p)}")

    def strange(self, n, p):
        """Does it have the identifier of a case by chance?"""
        return p.tos == 0xC0 if p.is_error else p.proto in (6, 17) and len(p.l4) >= 4 and p.ports[1] != 20000 + n

    def from_real(self, n, p):
        """What the real server's packet of a case has become."""
        self.name_vip(p)
        what = self.error(p) if p.is_error else f"{p.proto} from {self.where(p.src)} {p.head()} {self.payload(p, self.flows[n])}"
        self.note(n, f"client: {what}{self.sum_words(p)}")

    def error_at_client(self, p):
        q = p.quote
        if q.dst == self.vip and (n := self.number_of(q.ident)) is not None or q.src == self.vip and (n := q.ports[1] - 20000) in self.flows:
            self.note(n, f"client: {self.error(p)}{self.sum_words(p)}")

    def error(self, p):
        q = p.quote
        return (f"ICMP {p.l4[0]}.{p.l4[1]} rest={p.l4[4:8].hex()} from {self.where(p.src)} quoting {self.where(q.src)} to {self.where(q.dst)}"
                f"{'' if q.sound or self.where(q.src) == 'the client' else ', wrong sum'}")

    @staticmethod
    def sum_words(p):
        return "" if p.sum_holds() else " wrong L4 sum"

    def tcp_at_client(self, n, p):
        f = self.flows[n]
        seq, ack, _, flags = p.tcp()
        if self.begun:
            if flags & SYN:
                f.isn = seq
        elif flags & 4:
            seq = seq - f.isn if f.isn else seq
            self.note(n, f"client: tcp {flag_names(flags)} from the VIP {p.head()} seq={seq & 0xFFFFFFFF:#x} ack={ack:#x}")
        elif self.sides[n] == "client":
            self.merged[n][0] |= flags
            self.merged[n][1] = max(self.merged[n][1], (ack - f.seq) & 0xFFFFFFFF)
            if p.options:
                self.merged[n][2].add(f"options={stampless(p.options).hex()}")


def expected(page):
    """The rows of the table: id -> pattern, and whether FullNAT drops such a packet."""
    rows = [re.match(r"\| (\w+) \| `([^`]+)` \| [^|]+ \| (Dropped)?", line) for line in open(page)]
    return {row[1]: (re.compile(row[2].replace("\\|", "|")), bool(row[3])) for row in rows if row}


def set_up(setting, on):
    for key, low, high in SETTINGS[setting]:
        on_balancer("sysctl", "-qw", f"{key.replace('/', '.')}={high if on else low}")
    if setting == "mtu":
        on_balancer("ip", "link", "set", "back", "mtu", "1400" if on else "1500")
    time.sleep(1.2)  # what was asked of routing is remembered for a second


def play(stock, fullnat, part):
    client, real, balancer = Host("cl", VIP_HOST), Host("r3", "10.0.2.1"), Balancer()
    numbered = [(n, c) for n, c in enumerate(cases(), 1) if re.search(part, c.name)]
    for setting in SETTINGS:
        batch = [(n, c) for n, c in numbered if c.setting == setting]
        if not batch:
            continue
        set_up(setting, True)
        for first in range(0, len(batch), 250):
            some = batch[first:first + 250]
            rounds = [Round(client, real, balancer, some, vip, i) for i, vip in enumerate((stock, fullnat))]
            for n, case in some:
                yield case.name, *(r.fates(n) for r in rounds)
        set_up(setting, False)


def main(stock, fullnat, page, part=""):
    table, used = expected(page), collections.Counter()
    kinds, total, wrong = collections.Counter(), 0, collections.Counter()
    for name, before, now in play(stock, fullnat, part):
        total += 1
        kinds[" and ".join(sorted({fate.split(":")[0] for fate in before})) or "nothing seen"] += 1
        rows = [row for row, (pattern, _) in table.items() if pattern.fullmatch(name)]
        used.update(rows)
        if before == now:
            wrong["listed, but equal"] += bool(rows)
            if part or rows:
                print(f"{'/'.join(rows)} EQUAL: {name}: {before}")
            continue
        wrong["unlisted or listed twice"] += len(rows) != 1
        wrong["dropped, but the row does not say so, or the other way round"] += any(table[row][1] == bool(now) for row in rows)
        print(f"{'/'.join(rows) or 'UNLISTED'}: {name}\n   stock   {'; '.join(before) or 'nothing'}\n   FullNAT {'; '.join(now) or 'nothing'}")
    wrong["rows that do not occur"] = len(stale := [row for row in table if not used[row]] if not part else [])
    print("stock:", ", ".join(f"{kind} {n}" for kind, n in kinds.most_common()))
    print("expected differences:", ", ".join(f"{row} {n}" for row, n in sorted(used.items())) or "none")
    print("rows that do not occur:", ", ".join(stale) or "none")
    print(f"{total} cases, {sum(used.values())} listed;", ", ".join(f"{what}: {n}" for what, n in wrong.items()))
    return bool(wrong.total() or not total)


sys.exit(main(*sys.argv[1:]))
