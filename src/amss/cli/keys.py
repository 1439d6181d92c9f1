"""`amss keys`."""

import secrets

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from amss.cli.failing import in_one_sentence
from amss.features.auth.keys import signing_key


@click.group("keys")
def command() -> None:
    """Make the keys an installation needs."""


@command.command("generate")
def generate() -> None:
    """Print a new JWT_PRIVATE_KEY and AUDIT_SEAL_KEY (Ed25519, PEM) and a new SECRETS_KEY as environment lines."""
    click.echo(_line("JWT_PRIVATE_KEY", new_signing_key()))
    click.echo(_line("AUDIT_SEAL_KEY", new_signing_key()))
    click.echo(f'SECRETS_KEY="{new_secrets_key()}"')


@command.command("rotate")
@click.option("--jwt-private-key", envvar="JWT_PRIVATE_KEY", required=True, help="The present one.")
@in_one_sentence
def rotate(jwt_private_key: str) -> None:
    """Print the lines that replace JWT_PRIVATE_KEY in three steps, so that no token is refused meanwhile."""
    present, following = signing_key(jwt_private_key), new_signing_key()
    click.echo("# 1. On every server, then restart them: accept the new key.")
    click.echo(_line("JWT_PUBLIC_KEYS", _public(signing_key(following))))
    click.echo("# 2. When all have restarted: sign with the new key, still accept the old one.")
    click.echo(_line("JWT_PRIVATE_KEY", following))
    click.echo(_line("JWT_PUBLIC_KEYS", _public(present)))
    click.echo("# 3. After REFRESH_TOKEN_TTL, when the last old token has expired: drop JWT_PUBLIC_KEYS.")


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _line(name: str, pem: str) -> str:
    escaped = pem.strip().replace("\n", "\\n")
    return f'{name}="{escaped}"'


def new_signing_key() -> str:
    """Return a private key for signing tokens or seals, in PEM form."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def new_secrets_key() -> str:
    """Return 256 random bits in text form."""
    return secrets.token_urlsafe(32)
