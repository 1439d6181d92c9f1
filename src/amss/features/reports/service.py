"""Use cases of reports: each is one statement, read as it is asked for."""

from amss.features.reports import summary
from amss.features.reports.compliance import COMPLIANCE, ComplianceFileQuery, ComplianceQuery
from amss.features.reports.fleet_status import FLEET_STATUS, FleetStatusFileQuery, FleetStatusQuery
from amss.features.reports.mechanic_workload import WORKLOAD, WorkloadQuery
from amss.features.reports.model import PeriodQuery
from amss.features.reports.on_time import ON_TIME, OnTimeFileQuery, OnTimeQuery
from amss.features.reports.utilization import UTILIZATION, FlownQuery, UtilizationFileQuery
from amss.foundation.database import Transaction
from amss.foundation.exporting import Export
from amss.foundation.paging import OneQuery
from amss.foundation.reading import Reader, Shown


async def show_summary(reader: Reader) -> Shown:
    """Count everything by state."""
    return await summary.show(reader)


async def export_summary(tx: Transaction, query: OneQuery) -> Export:
    """Return those counts as a file."""
    return await summary.file(tx, query)


async def show_fleet_status(reader: Reader, query: FleetStatusQuery) -> Shown:
    """Tell how each aircraft stands, and how available it was in a period."""
    return await FLEET_STATUS.page(reader, query)


async def export_fleet_status(tx: Transaction, query: FleetStatusFileQuery) -> Export:
    """Return that of the whole fleet as a file."""
    return await FLEET_STATUS.file(tx, query)


async def show_compliance(reader: Reader, query: ComplianceQuery) -> Shown:
    """Count what was signed and what is pending, by reference and aircraft."""
    return await COMPLIANCE.page(reader, query)


async def export_compliance(tx: Transaction, query: ComplianceFileQuery) -> Export:
    """Return all of those counts as a file."""
    return await COMPLIANCE.file(tx, query)


async def show_workload(reader: Reader, query: WorkloadQuery) -> Shown:
    """Tell what each mechanic carries and has done, and what nobody has."""
    return await WORKLOAD.page(reader, query)


async def export_workload(tx: Transaction, query: PeriodQuery) -> Export:
    """Return that of everybody as a file."""
    return await WORKLOAD.file(tx, query)


async def show_utilization(reader: Reader, query: FlownQuery) -> Shown:
    """Sum up what was flown, by aircraft or by month."""
    return await UTILIZATION[query.by].page(reader, query)


async def export_utilization(tx: Transaction, query: UtilizationFileQuery) -> Export:
    """Return all of those sums as a file."""
    return await UTILIZATION[query.by].file(tx, query)


async def show_on_time(reader: Reader, query: OnTimeQuery) -> Shown:
    """Hold what was done against what was due, by program or by aircraft."""
    return await ON_TIME[query.by].page(reader, query)


async def export_on_time(tx: Transaction, query: OnTimeFileQuery) -> Export:
    """Return all of that as a file."""
    return await ON_TIME[query.by].file(tx, query)
