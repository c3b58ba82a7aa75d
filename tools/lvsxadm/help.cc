// SPDX-License-Identifier: GPL-2.0-only
#include "help.hh"

namespace lvsx::adm {

const char *const version = "lvsxadm " LVSX_VERSION "\n";

const char *const help = R"(lvsxadm: FullNAT for IPVS services. The first word is the command.

  lvsxadm -A|-E SERVICE [-s SCHEDULER] [-p [SECONDS]] [-M NETMASK] [-b FLAGS]
  lvsxadm -D SERVICE                            delete a service
  lvsxadm -a|-e SERVICE -r REAL[:PORT] [-b|-m|-g|-i] [-w WEIGHT] [-x UPPER] [-y LOWER]
  lvsxadm -d SERVICE -r REAL[:PORT]             delete a real server
  lvsxadm -P|-Q [SERVICE] -z LOCAL [-F DEVICE]  add, delete local addresses
  lvsxadm -G [SERVICE] [--json]                 list local addresses and their ports
  lvsxadm [-L|-l] [SERVICE] [--json]            list the services that lvsx handles
  lvsxadm -L -c [SERVICE] [--json]              list the connections
  lvsxadm -L --counters [--all] [--json]        list the packets, by what became of them
  lvsxadm -Z                                    begin the counters anew
  lvsxadm --forget SERVICE                      leave a service to stock IPVS
  lvsxadm --set-default on|off                  FullNAT for every masquerading service, or not
  lvsxadm --ingress-on|--ingress-off DEVICE     send known flows on before the IP layer, or not
  lvsxadm -h|--help, -v|--version

SERVICE
  -t, --tcp-service ADDRESS:PORT      IPv6: [ADDRESS]:PORT
  -u, --udp-service ADDRESS:PORT
  -f, --fwmark-service MARK [-6, --ipv6]
  Without it, -P, -Q and -G are about the default pool and -G, -L about everything.

Commands
  -A, --add-service     -E, --edit-service     -D, --delete-service
  -a, --add-server      -e, --edit-server      -d, --delete-server
  -P, --add-laddr       -Q, --del-laddr        -G, --get-laddr
  -L, -l, --list        -Z, --zero             --forget, --set-default
  --ingress-on, --ingress-off

Options
  -s, --scheduler NAME        rr, wrr, lc, wlc, ...: as IPVS has them (wlc)
  -p, --persistent [SECONDS]  the same client to the same real server (360)
  -M, --netmask NETMASK       what of the address makes the same client
  -b, --sched-flags FLAGS     with -A and -E: flag-1,flag-2,flag-3,sh-port,...
  -r, --real-server REAL      address, or address:port
  -b, --fullnat               with -a and -e: FullNAT, from local addresses
  -m, --masquerading          plain NAT
  -g, --gatewaying            direct routing (what is done if nothing is said)
  -i, --ipip                  tunnel
  -w, --weight NUMBER         0: no new connections (1)
  -x, --u-threshold NUMBER    most connections; 0: no limit (0)
  -y, --l-threshold NUMBER    connections at which it is given new ones again (0)
  -z, --laddr LOCAL           ADDRESS, FIRST-LAST, FIRST-N or ADDRESS/LENGTH
  -F, --ifname DEVICE         must exist; only checked
  -c, --connection            list connections
      --counters              list counters; --all: those that are zero too
      --json                  an array of objects
  -n, --numeric               accepted; addresses and ports are always numbers
)";

} // namespace lvsx::adm
