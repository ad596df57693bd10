"""Counts the words of platforms that no table knows. Their rows go out all the same, with OTHER and the platform's own word; the log tells
what a table lacks: when a word is first seen, and again whenever it was seen ten times as often.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any

from adapters.kit import watching
from adapters.kit.stores import StoreConfig

STATUSES = ("status", "payment_status", "fulfilment_status")
MOST_WORDS = 1000  # a platform that makes words up must not fill the memory

log = logging.getLogger("cartograph.platform")


class Surprises:
    """What one process has seen; `counts` are rows by store, field and word."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def note(self, store: StoreConfig, rows: Iterable[Any]) -> None:
        """Look through rows that were just read."""
        found = Counter(
            (store.name, field, str(getattr(row, f"platform_{field}", None)))
            for row in rows
            for field in STATUSES
            if getattr(getattr(row, field, None), "name", None) == "OTHER"
        )
        for key, times in found.items():
            watching.unknown_words(store, key[1], times)
            before = self.counts[key]
            if not before and len(self.counts) > MOST_WORDS:
                del self.counts[key]
                continue
            self.counts[key] = before + times
            if len(str(before + times)) > len(str(before)) or not before:
                facts = {"store": store.name, "platform": store.platform, "operation": key[1], "platform_code": key[2]}
                log.warning("a word no table knows", extra={**facts, "rows": before + times})
