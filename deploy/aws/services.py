"""Our processes as ECS services: one for each role, all from one image."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from deploy.aws.collector import COLLECTOR, configuration
from deploy.aws.options import Options
from deploy.aws.scaling import NAMESPACE, TABLE, scale
from deploy.aws.stores import MARKETPLACE_SETTINGS, Stores
from deploy.aws.temporal import TemporalCloud, TemporalOnEcs

PORTS = {"gateway": 8000}
WORKER_PORT = 8001
# These have workflows, so several builds of them may be at work; the others have activities only.
VERSIONED = ("conversation", "seller")
# Longer than TALKNSHOP_WORKER_GRACE, so that a worker ends by itself.
STOP_WITHIN = cdk.Duration.seconds(30)


@dataclass(frozen=True)
class Surroundings:
    """What every task is given."""

    options: Options
    cluster: ecs.Cluster
    stores: Stores
    temporal: TemporalCloud | TemporalOnEcs


class Services(Construct):
    """`running`: by role, or role and build where several builds run."""

    def __init__(self, scope: Construct, id: str, around: Surroundings) -> None:
        super().__init__(scope, id)
        self._around = around
        self._repository = ecr.Repository.from_repository_name(
            self, "Repository", around.options.repository
        )
        self._logs = logs.LogGroup(self, "Logs", retention=logs.RetentionDays.ONE_MONTH)
        self.running: dict[str, ecs.FargateService] = {}
        for role in TABLE:
            for build in around.options.builds if role in VERSIONED else [around.options.newest]:
                newest = build == around.options.newest
                name = role if newest else f"{role}-{build}"
                self.running[name] = self._service(name, role, build)
        self.nightly = self.task("nightly", "nightly", around.options.newest, replaying=True)

    def _service(self, name: str, role: str, build: str) -> ecs.FargateService:
        how = TABLE[role]
        service = ecs.FargateService(
            self,
            _id(name),
            cluster=self._around.cluster,
            task_definition=self.task(name, role, build),
            desired_count=how.least,
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            enable_execute_command=False,
        )
        stores = self._around.stores
        stores.cache_group.add_ingress_rule(
            service.connections.security_groups[0], ec2.Port.tcp(6379), role
        )
        if self._around.temporal.service:
            service.connections.allow_to(self._around.temporal.service, ec2.Port.tcp(7233))
        queues = how.queues
        if role == "seller":
            posting = self._around.options.posting_marketplaces
            queues += tuple(f"post-{marketplace}" for marketplace in posting)
        scale(service, how, queues)
        return service

    def task(
        self, name: str, role: str, build: str, *, replaying: bool = False
    ) -> ecs.FargateTaskDefinition:
        """`replaying`: the nightly check instead of a process that stays."""
        how = TABLE["conversation" if replaying else role]
        task = ecs.FargateTaskDefinition(
            self,
            f"{_id(name)}Task",
            cpu=how.cpu_units,
            memory_limit_mib=how.memory_mib,
            volumes=[ecs.Volume(name="data"), ecs.Volume(name="tmp")],
        )
        port = PORTS.get(role, WORKER_PORT)
        container = task.add_container(
            "app",
            image=ecs.ContainerImage.from_ecr_repository(self._repository, build),
            command=_command(role, replaying=replaying),
            environment=self._environment(role, build, port),
            secrets=self._secrets(role),
            user="10001:10001",
            readonly_root_filesystem=True,
            linux_parameters=_init_process(self, name),
            stop_timeout=STOP_WITHIN,
            port_mappings=[ecs.PortMapping(container_port=port)],
            logging=ecs.LogDrivers.aws_logs(stream_prefix=name, log_group=self._logs),
            health_check=None if replaying else _answers(port),
        )
        container.add_mount_points(
            ecs.MountPoint(container_path="/data", source_volume="data", read_only=False),
            ecs.MountPoint(container_path="/tmp", source_volume="tmp", read_only=False),  # noqa: S108
        )
        if not replaying:
            self._collect(task, name, role, port)
        self._allow(task.task_role, role)
        return task

    def _environment(self, role: str, build: str, port: int) -> dict[str, str]:
        around = self._around
        environment = {
            "TALKNSHOP_REDIS_URL": around.stores.redis_url,
            "TALKNSHOP_STORAGE_URL": f"s3://{around.stores.bucket.bucket_name}/media",
            "TALKNSHOP_SECRETS__STORE": "aws",
            "TALKNSHOP_ENCRYPTION__KEYS": "kms",
            "TALKNSHOP_ENCRYPTION__KMS_KEY": around.stores.payload_key.key_arn,
            "TALKNSHOP_GATEWAY__PUBLIC_URL": f"https://{around.options.domain}",
            "TALKNSHOP_GATEWAY__AUTH_REQUIRED": "true",
            "TALKNSHOP_LANGUAGE__MODEL": around.options.language_model,
            "TALKNSHOP_LOG_FORMAT": "json",
            "TALKNSHOP_TRACING__ENDPOINT": "http://127.0.0.1:4318/v1/traces",
            "AWS_REGION": cdk.Stack.of(self).region,
            **around.temporal.environment,
        }
        if role == "gateway":
            # Of the load balancer's addresses, which are those of the network.
            environment["TALKNSHOP_GATEWAY__HOST"] = "0.0.0.0"  # noqa: S104
            environment["TALKNSHOP_GATEWAY__PORT"] = str(port)
            environment["TALKNSHOP_GATEWAY__TRUSTED_PROXIES"] = '["10.0.0.0/16"]'
        else:
            environment["TALKNSHOP_WORKER_HEALTH_PORT"] = str(port)
        if around.options.alarm_email:
            environment["TALKNSHOP_PUSH__CONTACT"] = f"mailto:{around.options.alarm_email}"
        if role in VERSIONED:
            environment["TALKNSHOP_DEPLOYMENT__BUILD_ID"] = build
        return environment

    def _secrets(self, role: str) -> dict[str, ecs.Secret]:
        stores = self._around.stores
        secrets = dict(self._around.temporal.secrets)
        if role in ("gateway", "seller"):
            secrets["TALKNSHOP_GATEWAY__SESSION_KEY"] = ecs.Secret.from_secrets_manager(
                stores.session_key
            )
        if role in ("gateway", "conversation"):
            secrets["TALKNSHOP_PUSH__KEY"] = ecs.Secret.from_secrets_manager(stores.push_key)
        if role == "gateway":
            secrets["TALKNSHOP_GATEWAY__OPERATOR_TOKEN"] = ecs.Secret.from_secrets_manager(
                stores.operator_token
            )
        if role in ("gateway", "buyer", "seller"):
            secrets |= {
                name: ecs.Secret.from_secrets_manager(stores.marketplaces, name)
                for name in MARKETPLACE_SETTINGS
            }
        return secrets

    def _collect(self, task: ecs.FargateTaskDefinition, name: str, role: str, port: int) -> None:
        """What a process counts goes to CloudWatch, and its spans to X-Ray, by a neighbour."""
        given = ssm.StringParameter(
            self, f"{_id(name)}Collector", string_value=configuration(role, port)
        )
        task.add_container(
            "collector",
            image=ecs.ContainerImage.from_registry(COLLECTOR),
            essential=False,
            secrets={"AOT_CONFIG_CONTENT": ecs.Secret.from_ssm_parameter(given)},
            logging=ecs.LogDrivers.aws_logs(
                stream_prefix=f"{name}-collector", log_group=self._logs
            ),
            memory_reservation_mib=64,
        )
        task.add_to_task_role_policy(
            iam.PolicyStatement(
                actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"]
            )
        )
        task.add_to_task_role_policy(
            iam.PolicyStatement(
                actions=[
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:DescribeLogStreams",
                    "logs:PutLogEvents",
                    "logs:PutRetentionPolicy",
                ],
                resources=[
                    cdk.Stack.of(self).format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name=f"/{NAMESPACE}/metrics*",
                        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                    )
                ],
            )
        )

    def _allow(self, role: iam.IRole, name: str) -> None:
        """Each role may do what it does, and no more."""
        stores = self._around.stores
        stores.payload_key.grant_encrypt_decrypt(role)
        stores.payload_key.grant(role, "kms:GenerateDataKey")
        if name in ("gateway", "seller", "media"):
            stores.bucket.grant_read_write(role)
        if name in ("gateway", "seller", "conversation"):
            role.add_to_principal_policy(
                iam.PolicyStatement(
                    actions=[
                        "secretsmanager:GetSecretValue",
                        "secretsmanager:CreateSecret",
                        "secretsmanager:PutSecretValue",
                        "secretsmanager:DeleteSecret",
                    ],
                    resources=[
                        cdk.Stack.of(self).format_arn(
                            service="secretsmanager",
                            resource="secret",
                            resource_name="talknshop/*",
                            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                        )
                    ],
                )
            )
        if name == "language" and self._around.options.language_model.startswith("bedrock"):
            role.add_to_principal_policy(
                iam.PolicyStatement(
                    actions=["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
                    resources=[
                        "arn:aws:bedrock:*::foundation-model/*",
                        cdk.Stack.of(self).format_arn(
                            service="bedrock", resource="inference-profile", resource_name="*"
                        ),
                    ],
                )
            )


def _command(role: str, *, replaying: bool) -> list[str]:
    if replaying:
        return ["talknshop", "replay", "--recent", "P1D", "--quiet"]
    if role == "gateway":
        return ["python", "-m", "api"]
    return ["python", "-m", "workers", "--role", role]


def _answers(port: int) -> ecs.HealthCheck:
    asking = (
        f"import urllib.request as r; r.urlopen('http://127.0.0.1:{port}/health/ready', timeout=3)"
    )
    return ecs.HealthCheck(
        command=["CMD", "python", "-c", asking],
        interval=cdk.Duration.seconds(10),
        timeout=cdk.Duration.seconds(5),
        retries=6,
        start_period=cdk.Duration.seconds(60),
    )


def _init_process(scope: Construct, name: str) -> ecs.LinuxParameters:
    parameters = ecs.LinuxParameters(scope, f"{_id(name)}Linux", init_process_enabled=True)
    parameters.drop_capabilities(ecs.Capability.ALL)
    return parameters


def _id(name: str) -> str:
    return "".join(
        part.capitalize() for part in name.replace(".", "-").replace("_", "-").split("-")
    )
