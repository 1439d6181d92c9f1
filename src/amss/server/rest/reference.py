"""The browsable API reference: one static page made from the contract, no script, nothing from elsewhere."""

import base64
import hashlib
from html import escape
from typing import Any

from amss.server.rest.problems import ERRORS_PAGE

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; border-bottom: 1px solid #8884; }
details { border: 1px solid #8884; border-radius: 4px; margin: .4rem 0; }
summary { cursor: pointer; padding: .45rem .7rem; display: flex; align-items: baseline; gap: .6rem; }
summary::before { content: '\\25B8'; } details[open] > summary::before { content: '\\25BE'; }
summary b { min-width: 3.8rem; font: 600 .8rem ui-monospace, monospace; color: #3447b8; }
summary code { font-size: .9rem; } summary span { margin-left: auto; text-align: right; opacity: .75; }
.inside { padding: 0 .9rem .6rem; } table { border-collapse: collapse; width: 100%; font-size: .88rem; }
td, th { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-top: 1px solid #8883; }
code { font-family: ui-monospace, monospace; } .need { color: #b3141d; }
@media (prefers-color-scheme: dark) { summary b { color: #93a2ff; } .need { color: #ff8f8f; } }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

PAGE_HEADERS = (
    ("content-type", "text/html; charset=utf-8"),
    (
        "content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'",
    ),
)


def reference_page(document: dict[str, Any]) -> str:
    """Return the reference of an OpenAPI document as HTML."""
    by_tag: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    sections = "".join(
        f'<h2 id="{escape(tag)}">{escape(tag)}</h2>{"".join(parts)}' for tag, parts in sorted(by_tag.items())
    )
    shapes = "".join(_shape(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    contents = " · ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in sorted(by_tag))
    return html_page(
        f"{document['info']['title']} API {document['info']['version']}",
        f"<p>{escape(document['info']['summary'])}. The same as data: "
        f'<a href="/openapi.json">/openapi.json</a>. What each error code means: '
        f'<a href="{ERRORS_PAGE}">{ERRORS_PAGE}</a>.</p><p>{contents} · <a href="#shapes">shapes</a></p>'
        f'{sections}<h2 id="shapes">shapes</h2>{shapes}',
    )


def html_page(title: str, body: str) -> str:
    """Return a page in the reference's form."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1>{body}</body></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        _row(
            each["name"],
            _kind(each["schema"]),
            each["required"],
            f"{each['in']}. {each.get('description', '')}",
        )
        for each in operation["parameters"]
    )
    bodies = operation.get("requestBody", {}).get("content", {})
    body = "".join(f"<p>Body ({escape(media)}): {_kind(each['schema'])}</p>" for media, each in bodies.items())
    answers = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(each['description'])}</td><td>{_content(each)}</td></tr>"
        for status, each in operation["responses"].items()
    )
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><b>{method.upper()}</b> '
        f"<code>{escape(path)}</code><span>{escape(operation['summary'])}</span></summary>"
        f'<div class="inside"><p>{escape(operation["description"])}</p>'
        f"{f'<table>{parameters}</table>' if parameters else ''}{body}<table>{answers}</table></div></details>"
    )


def _shape(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = "".join(
        _row(field, _kind(each), field in required, each.get("description", ""))
        for field, each in schema.get("properties", {}).items()
    )
    values = escape(", ".join(map(str, schema.get("enum", ()))))
    return (
        f'<details id="shape-{escape(name)}"><summary><code>{escape(name)}</code></summary><div class="inside">'
        f"<p>{escape(schema.get('description', ''))} {values}</p><table>{rows}</table></div></details>"
    )


def _row(name: str, kind: str, required: bool, text: str) -> str:  # noqa: FBT001 - one flag of a table row
    need = '<span class="need">required</span>' if required else ""
    return f"<tr><td><code>{escape(name)}</code> {need}</td><td>{kind}</td><td>{escape(text)}</td></tr>"


def _content(answer: dict[str, Any]) -> str:
    return " ".join(_kind(each["schema"]) for each in answer.get("content", {}).values())


def _kind(schema: dict[str, Any]) -> str:
    """Return a schema's type in words, with links to named shapes."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#shape-{name}">{name}</a>'
    for many in ("anyOf", "allOf", "oneOf"):
        if many in schema:
            return " | ".join(_kind(each) for each in schema[many])
    if "enum" in schema:
        return escape(" | ".join(map(str, schema["enum"])))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if "items" in schema.get("properties", {}):
        return _kind(schema["properties"]["items"])
    kind = schema.get("type", "any")
    return escape(" | ".join(kind) if isinstance(kind, list) else f"{kind} {schema.get('format', '')}".strip())
