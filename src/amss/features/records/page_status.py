"""What recurs on an aircraft, on the record's page: its requirements and directives, each as it stands. No I/O."""

from collections.abc import Iterator

from amss.features.due.model import DueItemOut
from amss.features.records import wording
from amss.features.records.markup import chip, lines, said, small, table
from amss.features.records.model import CountersOut, DirectiveOut, Head


def requirements(head: Head) -> str:
    """Return what recurs by an active program and carries out no directive."""
    directed = {each.due_item.id for each in head.directives}
    others = [each for each in head.due_items if each.id not in directed]
    if not others:
        return '<p class="none">Nothing recurs on this aircraft by an active program, directives apart.</p>'
    return table(
        "requirements",
        ("Requirement", "Interval", "Last done", "Since then", "Next due", "Left", "Status"),
        ((each.status.value, _requirement(head, each)) for each in others),
    )


def directives(head: Head) -> str:
    """Return the directives: number and revision, method of compliance, when last and when next (91.417(a)(2)(v))."""
    if not head.directives:
        return '<p class="none">No program carries out an airworthiness directive on this aircraft.</p>'
    return table(
        "directives",
        ("Directive", "Method of compliance", "Interval", "Last done", "Next due", "Left", "Status"),
        (("", _directive(head, each)) for each in head.directives),
    )


def _requirement(head: Head, item: DueItemOut) -> Iterator[str]:
    yield f'<b class="code">{said(item.program.code)}</b><div>{said(item.program.name)}</div>'
    yield lines(wording.interval(limit) for limit in item.limits)
    yield _last_done(head, item)
    yield _since(head, item)
    yield _due(item)
    yield _left(item)
    yield _status(item)


def _directive(head: Head, directive: DirectiveOut) -> Iterator[str]:
    item = directive.due_item
    revised = f"revision of {directive.revised_on}" if directive.revised_on else "day of revision not recorded"
    yield f"<b>{said(directive.directive)}</b>" + small(revised) + small(said(item.program.code))
    yield said(directive.method_of_compliance) if directive.method_of_compliance else "not recorded"
    yield lines(wording.interval(limit) for limit in item.limits)
    yield _last_done(head, item)
    if directive.in_force:
        yield from (_due(item), _left(item), _status(item))
    else:
        yield from ("none", "", chip("incomplete", "not in force"))


def _due(item: DueItemOut) -> str:
    """Say where the limits fall due, and what is approved beyond."""
    return "".join(lines([wording.due(limit)]) + small(wording.extended(limit)) for limit in item.limits)


def _left(item: DueItemOut) -> str:
    return lines(wording.amount(limit.interval_type, limit.remaining) for limit in item.limits)


def _status(item: DueItemOut) -> str:
    unconfirmed = "last done to be confirmed" if item.needs_confirmation else ""
    return chip(item.status.value, wording.STATUSES[item.status]) + small(unconfirmed)


def _last_done(head: Head, item: DueItemOut) -> str:
    done = item.last_done
    if done is None:
        return "not yet" + small(f'counted from <span class="day">{item.start.on}</span>')
    return lines((str(done.on), *_counters(head, done.flight_minutes, done.cycles)))


def _since(head: Head, item: DueItemOut) -> str:
    """Say how long ago the work was done (14 CFR 91.417(a)(2)(iv)), or the count began."""
    since = item.last_done or item.start
    flown = head.aircraft.flight_minutes_total - since.flight_minutes
    return lines(_counters(head, flown, head.aircraft.cycles_total - since.cycles))


def _counters(head: Head, flight_minutes: int, cycles: int) -> tuple[str, ...]:
    return wording.counters(CountersOut(flight_minutes, cycles if head.aircraft.counts_cycles else None))
