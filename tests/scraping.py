"""The numbers of a running stack, as Prometheus scrapes them."""

from collections.abc import Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.running import Running

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(page: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def scraped(stack: Running, role: str) -> Samples:
    reply = await stack.http.get(f"{stack.process(role)['url']}/metrics")
    reply.raise_for_status()
    return parsed(reply.text)


def total(samples: Samples, wanted: str, **labels: str) -> float:
    return sum(
        value
        for (name, have), value in samples.items()
        if name == wanted and labels.items() <= have
    )


async def scrape(http: httpx.AsyncClient, url: str, labels: Mapping[str, str]) -> Samples:
    """As Prometheus would store it, `up` included; empty but for `up` when there is no answer."""
    own = frozenset(labels.items())
    try:
        reply = await http.get(f"{url}/metrics", timeout=10)
        samples = parsed(reply.raise_for_status().text)
    except httpx.HTTPError:
        return {("up", own): 0.0}
    found = {(name, have | own): value for (name, have), value in samples.items()}
    return {**found, ("up", own): 1.0}
