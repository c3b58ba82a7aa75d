# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # vm_* come from lib.sh
#
# Kernels built from a Debian source package: allnoconfig plus fragments, compiled through ccache.
# Sourced by fetch, which holds the kernel's lock.

# source_tree PACKAGE: prints the folder of the unpacked source, unpacking it the first time.
source_tree() {
	local version tree part deb
	version=$(package_version "$1")
	tree=$vm_cache/src/${1}_$version
	exec 8>"$vm_cache/lock/$1"
	flock 8
	if [[ ! -d $tree ]]; then
		part=$vm_cache/src/$1.part
		rm -rf "$part"
		mkdir -p "$part"
		deb=$(package_fetch "$1" "$version" "$part")
		step "unpack $1 $version" bash -c \
			"dpkg-deb --fsys-tarfile '$deb' | tar -xO ./usr/src/$1.tar.xz | tar -xJ -C '$part'" >&2
		rm -f "$deb"
		mv "$part/$1" "$tree"
		rm -rf "$part"
	fi
	flock -u 8
	printf '%s' "$tree"
}

# The last value given to a symbol wins, as in a chain of fragments.
source_fragments() {
	local f
	for f; do cat "$vm_dir/config/$f.config"; done |
		awk -F= '/^CONFIG_/ { v[$1] = $0 } END { for (s in v) print v[s] }' | LC_ALL=C sort
}

# source_check FRAGMENTS CONFIG: Kconfig drops what it cannot have without a word; we do not.
source_check() {
	local line symbol bad=0
	while read -r line; do
		symbol=${line%%=*}
		if [[ $line = *=n ]]; then
			grep -q "^$symbol=" "$2" || continue
		else
			grep -qxF -- "$line" "$2" && continue
		fi
		say "Kconfig turned $line into $(grep -w "$symbol" "$2" || echo "nothing: unknown or unmet dependency")"
		bad=1
	done <"$1"
	return $bad
}

# source_headers OUT BUILD: what building a module needs of a kernel's objects, without the objects.
source_headers() {
	mkdir -p "$2"
	rsync -a --prune-empty-dirs --include='*/' --include='/.config' --include='/Makefile' \
		--include='/Module.symvers' --include='/include/***' --include='/scripts/***' \
		--include='/arch/*/include/***' --include='/arch/*/module.lds' --include='/arch/*/*.lds' \
		--include='/tools/objtool/objtool' --include='/source' --exclude='*' "$1/" "$2/"
	find "$2/scripts" -name '*.o' -not -name module-common.o -delete
}

# source_make NAME DEST PACKAGE ARCH FRAGMENT...
source_make() {
	local name=$1 dest=$2 package=$3 arch=$4 tree out target=bzImage image=arch/x86/boot/bzImage make
	shift 4
	[[ $arch != um ]] || { target=linux image=linux; }
	tree=$(source_tree "$package")
	out=$vm_cache/out/$(basename "$(kernel_dir "$name")")
	rm -rf "$out"
	mkdir -p "$out" "$vm_cache/ccache"
	source_fragments "$@" >"$out/fragments"

	# A fixed date and builder, or every run would miss the compiler's cache.
	export CCACHE_DIR=$vm_cache/ccache CCACHE_MAXSIZE=4G CCACHE_SLOPPINESS=time_macros CCACHE_DEPEND=1
	export KBUILD_BUILD_TIMESTAMP='2024-01-01' KBUILD_BUILD_USER=lvsx KBUILD_BUILD_HOST=lvsx
	make=(nice make -C "$tree" "O=$out" "ARCH=$arch" "CC=ccache gcc" "HOSTCC=ccache gcc" "-j${JOBS:-$(nproc)}")
	KCONFIG_ALLCONFIG=$out/fragments step "configure $name" "${make[@]}" allnoconfig
	source_check "$out/fragments" "$out/.config" || return 1
	step "compile $name" "${make[@]}" $target modules
	step "install $name modules" "${make[@]}" modules_install "INSTALL_MOD_PATH=$dest" INSTALL_MOD_STRIP=1

	cp "$out/$image" "$dest/image"
	[[ $arch != um ]] || strip -g "$dest/image"
	cp "$out/.config" "$dest/config"
	cp "$out/include/config/kernel.release" "$dest/release"
	source_headers "$out" "$dest/build"
	rm -f "$dest"/lib/modules/*/{build,source}
	rm -rf "$out"
}
