# SPDX-License-Identifier: GPL-2.0-only
"""tun NAME SOURCE ADDR PORT: a host behind a tunnel device asks a UDP service; exit 0 if it is answered.

What is written to the device enters the stack in this program's context, which is not that of a softirq.
"""
import fcntl
import os
import select
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from packet import ip4, udp  # noqa: E402

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
SPORT, DATA = 4000, b"from behind the tunnel"


def main(name, source, addr, port):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    for words in (["link", "set", name, "up"], ["route", "add", source + "/32", "dev", name]):
        subprocess.run(["ip", *words], check=True)
    for _ in range(20):
        os.write(fd, ip4(source, addr, 17, udp(source, addr, SPORT, port, DATA)))
        while select.select([fd], [], [], 0.5)[0]:
            got = os.read(fd, 2048)
            if got[0] >> 4 == 4 and got[9] == 17 and got.endswith(DATA):
                return 0
    return 1


sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
