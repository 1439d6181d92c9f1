#!/bin/sh
# Generate src/amss_proto from proto/. `proto.sh --check` changes nothing and fails when the two differ.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# google.type.Date comes with the package of Google's common messages.
common=$("$python" -c 'import pathlib; from google.type import date_pb2; print(pathlib.Path(date_pb2.__file__).parents[2])')
"$python" -m grpc_tools.protoc --proto_path=proto --proto_path="$common" --python_out="$made" --pyi_out="$made" \
    $(find proto -name '*.proto' | sort)
# The package on the wire is amss.v1; in Python it stands below amss_proto, apart from the hand-written amss.
find "$made" -name '*_pb2.py*' -exec sed -i.bak 's/^from amss\./from amss_proto.amss./' {} +
find "$made" -name '*.bak' -exec rm {} +
printf '"""Generated from proto/ by scripts/proto.sh."""\n' > "$made/__init__.py"
find "$made" -mindepth 1 -type d -exec cp "$made/__init__.py" {}/ \;

if [ "${1:-}" = --check ]; then
    diff -r --exclude=__pycache__ "$made" src/amss_proto || {
        echo 'src/amss_proto is not what proto/ says. Run `make proto` and commit the result.' >&2
        exit 1
    }
    exit 0
fi
rm -rf src/amss_proto
cp -R "$made" src/amss_proto
