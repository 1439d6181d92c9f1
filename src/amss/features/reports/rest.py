"""The reports' rows of the operation table: each as JSON, and as a file for whoever may export."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from amss.features.reports import service
from amss.features.reports.compliance import ComplianceFileQuery, ComplianceQuery, ComplianceReport
from amss.features.reports.fleet_status import FleetStatusFileQuery, FleetStatusQuery, FleetStatusReport
from amss.features.reports.mechanic_workload import WorkloadQuery, WorkloadReport
from amss.features.reports.model import PeriodQuery
from amss.features.reports.on_time import OnTimeFileQuery, OnTimeQuery, OnTimeReport
from amss.features.reports.summary import Summary
from amss.features.reports.utilization import FlownQuery, UtilizationFileQuery, UtilizationReport
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation
from amss.foundation.paging import OneQuery


def _shown(
    name: str,
    does: str,
    use_case: Callable[..., Awaitable[Any]],
    answers: type[msgspec.Struct],
    query: type[msgspec.Struct] | None = None,
) -> Operation:
    return Operation(
        f"GET /reports/{name}",
        does,
        Permission.READ_REPORTS,
        use_case,
        kind=Kind.READ,
        query=query,
        answers=answers,
    )


def _exported(
    name: str, does: str, use_case: Callable[..., Awaitable[Any]], query: type[msgspec.Struct]
) -> Operation:
    return Operation(
        f"GET /reports/{name}.csv",
        does,
        Permission.EXPORT_REPORTS,
        use_case,
        kind=Kind.EXPORT,
        query=query,
        media_types=("text/csv",),
    )


OPERATIONS = (
    _shown("summary", "Count everything by state", service.show_summary, Summary),
    _exported("summary", "Export the counts by state", service.export_summary, OneQuery),
    _shown(
        "fleet-status",
        "Show how the fleet stands, and how available it was in a period",
        service.show_fleet_status,
        FleetStatusReport,
        FleetStatusQuery,
    ),
    _exported("fleet-status", "Export how the fleet stands", service.export_fleet_status, FleetStatusFileQuery),
    _shown(
        "compliance",
        "Count what was signed in a period and what is pending, by authority reference and aircraft",
        service.show_compliance,
        ComplianceReport,
        ComplianceQuery,
    ),
    _exported("compliance", "Export what was signed and is pending", service.export_compliance, ComplianceFileQuery),
    _shown(
        "utilization",
        "Sum up what was flown in a period, by aircraft or by month",
        service.show_utilization,
        UtilizationReport,
        FlownQuery,
    ),
    _exported("utilization", "Export what was flown", service.export_utilization, UtilizationFileQuery),
    _shown(
        "mechanic-workload",
        "Show what each mechanic carries and has done in a period, and what nobody has",
        service.show_workload,
        WorkloadReport,
        WorkloadQuery,
    ),
    _exported("mechanic-workload", "Export the mechanics' workload", service.export_workload, PeriodQuery),
    _shown(
        "on-time",
        "Hold the work done in a period against its due, by program or by aircraft",
        service.show_on_time,
        OnTimeReport,
        OnTimeQuery,
    ),
    _exported("on-time", "Export what was done against its due", service.export_on_time, OnTimeFileQuery),
)
