#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Shows build/bench/results.json: a table, the bars of the design, what moved, and pictures."""
import subprocess
import sys
from pathlib import Path

import results

MOVED = 0.02


def table(metrics):
    """Each with what it takes above its base, where there is one."""
    print(f"{'metric':34} {'value':>12} {'spread':>10} {'above base':>12}  unit")
    for name, entry in metrics.items():
        group, _, tail = name.partition(".")
        case, dot, kernel = tail.partition(".")
        base = metrics.get(f"{group}.base{dot}{kernel}")
        above = f"{entry['value'] - base['value']:12.2f}" if base and case != "base" else " " * 12
        print(f"{name:34} {entry['value']:12.2f} {entry['spread']:10.2f} {above}  {entry['unit']}")


# lvsx's case, what it is measured against, the share of it that it may take. Both above the base.
BARS = [("lvsx_fwd", "ipvs_nat_fwd", 1 / 3), ("lvsx_rev", "ipvs_nat_rev", 1 / 3),
        ("lvsx_fwd_ingress", "ipvs_nat_fwd", 1 / 3), ("lvsx_rev_ingress", "ipvs_nat_rev", 1 / 3),
        ("lvsx_fwd", "flowtable", 1), ("lvsx_rev", "flowtable", 1), ("lvsx_new", "ipvs_new", 1 / 2)]


def bars(metrics):
    """Lines of the bars whose figures are there, of every kernel; instructions only."""
    lines = []
    for tail in sorted({name.removeprefix("insn.base") for name in metrics if name.startswith("insn.base")}):
        for ours, theirs, share in BARS:
            try:
                base, we, they = (metrics[f"insn.{case}{tail}"]["value"] for case in ("base", ours, theirs))
            except KeyError:
                continue
            have, may = we - base, (they - base) * share
            # Better than the flow table, but within a share of IPVS.
            met = have < may if share == 1 else have <= may
            lines.append(f"{'met   ' if met else 'missed'} {ours + tail:16} {have:8.1f} of {may:8.1f}"
                         f"  ({they - base:.1f} of {theirs} x {share:.2f})")
    return lines


def moved(metrics, baseline):
    """Lines of what differs from the baseline. Times are only compared on the machine they are from."""
    same = baseline.get("machine", {}).get("cpu") == results.machine()["cpu"]
    lines = []
    for name, entry in metrics.items():
        old = baseline["metrics"].get(name)
        if not old or not old["value"] or (old["unit"].startswith("ns") and not same):
            continue
        change = entry["value"] / old["value"] - 1
        if abs(change) > MOVED:
            lines.append(f"{name:34} {old['value']:12.2f} -> {entry['value']:12.2f}  {100 * change:+.1f} %")
    return lines


def show(measured=None):
    """The whole file, or only what was just measured with the bars and moves that concern it."""
    every = results.load()["metrics"]
    some = every if measured is None else measured
    table(some)
    print("\nbars, in instructions above the base:")
    print("\n".join(bars(every)) or "no figures")
    baseline = results.load(results.BASELINE)
    print(f"\nmoved by more than {100 * MOVED:.0f} % since the baseline"
          f" (commit {baseline.get('commit', 'unknown')}):")
    print("\n".join(moved(some, baseline)) or ("nothing" if baseline["metrics"] else "there is no baseline"))
    print()
    sys.stdout.flush()
    # Debian's matplotlib belongs to Debian's Python, which need not be the first in PATH.
    subprocess.run(["/usr/bin/python3", Path(__file__).with_name("plot.py")], check=False)


if __name__ == "__main__":
    show()
