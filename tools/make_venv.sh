#!/bin/sh
# Makes a virtual environment with pip in it, from whatever Python 3.11+ the machine has.
# Usage: make_venv.sh DIRECTORY      (PYTHON=... names an interpreter)
set -eu
dir=$1

# A name on PATH is not enough: a version manager's shim may be there for a version that is not active.
usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

python=
for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
    if usable "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "unmagic needs Python 3.11 or newer. None of these is one: ${PYTHON:-python3.13, python3.12, python3.11, python3}." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3" >&2
    exit 1
fi

has_pip() { "$dir/bin/python" -m pip --version >/dev/null 2>&1; }

# Debian and others ship Python without ensurepip; then virtualenv or an outside pip does as well.
"$python" -m venv --clear "$dir" >/dev/null 2>&1 && has_pip && exit 0
"$python" -m virtualenv -q --clear "$dir" >/dev/null 2>&1 && has_pip && exit 0
virtualenv -q --clear -p "$python" "$dir" >/dev/null 2>&1 && has_pip && exit 0
"$python" -m venv --clear --without-pip "$dir" >/dev/null 2>&1 &&
    "$python" -m pip --python "$dir/bin/python" install -q pip >/dev/null 2>&1 && has_pip && exit 0

# Leave nothing half made: the next run would take it for finished.
rm -rf "$dir"
echo "$python cannot make a virtual environment with pip in it: it has no ensurepip, and neither virtualenv" >&2
echo "nor pip is there to stand in. On Debian or Ubuntu: apt-get install python3-venv" >&2
exit 1
