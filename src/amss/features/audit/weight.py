"""How much of the trail is taken at once: up to so many rows, and up to so many bytes of them."""


def bytes_before(place: str) -> str:
    """Return the SQL of how many bytes of details stand before a row, in the order of `place`.

    Rows with fewer than a limit are one at least, and pass it by one row at most. Nothing is unpacked for it.
    """
    frame = f"(ORDER BY {place} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    return f"coalesce(sum(details_bytes) OVER {frame}, 0)"
