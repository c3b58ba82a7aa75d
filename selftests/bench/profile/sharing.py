#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What do CPUs that open connections at once have to wait for one another? Reads a trace of trace.c.

A line of memory that several CPUs use and at least one writes has to come from another CPU each time,
if they open connections in turn. Per connection, that gives how many lines come, and how long the
worst line is in use, which nobody can do for two connections at once. Documentation/performance.md
says what follows from it and what does not.
"""
import argparse
import collections
import struct
import sys
from pathlib import Path

LINE = 6  # log2 of its bytes
RECORD = struct.Struct("<QIBBBx")
LOAD, STORE, LOCKED_LOAD, LOCKED_STORE, BEGIN, END, INTERRUPTED = range(7)

# The machine of the model, in nanoseconds: one instruction of a new connection, as the user-mode
# kernel takes for it here, and a line of memory from one CPU to another.
INSN_NS, LINE_NS = 0.14, 100.0

# One opened connection: instructions; line -> written; lock -> [instructions held, lines used meanwhile].
Opening = collections.namedtuple("Opening", "cpu insns lines held")


def openings(data):
    """The connections of a trace that no interrupt has disturbed."""
    now = {}  # CPU -> (lines, held, locks that it holds: address -> instructions at the time and lines since)
    for address, insns, cpu, kind, size in RECORD.iter_unpack(data):
        if kind == BEGIN:
            now[cpu] = ({}, {}, {})
        elif cpu not in now:
            continue
        elif kind == INTERRUPTED:
            del now[cpu]
        elif kind == END:
            lines, held, _ = now.pop(cpu)
            yield Opening(cpu, insns, lines, held)
        else:
            touch(*now[cpu], address, insns, kind, size)


def touch(lines, held, locks, address, insns, kind, size):
    line = address >> LINE
    lines[line] = lines.get(line, False) or kind in (STORE, LOCKED_STORE)
    for _, used in locks.values():
        used.add(line)
    if kind == LOCKED_STORE and size == 4:
        locks.setdefault(address, (insns, set()))  # perhaps a lock: it is one if its low byte is stored alone
    elif kind == STORE and size == 1 and address in locks:
        since, used = locks.pop(address)
        entry = held.setdefault(line, [0, set()])
        entry[0] += insns - since
        entry[1] |= used


def arrivals(opened, cpus):
    """Line -> how often it comes from another CPU when this one (reads, writes) it, CPUs being in turn."""
    users, touches, writes = (collections.defaultdict(x) for x in (set, int, int))
    for one in opened:
        for line, written in one.lines.items():
            users[line].add(one.cpu)
            touches[line] += 1
            writes[line] += written
    # A reader has it still if none of the others has written since.
    return {line: (1 - (1 - writes[line] / touches[line]) ** (cpus - 1), 1.0)
            for line in users if len(users[line]) > 1 and writes[line]}


def summary(opened):
    """Of one connection: instructions, lines that come from another CPU, nanoseconds of the worst line; and that line."""
    cpus, n = len({one.cpu for one in opened}), len(opened)
    comes = arrivals(opened, cpus)
    lines, busy = 0.0, collections.defaultdict(float)
    for one in opened:
        for line, written in one.lines.items():
            if line not in comes:
                continue
            lines += comes[line][written]
            busy[line] += comes[line][written] * LINE_NS
        for lock, (insns, used) in one.held.items():
            if lock in comes:
                busy[lock] += insns * INSN_NS + LINE_NS * sum(
                    comes[x][one.lines[x]] for x in used if x in comes and x != lock)
    worst = max(busy, key=busy.get, default=0)
    return {"cpus": cpus, "insns": sum(one.insns for one in opened) / n, "lines": lines / n,
            "serial_ns": busy[worst] / n if busy else 0.0, "worst": worst << LINE,
            "busy": {line << LINE: ns / n for line, ns in busy.items()}}


def time_of(of, cpus):
    """Nanoseconds from one new connection of a CPU to its next, with so many CPUs at it."""
    alone = of["insns"] * INSN_NS
    return max(alone + of["lines"] * LINE_NS, cpus * of["serial_ns"]) if cpus > 1 else alone


def scaling(of, cpus):
    """New connections on so many CPUs over those on one, by the model."""
    return cpus * time_of(of, 1) / time_of(of, cpus)


def read(path):
    found = list(openings(Path(path).read_bytes()))
    if not found or len({one.cpu for one in found}) < 2:
        raise RuntimeError(f"{path}: {len(found)} undisturbed connections, expected many on several CPUs")
    return summary(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trace", type=Path)
    of = read(parser.parse_args().trace)
    print(f"{of['insns']:.0f} instructions, {of['lines']:.2f} lines from other CPUs, worst line {of['serial_ns']:.0f} ns;"
          f" on {of['cpus']} CPUs {scaling(of, of['cpus']):.2f} times as many connections as on one")
    for address, ns in sorted(of["busy"].items(), key=lambda item: -item[1])[:40]:
        print(f"{address:016x} {ns:8.1f} ns")


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"sharing.py: {error}")
