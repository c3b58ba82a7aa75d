#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The bench of many connections: what they take of memory, ten million that live, and how new ones scale.

Two guests at once: one holds connections; the other has each access to memory of some new ones written
down (profile/trace.c), from which profile/sharing.py tells how much CPUs would wait for one another.
"""
import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import guests
import report
import results

sys.path.insert(0, str(Path(__file__).resolve().parent / "profile"))
import sharing  # noqa: E402  (found by the line above)

KERNEL, GUEST_MIB, CPUS = "6.1", 4096, 4
CROWD = guests.HERE / "crowd"


def crowd(kind, counts, mib):
    """(what, number of connections) -> value, as the script prints them."""
    rows = guests.run(KERNEL, [CROWD, kind, *map(str, counts)], options=["-s", "1", "-m", str(mib)], limit=2400)
    return {(row[0], int(row[1])): float(row[2]) for row in rows if row[0] in ("bytes", "live")}


def hold(million, many):
    """Metrics of connections that are held."""
    ours, stock = crowd("lvsx", [million, many], GUEST_MIB), crowd("ipvs", [million], 1024)
    for found, count in ((ours, million), (ours, many), (stock, million)):
        if found["live", count] != count:
            raise RuntimeError(f"{count} connections were opened, {found['live', count]:.0f} live")
    return {
        "bytes.per_conn.kernel": results.metric([ours["bytes", million] / 100], "B"),
        "bytes.per_conn.kernel.10m": results.metric([ours["bytes", many] / 100], "B"),
        "bytes.per_conn.ipvs": results.metric([stock["bytes", million] / 100], "B"),
        "conns.guest_live": results.metric([ours["live", many]], "connections", 0),
    }


def traced(kind):
    plugin = guests.plugin("trace")
    trace = plugin.parent / f"{kind}.trace"
    trace.unlink(missing_ok=True)  # an old one is not to be taken for the result
    guests.run(KERNEL, [CROWD, "trace", kind], options=["-s", str(CPUS), "-q", f"-plugin file={plugin},out={trace}"])
    of = sharing.read(trace)
    if of["cpus"] != CPUS:
        raise RuntimeError(f"{trace} has connections of {of['cpus']} CPUs, expected {CPUS}")
    return of


def scale():
    """Metrics of the scaling of new connections: the model's figure, and the counts that it is made of."""
    metrics = {}
    for kind, tail in (("ipvs", ".ipvs"), ("lvsx", "")):
        of = traced(kind)
        metrics |= {
            f"new_scaling{tail}.{CPUS}cpu": results.metric([sharing.scaling(of, CPUS)], "times 1 CPU"),
            f"new_lines{tail}.{CPUS}cpu": results.metric([of["lines"]], "lines/connection"),
            f"new_insns{tail}.{CPUS}cpu": results.metric([of["insns"]], "instructions/connection"),
            f"new_serial{tail}.{CPUS}cpu": results.metric([of["serial_ns"]], "model ns/connection"),
            f"new_time{tail}.{CPUS}cpu": results.metric([sharing.time_of(of, CPUS)], "model ns/connection"),
        }
    return metrics


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=["hold", "scale"], help="only this")
    parser.add_argument("--many", type=int, default=10_000_000, help="connections to hold (10 million)")
    args = parser.parse_args()
    guests.build(KERNEL)
    parts = {"hold": lambda: hold(1_000_000, args.many), "scale": scale}
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(parts[name]) for name in parts if args.what in (None, name)]
    metrics = {name: entry for part in running for name, entry in part.result().items()}
    results.merge(metrics, {KERNEL: guests.release(KERNEL)})
    report.show(metrics)


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"conns.py: {error}")
