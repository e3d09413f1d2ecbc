"""How many tasks of each role, and what makes them more: the scaling table."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs

NAMESPACE = "TalknShop"  # where the collectors put metrics
CPU_PERCENT = 60


@dataclass(frozen=True)
class Scale:
    """`queues`: whose backlog counts, beyond `backlog` waiting tasks; `sockets`: for each task."""

    least: int
    most: int
    cpu_units: int
    memory_mib: int
    queues: tuple[str, ...] = ()
    backlog: int = 100
    sockets: int | None = None


TABLE = {
    "gateway": Scale(2, 5, 512, 1024, sockets=2000),
    "conversation": Scale(
        2, 6, 512, 1024, queues=("conversations", "accounts", "requests", "notify")
    ),
    "buyer": Scale(3, 10, 1024, 2048, queues=("search",)),
    "seller": Scale(5, 20, 512, 1024, queues=("crosspost",)),  # and each post-{marketplace}
    "language": Scale(2, 6, 512, 1024, queues=("language",)),
    "media": Scale(1, 4, 2048, 4096, queues=("media",), backlog=20),
}


def backlog_of(queue: str) -> cloudwatch.Metric:
    """Every gateway tells the same number, so the largest is taken."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name="talknshop_queue_backlog",
        dimensions_map={"queue": queue},
        statistic="Maximum",
        period=cdk.Duration.minutes(1),
    )


def sockets() -> cloudwatch.Metric:
    """Of a gateway task, on average over them."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name="talknshop_gateway_sockets",
        dimensions_map={"role": "gateway"},
        statistic="Average",
        period=cdk.Duration.minutes(1),
    )


def scale(service: ecs.FargateService, how: Scale, queues: tuple[str, ...]) -> None:
    """Quickly out, slowly in: workflows of a task that ends are replayed by others."""
    count = service.auto_scale_task_count(min_capacity=how.least, max_capacity=how.most)
    count.scale_on_cpu_utilization(
        "Cpu",
        target_utilization_percent=CPU_PERCENT,
        scale_out_cooldown=cdk.Duration.minutes(1),
        scale_in_cooldown=cdk.Duration.minutes(5),
    )
    if how.sockets:
        count.scale_to_track_custom_metric(
            "Sockets",
            metric=sockets(),
            target_value=how.sockets,
            scale_out_cooldown=cdk.Duration.minutes(1),
            scale_in_cooldown=cdk.Duration.minutes(15),
        )
    if queues:
        count.scale_on_metric(
            "Backlog",
            metric=_largest(queues),
            scaling_steps=[
                autoscaling.ScalingInterval(upper=how.backlog / 10, change=-1),
                autoscaling.ScalingInterval(lower=how.backlog, change=2),
                autoscaling.ScalingInterval(lower=how.backlog * 10, change=5),
            ],
            adjustment_type=autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
            cooldown=cdk.Duration.minutes(2),
        )


def _largest(queues: tuple[str, ...]) -> cloudwatch.IMetric:
    if len(queues) == 1:
        return backlog_of(queues[0])
    names = {f"q{number}": backlog_of(queue) for number, queue in enumerate(queues)}
    return cloudwatch.MathExpression(
        expression=f"MAX([{','.join(names)}])",
        using_metrics=names,
        label="largest backlog",
        period=cdk.Duration.minutes(1),
    )
