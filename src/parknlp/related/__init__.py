"""Related articles: which others belong beside one, and why.

``features`` says what an article is compared by, ``segment`` keeps it, ``search`` finds the best exactly, ``variety`` keeps the same story
from standing twice, ``reasons`` explains, ``disk`` saves, ``index`` is what users see, ``qdrant`` the same over a server.
"""

from __future__ import annotations

from pathlib import Path

from .index import RelatedIndex
from .reasons import Reason, Related

__all__ = ["Reason", "Related", "RelatedIndex", "open_or_new"]


def open_or_new(path: str | Path) -> RelatedIndex:
    """The index saved in a folder, or an empty one when there is none yet.

    Raises:
        ModelError: the folder holds an index that is damaged.
    """
    from .disk import exists

    return RelatedIndex.load(path) if exists(Path(path)) else RelatedIndex()
