#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Shows build/bench/results.json: a table, the bars of the design, what moved, and pictures."""
import subprocess
import sys
from pathlib import Path

import results

MOVED = 0.02
TIMES = ("ns", "1/s")  # units of what depends on the machine


def table(metrics):
    """Each with what it takes above its base, where there is one."""
    print(f"{'metric':34} {'value':>14} {'spread':>12} {'above base':>12}  unit")
    for name, entry in metrics.items():
        group, _, tail = name.partition(".")
        case, dot, kernel = tail.partition(".")
        base = metrics.get(f"{group}.base{dot}{kernel}")
        above = f"{entry['value'] - base['value']:12.2f}" if base and case != "base" else " " * 12
        print(f"{name:34} {entry['value']:14.2f} {entry['spread']:12.2f} {above}  {entry['unit']}")


# lvsx's case, what it is measured against, the share of it that it may take. Both above the base.
SHARES = [("lvsx_fwd", "ipvs_nat_fwd", 1 / 3), ("lvsx_rev", "ipvs_nat_rev", 1 / 3),
          ("lvsx_fwd_ingress", "ipvs_nat_fwd", 1 / 3), ("lvsx_rev_ingress", "ipvs_nat_rev", 1 / 3),
          ("lvsx_fwd", "flowtable", 1), ("lvsx_rev", "flowtable", 1), ("lvsx_new", "ipvs_new", 1 / 2)]

# Metric, is it to be at most (else at least) the sum of these: (factor, metric or None for a number).
LIMITS = [("core_ns.batch.10m", True, [(1.25, "core_ns.memory.10m"), (1, "core_ns.floor")]),
          ("core_ns.batch.1k", True, [(2, "core_ns.floor")]),
          ("core_rate.churn.10m", False, [(8e6, None)]),
          ("bytes.per_conn.core", True, [(160, None)]),
          ("bytes.per_conn.kernel", True, [(176, None)]),
          ("conns.guest_live", False, [(10e6, None)])]


def line(met, name, have, may, of):
    return f"{'met   ' if met else 'missed'} {name:22} {have:>14,.1f} of {may:>14,.1f}  ({of})"


def share_bars(metrics):
    """Of instructions, for every kernel."""
    lines = []
    for tail in sorted({name.removeprefix("insn.base") for name in metrics if name.startswith("insn.base")}):
        for ours, theirs, share in SHARES:
            try:
                base, we, they = (metrics[f"insn.{case}{tail}"]["value"] for case in ("base", ours, theirs))
            except KeyError:
                continue
            have, may = we - base, (they - base) * share
            # Better than the flow table, but within a share of IPVS.
            lines.append(line(have < may if share == 1 else have <= may, f"insn.{ours}{tail}", have, may,
                              f"{they - base:.1f} of {theirs} x {share:.2f}"))
    return lines


def bars(metrics):
    """Lines of the bars whose figures are there."""
    lines = share_bars(metrics)
    for name, most, terms in LIMITS:
        if any(m not in metrics for m in (name, *(m for _, m in terms if m))):
            continue
        have = metrics[name]["value"]
        may = sum(factor * (metrics[m]["value"] if m else 1) for factor, m in terms)
        of = " + ".join(f"{factor:g} x {m}" if m else f"at {'most' if most else 'least'} {factor:,.0f}"
                        for factor, m in terms)
        lines.append(line(have <= may if most else have >= may, name, have, may, of))
    return lines


def moved(metrics, baseline):
    """Lines of what differs from the baseline. Times are only compared on the machine they are from."""
    same = baseline.get("machine", {}).get("cpu") == results.machine()["cpu"]
    lines = []
    for name, entry in metrics.items():
        old = baseline["metrics"].get(name)
        if not old or not old["value"] or (old["unit"].startswith(TIMES) and not same):
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
    print("\nbars, those of instructions above the base:")
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
