"""Faults to inject: which, how often, where, in an order a seed decides."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from threading import Lock

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "throttled": ("retry-after",),
    "throttled_silently": ("silent",),
    "server_error": ("500",),
    "bad_gateway": ("502",),
    "unavailable": ("retry-after", "silent"),
    "gateway_timeout": ("504",),
    "stalled": ("after-headers", "after-half"),
    "slow": ("dripped",),
    "truncated": ("closed-early", "cut-json", "error-inside"),
    "dropped": ("closed", "reset"),
    "expired_token_link": ("expired", "gone", "null", "not-found"),
    "empty_page": ("empty",),
    "repeated_page": ("loop", "overlap"),
    "foreign_link": ("address", "name"),
    "token_expired": ("401",),
    "forbidden": ("403",),
}
"""Each kind with its variants; a seed picks one unless ``Faults.variants`` does."""
PAGED = frozenset(("empty_page", "foreign_link", "expired_token_link", "repeated_page"))
"""Kinds only a list of reports can have."""
CONTINUED = frozenset(("expired_token_link", "repeated_page"))
"""Kinds only an answer to a next link can have."""
_WEIGHTS: Mapping[str, float] = {kind: 1.0 for kind in VARIANTS if kind != "forbidden"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one answer."""

    kind: str
    variant: str


@dataclass
class Faults:
    """The probability of each kind of fault, per request that can have it.

    ``only_on`` is ``any``, ``first-page``, ``next-page`` or a predicate of the path; ``limit`` is
    how many are injected in all; ``variants`` fixes the variant of a kind (see VARIANTS).
    """

    seed: int = 0
    throttled: float = 0.0
    throttled_silently: float = 0.0
    server_error: float = 0.0
    bad_gateway: float = 0.0
    unavailable: float = 0.0
    gateway_timeout: float = 0.0
    stalled: float = 0.0
    slow: float = 0.0
    truncated: float = 0.0
    dropped: float = 0.0
    expired_token_link: float = 0.0
    empty_page: float = 0.0
    repeated_page: float = 0.0
    foreign_link: float = 0.0
    token_expired: float = 0.0
    forbidden: float = 0.0
    limit: int | None = None
    only_on: str | Callable[[str], bool] = "any"
    variants: Mapping[str, str] = field(default_factory=dict)
    retry_after_seconds: int = 1
    stall_seconds: float = 1.0
    slow_seconds: float = 0.3
    injected: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if unknown := {
            name for name, one in self.variants.items() if one not in VARIANTS.get(name, ())
        }:
            raise ValueError(f"no such variant of {', '.join(sorted(unknown))}")
        if callable(self.only_on) or self.only_on in ("any", "first-page", "next-page"):
            self._lock = Lock()
            self._random = random.Random(self.seed)  # noqa: S311
            return
        raise ValueError(f"only_on: {self.only_on!r}")

    @classmethod
    def none(cls) -> Faults:
        """No faults at all."""
        return cls()

    @classmethod
    def only(cls, kind: str, **settings: object) -> Faults:
        """One kind, on every request that can have it; ``limit=1`` for a single fault."""
        return cls(**{kind: 1.0, **settings})  # type: ignore[arg-type]

    @classmethod
    def mixed(cls, seed: int, intensity: float, *, limit: int | None = None) -> Faults:
        """Every kind but ``forbidden``; intensity is the share of next-page requests with one."""
        total = sum(_WEIGHTS.values())
        shares = {kind: intensity * weight / total for kind, weight in _WEIGHTS.items()}
        return cls(seed=seed, limit=limit, stall_seconds=0.3, slow_seconds=0.1, **shares)  # type: ignore[arg-type]

    def draw(self, path: str, *, is_list: bool, is_next: bool) -> Fault | None:
        """The fault of this request, counted; None for most."""
        with self._lock:
            chance, pick = self._random.random(), self._random.random()
            if not self._applies(path, is_next) or self.injected.total() == self.limit:
                return None
            for kind, variants in VARIANTS.items():
                if (kind in PAGED and not is_list) or (kind in CONTINUED and not is_next):
                    continue
                chance -= getattr(self, kind)
                if chance < 0:
                    self.injected[kind] += 1
                    variant = self.variants.get(kind) or variants[int(pick * len(variants))]
                    return Fault(kind, variant)
            return None

    def _applies(self, path: str, is_next: bool) -> bool:
        """Whether faults are wanted on this request at all."""
        if callable(self.only_on):
            return self.only_on(path)
        return self.only_on == "any" or is_next == (self.only_on == "next-page")


assert VARIANTS.keys() <= {each.name for each in fields(Faults)}
