"""The sealer visits every organization, so its tests have a database of their own."""

from builders.apart import api, installation

__all__ = ["api", "installation"]
