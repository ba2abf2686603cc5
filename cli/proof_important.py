"""Which requirements more than one defect has to break, each in a way of its own. Nothing is armed or run here.

Rule: important is a MUST on which everything else between two partners rests, and of which implementers report mistakes
from the field: who may speak, who is meant, how a list is read whole, and what tells that an object is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

# So many defects of different kinds show that a requirement is minded, not only one way to break it.
KINDS = 3
IMPORTANT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "authorization": (
            *("TRN-003", "TRN-004", "TRN-005", "TRN-006", "TRN-010", "TRN-011", "TRN-012", "TRN-013", "TRN-014"),
            "CRD-053",
        ),
        "registration": (
            *("CRD-002", "CRD-006", "CRD-008", "CRD-010", "CRD-014", "CRD-015", "CRD-016", "CRD-018", "CRD-027"),
            "CRD-055",
        ),
        "paging": (
            *("TRN-026", "TRN-029", "TRN-031", "TRN-032", "TRN-033", "TRN-039", "TRN-042", "TRN-043", "TRN-045"),
            *("TRN-046", "TRN-047", "TRN-048", "TRN-050"),
        ),
        "message ids and routing": (
            *("RTE-002", "RTE-003", "RTE-004", "RTE-005", "RTE-035", "RTE-037", "RTE-038", "RTE-039"),
        ),
        "response format": ("TRN-020", "TRN-070", "TRN-071", "TRN-073", "TRN-074"),
        "owners": ("TRN-061", "TRN-062", "TRN-065", "TRN-068"),
        "last_updated": (
            *("LOC-021", "CDR-021", "SES-015", "TAR-009", "TOK-032", "LOC-025", "LOC-026", "LOC-129", "SES-078"),
            *("TAR-092", "TOK-083", "LOC-051", "SES-040", "TOK-026"),
        ),
    }
)


def thin(noticed: Iterable[str]) -> list[str]:
    """Return the important requirements that too few defects break, `noticed` being what each noticed one breaks."""
    counts = Counter(noticed)
    names = (name for group in IMPORTANT.values() for name in group)
    return [f"{name}: {counts[name]} of {KINDS}" for name in names if counts[name] < KINDS]
