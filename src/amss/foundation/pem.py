"""Keys in PEM form, as settings give them: the text itself, a file, or a directory of files."""

import re
from pathlib import Path

_PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


class KeyUnusable(Exception):
    """A setting names no key, or one of a kind that does not serve here."""


def pem_text(pem_or_path: str) -> str:
    """Return the PEM text of a setting; raise OSError where it names a file that cannot be read."""
    if "BEGIN" in pem_or_path:
        # One line of the environment holds a key whose line ends are written as \n.
        return pem_or_path.replace("\\n", "\n")
    path = Path(pem_or_path)
    files = sorted(path.glob("*.pem")) if path.is_dir() else [path]
    return "\n".join(file.read_text() for file in files)


def pem_blocks(pem_or_path: str) -> list[bytes]:
    """Return each PEM block of a setting; raise OSError where it names a file that cannot be read."""
    return [match[0].encode() for match in _PEM_BLOCK.finditer(pem_text(pem_or_path))]
