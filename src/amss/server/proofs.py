"""Letting the asker prove who he is before a command's transaction opens, so that nothing is held meanwhile."""

import msgspec

from amss.features.auth.entry import Entry
from amss.foundation.database import Origin
from amss.foundation.operation import Prover
from amss.server.authentication import Caller
from amss.server.resources import Resources


async def prove(resources: Resources, proof: Prover, caller: Caller, origin: Origin, order: msgspec.Struct) -> None:
    """Refuse whoever does not prove what the command asks for."""
    limiter, keys, refused = resources.limiter, resources.keys, resources.refused_sign_ins
    await proof(Entry(resources.database, limiter, keys, refused, origin, caller.actor), order)
