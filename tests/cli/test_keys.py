"""`amss keys generate`: what it prints is what the processes start with."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from amss.features.auth.tokens import TokenKeys
from amss.foundation.settings import load_settings
from amss.server.main import open_resources

AMSS = (sys.executable, "-m", "amss.cli")
# What else a process needs.
STORES = {"APP_ENV": "development", "DATABASE_URL": "postgresql://localhost/amss", "REDIS_URL": "redis://localhost"}
SHOW_ENVIRONMENT = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"


def generated(directory: Path) -> Path:
    """Return a file with the printed lines."""
    printed = subprocess.run([*AMSS, "keys", "generate"], capture_output=True, check=True, text=True).stdout
    file = directory / "amss.env"
    file.write_text(printed)
    return file


def sourced(file: Path) -> dict[str, str]:
    """Return the environment of a program whose shell has read the file."""
    script = f"set -a; . {file}; {SHOW_ENVIRONMENT}"
    shell = subprocess.run(["sh", "-c", script], env=os.environ | STORES, capture_output=True, check=True)
    return msgspec.json.decode(shell.stdout)


async def test_the_printed_lines_sourced_by_a_shell_are_keys_that_the_server_opens_with(tmp_path: Path) -> None:
    settings = load_settings(sourced(generated(tmp_path)))

    async with open_resources(settings) as resources:
        assert resources.keys.jwks["keys"][0]["crv"] == "Ed25519"
    assert len(settings.secrets_key) >= 32


def test_the_printed_lines_read_as_they_stand_are_keys_too(tmp_path: Path) -> None:
    lines = generated(tmp_path).read_text().splitlines()

    # As a file of `NAME=value` lines is read where no shell is at work.
    values = {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}

    assert TokenKeys(values["JWT_PRIVATE_KEY"]).jwks["keys"][0]["kty"] == "OKP"


def test_a_rotation_leaves_no_moment_in_which_a_good_token_is_refused(tmp_path: Path) -> None:
    present = generated(tmp_path).read_text().splitlines()[0].partition("=")[2].strip('"')
    rotated = subprocess.run(
        [*AMSS, "keys", "rotate"],
        env=os.environ | {"JWT_PRIVATE_KEY": present},
        capture_output=True,
        check=True,
        text=True,
    )
    lines = [line for line in rotated.stdout.splitlines() if not line.startswith("#")]

    first, private, second = [line.partition("=")[2].strip('"') for line in lines]

    def key_ids(*given: str) -> list[str]:
        return [key["kid"] for key in TokenKeys(*given).jwks["keys"]]

    [old], [new] = key_ids(present), key_ids(private)
    assert key_ids(present, first) == [old, new]
    assert key_ids(private, second) == [new, old]


def test_two_calls_print_different_keys(tmp_path: Path) -> None:
    first, second = generated(tmp_path).read_text(), generated(tmp_path).read_text()

    assert not set(first.splitlines()) & set(second.splitlines())


@pytest.mark.parametrize("keys", ["nowhere.pem", "-----BEGIN PRIVATE KEY-----\\nrubbish\\n-----END PRIVATE KEY-----"])
def test_a_key_that_cannot_be_read_is_one_sentence(keys: str) -> None:
    environment = os.environ | STORES | {"JWT_PRIVATE_KEY": keys, "SECRETS_KEY": "x" * 32, "LOG_LEVEL": "error"}

    refused = subprocess.run([*AMSS, "server"], env=environment, capture_output=True, check=False, text=True)

    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: JWT_PRIVATE_KEY cannot be read")
    assert "Traceback" not in refused.stderr
