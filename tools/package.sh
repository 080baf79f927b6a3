#!/usr/bin/env bash
# package.sh FOLDER: lays out what was built and what packaging/ says in FOLDER/madang and makes Debian
# packages of it, which appear in FOLDER, with a list of what the program is made of. `./dev package` calls it.
set -euo pipefail
readonly program=build/release/bin/madang folder=$1 laid_out=$1/madang
version=$($program --version | sed 's/^madang //')+$(git rev-list --count HEAD).g$(git rev-parse --short HEAD)

rm -rf "$folder"
mkdir -p "$laid_out/completions"
cp -r packaging "$laid_out/debian"
cp README.md docs/operations.md $program "$laid_out"
$program completion bash >"$laid_out/completions/madang"
$program completion zsh >"$laid_out/_madang"
$program completion fish >"$laid_out/madang.fish"
tools/man_page.py $program >"$laid_out/madang.1"
{
  printf '# What the shop that systemd runs is told: madang.service. A line without # counts.\n'
  printf '# Where it listens says madang.socket.\n\n'
  env -i $program config --toml --data /var/lib/madang
} >"$laid_out/madang.toml"
cat >"$laid_out/debian/changelog" <<END
madang ($version) unstable; urgency=medium

  * As the commit $(git rev-parse HEAD) stands.

 -- Madang <madang@example.com>  $(git log -1 --format=%cD)
END
tools/sbom.py build/release "$version" >"$folder/madang_$version.spdx.json"
cd "$laid_out"
dpkg-buildpackage --build=binary --no-sign --unsigned-changes >../build.log 2>&1 || { cat ../build.log >&2; exit 1; }
