"""What a report can be asked for. No I/O: every fact arrives as an argument."""

from amss.features.reports.model import PeriodQuery
from amss.foundation.errors import FieldError, Invalid

MOST_DAYS = 366


def must_be_a_period(query: PeriodQuery) -> None:
    """Refuse one end without the other, an end that is not after the beginning, and more than 366 days."""
    first_day, end_day = query.first_day, query.end_day
    if first_day is None and end_day is None:
        return
    if first_day is None or end_day is None:
        missing = "from" if first_day is None else "to"
        raise Invalid(errors=(FieldError(missing, "MISSING", "A period has both a `from` and a `to`."),))
    days = (end_day - first_day).days
    if days < 1:
        raise Invalid(errors=(FieldError("to", "TOO_EARLY", "`to` is the day after the last: it is after `from`."),))
    if days > MOST_DAYS:
        message = f"These are {days} days; a report speaks of at most {MOST_DAYS}."
        raise Invalid(errors=(FieldError("to", "TOO_LATE", message),))
