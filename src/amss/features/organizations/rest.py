"""The organizations' rows of the operation table; founding one, with its first tenant_admin, is with the users."""

from amss.features.organizations import service
from amss.features.organizations.model import (
    OrganizationChange,
    OrganizationOut,
    OrganizationQuery,
    PolicyChange,
    PolicyOut,
)
from amss.features.organizations.rules import NotSuspended, SlugTaken, SystemMustStay, UnderLegalHold
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation, Precondition

OPERATIONS = (
    Operation(
        "GET /organizations",
        "List all organizations",
        Permission.MANAGE_ORGANIZATIONS,
        service.search,
        kind=Kind.READ,
        query=OrganizationQuery,
        lists=OrganizationOut,
    ),
    Operation(
        "GET /organizations/{organization_id}",
        "Show one organization",
        Permission.READ_ORGANIZATION,
        service.get,
        kind=Kind.READ,
        answers=OrganizationOut,
    ),
    Operation(
        "PATCH /organizations/{organization_id}",
        "Edit an organization; its slug, status and legal hold are the admin's",
        Permission.CHANGE_ORGANIZATION,
        service.edit,
        body=OrganizationChange,
        answers=OrganizationOut,
        precondition=Precondition.OPTIONAL,
        refuses=(SlugTaken, SystemMustStay),
    ),
    Operation(
        "DELETE /organizations/{organization_id}",
        "Delete a suspended organization that is under no legal hold",
        Permission.MANAGE_ORGANIZATIONS,
        service.remove,
        status=204,
        precondition=Precondition.OPTIONAL,
        refuses=(NotSuspended, SystemMustStay, UnderLegalHold),
    ),
    Operation(
        "GET /organizations/{organization_id}/policy",
        "Show what an organization has settled",
        Permission.READ_ORGANIZATION,
        service.get_policy,
        kind=Kind.READ,
        answers=PolicyOut,
    ),
    Operation(
        "PATCH /organizations/{organization_id}/policy",
        "Change what an organization has settled",
        Permission.CHANGE_ORGANIZATION,
        service.settle,
        body=PolicyChange,
        answers=PolicyOut,
        precondition=Precondition.OPTIONAL,
    ),
)
