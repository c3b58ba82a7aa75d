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
    limit: int = 10 * MINUTE  # without a sign of life
    ktap: bool = True  # its output holds results; else its exit code is its one result
    setup: bool = False  # no test: counted only when it fails
    groups: tuple = ("all", "night")  # names by which it can be asked for, beside its own


# `make check` goes through all scripts on the first kernel and on the user-mode one that looks for bugs. What it
# runs elsewhere, as everything everywhere would take hours, which the night has:
#   debug         takes minutes a script. What the user-mode one cannot see, having one CPU and no preemption:
#                 races of two CPUs and sleeping in the wrong place
#   6.12, newest  what the kernel's own interfaces decide
INTERFACES = ("fullnat4 udp4 schedulers where thresholds persistence icmp fragments gso entrances sources differential"
              " sequences unreachable netns lifetime handover stays hotplug ingress devices churn unload")
SOME = {
    "debug": "netns wrong_cpu hotplug entrances churn unload",
    "6.12": INTERFACES,
    "newest": INTERFACES,
}

# Continuous integration has less time still: all on the first and on the user-mode one, and of the others:
CI = {
    "6.12": "fullnat4 udp4 netns lifetime ingress",
    "newest": "fullnat4 udp4 netns lifetime ingress",
    "debug": "fullnat4 udp4 ingress entrances",
}

# Measured on, not tested on: what it could show, uml-debug shows.
BENCH = "uml"


def kernels(top):
    """Name -> can be booted, from the table that selftests/vm works with."""
    rows = [line.split() for line in (top / "selftests/vm/kernels").read_text().splitlines()]
    return {row[0]: row[1] != "headers" for row in rows if row and not row[0].startswith("#")}


def host_stages():
    lint, fast = ("all", "night", "ci", "fast", "lint"), ("all", "night", "ci", "fast")
    sanitized = "SANITIZE=address,undefined 'CXXFLAGS=-O0 -g1'"
    return [
        Stage("floors", "tools/dev/floors", groups=lint),
        Stage("docs", "tools/dev/docs", groups=lint),
        Stage("netlink", "tools/dev/netlink", groups=lint),
        Stage("style", "tools/dev/style", groups=lint),
        Stage("kerneldoc", "tools/dev/kerneldoc", groups=lint),
        Stage("commits", "tools/dev/commits", groups=lint),
        Stage("selftest", "tools/dev/selftest", groups=fast),
        Stage("bench", "selftests/bench/selftest", groups=fast),
        Stage("unit", "make -sj2 -C selftests/unit check", groups=fast),
        Stage("cxx", f"make -sj2 -C userspace check {sanitized} && "
              f"make -sj2 -C tools/lvsxadm check {sanitized}", groups=fast),
    ]


def kernel_stages(top):
    vm, table = "selftests/vm", kernels(top)
    strict = "W=1 'KCFLAGS=-Werror -Wno-missing-include-dirs' LVSX_TESTS=1"
    every, alive = ("all", "night", "ci"), f"-p {10 * MINUTE}"
    fetch, build, kunit, net, cli = [], [], [], [], []
    for k, boots in table.items():
        if k == BENCH:
            continue
        fetch.append(Stage(f"fetch-{k}", f"{vm}/fetch {k}", ktap=False, setup=True))
        build.append(Stage(f"build-{k}", f"{vm}/build {k} -- {strict}", needs=(f"fetch-{k}",), ktap=False,
                           groups=every))
        needs = (f"build-{k}", USER)
        if k in ("6.1", "uml-debug", "debug"):
            # uml-debug sees as much as debug, which is slower.
            kunit.append(Stage(f"kunit-{k}", f"{vm}/run -k {k} {alive} -- selftests/kunit", needs=needs[:1],
                               groups=("night", "ci", "kunit") if k == "debug" else (*every, "kunit")))
        if not boots:
            continue
        guest = f"{vm}/run -k {k} {alive} -- selftests/net/all"
        if k == "uml-debug":  # it is the one that sees what noise does, too
            net.append(Stage(f"net-{k}", f"LVSX_NOISE_SECONDS=60 {guest}", needs=needs, groups=every))
            net.append(Stage("net-selftest", f"{vm}/run -k {k} {alive} -- selftests/net/selftest", needs=needs,
                             groups=every))
            continue
        calm = "LVSX_CHURN=1 " if k == "debug" else ""  # rounds; one takes minutes there
        if k in SOME:
            net.append(Stage(f"net-{k}", f"{calm}{guest} {SOME[k]}", needs=needs, groups=("all",)))
            net.append(Stage(f"night-{k}", f"{calm}{guest}", needs=needs, groups=("night",)))
        else:
            net.append(Stage(f"net-{k}", guest, needs=needs, groups=every))
        if k in CI:
            net.append(Stage(f"ci-{k}", f"{guest} {CI[k]}", needs=needs, groups=("ci",)))
        # On debug it takes ten minutes, of which most wait for moved interrupts to be seen.
        net.append(Stage(f"rss-{k}", f"{vm}/nic -k {k} {alive} -- selftests/net/rss.sh", needs=needs,
                         groups=("all", "night") if k in ("6.1", "newest") else ("night",)))
    for script in ("ipvsadm_text", "interop", "errors", "flows", "pages", "debugging"):
        before = f"{vm}/build -d selftests/bench/inject 6.1 && " if script == "flows" else ""
        cli.append(Stage(f"cli-{script}", f"{before}{vm}/run -k 6.1 {alive} -- selftests/cli/{script}.sh",
                         needs=("build-6.1", USER), groups=every))
    # Its first run fetches 150 MB.
    cli.append(Stage("cli-ynl", f'ynl=$({vm}/ynl) && {vm}/run -k 6.1 {alive} -- selftests/cli/ynl.sh "$ynl"',
                     needs=("build-6.1", USER)))
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
        Stage("sparse", "tools/dev/sparse", needs=("build-6.1",), groups=("all", "night", "ci")),
        Stage("compdb", "tools/dev/compdb 6.1", needs=("build-6.1",), ktap=False, groups=("all", "night", "ci")),
        *kunit,
        *net,
        *cli,
        Stage("install", "selftests/install", needs=("fetch-6.1",), groups=("all", "night", "ci")),
        Stage("fuzz", "selftests/fuzz/run", groups=("all", "night", "ci")),
        Stage("demo", f"selftests/vm/run -k 6.1 -p {10 * MINUTE} -- selftests/demo/demo",
              needs=("build-6.1", USER), groups=("night", "ci")),
    ]
