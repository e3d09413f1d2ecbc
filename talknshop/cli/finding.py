"""What the doctor found: good, advisable to change, or wrong; and what to do."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """`remedy` is empty only where all is well."""

    level: Literal["ok", "advice", "problem"]
    subject: str
    detail: str
    remedy: str = ""


def ok(subject: str, detail: str) -> Finding:
    return Finding("ok", subject, detail)


def advice(subject: str, detail: str, remedy: str) -> Finding:
    return Finding("advice", subject, detail, remedy)


def problem(subject: str, detail: str, remedy: str) -> Finding:
    return Finding("problem", subject, detail, remedy)
