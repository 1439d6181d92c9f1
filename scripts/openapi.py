"""Write openapi.json from the operation table; `--check` fails where the file no longer shows it."""

import json
import sys
from pathlib import Path

from amss.server.operations import OPERATIONS
from amss.server.rest.openapi import openapi_document

CONTRACT = Path(__file__).resolve().parents[1] / "openapi.json"


def main() -> None:
    """Write the contract, or compare it."""
    document = json.dumps(openapi_document(OPERATIONS), indent=1, sort_keys=True) + "\n"
    if "--check" not in sys.argv:
        CONTRACT.write_text(document)
    elif CONTRACT.read_text() != document:
        sys.exit("openapi.json does not show the operation table. Run `make openapi`, and look at the difference.")


main()
