# SPDX-License-Identifier: GPL-2.0-only
"""The stages of selftests/run, in the order in which they are begun."""
from dataclasses import dataclass

MINUTE = 60
DEPS, USER = "deps", "user"


@dataclass
class Stage:
    name: str
    command: str
    needs: tuple = (DEPS,)
    limit: int = 10 * MINUTE
    ktap: bool = True  # its output holds results; else its exit code is its one result
    setup: bool = False  # no test: counted only when it fails
    groups: tuple = ("all",)  # names by which it can be asked for, beside its own


# What continuous integration runs of selftests/net on each kernel, as everything on all of them would
# take longer than it has: on the first a long list, on the others what differs between kernels.
CORE = {
    "6.1": "fullnat4 udp4 schedulers picks thresholds persistence fwmark drop_packet timeouts expire_nodest icmp"
           " fragments gso ports memory reuse badinput wrong_cpu sources differential unreachable entrances netns lifetime follow handover hotplug keepalived mangled conntrack_nft ingress reset drain access devices churn unload",
    "6.12": "fullnat4 udp4 netns lifetime ingress",
    "newest": "fullnat4 udp4 netns lifetime ingress",
    "debug": "fullnat4 udp4 ingress entrances",
}

# The emulated kernel that looks for bugs takes minutes a script, the user-mode one seconds, so that goes
# through all of them. What it cannot see, having one CPU and no preemption: races of two CPUs and sleeping
# in the wrong place.
SEVERAL_CPUS = "netns wrong_cpu hotplug entrances churn unload"

# A kernel between two others that go through all: what the kernel's own interfaces decide.
BETWEEN = ("fullnat4 udp4 schedulers thresholds persistence icmp fragments gso entrances sources differential unreachable netns lifetime ingress devices"
           " churn unload")

# Measured on, not tested on: what it could show, uml-debug shows.
BENCH = "uml"


def kernels(top):
    """Name -> can be booted, from the table that selftests/vm works with."""
    rows = [line.split() for line in (top / "selftests/vm/kernels").read_text().splitlines()]
    return {row[0]: row[1] != "headers" for row in rows if row and not row[0].startswith("#")}


def host_stages():
    lint, fast = ("all", "ci", "fast", "lint"), ("all", "ci", "fast")
    sanitized = "SANITIZE=address,undefined 'CXXFLAGS=-O0 -g1'"
    return [
        Stage("floors", "tools/dev/floors", groups=lint),
        Stage("docs", "tools/dev/docs", groups=lint),
        Stage("style", "tools/dev/style", limit=20 * MINUTE, groups=lint),
        Stage("selftest", "tools/dev/selftest", limit=20 * MINUTE, groups=fast),
        Stage("bench", "selftests/bench/selftest", groups=fast),
        Stage("unit", "make -sj2 -C selftests/unit check", groups=fast),
        Stage("cxx", f"make -sj2 -C userspace check {sanitized} && "
              f"make -sj2 -C tools/lvsxadm check {sanitized}", limit=20 * MINUTE, groups=fast),
    ]


def kernel_stages(top):
    vm, table = "selftests/vm", kernels(top)
    strict = "W=1 'KCFLAGS=-Werror -Wno-missing-include-dirs' LVSX_TESTS=1"
    fetch, build, kunit, net, cli = [], [], [], [], []
    for k, boots in table.items():
        if k == BENCH:
            continue
        fetch.append(Stage(f"fetch-{k}", f"{vm}/fetch {k}", limit=40 * MINUTE, ktap=False, setup=True))
        build.append(Stage(f"build-{k}", f"{vm}/build {k} -- {strict}", needs=(f"fetch-{k}",), ktap=False,
                           groups=("all", "ci")))
        if k in ("6.1", "uml-debug", "debug"):
            groups = ("ci", "kunit") if k == "debug" else ("all", "ci", "kunit")  # uml-debug sees as much
            kunit.append(Stage(f"kunit-{k}", f"{vm}/run -k {k} -t 900 -- selftests/kunit",
                               needs=(f"build-{k}",), groups=groups))
        if k == "uml-debug":  # it is the one that sees what noise does, too
            net.append(Stage(f"net-{k}", f"LVSX_NOISE_SECONDS=60 {vm}/run -k {k} -t 2640 -- selftests/net/all",
                             needs=(f"build-{k}", USER), limit=45 * MINUTE, groups=("all", "ci")))
        elif boots:
            limit = 45 * MINUTE
            scripts = {"debug": SEVERAL_CPUS, "6.12": BETWEEN}.get(k, "")
            calm = "LVSX_CHURN=1 " if k == "debug" else ""  # rounds; one takes minutes there
            net.append(Stage(f"net-{k}", f"{calm}{vm}/run -k {k} -t {limit - MINUTE} -- selftests/net/all {scripts}",
                             needs=(f"build-{k}", USER), limit=limit))
            # By its name alone for debug: ten minutes, of which most wait for moved interrupts to be seen;
            # and for the kernel between.
            net.append(Stage(f"rss-{k}", f"{vm}/nic -k {k} -t {limit - MINUTE} -- selftests/net/rss.sh",
                             needs=(f"build-{k}", USER), limit=limit, groups=() if scripts else ("all",)))
            net.append(Stage(f"core-{k}", f"{vm}/run -k {k} -t {limit - MINUTE} -- selftests/net/all {CORE[k]}",
                             needs=(f"build-{k}", USER), limit=limit, groups=("ci",)))
    for script, minutes in (("ipvsadm_text", 25), ("interop", 15), ("errors", 15), ("flows", 15), ("pages", 10)):
        before = f"{vm}/build -d selftests/bench/inject 6.1 && " if script == "flows" else ""
        cli.append(Stage(f"cli-{script}",
                         f"{before}{vm}/run -k 6.1 -t {(minutes - 1) * MINUTE} -- selftests/cli/{script}.sh",
                         needs=("build-6.1", USER), limit=minutes * MINUTE, groups=("all", "ci")))
    # Compiled here, for minutes: begun first, beside everything else.
    fetch.sort(key=lambda stage: "debug" not in stage.name)
    # The slowest guests first, or the last of them would be left running alone.
    net.sort(key=lambda stage: (not stage.name.endswith("-debug"), "uml" in stage.name))
    return fetch, build, kunit, net, cli


def stages(top):
    fetch, build, kunit, net, cli = kernel_stages(top)
    return [
        Stage(DEPS, "selftests/vm/deps", needs=(), ktap=False, setup=True),
        fetch[0],
        *host_stages(),
        Stage(USER, "make -sj2 user", ktap=False),
        *fetch[1:],
        *build,
        Stage("sparse", "tools/dev/sparse", needs=("build-6.1",), groups=("all", "ci")),
        *kunit,
        *net,
        *cli,
        Stage("install", "selftests/install", needs=("fetch-6.1",), groups=("all", "ci")),
        Stage("fuzz", "selftests/fuzz/run", limit=15 * MINUTE, groups=("all", "ci")),
        Stage("demo", "selftests/vm/run -k 6.1 -t 900 -- selftests/demo/demo",
              needs=("build-6.1", USER), limit=16 * MINUTE, groups=("ci",)),
    ]
