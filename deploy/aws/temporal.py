"""Temporal: either Temporal Cloud by its address, or its server on ECS with Aurora PostgreSQL."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct

from deploy.aws.options import Options

SERVER = "1.32.0"
SHARDS = 512  # fixed with the first start; docs/capacity.md says why so many
SCRIPTS = Path(__file__).parents[1] / "temporal"


class TemporalCloud(Construct):
    """The API key is filled in once, after the first deployment."""

    def __init__(self, scope: Construct, id: str, options: Options) -> None:
        super().__init__(scope, id)
        key = secretsmanager.Secret(self, "ApiKey", description="TalknShop: Temporal Cloud")
        self.environment = {
            "TALKNSHOP_TEMPORAL__ADDRESS": options.temporal_address,
            "TALKNSHOP_TEMPORAL__NAMESPACE": options.temporal_namespace,
            "TALKNSHOP_TEMPORAL__TLS": "true",
        }
        self.secrets = {"TALKNSHOP_TEMPORAL__API_KEY": ecs.Secret.from_secrets_manager(key)}
        self.service: ecs.FargateService | None = None
        self.database: rds.DatabaseCluster | None = None


class TemporalOnEcs(Construct):
    """Two tasks with all four of the server's services, found by name in the private network."""

    def __init__(
        self, scope: Construct, id: str, options: Options, vpc: ec2.IVpc, cluster: ecs.Cluster
    ) -> None:
        super().__init__(scope, id)
        namespace = servicediscovery.PrivateDnsNamespace(
            self, "Names", name="talknshop.internal", vpc=vpc
        )
        self.environment = {
            "TALKNSHOP_TEMPORAL__ADDRESS": f"temporal.{namespace.namespace_name}:7233",
            "TALKNSHOP_TEMPORAL__NAMESPACE": options.temporal_namespace,
        }
        self.secrets: dict[str, ecs.Secret] = {}
        self.database: rds.DatabaseCluster | None = self._database(vpc)
        task = self._task(options, self.database)
        self.service: ecs.FargateService | None = ecs.FargateService(
            self,
            "Server",
            cluster=cluster,
            task_definition=task,
            desired_count=2,
            min_healthy_percent=50,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            cloud_map_options=ecs.CloudMapOptions(
                name="temporal",
                cloud_map_namespace=namespace,
                dns_ttl=cdk.Duration.seconds(10),
            ),
        )
        self.database.connections.allow_default_port_from(self.service)
        # Its tasks find each other's membership, history and matching ports.
        self.service.connections.allow_internally(ec2.Port.tcp_range(6933, 7239))

    def _database(self, vpc: ec2.IVpc) -> rds.DatabaseCluster:
        return rds.DatabaseCluster(
            self,
            "Database",
            engine=rds.DatabaseClusterEngine.aurora_postgres(
                version=rds.AuroraPostgresEngineVersion.of("17.5", "17")
            ),
            credentials=rds.Credentials.from_generated_secret("temporal"),
            writer=rds.ClusterInstance.serverless_v2("Writer"),
            readers=[rds.ClusterInstance.serverless_v2("Reader", scale_with_writer=True)],
            serverless_v2_min_capacity=1,
            serverless_v2_max_capacity=32,
            # Its load by statement, of the last seven days.
            enable_performance_insights=True,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            storage_encrypted=True,
            deletion_protection=True,
            backup=rds.BackupProps(retention=cdk.Duration.days(14)),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def _task(self, options: Options, database: rds.DatabaseCluster) -> ecs.FargateTaskDefinition:
        """The schema is made first, then the server runs, then the namespace is registered."""
        secret = database.secret
        if secret is None:
            raise ValueError("The database has no generated secret.")
        password = ecs.Secret.from_secrets_manager(secret, "password")
        host = database.cluster_endpoint.hostname
        task = ecs.FargateTaskDefinition(self, "Task", cpu=1024, memory_limit_mib=2048)
        logging = ecs.LogDrivers.aws_logs(
            stream_prefix="temporal", log_retention=logs.RetentionDays.ONE_MONTH
        )
        tools = ecs.ContainerImage.from_registry(f"temporalio/admin-tools:{SERVER}")
        schema = task.add_container(
            "schema",
            image=tools,
            essential=False,
            command=["sh", "-c", (SCRIPTS / "create_schema.sh").read_text()],
            # The database takes no connection in clear; both ends are in the private network.
            environment={
                "SQL_HOST": host,
                "SQL_USER": "temporal",
                "SQL_TLS": "true",
                "SQL_TLS_DISABLE_HOST_VERIFICATION": "true",
            },
            secrets={"SQL_PASSWORD": password},
            logging=logging,
        )
        server = task.add_container(
            "server",
            image=ecs.ContainerImage.from_registry(f"temporalio/server:{SERVER}"),
            environment={
                "DB": "postgres12",
                "DB_PORT": "5432",
                "POSTGRES_SEEDS": host,
                "POSTGRES_USER": "temporal",
                "SQL_TLS_ENABLED": "true",
                "SQL_HOST_VERIFICATION": "false",
                "NUM_HISTORY_SHARDS": str(SHARDS),
                "LOG_LEVEL": "warn",
                "PROMETHEUS_ENDPOINT": "0.0.0.0:9090",
            },
            secrets={"POSTGRES_PWD": password},
            logging=logging,
            port_mappings=[ecs.PortMapping(container_port=7233)],
            stop_timeout=cdk.Duration.seconds(60),
            health_check=ecs.HealthCheck(
                command=["CMD-SHELL", "nc -z $(hostname -i) 7233"],
                interval=cdk.Duration.seconds(10),
                retries=6,
                start_period=cdk.Duration.seconds(60),
            ),
        )
        register = task.add_container(
            "register",
            image=tools,
            essential=False,
            # The server listens on the task's own address.
            command=[
                "sh",
                "-c",
                "export TEMPORAL_ADDRESS=$(hostname -i):7233\n"
                + (SCRIPTS / "register.sh").read_text(),
            ],
            environment={
                "TEMPORAL_NAMESPACE": options.temporal_namespace,
            },
            logging=logging,
        )
        server.add_container_dependencies(
            ecs.ContainerDependency(
                container=schema, condition=ecs.ContainerDependencyCondition.SUCCESS
            )
        )
        register.add_container_dependencies(
            ecs.ContainerDependency(
                container=server, condition=ecs.ContainerDependencyCondition.HEALTHY
            )
        )
        return task
