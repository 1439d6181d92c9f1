"""What came of making tasks."""

import msgspec


class Generated(msgspec.Struct, frozen=True):
    """How many tasks were made, and how many due items have no place."""

    created: int = 0
    blocked: int = 0

    def __add__(self, other: "Generated") -> "Generated":
        return Generated(self.created + other.created, self.blocked + other.blocked)
