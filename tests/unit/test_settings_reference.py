"""The reference of settings says what the models say."""

from pathlib import Path

from pydantic import BaseModel

from talknshop.cli.settings_reference import reference, settings_of
from talknshop.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings-reference.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == reference(), "`make settings` writes it anew"


def test_nested_settings_comments_and_defaults_are_there() -> None:
    page = reference()
    assert "| `TALKNSHOP_GATEWAY__PORT` | whole number | `8000` |" in page
    assert "| `TALKNSHOP_GATEWAY__OIDC__ISSUER` | text | needed |" in page
    assert "only to find a fault" in page
    assert "`TALKNSHOP_EBAY_CLIENT_SECRET` | secret" in page


def test_a_secrets_default_is_not_told() -> None:
    for setting in settings_of(Settings, "TALKNSHOP_"):
        if setting.kind == "secret":
            assert setting.default in ("–", "needed"), setting


def test_a_comment_belongs_to_its_own_field() -> None:
    told = {each.name: each.comment for each in settings_of(_Model, "X_")}
    assert told == {"X_FIRST": "the first", "X_SECOND": "before it and behind it", "X_THIRD": ""}


class _Model(BaseModel):
    first: int = 1  # the first
    # before it
    second: int = 2  # and behind it
    third: int = 3
