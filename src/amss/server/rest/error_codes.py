"""The page that a problem's type leads to: every code with its status and meaning, made from the refusals."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import escape

from amss.foundation.errors import Refusal
from amss.server.rest.problems import TITLES, status_of
from amss.server.rest.reference import html_page


def error_codes_page() -> str:
    """Return the codes of all kinds of refusal as HTML, by status, each under an anchor of its name."""
    refusals: dict[tuple[int, str], list[type[Refusal]]] = defaultdict(list)
    for kind in (Refusal, *_kinds_of(Refusal)):
        refusals[status_of(kind), kind.code].append(kind)
    rows = "".join(_row(status, code, kinds) for (status, code), kinds in sorted(refusals.items()))
    return html_page(
        "AMSS error codes",
        "<p>A refused request is answered with a problem (RFC 9457): <code>code</code> is one of these and stays "
        "what it is, <code>detail</code> says in a sentence what was wrong this time. "
        '<a href="/docs">The reference</a> says which operation may answer what.</p>'
        f"<table><tr><th>Code</th><th>Status</th><th>When</th></tr>{rows}</table>",
    )


def _kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds_of(each)


def _row(status: int, code: str, kinds: list[type[Refusal]]) -> str:
    """Return one code; where several refusals share it, the general one and what refines it."""
    meanings = dict.fromkeys(_meaning(kind) for kind in kinds)
    return (
        f'<tr id="{escape(code)}"><td><code>{escape(code)}</code></td><td>{status} {escape(TITLES[status])}</td>'
        f"<td>{'<br>'.join(_with_code(meaning) for meaning in meanings)}</td></tr>"
    )


def _meaning(kind: type[Refusal]) -> str:
    if kind is Refusal:
        return kind.sentence
    return (kind.__doc__ or kind.sentence).strip().partition("\n")[0]


def _with_code(text: str) -> str:
    """Return a sentence as HTML, with what stands between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
