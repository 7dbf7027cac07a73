"""What exports are made of: moves and rights, as they truly are."""

from __future__ import annotations

from dataclasses import dataclass

CUTOVERS = {"completed": "Completed", "warning": "CompletedWithWarning"}


@dataclass(frozen=True, slots=True)
class Move:
    """A mailbox's move request.

    Attributes:
        at: True instant of completion, seconds since 1970.
        fate: ``completed``, ``warning``, or one that is no cut-over: ``archive``, ``failed``,
            ``synced``, ``intra``, ``offboarding``.
        is_recorded: Whether the export still has it.
    """

    person: int
    at: int
    wave: str
    fate: str
    is_recorded: bool

    @property
    def is_cutover(self) -> bool:
        """Whether the mailbox is in the cloud since."""
        return self.fate in CUTOVERS


@dataclass(frozen=True, slots=True)
class Right:
    """A right on a mailbox.

    Attributes:
        kind: ``mailbox``, ``folder`` or ``send-on-behalf``.
        user: The trustee as the export writes it.
        rights: Access rights as the export writes them.
        folder: Name of the folder for ``folder``.
    """

    owner: int
    kind: str
    user: str
    rights: str = "FullAccess"
    deny: bool = False
    inherited: bool = False
    folder: str = ""
