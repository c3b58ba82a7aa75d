#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Pictures of the figures, as SVG and PNG beside the results."""
import json
import sys
from pathlib import Path

import results

try:
    import matplotlib
    from matplotlib import pyplot
except ImportError:
    sys.exit("no pictures: python3-matplotlib is not installed (selftests/vm/deps bench)")

PEERS = Path(__file__).resolve().parent / "peers.json"
NEW = ("ipvs_new", "lvsx_new_grace", "lvsx_new", "lvsx_new_sized")
ESTABLISHED = ("route", "dnat", "flowtable", "ipvs_dr", "ipvs_nat_fwd", "ipvs_nat_rev", "lvsx_fwd", "lvsx_rev",
               "lvsx_fwd_ingress", "lvsx_rev_ingress")
FLOWS = ("1k", "64k", "1m", "10m")
# Of each series: what is lvsx's, what is not.
COLORS = (("#1f77b4", "#808080"), ("#8fbbd9", "#c0c0c0"), ("#0b3d5c", "#505050"))
# File's name -> title, group of metrics, kernels (suffix -> label), cases; all above the base.
KERNELS = {"": "Linux 6.1", ".6_12": "Linux 6.12", ".newest": "the newest Linux"}
NATIVE = {"": "Linux 6.1"}
CASES = {
    "insn-established": ("Packet of an established flow: instructions above the base", "insn", KERNELS, ESTABLISHED),
    "insn-new": ("First packet of a connection: instructions above the base", "insn", KERNELS, NEW),
    "native-established": ("Packet of an established flow: nanoseconds above the base, user-mode Linux", "uml_ns",
                           NATIVE, ESTABLISHED),
    "native-new": ("First packet of a connection: nanoseconds above the base, user-mode Linux", "uml_ns", NATIVE, NEW),
}
# File's name -> title, what a bar is called -> metric.
FIGURES = {
    "memory": ("Memory of a connection, both directions, bytes", {
        "stock IPVS": "bytes.per_conn.ipvs", "lvsx.ko, 1 M": "bytes.per_conn.kernel",
        "lvsx.ko, 10 M": "bytes.per_conn.kernel.10m", "lvsx's core, 10 M": "bytes.per_conn.core"}),
    "scaling": ("New connections on 4 CPUs over those on 1, by the model", {
        "stock IPVS": "new_scaling.ipvs.4cpu", "lvsx": "new_scaling.4cpu"}),
    "rates": ("Flows in the core of one CPU, 10 M live: millions a second", {
        "made": "core_rate.insert.10m", "made and expired": "core_rate.churn.10m"}),
}


def save(figure, name):
    figure.tight_layout()
    for kind in ("svg", "png"):
        figure.savefig(results.RESULTS.parent / f"{name}.{kind}", metadata={"Date": None} if kind == "svg" else None)
    pyplot.close(figure)
    print(f"picture: {(results.RESULTS.parent / name).relative_to(results.TOP)}.svg and .png")


def bars(title, names, series, name, form):
    shown = [c for c in names if any(c in found for found in series.values())]
    height = 0.8 / len(series)
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.45 * len(shown)))
    for at, (label, found) in enumerate(series.items()):
        drawn = axes.barh([shown.index(c) + at * height for c in found], list(found.values()), height, label=label,
                          color=[COLORS[at][not c.startswith(("lvsx", "made"))] for c in found])
        axes.bar_label(drawn, [form(value) for value in found.values()], padding=3)
    axes.set_yticks([i + height * (len(series) - 1) / 2 for i in range(len(shown))], shown)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_title(title)
    if len(series) > 1:
        axes.legend()
    save(figure, name)


def draw_cases(metrics):
    for name, (title, group, kernels, cases) in CASES.items():
        series = {}
        for suffix, label in kernels.items():
            base = metrics.get(f"{group}.base{suffix}")
            found = {c: metrics[f"{group}.{c}{suffix}"]["value"] - base["value"]
                     for c in cases if base and f"{group}.{c}{suffix}" in metrics}
            if found:
                series[label] = found
        if series:
            bars(title, cases, series, name, "{:.0f}".format)


def draw_figures(metrics):
    for name, (title, places) in FIGURES.items():
        found = {label: metrics[metric]["value"] for label, metric in places.items() if metric in metrics}
        if found:
            if "millions" in title:
                found = {label: value / 1e6 for label, value in found.items()}
            bars(title, list(places), {"": found}, name, lambda v: f"{v:.2f}" if v < 10 else f"{v:.0f}")


def draw_core(metrics):
    """Nanoseconds over the number of flows, beside the limits of the same run and a peer's program."""
    figure, axes = pyplot.subplots(figsize=(9, 5))
    for kind, style in (("scalar", "o-"), ("batch", "o-"), ("memory", "o--")):
        found = {n: metrics[f"core_ns.{kind}.{n}"]["value"] for n in FLOWS if f"core_ns.{kind}.{n}" in metrics}
        if not found:
            pyplot.close(figure)
            return
        label = {"scalar": "lvsx's core, one by one", "batch": "lvsx's core, bursts",
                 "memory": "two lines of memory, overlapped"}[kind]
        axes.plot([FLOWS.index(n) for n in found], list(found.values()), style, label=label)
    axes.axhline(metrics["core_ns.floor"]["value"], linestyle=":", color="gray", label="parse and rewrite, no table")
    peer = json.loads(PEERS.read_text())["katran_program"]
    found = {n: ns for n, ns in peer["flows"].items() if n in FLOWS}
    axes.plot([FLOWS.index(n) for n in found], list(found.values()), "s-.", color="black",
              label=f"{peer['title']} (elsewhere)")
    axes.set_xticks(range(len(FLOWS)), FLOWS)
    axes.set_yscale("log")
    axes.set_xlabel("live flows")
    axes.set_ylabel("ns a packet")
    axes.set_title("Look-up and translation of a packet, in one process")
    axes.legend(framealpha=1)
    save(figure, "core")


if __name__ == "__main__":
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "lvsx"  # the same figures make the same file
    matplotlib.rcParams["svg.fonttype"] = "none"  # words stay words: a tenth of the size
    drawn = results.load()["metrics"]
    draw_cases(drawn)
    draw_figures(drawn)
    draw_core(drawn)
