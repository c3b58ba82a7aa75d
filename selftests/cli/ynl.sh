#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ynl.sh FOLDER: the kernel's own reader of netlink specifications, of which selftests/vm/ynl prints the
# folder, speaks to the module by Documentation/netlink/lvsx.yaml, and sees what lvsxadm sees. It stops at a
# pad, which only kernels for machines without unaligned access send: not on the user-mode kernel.
. "$(dirname "$(realpath "$0")")/../net/topology.sh"
plan 12
folder=${1:?usage: ynl.sh FOLDER; selftests/vm/ynl prints it}
spec=$lib_top/Documentation/netlink/lvsx.yaml

fullnat_up
fullnat_echo
adm -U -t $SVC -k 10.0.3.0/24

ynl() { lb /usr/bin/python3 "$folder/tools/net/ynl/cli.py" --spec "$spec" --output-json --no-schema "$@"; }
# In the words of the specification: addresses that are asked for are bytes in hexadecimal.
service='"service": {"family": 2, "protocol": 6, "address": "0a000164", "port": 80'
client() { echo "{\"flow\": {\"protocol\": 6, \"client\": \"$1\", \"client-port\": 9, \"vip\": \"0a000164\", \"vip-port\": 80}}"; }
refused_by_ynl() { # SENTENCE WORDS...
	! ynl "${@:2}" >"$tmp/out" 2>&1 && cat "$tmp/out" && grep -F "$1" "$tmp/out"
}

if lb /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
	check "the specification keeps to the kernel's schema" lb /usr/bin/python3 "$folder/tools/net/ynl/cli.py" --spec "$spec" \
		--schema "$folder/Documentation/netlink/genetlink-legacy.yaml" --do setting-get
else
	skip "the specification keeps to the kernel's schema" "no python3-jsonschema here; selftests/vm/deps installs it"
fi
get_ids 2 >/dev/null
same "counters" "$(ynl --dump counter-get | jq -c '[.[].counter | select(.name | test("denied|martian|flow_new")) | .name, .value]')" \
	"$(adm -L --counters --all --json | jq -c '[.[] | select(.name | test("denied|martian|flow_new")) | .name, .value]')"
same "counters: all of them" "$(ynl --dump counter-get | jq -r '.[].counter.name' | xargs)" \
	"$(adm -L --counters --all --json | jq -r '.[].name' | xargs)"
same "services" "$(ynl --dump service-get | jq -c '[.[].service | [.protocol, .address, .port, .locals, .fullnat]] | sort')" \
	"[[6,\"$VIP\",80,1,1],[17,\"$VIP\",53,1,1]]"
same "local addresses of one" "$(ynl --dump local-get --json "{$service}}" | jq -r '.[] | "\(.service.port) \(.local.first) \(.local.gone)"')" "80 $L1 0"
same "entries of lists" "$(ynl --dump access-get | jq -r '.[].access | "\(.list) \(.first) \(.last)"')" "deny 10.0.3.0 10.0.3.255"
same "settings" "$(ynl --do setting-get | jq -c '.setting | [."default-on", .reset, .drain, .locals]')" "[0,1,0,0]"
ynl --dump flow-get | jq -r '.[].flow | "\(.client):\(."client-port") \(.local):\(."local-port") \(.real):\(."real-port") \(.cpu)"' | sort >"$tmp/by_ynl"
flows | jq -r '.[] | "\(.client.address):\(.client.port) \(.local.address):\(.local.port) \(.real.address):\(.real.port) \(.cpu)"' | sort >"$tmp/by_us"
same "flows" "$(<"$tmp/by_ynl")" "$(<"$tmp/by_us")"
same "of which there are two" "$(wc -l <"$tmp/by_us")" 2
same "what a client would get" "$(ynl --do where --json "$(client 0a000102)" | jq -c '.where | [.how, .scheduler, (.pick[0].real | test("10.0.2.[23]"))]')" \
	'["turn","rr",true]'
same "or not" "$(ynl --do where --json "$(client 0a000301)" | jq -c '.where')" '{"reason":"denied"}'
check "a refusal comes with its sentence" refused_by_ynl "there must be one thing to set in the message: FULLNAT, TIMEOUT or DRAIN" \
	--do service-set --json "{$service}}"
