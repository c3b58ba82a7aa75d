# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # vm_* come from lib.sh
#
# Debian packages unpacked beside the system, never installed. Sourced by fetch.

# package_version NAME[/RELEASE]: the newest version, or the newest of one release.
package_version() {
	local name=${1%%/*} release='' version
	[[ $1 != */* ]] || release=${1##*/}
	version=$(apt-cache madison "$name" | awk -F' *[|] *' -v r="$release" '
		!/ Sources$/ && (r == "" || index($3, " " r "/")) && !n++ { print $2 }')
	[[ $version ]] || die "apt knows no package '$1'; run apt-get update, or see selftests/vm/kernels"
	printf '%s' "$version"
}

# package_depends NAME VERSION PATTERN: the one package that it depends on by that name pattern.
package_depends() {
	apt-cache show "$1=$2" | sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' |
		grep -oE -m 1 "^ *$3" | tr -d ' ' || true
}

# package_real NAME[/RELEASE]: follows a meta package; prints "name version".
package_real() {
	local name=${1%%/*} version target
	version=$(package_version "$1") || return
	target=$(package_depends "$name" "$version" 'linux-(image|headers)-[^ ]*[0-9][^ ]*-amd64')
	printf '%s %s' "${target:-$name}" "$version"
}

# package_fetch NAME VERSION FOLDER: prints the downloaded file.
package_fetch() {
	local get=(apt-get -q -o APT::Sandbox::User=root download "$1=$2")
	mkdir -p "$3"
	(cd "$3" && { "${get[@]}" || { apt-get -q update && "${get[@]}"; }; }) >&2 ||
		die "cannot download $1 $2; is the Debian mirror reachable?"
	find "$3" -name "${1}_*.deb" -print -quit
}

# package_unpack NAME VERSION ROOT
package_unpack() {
	local deb
	deb=$(package_fetch "$1" "$2" "$3.deb") || return
	dpkg-deb -x "$deb" "$3"
	rm -rf "$3.deb"
}

# packages_make NAME DEST PACKAGE...: an image and its headers, or the headers alone.
packages_make() {
	local name=$1 dest=$2 package row version
	shift 2
	for package; do
		row=$(package_real "$package") || return
		version=${row#* } package=${row% *}
		case $package in
		linux-image-*) packages_image "$name" "$dest" "$package" "$version" || return ;;
		linux-headers-*) packages_headers "$name" "$dest" "$package" "$version" || return ;;
		esac
	done
}

packages_image() { # NAME DEST PACKAGE VERSION
	local release=${3#linux-image-} part
	step "unpack $1 $3" package_unpack "$3" "$4" "$2/image.d" || return
	# Newer kernels are split over packages that the first one only asks for.
	for part in base binary modules; do
		part=$(package_depends "$3" "$4" "linux-$part-$release")
		[[ -z $part ]] || step "unpack $1 $part" package_unpack "$part" "$4" "$2/image.d" || return
	done
	release=$(find "$2/image.d" -path '*/lib/modules/*' -printf '%f\n' -quit)
	echo "$release" >"$2/release"
	find "$2/image.d" -name "vmlinuz*" -type f -exec mv {} "$2/image" \;
	find "$2/image.d" -name "config*" -path '*boot*' -type f -exec mv {} "$2/config" \;
	mkdir -p "$2/lib/modules"
	find "$2/image.d" -path '*/lib/modules/*' -prune -exec mv {} "$2/lib/modules/" \;
	rm -rf "$2/image.d" "$2/lib/modules/$release"/{build,source}
	kernel_modules "$2"
}

packages_headers() { # NAME DEST PACKAGE VERSION
	local release=${3#linux-headers-} part
	for part in "$3" "$(package_depends "$3" "$4" 'linux-headers-[^ ]*-common')" \
		"$(package_depends "$3" "$4" 'linux-kbuild-[^ ]*')"; do
		step "unpack $1 $part" package_unpack "$part" "$4" "$2/headers" || return
	done
	[[ -e $2/release ]] || echo "$release" >"$2/release"
	# The headers name each other by their installed place.
	sed -i "s|/usr/src/|$2/headers/usr/src/|" "$2/headers/usr/src/$3/Makefile"
	ln -s "headers/usr/src/$3" "$2/build"
	[[ -e $2/config ]] || cp "$2/build/.config" "$2/config"
}
