"""What work does to the people who carry it: nobody leaves the organization with open work in his hands."""

from uuid import UUID

from amss.features.tasks import queries, rules
from amss.features.users import service as users
from amss.foundation.database import Transaction


async def remove_user(tx: Transaction, user_id: UUID, *, if_match: int | None) -> None:
    """Remove somebody who carries no open work from the organization."""
    # Removed first: that holds him, so that nobody hands him work while we look.
    await users.remove(tx, user_id, if_match=if_match)
    if open_tasks := await queries.find_open_of_mechanic(tx, user_id):
        raise rules.UserInUse(open_tasks)
