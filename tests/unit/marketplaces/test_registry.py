"""Which marketplaces are connected, with whose keys."""

from importlib import metadata
from pathlib import Path

import httpx
import pytest

from adapters.marketplaces.amazon.config import AmazonConfig
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.registry import ENTRY_POINTS, load_marketplaces

HTTP = httpx.AsyncClient()
KEYS = {
    "ebay": {"client_id": "sandbox-id", "client_secret": "s", "refresh_token": "r"},
    "amazon": {
        "credential_id": "c",
        "credential_secret": "s",
        "version": "3.1",
        "partner_tag": "tag-20",
    },
    "bestbuy": {"api_key": "k"},
}
SANDBOX = SandboxAccess("http://127.0.0.1:8090/", KEYS)


@pytest.fixture(autouse=True)
def _no_keys_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_keys_only_poshmarks_handoff_is_there() -> None:
    marketplaces = load_marketplaces(HTTP, None)
    assert list(marketplaces.searching) == []
    assert list(marketplaces.posting) == ["poshmark"]


def test_the_sandbox_stands_in_for_every_marketplace_that_it_has_keys_of() -> None:
    marketplaces = load_marketplaces(HTTP, SANDBOX)
    assert list(marketplaces.searching) == ["amazon", "bestbuy", "ebay"]
    assert list(marketplaces.posting) == ["ebay", "poshmark"]


def test_every_base_url_points_at_the_sandbox() -> None:
    config = EbayConfig.load("ebay", SANDBOX)
    assert config
    assert config.api_url == config.apim_url == "http://127.0.0.1:8090"
    amazon = AmazonConfig.load("amazon", SANDBOX)
    assert amazon
    assert amazon.api_url == amazon.auth_url == "http://127.0.0.1:8090"


def test_own_keys_go_to_the_real_host_and_never_to_the_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TALKNSHOP_EBAY_CLIENT_ID", "own-id")
    monkeypatch.setenv("TALKNSHOP_EBAY_CLIENT_SECRET", "own-secret")
    config = EbayConfig.load("ebay", SANDBOX)
    assert config
    assert (config.client_id, config.api_url) == ("own-id", "https://api.ebay.com")
    assert "own-secret" not in repr(config)
    assert "ebay" not in load_marketplaces(HTTP, SANDBOX).posting


def test_half_a_set_of_keys_is_a_mistake_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALKNSHOP_EBAY_CLIENT_ID", "own-id")
    with pytest.raises(ValueError, match="TALKNSHOP_EBAY_CLIENT_SECRET"):
        load_marketplaces(HTTP, SANDBOX)


def test_a_setting_of_ones_own_holds_in_the_sandbox_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALKNSHOP_EBAY_POSTAL_CODE", "94110")
    config = EbayConfig.load("ebay", SANDBOX)
    assert config
    assert (config.client_id, config.postal_code) == ("sandbox-id", "94110")


def test_the_sandboxs_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text('{"bestbuy": {"api_key": "k"}}')
    access = SandboxAccess.from_file("http://127.0.0.1:8090", path)
    assert access.credentials == {"bestbuy": {"api_key": "k"}}


def test_built_in_marketplaces_are_found_as_third_parties_are() -> None:
    names = {entry_point.name for entry_point in metadata.entry_points(group=ENTRY_POINTS)}
    assert names >= {"ebay", "amazon", "walmart", "bestbuy", "craigslist", "facebook", "poshmark"}
