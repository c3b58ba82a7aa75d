#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Exact instructions and atomics per packet and function of one case of the packet bench.

A guest measures the case under the emulator's plugin count.so; what was executed is put down to
functions by the guest's own /proc/kallsyms. Files stay in build/bench/profile.
"""
import argparse
import bisect
import collections
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import guests  # noqa: E402  (found by the line above)

OUT = guests.TOP / "build/bench/profile"


def run(kernel, case, count):
    """Paths of the counts and of the symbols of one measurement, and what the clock made of it."""
    guests.build(kernel)
    plugin, name = guests.plugin("count"), f"{case}.{kernel}"
    blocks, symbols = OUT / f"{name}.blocks", OUT / f"{name}.symbols"
    blocks.unlink(missing_ok=True)  # an old one is not to be taken for the result
    # Without noreplace-smp a kernel on one CPU takes the LOCK prefixes out of its code.
    times = guests.measure(
        kernel, [case], count, 1, environment={"LVSX_BENCH_SYMBOLS": str(symbols)},
        options=["-i", "-a", "noreplace-smp", "-q", f"-plugin file={plugin},out={blocks}"])
    return blocks, symbols, times[case][0]


def functions(path):
    """Sorted addresses of code, and the names that belong to them."""
    rows = (line.split() for line in path.read_text().splitlines())
    code = sorted((int(row[0], 16), " ".join(row[2:])) for row in rows if row[1] in "tTwW")
    return [address for address, _ in code], [name for _, name in code]


def per_function(blocks, symbols):
    """Function -> [instructions, atomics] of all packets."""
    addresses, names = functions(symbols)
    sums = collections.defaultdict(lambda: [0, 0])
    for line in blocks.read_text().splitlines():
        address, insns, atomics, times = line.split()
        at = bisect.bisect_right(addresses, int(address, 16)) - 1
        entry = sums[names[at] if at >= 0 else "?"]
        entry[0] += int(insns) * int(times)
        entry[1] += int(atomics) * int(times)
    return sums


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", help="lvsx_fwd, ipvs_nat_fwd, …: a case of selftests/bench/guest")
    parser.add_argument("-k", "--kernel", default="6.1")
    parser.add_argument("-n", "--count", type=int, default=6400, help="packets (6400)")
    parser.add_argument("--least", type=float, default=0.5, help="leave out functions below (0.5)")
    args = parser.parse_args()
    blocks, symbols, clock = run(args.kernel, args.case, args.count)
    rows = sorted(((insns / args.count, atomics / args.count, name) for name, (insns, atomics)
                   in per_function(blocks, symbols).items()), reverse=True)
    print(f"{args.case} on {args.kernel}: {sum(row[0] for row in rows):.1f} instructions "
          f"({clock:.1f} by the guest's clock), {sum(row[1] for row in rows):.2f} atomics a packet")
    for insns, atomics, name in rows:
        if insns >= args.least:
            print(f"{insns:9.1f} {atomics:6.2f}  {name}")


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"profile.py: {error}")
