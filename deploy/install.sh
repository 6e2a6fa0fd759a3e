#!/bin/sh
# Installs this bundle without a network:
#
#   ./install.sh [--prefix DIR] [--python PYTHON]
#
# DIR (default /opt/lang-son) becomes a link to DIR-VERSION-COMMIT, so that an upgrade is one new link and the way back is
# the old one. Nothing outside of these is touched: no data, no configuration, no services.
set -eu

prefix=/opt/lang-son
python=
say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 2; }

while [ $# -gt 0 ]; do
  case "$1" in
    --prefix) [ $# -ge 2 ] || fail "--prefix needs a directory."; prefix=${2%/}; shift 2 ;;
    --python) [ $# -ge 2 ] || fail "--python needs a program."; python=$2; shift 2 ;;
    -h|--help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "$1 is not an option of install.sh; there are --prefix DIR and --python PYTHON." ;;
  esac
done

cd "$(dirname "$0")"
[ -s SHA256SUMS ] || fail "SHA256SUMS is missing: unpack the whole archive and start install.sh in it."
command -v sha256sum >/dev/null || fail "sha256sum is missing (Debian: coreutils); nothing is installed unchecked."

say "Checking $(wc -l < SHA256SUMS) files …"
sha256sum --check --strict --quiet SHA256SUMS >&2 || fail "Files are damaged or missing (named above): copy the archive again. Nothing was installed."
found=$(find . -type f ! -name SHA256SUMS | wc -l)
[ "$found" -eq "$(wc -l < SHA256SUMS)" ] || fail "There are files here that the archive did not bring: unpack it into an empty directory. Nothing was installed."

wanted=$(cat PYTHON)
[ -n "$python" ] || python=$(command -v "python$wanted" || command -v python3 || true)
[ -n "$python" ] || fail "Python $wanted is missing: install it (Debian 12: apt install python3 python3-venv), or say --python."
actual=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') || fail "$python does not run."
[ "$actual" = "$wanted" ] || fail "$python is Python $actual; the wheels of this bundle are for $wanted. Say --python, or make a bundle on a machine with Python $actual."
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "Python's venv module is missing (Debian: apt install python3-venv)."

version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml | head -n 1)
target="$prefix-$version-$(cut -c1-12 REVISION)"
[ ! -e "$prefix" ] || [ -L "$prefix" ] || fail "$prefix is a directory, not a link of ours: choose another --prefix, or move it away."
if [ -e "$target" ]; then
  [ ! -e "$target/.complete" ] || fail "$target is installed already; to install it anew delete it first."
  rm -rf "$target"
fi

say "Installing into $target …"
mkdir -p "$target"
find . -mindepth 1 -maxdepth 1 ! -name wheels -exec cp -R {} "$target/" \;
"$python" -m venv "$target/.venv"
PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 "$target/.venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  --no-index --find-links "$(pwd)/wheels" -r requirements.txt
"$target/.venv/bin/python" -m compileall -q "$target/dashboard" "$target/layouts" "$target/alerts" "$target/feeds" "$target/geodata"
(cd "$target" && .venv/bin/python -m dashboard --help >/dev/null)
touch "$target/.complete"

# A link is replaced in one step; whoever starts at that instant gets the old or the new one, never half of each.
ln -s "$(basename "$target")" "$prefix.new"
before=$(readlink "$prefix" 2>/dev/null || true)
mv -T "$prefix.new" "$prefix"

say ""
say "Installed $version ($(cut -c1-12 REVISION)); $prefix points to it."
[ -z "$before" ] || say "Before it was $before; the way back: ln -sfn $before $prefix (and restore the backup you made before)."
say "Next:"
say "  to look at it:    cd $prefix && LSO_DATA_DIR=\$HOME/lang-son-data .venv/bin/python -m dashboard up"
say "  to serve it:      $prefix/docs/operations.md, \"On one machine, with systemd\""
say "  to check it:      cd $prefix && .venv/bin/python -m dashboard doctor"
