"""The people's rows of the operation table."""

from amss.features.organizations.model import OrganizationOut
from amss.features.organizations.rules import SlugTaken
from amss.features.users import service
from amss.features.users.model import NewTenant, NewUser, UserChange, UserOut, UserQuery
from amss.features.users.rules import EmailTaken, LastAdministrator, OwnAccount
from amss.foundation.access import Permission
from amss.foundation.operation import Kind, Operation, Precondition

OPERATIONS = (
    Operation(
        "POST /organizations",
        "Found an organization with its first tenant_admin",
        Permission.MANAGE_ORGANIZATIONS,
        service.found_organization,
        body=NewTenant,
        answers=OrganizationOut,
        status=201,
        idempotent=True,
        refuses=(SlugTaken,),
    ),
    Operation(
        "POST /users",
        "Take somebody into the organization",
        Permission.MANAGE_USERS,
        service.create,
        body=NewUser,
        answers=UserOut,
        status=201,
        idempotent=True,
        refuses=(EmailTaken,),
    ),
    Operation(
        "GET /users",
        "List the people of the organization",
        Permission.READ_USERS,
        service.search,
        kind=Kind.READ,
        query=UserQuery,
        lists=UserOut,
    ),
    Operation(
        "GET /users/{user_id}",
        "Show one person",
        Permission.READ_USERS,
        service.get,
        kind=Kind.READ,
        answers=UserOut,
    ),
    Operation(
        "PATCH /users/{user_id}",
        "Edit a user",
        Permission.MANAGE_USERS,
        service.edit,
        body=UserChange,
        answers=UserOut,
        precondition=Precondition.OPTIONAL,
        refuses=(EmailTaken, LastAdministrator, OwnAccount),
    ),
)
