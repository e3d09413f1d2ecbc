"""The collector beside each process: its Prometheus page to CloudWatch, its spans to X-Ray."""

import yaml

from deploy.aws.scaling import NAMESPACE

COLLECTOR = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"
# What scaling and alarms look at, and by which label; the rest stays with Prometheus.
METRICS = {
    "queue": ["^talknshop_queue_backlog$", "^talknshop_queue_pollers$"],
    "role": ["^talknshop_gateway_sockets$"],
    "reason": ["^talknshop_needs_action_oldest_seconds$"],
}


def configuration(role: str, port: int) -> str:
    """YAML for the AWS Distro for OpenTelemetry."""
    return yaml.safe_dump(
        {
            "receivers": {
                "prometheus": {
                    "config": {
                        "scrape_configs": [
                            {
                                "job_name": "talknshop",
                                "scrape_interval": "30s",
                                "static_configs": [
                                    {"targets": [f"127.0.0.1:{port}"], "labels": {"role": role}}
                                ],
                            }
                        ]
                    }
                },
                "otlp": {"protocols": {"http": {"endpoint": "127.0.0.1:4318"}}},
            },
            "processors": {"batch": {}},
            "exporters": {
                "awsemf": {
                    "namespace": NAMESPACE,
                    "log_group_name": f"/{NAMESPACE}/metrics",
                    "log_retention": 7,
                    "dimension_rollup_option": "NoDimensionRollup",
                    "metric_declarations": [
                        {"dimensions": [[label]], "metric_name_selectors": names}
                        for label, names in METRICS.items()
                    ],
                },
                "awsxray": {},
            },
            "service": {
                "pipelines": {
                    "metrics": {
                        "receivers": ["prometheus"],
                        "processors": ["batch"],
                        "exporters": ["awsemf"],
                    },
                    "traces": {
                        "receivers": ["otlp"],
                        "processors": ["batch"],
                        "exporters": ["awsxray"],
                    },
                }
            },
        },
        sort_keys=False,
    )
