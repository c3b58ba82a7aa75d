# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # vm_* come from lib.sh
#
# The newest kernel of the archive: other suites of the mirror that apt is configured with, read through
# an apt of our own in the cache, and that kernel's compiler in a root that only builds enter.
# Sourced by fetch, which holds the kernel's lock.

# suite_apt SUITE...: from here on, apt's commands of this shell see these suites and nothing of the host.
suite_apt() {
	local root=$vm_cache/apt uri suite
	# shellcheck disable=SC2016 # apt expands them
	uri=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' |
		awk '$1 == "Debian" && $2 == "Debian" && !n++ { print $3 }')
	[[ $uri ]] || die "apt has no Debian mirror configured; run apt-get update, or add one"
	mkdir -p "$root"/{lists,archives}/partial
	: >"$root/status"
	for suite; do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main"
	done >"$root/sources.list"
	cat >"$root/apt.conf" <<-CONF
		Dir::State "$root"; Dir::State::status "$root/status"; Dir::Cache "$root";
		Dir::Etc::sourcelist "$root/sources.list"; Dir::Etc::sourceparts "-";
		Dir::Etc::preferences "-"; Dir::Etc::preferencesparts "-";
		APT::Architecture "amd64"; APT::Architectures { "amd64"; }; APT::Sandbox::User "root";
		APT::Install-Recommends "false"; Acquire::Languages "none";
	CONF
	export APT_CONFIG=$root/apt.conf
	[[ $root/updated -nt $root/sources.list ]] || step "read the lists of $*" apt-get -q update
	touch "$root/updated"
}

suite_version() { (suite_apt "$@" && package_real linux-image-amd64 && package_real linux-headers-amd64); }

# The compiler and the few commands that a kernel's makefiles call, unpacked but not configured: what
# their maintainer scripts would have linked is linked here.
suite_chroot() { # ROOT HEADERS-PACKAGE VERSION
	local root=$1 dir
	mkdir -p "$root/usr" "$root"/{dev,proc,tmp}
	for dir in bin sbin lib lib64; do
		mkdir -p "$root/usr/$dir"
		ln -s "usr/$dir" "$root/$dir"
	done
	rm -f "$vm_cache/apt/archives"/*.deb
	apt-get -qy -d install "$2=$3" make dash bash coreutils sed grep mawk findutils
	for dir in "$vm_cache/apt/archives"/*.deb; do
		dpkg-deb --fsys-tarfile "$dir" | tar -x --keep-directory-symlink -C "$root" \
			--exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/src/*' || return
	done
	rm -f "$vm_cache/apt/archives"/*.deb
	ln -sf mawk "$root/usr/bin/awk"
	[[ -e $root/usr/bin/sh ]] || ln -s dash "$root/usr/bin/sh"
}

suite_make() { # NAME DEST SUITE...
	local name=$1 dest=$2 row
	shift 2
	suite_apt "$@"
	packages_make "$name" "$dest" linux-image-amd64 linux-headers-amd64
	row=$(package_real linux-headers-amd64)
	step "unpack $name compiler" suite_chroot "$dest/chroot" "${row% *}" "${row#* }"
}
