"""The few pieces of HTML that the record's page is made of. No I/O."""

from collections.abc import Iterable, Sequence
from html import escape


def said(text: str) -> str:
    """Return what somebody wrote as HTML: escaped, and unable to turn the direction of what stands around it."""
    return f"<bdi>{escape(text)}</bdi>"


def small(html: str) -> str:
    """Return HTML as a line of its own in small print; nothing stays nothing."""
    return f'<div class="small">{html}</div>' if html else ""


def lines(texts: Iterable[str]) -> str:
    """Return texts as HTML, each on a line of its own."""
    return "".join(f"<div>{escape(each)}</div>" for each in texts)


def chip(kind: str, word: str) -> str:
    """Return a state as a mark and a word, so that it reads without its colour."""
    return f'<span class="chip {kind}">{escape(word)}</span>'


def facts(pairs: Iterable[tuple[str, str | None]]) -> str:
    """Return named facts side by side; one that is not known says so."""
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{html or 'not recorded'}</dd></div>" for name, html in pairs)
    return f'<dl class="facts">{shown}</dl>'


def table(kind: str, heads: Sequence[str], rows: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return a table whose head is repeated on each page; a row is its class and its cells."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr class="{row_kind}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>' for row_kind, cells in rows
    )
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
