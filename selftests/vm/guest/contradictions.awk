# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel log without the reports of lockdep that contradict themselves: a lock is said to be taken with
# interrupts on, and lockdep's own account, in the same report, has them off (HE0). The user-mode kernel does so
# on a busy machine, in its own code. A report is what comes within a fifth of a second.
function settle() {
	if (held ~ /inconsistent \{IN-HARDIRQ-W\} -> \{HARDIRQ-ON-W\}/ && held ~ /\[HC0\[0\]:SC[01]\[[01]\]:HE0:/)
		print "lockdep contradicted itself and is off from here on"
	else
		printf "%s", held
	held = ""
}
match($0, /^\[ *[0-9]+\.[0-9]+\]/) { now = substr($0, 2, RLENGTH - 2) + 0 }
held != "" && now - begun > 0.2 { settle() }
/WARNING: inconsistent lock state/ && held == "" { begun = now }
held != "" || /WARNING: inconsistent lock state/ { held = held $0 "\n"; next }
{ print }
END { if (held != "") settle() }
