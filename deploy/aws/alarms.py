"""CloudWatch alarms: what can be known without Prometheus. Each has its page in docs/runbooks."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from deploy.aws.edge import Edge
from deploy.aws.options import Options
from deploy.aws.scaling import NAMESPACE, backlog_of
from deploy.aws.services import Services
from deploy.aws.stores import Stores
from deploy.aws.temporal import TemporalCloud, TemporalOnEcs

MINUTE = cdk.Duration.minutes(1)


class Alarms(Construct):
    """All go to one topic; a page named like the alarm says what to do."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        options: Options,
        cluster: ecs.Cluster,
        services: Services,
        stores: Stores,
        edge: Edge,
        temporal: TemporalCloud | TemporalOnEcs,
    ) -> None:
        super().__init__(scope, id)
        self._cluster = cluster
        self.topic = sns.Topic(self, "Topic", display_name="TalknShop")
        if options.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(options.alarm_email))
        self._gateway(edge)
        for name, service in services.running.items():
            if not name.startswith("gateway"):
                self._alarm(f"WorkerDown-{name}", self._tasks(service), below=1)
        for marketplace in options.posting_marketplaces:
            queue = f"post-{marketplace}"
            self._alarm(f"PostingBacklog-{queue}", backlog_of(queue), above=1000, minutes=5)
        self._cache(stores)
        if isinstance(temporal, TemporalOnEcs):
            self._server(temporal)
        self._alarm(
            "NeedsActionOld",
            cloudwatch.MathExpression(
                expression=f"MAX(SEARCH('{{{NAMESPACE},reason}}"
                " MetricName=\"talknshop_needs_action_oldest_seconds\"', 'Maximum', 60))",
                period=MINUTE,
            ),
            above=3600,
            minutes=5,
        )
        self._nightly(services)

    def _gateway(self, edge: Edge) -> None:
        healthy = edge.targets.metrics.healthy_host_count(period=MINUTE, statistic="Minimum")
        self._alarm("GatewayDown", healthy, below=1)
        failed = edge.balancer.metrics.custom(
            "HTTPCode_ELB_5XX_Count", period=MINUTE, statistic="Sum"
        )
        asked = edge.balancer.metrics.request_count(period=MINUTE, statistic="Sum")
        own = edge.balancer.metrics.custom(
            "HTTPCode_Target_5XX_Count", period=MINUTE, statistic="Sum"
        )
        self._alarm(
            "GatewayErrors",
            cloudwatch.MathExpression(
                expression="100 * (FILL(failed, 0) + FILL(own, 0)) / asked",
                using_metrics={"failed": failed, "own": own, "asked": asked},
                period=MINUTE,
            ),
            above=1,
            minutes=5,
        )

    def _cache(self, stores: Stores) -> None:
        """Its first node's; a failover within seconds raises nothing."""
        alive = cloudwatch.Metric(
            namespace="AWS/ElastiCache",
            metric_name="CPUUtilization",
            dimensions_map={"CacheClusterId": f"{stores.cache.ref}-001"},
            statistic="SampleCount",
            period=MINUTE,
        )
        self._alarm("RedisDown", alive, below=1, minutes=3)

    def _server(self, temporal: TemporalOnEcs) -> None:
        if temporal.service is None or temporal.database is None:
            raise ValueError("A self-hosted Temporal has a service and a database.")
        self._alarm("TemporalDown", self._tasks(temporal.service), below=1)
        capacity = temporal.database.metric("ACUUtilization", period=MINUTE, statistic="Average")
        self._alarm("DatabaseBusy", capacity, above=90, minutes=10)

    def _tasks(self, service: ecs.FargateService) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="ECS/ContainerInsights",
            metric_name="RunningTaskCount",
            dimensions_map={
                "ClusterName": self._cluster.cluster_name,
                "ServiceName": service.service_name,
            },
            statistic="Minimum",
            period=MINUTE,
        )

    def _nightly(self, services: Services) -> None:
        """Replays what ran within a day; a task that ends with another code than 0 is told of."""
        rule = events.Rule(self, "Nightly", schedule=events.Schedule.cron(hour="3", minute="0"))
        rule.add_target(
            targets.EcsTask(
                cluster=self._cluster,
                task_definition=services.nightly,
                platform_version=ecs.FargatePlatformVersion.LATEST,
            )
        )
        failed = events.Rule(
            self,
            "HistoriesDiverge",
            description="docs/runbooks/HistoriesDiverge.md",
            event_pattern=events.EventPattern(
                source=["aws.ecs"],
                detail_type=["ECS Task State Change"],
                detail={
                    "clusterArn": [self._cluster.cluster_arn],
                    "taskDefinitionArn": [services.nightly.task_definition_arn],
                    "lastStatus": ["STOPPED"],
                    "containers": {"exitCode": [{"anything-but": 0}]},
                },
            ),
        )
        failed.add_target(targets.SnsTopic(self.topic))

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        above: float | None = None,
        below: float | None = None,
        minutes: int = 1,
    ) -> None:
        """What should be there and tells nothing counts as broken; a quiet rest does not."""
        compare = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"TalknShop-{name}",
            alarm_description=f"docs/runbooks/{name.split('-')[0]}.md",
            metric=metric,
            threshold=below if above is None else above,
            comparison_operator=(
                compare.LESS_THAN_THRESHOLD if above is None else compare.GREATER_THAN_THRESHOLD
            ),
            evaluation_periods=minutes,
            treat_missing_data=(
                cloudwatch.TreatMissingData.BREACHING
                if above is None
                else cloudwatch.TreatMissingData.NOT_BREACHING
            ),
        )
        action = actions.SnsAction(self.topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
