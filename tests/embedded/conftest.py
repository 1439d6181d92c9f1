"""Directories the stores' account can read, and one pair of running stores for the tests that share it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from amss.embedded import Stores
from amss.embedded.folders import open_directory


@pytest.fixture
def directory() -> Iterator[Path]:
    """Return an empty directory."""
    with open_directory() as path:
        yield path


@pytest.fixture(scope="session")
def used_directory() -> Iterator[Path]:
    """Return a directory in which stores may have run before; a first start takes most of a test's time."""
    with open_directory() as path:
        yield path


@pytest.fixture(scope="session")
async def stores() -> AsyncIterator[Stores]:
    """Return running stores."""
    with open_directory() as path:
        async with Stores(path) as running:
            yield running
