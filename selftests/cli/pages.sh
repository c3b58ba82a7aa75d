#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Do the pages say what the commands do? Every example of README.md, of Documentation and of lvsxadm(8) is
# run in the order in which it stands, and must be taken; commands inside a sentence must at least be
# words that go together.
. "$(dirname "$(realpath "$0")")/../net/topology.sh"
cd "$lib_top"
pages=(README.md Documentation/*.md)

# "PAGE<tab>COMMAND" of what stands in blocks of code, or in the manual's examples, and is for a balancer.
examples() {
	local page
	for page in "${pages[@]}"; do
		awk -v OFS='\t' -v page="$page" '/^ *```/ { fence = !fence; ours = 1; next }
			fence && $1 == "table" { ours = 0 }
			fence && ours && $1 ~ /^(lvsxadm|ipvsadm|ip|sysctl|ipset)$/ && NF > 1 { sub(/^ +/, ""); print page, $0 }' "$page"
	done
	awk -v OFS='\t' '/^\.SH/ { here = /EXAMPLES/ } here && /^lvsxadm / { gsub(/\\/, ""); print "lvsxadm.8", $0 }' \
		tools/lvsxadm/lvsxadm.8
}
# The same of commands between backticks; what stands for something is replaced by one.
spoken() {
	local page
	for page in "${pages[@]}"; do
		# shellcheck disable=SC2016 # backticks of the page
		tr '\n' ' ' <"$page" | { grep -aoE '`(lvsxadm|ipvsadm) -[^`]*`' || true; } | tr -d '`' |
			sed "s/VIP:PORT/192.0.2.10:80/; s/ADDRESS/198.51.100.5/; s/REAL/198.51.100.21:80/; s/DEVICE/eth1/
				s/TCP TCPFIN UDP/900 120 300/; s/SECONDS/60/; s|^|$page\t|"
	done | sort -u
}
# Text between the lines of a table of nft.
tables() { awk '/^ *```/ { fence = !fence; on = 0 } fence && $1 == "table" { on = 1 } on' "${pages[@]}"; }

mapfile -t shown < <(examples)
mapfile -t said < <(spoken)
plan $((${#shown[@]} + ${#said[@]} + 4))
check "there are examples, and commands in sentences" test ${#shown[@]} -ge 20 -a ${#said[@]} -ge 20
topo_up
lvsx_insert
lb ip -b - <<-E
	link add eth1 type dummy
	link set eth1 up
	addr add 192.0.2.10/32 dev lo
	addr add 192.0.2.1/32 dev lo
	route add local 10.0.0.0/28 dev lo
E
check "tables of nft are taken" lb nft -f <(tables)
lb nft flush ruleset
sets=true
{ modprobe -q ip_set && lb ipset create scanners hash:ip; } 2>/dev/null || sets=false

# As a shell on the balancer reads it; what goes on until it is interrupted looks once.
typed() { # COMMAND
	lb env PATH="$lib_top/build/bin:$PATH" bash -ec "${1/--watch/--watch --times 1}"
}
for one in "${shown[@]}"; do
	page=${one%%$'\t'*} command=${one#*$'\t'}
	[[ $page != lvsxadm.8 || ${cleared:-} ]] || { adm -C; cleared=1; }
	if [[ $command = *ipset* ]] && ! $sets; then
		skip "$page: $command" "no ip_set.ko in this kernel"
	else
		check "$page: ${command%%  *}" typed "$command"
	fi
done

# What is no command, or no words for it, is a slip of the page; what is only refused is not.
legible() { # COMMAND
	typed "$1" >"$tmp/out" 2>"$tmp/err" </dev/null || true
	cat "$tmp/err"
	! grep -E "unknown option|is no command|does not go with|unexpected argument|takes no value|is no .*: expected|is a word of|is neither|command not found" "$tmp/err"
}
for one in "${said[@]}"; do check "${one/$'\t'/: }" legible "${one#*$'\t'}"; done
check "a command that does not exist would be found" fails legible "lvsxadm --save-all"
check "and so would a wrong option" fails legible "lvsxadm -P -z 198.51.100.5 -w 3"
