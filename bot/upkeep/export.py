"""The export of the workspace of the configuration, for whoever sits at the machine."""

from typing import Any

from bot.config import Settings
from bot.insight.export import exported
from bot.store.store import Store


async def export_home(settings: Settings) -> dict[str, Any]:
    """Open the database and export the workspace of the configuration. Raises StoreError."""
    store = await Store.open(settings.database.url)
    try:
        return await exported(store, (await store.workspaces.home()).id)
    finally:
        await store.close()
