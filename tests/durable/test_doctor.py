"""The doctor, on a stack that is well and on things that are broken."""

import asyncio
import json
import os
import sys
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from talknshop.cli.doctor import examine
from talknshop.cli.finding import Finding
from talknshop.cli.ports import free_ports
from talknshop.settings import GatewaySettings, Settings, TemporalSettings
from talknshop.telemetry import TracingChoice
from tests.otlp import collecting
from tests.running import Running


def settings_of(stack: Running, **changes: object) -> Settings:
    """What the stack's own processes are told."""
    known = Settings(
        data_dir=stack.data_dir,
        temporal=TemporalSettings(address=f"127.0.0.1:{stack.process('temporal')['port']}"),
        redis_url=stack.process("valkey")["url"],
        sandbox_url=stack.sandbox,
        sandbox_credentials=stack.data_dir / "sandbox" / "credentials.json",
        gateway=GatewaySettings(public_url=stack.web),
    )
    return known.model_copy(update=changes)


def about(findings: list[Finding], subject: str) -> Finding:
    return next(finding for finding in findings if finding.subject == subject)


async def test_what_runs_well_is_found_well(stack: Running) -> None:
    with collecting() as collector:
        tracing = TracingChoice(endpoint=collector.url)
        findings = await examine(settings_of(stack, tracing=tracing))
    for subject in (
        *("Temporal", "namespace", "search attributes", "queue conversations", "queue notify"),
        *("queue post-ebay", "Redis", "clock against Redis", "clock against the gateway"),
        *("gateway", "version", "collector", "searching", "posting"),
    ):
        assert about(findings, subject).level == "ok", about(findings, subject)
    # It is a development stack, and that is said.
    assert about(findings, "sign-in").level == "problem"
    assert about(findings, "public address").level == "problem"
    assert about(findings, "marketplaces").level == "problem"
    assert about(findings, "object store").level == "advice"
    assert all(finding.remedy for finding in findings if finding.level != "ok")


async def test_what_does_not_answer_is_named_with_a_remedy(stack: Running, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    nothing = f"127.0.0.1:{port}"
    (tmp_path / "file").write_text("no folder")
    findings = await examine(
        settings_of(
            stack,
            temporal=TemporalSettings(address=nothing),
            redis_url=f"redis://{nothing}/0",
            gateway=GatewaySettings(public_url=f"http://{nothing}"),
            storage_url=(tmp_path / "file" / "below").as_uri(),
            tracing=TracingChoice(endpoint=f"http://{nothing}/v1/traces"),
        )
    )
    for subject in ("Temporal", "Redis", "gateway", "object store", "collector"):
        finding = about(findings, subject)
        assert finding.level == "problem", subject
        assert finding.remedy


async def test_a_queue_that_nobody_polls_is_found(stack: Running) -> None:
    findings = await examine(settings_of(stack, posting_marketplaces=["ebay", "atlantis"]))
    lonely = about(findings, "queue post-atlantis")
    assert lonely.level == "problem"
    assert "--role seller" in lonely.remedy
    assert about(findings, "queue post-ebay").level == "ok"
    assert "atlantis" in about(findings, "posting").detail


async def test_a_server_without_our_search_attributes_is_found(stack: Running) -> None:
    binary = str(Path(sys.executable).with_name("temporal"))
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=binary, dev_server_extra_args=["--log-level", "never"]
    ) as bare:
        address = bare.client.service_client.config.target_host
        findings = await examine(settings_of(stack, temporal=TemporalSettings(address=address)))
        elsewhere = await examine(
            settings_of(stack, temporal=TemporalSettings(address=address, namespace="atlantis"))
        )
    assert "NeedsSince" in about(findings, "search attributes").detail
    assert about(findings, "queue conversations").level == "problem"
    assert "atlantis" in about(elsewhere, "Temporal").detail


async def test_the_command_says_what_is_wrong_by_its_exit_code(
    stack: Running, tmp_path: Path
) -> None:
    env = {
        **os.environ,
        "TALKNSHOP_TEMPORAL__ADDRESS": f"127.0.0.1:{stack.process('temporal')['port']}",
        "TALKNSHOP_REDIS_URL": stack.process("valkey")["url"],
        "TALKNSHOP_GATEWAY__PUBLIC_URL": stack.web,
        "TALKNSHOP_DATA_DIR": str(tmp_path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "talknshop.cli.main", "doctor", "--json"),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    report = json.loads(said)
    assert process.returncode == 1
    assert report["ok"] is False
    assert b"see above" in complaint
    levels = {each["subject"]: each["level"] for each in report["findings"]}
    assert levels["Temporal"] == "ok"
    assert levels["sign-in"] == "problem"
