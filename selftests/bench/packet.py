#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The packet bench: what one packet costs in lvsx, in stock IPVS and in what else the kernel has.

packet.py insn    exact instructions, in guests whose clock counts instructions
packet.py native  nanoseconds, in the user-mode kernel on this machine's own CPU

Documentation/performance.md says what the figures mean.
"""
import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

import guests
import report
import results

ESTABLISHED = ["base", "route", "dnat", "flowtable", "ipvs_dr", "ipvs_nat_fwd", "ipvs_nat_rev",
               "lvsx_fwd", "lvsx_rev", "lvsx_fwd_ingress", "lvsx_rev_ingress"]
TCP = ["dnat_tcp", "flowtable_tcp", "ipvs_nat_fwd_tcp", "ipvs_nat_rev_tcp", "lvsx_fwd_tcp",
       "lvsx_rev_tcp"]
NEW = ["ipvs_new", "lvsx_new_grace"]
WAITING = ["lvsx_new", "lvsx_new_sized"]  # wait five minutes and more of the guest's time
CASES = ESTABLISHED + TCP + NEW + WAITING


def gather(repeats, times, passes=1):
    """Appends a value for every so many passes: the smallest of them."""
    for case, values in times.items():
        repeats.setdefault(case, []).extend(
            min(values[at:at + passes]) for at in range(0, len(values), passes))


def insn(kernel, cases, boots):
    """The guest's nanoseconds are instructions, and its sleep costs nothing."""
    repeats = {}
    for _ in range(boots):
        gather(repeats, guests.measure(kernel, cases, 5000, 3, options=["-i"]))
    return repeats


def native(cases, boots):
    """Many passes, shorter than a busy machine's slices of time, so that some are left in peace.

    What waits for five real minutes does so in guests beside the others, on the other CPU.
    """
    repeats = {}

    def measure(known, count):
        part = [case for case in cases if case in known]
        return guests.measure("uml", part, count, 50) if part else {}

    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(measure, [case], 2000) for case in WAITING]
        for _ in range(boots):
            gather(repeats, measure(ESTABLISHED + TCP, 5000), 10)
            gather(repeats, measure(NEW, 2000), 10)
        for one in waiting:
            gather(repeats, one.result(), 10)
    return repeats


def suffix(kernel):
    """The first kernel's metrics have plain names."""
    return "" if kernel == "6.1" else "." + kernel.replace(".", "_")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["insn", "native"])
    parser.add_argument("--kernels", nargs="+", default=["6.1", "6.12", "newest"], help="of insn")
    parser.add_argument("--cases", nargs="+", default=CASES, choices=CASES, metavar="CASE",
                        help="some of: " + " ".join(CASES))
    parser.add_argument("--boots", type=int, help="insn: 2, native: 5")
    args = parser.parse_args()
    metrics, kernels = {}, {}
    for kernel in args.kernels if args.what == "insn" else ["uml"]:
        guests.build(kernel)
        kernels[kernel] = guests.release(kernel)
        if args.what == "insn":
            repeats, unit = insn(kernel, args.cases, args.boots or 2), "instructions/packet"
            names = {case: f"insn.{case}{suffix(kernel)}" for case in repeats}
        else:
            repeats, unit = native(args.cases, args.boots or 5), "ns/packet"
            names = {case: f"uml_ns.{case}" for case in repeats}
        found = {names[case]: results.metric(values, unit) for case, values in repeats.items()}
        results.merge(found, {kernel: kernels[kernel]})
        metrics.update(found)
    report.show(metrics)


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"packet.py: {error}")
