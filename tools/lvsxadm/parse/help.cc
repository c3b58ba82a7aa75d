// SPDX-License-Identifier: GPL-2.0-only
#include "help.hh"

namespace lvsx::adm {

const char *const version = "lvsxadm " LVSX_VERSION "\n";

const char *const help = R"(lvsxadm: ipvsadm, and FullNAT. The first option is the command.

  lvsxadm -A|-E SERVICE [-s SCHEDULER] [-p [SECONDS]] [-M NETMASK] [--pe ENGINE] [-o] [-b FLAGS]
          [--conn-timeout SECONDS]
  lvsxadm -D SERVICE                            delete a service
  lvsxadm -C                                    clear everything
  lvsxadm -R                                    do the commands of standard input, one a line
  lvsxadm -S [-n] [--stock]                     write everything as commands
  lvsxadm -a|-e SERVICE -r REAL[:PORT] [-b|-m|-g|-i] [-w WEIGHT] [-x UPPER] [-y LOWER] [TUNNEL]
  lvsxadm -d SERVICE -r REAL[:PORT]             delete a real server
  lvsxadm [-L|-l] [SERVICE] [COLUMNS] [-n]      list services and real servers
  lvsxadm -L -c|--timeout|--daemon              list connections, timeouts, daemons
  lvsxadm -Z [SERVICE]                          begin the counters anew
  lvsxadm --set TCP TCPFIN UDP                  timeouts in seconds; 0: as it is
  lvsxadm --start-daemon master|backup [SYNC]   synchronise connections
  lvsxadm --stop-daemon master|backup
  lvsxadm -h|--help, -v|--version

FullNAT
  lvsxadm -a|-e SERVICE -r REAL[:PORT] -b       a real server reached by FullNAT
  lvsxadm -P|-Q [SERVICE] -z LOCAL [-F DEVICE]  add, delete local addresses
  lvsxadm -G [SERVICE]                          list local addresses and their ports
  lvsxadm -U|-V SERVICE -k CLIENT               deny clients, or not any more
  lvsxadm -O|-Y SERVICE -2 CLIENT               allow these clients only, or not any more
  lvsxadm -B|-W [SERVICE]                       list who is denied, who is allowed
  lvsxadm --conn-timeout SECONDS SERVICE        how long its established flows may idle
  lvsxadm --adopt [--now]|--forget SERVICE      mark a service as FullNAT, or leave it to IPVS
  lvsxadm -L --flows|--lvsx [SERVICE]           list FullNAT connections, what lvsx was told
  lvsxadm -L --counters [--all]                 list the packets, by what became of them
  lvsxadm --where CLIENT:PORT VIP:PORT          which real server a client has, and why
  lvsxadm --watch [SECONDS] [--times NUMBER]    services, rates, flows and drops, live
  lvsxadm --set-default on|off                  FullNAT for every masquerading service, or not
  lvsxadm --set-reset on|off                    tell the ends of what idles out, or not
  lvsxadm --drain [SERVICE] [--timeout SECONDS]
                                                refuse new connections, wait for those there are
  lvsxadm --undrain [SERVICE]                   take new connections again
  lvsxadm --ingress-on|--ingress-off DEVICE     send known flows on before the IP layer, or not
  Every list but that of --watch is JSON with --json.

SERVICE
  -t, --tcp-service HOST:PORT         IPv6: [ADDRESS]:PORT
  -u, --udp-service HOST:PORT
      --sctp-service HOST:PORT
  -f, --fwmark-service MARK [-6, --ipv6]
  Without it, -P, -Q and -G are about the default pool and -G, -B, -W, -L, -Z, --drain and --undrain
  about everything.

Commands
  -A, --add-service     -E, --edit-service     -D, --delete-service
  -a, --add-server      -e, --edit-server      -d, --delete-server
  -C, --clear           -R, --restore          -S, --save
  -L, -l, --list        -Z, --zero             --set
  -P, --add-laddr       -Q, --del-laddr        -G, --get-laddr
  -U, --add-blklst      -V, --del-blklst       -B, --get-blklst
  -O, --add-whtlst      -Y, --del-whtlst       -W, --get-whtlst

Options of services
  -s, --scheduler NAME        rr, wrr, lc, wlc, ...: as IPVS has them (wlc)
  -p, --persistent [SECONDS]  the same client to the same real server (360)
  -M, --netmask NETMASK       what of the address makes the same client
      --pe ENGINE             persistence by other things, such as sip
      --conn-timeout SECONDS  after -A (which then marks it) and -E; 0: as IPVS says
  -o, --ops                   UDP: a scheduler's choice for every packet
  -b, --sched-flags FLAGS     with -A and -E: flag-1,flag-2,flag-3,sh-port,...

Options of real servers
  -r, --real-server REAL      host, or host:port
  -b, --fullnat               with -a and -e: FullNAT, from local addresses
  -m, --masquerading          plain NAT
  -g, --gatewaying            direct routing (what is done if nothing is said)
  -i, --ipip                  tunnel
      --tun-type TYPE         ipip, gue or gre (ipip)
      --tun-port PORT         of gue
      --tun-nocsum, --tun-csum, --tun-remcsum
  -w, --weight NUMBER         0: no new connections (1)
  -x, --u-threshold NUMBER    most connections; 0: no limit (0)
  -y, --l-threshold NUMBER    connections at which it is given new ones again (0)
  -z, --laddr LOCAL           ADDRESS, FIRST-LAST, FIRST-N or ADDRESS/LENGTH
  -F, --ifname DEVICE         must exist; only checked, but for
      --add-address           with -P: put on it what this host does not have yet
      --now                   with --adopt: take over what stock IPVS has, end what cannot be
  -k, --blklst CLIENT         the same, or ipset:NAME
  -2, --whtlst CLIENT         the same, or ipset:NAME

Options of lists
      --stats, --rate, --thresholds, --persistent-conn, --tun-info   other columns
  -X, --exact                 numbers in full
      --nosort, --sort        as the kernel has them, or by address
  -c, --connection            connections; with --persistent-conn what an engine knows
      --timeout, --daemon     timeouts; synchronisation daemons
  -n, --numeric               no names for addresses and ports
      --stock                 with -S: what ipvsadm would write

Options of the synchronisation daemon
      --mcast-interface DEVICE (eth0)    --syncid NUMBER       --sync-maxlen BYTES
      --mcast-group ADDRESS              --mcast-port PORT     --mcast-ttl NUMBER

Kept for later: all but these values is refused until then
  -j, --synproxy disable    --client-address off
)";

} // namespace lvsx::adm
