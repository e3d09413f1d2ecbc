"""Faults by chance and by seed, hostile replies, tokens of one marketplace, delays, the command."""

import json

import pytest
from ebay_documents import SELL
from typer.testing import CliRunner

from sandbox.disturbance import Disturbances, Fault, Spread
from sandbox.traffic import Call
from talknshop.cli.main import app

BROWSE = "/buy/browse/v1/item_summary/search?q=laptop&limit=50"


def struck(seed: int, fault: Fault, requests: int = 200) -> list[bool]:
    disturbances = Disturbances(seed, "none")
    disturbances.add_fault(fault)
    return [disturbances.next_fault("ebay", "GET", "/buy") is not None for _ in range(requests)]


def test_the_same_seed_strikes_the_same_requests():
    fault = Fault(marketplace="ebay", kind="status", count=None, rate=0.2)
    once, again, other = (struck(seed, fault.model_copy()) for seed in (7, 7, 8))
    assert once == again != other
    assert 20 < sum(once) < 60


def test_a_burst_strikes_in_a_row():
    strikes = struck(3, Fault(marketplace="ebay", kind="throttle", count=None, rate=0.02, burst=5))
    first = strikes.index(True)
    assert all(strikes[first : first + 5])
    assert 5 <= sum(strikes) < 100


def test_what_happens_to_one_marketplace_does_not_shift_anothers_chance():
    fault = Fault(marketplace="ebay", kind="status", count=None, rate=0.5)
    alone = struck(1, fault.model_copy())
    disturbances = Disturbances(1, "default")
    disturbances.add_fault(fault.model_copy())
    together = []
    for _ in alone:
        disturbances.delay("walmart", Call.SEARCH)
        disturbances.delay("ebay", Call.SEARCH)
        together.append(disturbances.next_fault("ebay", "GET", "/buy") is not None)
    assert together == alone


def test_delays_follow_their_distribution():
    disturbances = Disturbances(1, "none")
    disturbances.set_latency(Spread(median=0.2, p95=2.0), "ebay")
    delays = sorted(disturbances.delay("ebay", Call.SEARCH) for _ in range(2000))
    assert delays[1000] == pytest.approx(0.2, rel=0.15)
    assert delays[1900] == pytest.approx(2.0, rel=0.25)
    assert disturbances.delay("walmart", Call.SEARCH) == 0


def test_a_hostile_reply_is_well_formed_and_full_of_traps(sandbox):
    with sandbox.ebay() as http:
        honest = http.get(BROWSE).json()["itemSummaries"]
        sandbox.disturb(marketplace="ebay", kind="hostile", match="GET /buy")
        answer = http.get(BROWSE)
        hostile = answer.json()["itemSummaries"]
    text = answer.text
    assert len(hostile) == len(honest)
    assert sum(one != other for one, other in zip(honest, hostile, strict=True)) > 20
    assert max(len(str(item.get("title"))) for item in hostile) > 900_000
    assert len(text) < 3_000_000
    assert "<script>" in text
    assert "169.254.169.254" in text


def test_a_token_may_expire_in_the_middle(sandbox):
    with sandbox.ebay() as http:
        assert http.get(f"{SELL}/location/home").status_code == 404
        sandbox.disturb(marketplace="ebay", kind="expire_token")
        for _ in range(2):
            answer = http.get(f"{SELL}/location/home")
            assert (answer.status_code, answer.json()["errors"][0]["errorId"]) == (401, 1001)
    with sandbox.ebay() as http:
        assert http.get(f"{SELL}/location/home").status_code == 404


@pytest.mark.parametrize(
    ("marketplace", "path", "status", "words"),
    [
        ("amazon", "/catalog/v1/searchItems", 401, "TokenExpired"),
        ("walmart", "/api-proxy/service/affil/product/v2/search", 401, "timestamp not fresh"),
        ("bestbuy", "/v1/products(search=tv)", 403, "not valid"),
        ("craigslist", "/bulkpost/v1/postings/1/status", 401, "expired"),
        ("facebook", "/v26.0/1/products", 401, "463"),
    ],
)
def test_an_expired_token_is_told_in_each_marketplaces_own_language(
    sandbox, marketplace, path, status, words
):
    sandbox.disturb(marketplace=marketplace, kind="expire_token")
    with sandbox.client() as http:
        answer = http.get(path)
    assert answer.status_code == status
    assert words in answer.text


def test_only_one_marketplaces_tokens_expire(sandbox):
    with sandbox.ebay() as http:
        http.post("/_sandbox/expire_tokens", params={"marketplace": "amazon"}).raise_for_status()
        assert http.get(BROWSE).is_success
        http.post("/_sandbox/expire_tokens", params={"marketplace": "ebay"}).raise_for_status()
        assert http.get(BROWSE).status_code == 401


def run(sandbox, *arguments):
    return CliRunner().invoke(app, ["sandbox", *arguments, "--url", sandbox.url])


def test_the_command_line_makes_a_marketplace_misbehave(sandbox):
    done = run(sandbox, "fault", "ebay", "throttle", "--match", "GET /buy", "--rate", "0.5")
    assert (done.exit_code, "throttle" in done.output) == (0, True)
    with sandbox.client() as http:
        (fault,) = http.get("/_sandbox/faults").json()
    assert (fault["match"], fault["rate"], fault["count"]) == ("GET /buy", 0.5, 1)
    assert "ebay" in run(sandbox, "faults").output
    assert "No fault" in run(sandbox, "faults", "--clear").output


def test_the_command_line_imports_goods_or_names_the_bad_line(own_sandbox, tmp_path):
    file = tmp_path / "goods.jsonl"
    file.write_text(json.dumps({"title": "Time Machine", "price": 12.5}))
    assert "1 products" in run(own_sandbox, "import", str(file), "--replace").output
    file.write_text('{"title": "Nothing"}')
    refused = run(own_sandbox, "import", str(file))
    assert refused.exit_code != 0
    assert "line 1: price" in str(refused.exception)


def test_the_command_line_sets_delays_and_the_seed(sandbox):
    assert run(sandbox, "latency", "walmart", "--median", "0.1", "--p95", "1").exit_code == 0
    with sandbox.client() as http:
        assert http.get("/_sandbox/latency").json()["walmart"] == {"median": 0.1, "p95": 1.0}
    assert run(sandbox, "latency", "--mode", "none").exit_code == 0
    assert run(sandbox, "seed", "7").exit_code == 0


def test_the_command_line_sets_quotas_and_tells_what_is_left(sandbox):
    assert "ebay buy.browse: 0 of 10000000 in 86400 s" in run(sandbox, "quota").output
    real = run(sandbox, "quota", "--real").output
    assert "ebay buy.browse: 0 of 5000 in 86400 s" in real
    assert "amazon: 0 of 1 in 1 s, 0 of 8640 in 86400 s" in real
    assert "craigslist: not limited" in real
    set_ = run(sandbox, "quota", "ebay", "--per-day", "3", "--resource", "buy.browse")
    with sandbox.ebay() as http:
        statuses = [http.get(BROWSE).status_code for _ in range(4)]
        refused = http.get(BROWSE)
    assert (set_.exit_code, statuses) == (0, [200, 200, 200, 429])
    assert refused.json()["errors"][0]["errorId"] == 2001
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert "ebay buy.browse: 3 of 3 in 86400 s" in run(sandbox, "quota", "ebay").output
    assert run(sandbox, "quota", "ebay", "--per-day", "3", "--resource", "buy.nothing").exit_code
    assert run(sandbox, "quota", "--generous").exit_code == 0
