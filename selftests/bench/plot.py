#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Pictures of the packet bench, as SVG beside the results."""
import sys

import results

try:
    import matplotlib
    from matplotlib import pyplot
except ImportError:
    sys.exit("no pictures: python3-matplotlib is not installed (selftests/vm/deps bench)")

NEW = ("ipvs_new", "lvsx_new")
ESTABLISHED = ("route", "dnat", "flowtable", "ipvs_dr", "ipvs_nat_fwd", "ipvs_nat_rev", "lvsx_fwd", "lvsx_rev",
               "lvsx_fwd_ingress", "lvsx_rev_ingress")
# File's name -> title, group of metrics, kernels (suffix -> label), cases.
KERNELS = {"": "Linux 6.1", ".6_12": "Linux 6.12"}
PICTURES = {
    "insn-established": ("Packet of an established flow: instructions above the base", "insn", KERNELS, ESTABLISHED),
    "insn-new": ("First packet of a connection: instructions above the base", "insn", KERNELS, NEW),
    "native-established": ("Packet of an established flow: nanoseconds above the base, user-mode Linux", "uml_ns",
                           {"": "Linux 6.1"}, ESTABLISHED),
}


def draw(metrics):
    for name, (title, group, kernels, cases) in PICTURES.items():
        series = {}
        for suffix, label in kernels.items():
            base = metrics.get(f"{group}.base{suffix}")
            found = {c: metrics[f"{group}.{c}{suffix}"]["value"] - base["value"]
                     for c in cases if base and f"{group}.{c}{suffix}" in metrics}
            if found:
                series[label] = found
        if series:
            path = results.RESULTS.parent / f"{name}.svg"
            bars(title, cases, series, path)
            print(f"picture: {path.relative_to(results.TOP)}")


def bars(title, cases, series, path):
    shown = [c for c in cases if any(c in found for found in series.values())]
    height = 0.8 / len(series)
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.45 * len(shown)))
    for at, (label, found) in enumerate(series.items()):
        drawn = axes.barh([shown.index(c) + at * height for c in found], list(found.values()),
                          height, label=label)
        axes.bar_label(drawn, fmt="%.0f", padding=3)
    axes.set_yticks([i + height * (len(series) - 1) / 2 for i in range(len(shown))], shown)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set_title(title)
    if len(series) > 1:
        axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "lvsx"  # the same figures make the same file
    draw(results.load()["metrics"])
