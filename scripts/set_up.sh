#!/bin/sh
# Make the environment: `set_up.sh run` to run AMSS, `dev` to work on it too, `uv` for the installer alone.
#
# uv lives in an environment of its own, because `uv pip sync` removes whatever the lock does not name.
# Where uv has no build for this machine, pip installs the same hashed lock, only slower.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
want=${1:?run, dev or uv}

say() { printf '%s\n' "$*" >&2; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "AMSS needs Python 3.11 or newer; $python is $("$python" --version 2>&1)."
    exit 1
}
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    say "Python's venv module is missing. On Debian and Ubuntu: apt-get install python$version-venv"
    exit 1
}

uv=.amss/uv/bin/uv
if [ ! -x "$uv" ] || [ requirements/uv.txt -nt "$uv" ]; then
    "$python" -m venv .amss/uv
    .amss/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt &&
        touch "$uv" || uv=
fi
[ "$want" = uv ] && exit 0

[ -x .venv/bin/python ] || "$python" -m venv .venv
# A dev environment stays one when only the run lock changed.
[ -e .venv/dev.ready ] && want=dev
lock=requirements/$want.txt
say "Installing $lock …"
if [ -n "$uv" ]; then
    "$uv" pip sync --quiet --compile-bytecode --python .venv/bin/python --require-hashes "$lock"
    "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
else
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi
.venv/bin/python -m compileall -q src
touch .venv/run.ready
[ "$want" = dev ] && touch .venv/dev.ready
exit 0
