"""What people reach: a load balancer for HTTPS and WebSockets, behind a firewall."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as balancing
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from deploy.aws.options import Options

REQUESTS_PER_ADDRESS = 3000  # in five minutes; the gateway limits persons more finely


class Edge(Construct):
    """No stickiness: a client may come back to any gateway, with the last event it saw."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        options: Options,
        vpc: ec2.IVpc,
        gateway: ecs.FargateService,
    ) -> None:
        super().__init__(scope, id)
        self.balancer = balancing.ApplicationLoadBalancer(
            self,
            "Balancer",
            vpc=vpc,
            internet_facing=True,
            # A socket pings each half minute; the gateway ends idle ones after half an hour.
            idle_timeout=cdk.Duration.seconds(120),
            drop_invalid_header_fields=True,
            desync_mitigation_mode=balancing.DesyncMitigationMode.STRICTEST,
        )
        self.balancer.add_redirect()
        listener = self.balancer.add_listener(
            "Https",
            port=443,
            certificates=[
                certificates.Certificate.from_certificate_arn(
                    self, "Certificate", options.certificate_arn
                )
            ],
            ssl_policy=balancing.SslPolicy.RECOMMENDED_TLS,
        )
        # Probes, figures and the codec are for people inside.
        listener.add_action(
            "Inside",
            priority=10,
            conditions=[
                balancing.ListenerCondition.path_patterns(["/metrics", "/health/*", "/codec/*"])
            ],
            action=balancing.ListenerAction.fixed_response(404),
        )
        self.targets = listener.add_targets(
            "Gateways",
            port=8000,
            protocol=balancing.ApplicationProtocol.HTTP,
            targets=[gateway.load_balancer_target(container_name="app", container_port=8000)],
            # Sockets do not end by themselves: clients find another gateway within a second.
            deregistration_delay=cdk.Duration.seconds(10),
            load_balancing_algorithm_type=(
                balancing.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS
            ),
            health_check=balancing.HealthCheck(
                path="/health/ready",
                interval=cdk.Duration.seconds(10),
                timeout=cdk.Duration.seconds(5),
                healthy_threshold_count=2,
                unhealthy_threshold_count=3,
            ),
        )
        firewall = wafv2.CfnWebACL(
            self,
            "Firewall",
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible("Firewall"),
            rules=_rules(),
        )
        wafv2.CfnWebACLAssociation(
            self,
            "FirewallOfBalancer",
            resource_arn=self.balancer.load_balancer_arn,
            web_acl_arn=firewall.attr_arn,
        )


def _rules() -> list[wafv2.CfnWebACL.RuleProperty]:
    limit = wafv2.CfnWebACL.RuleProperty(
        name="TooManyRequests",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", limit=REQUESTS_PER_ADDRESS
            )
        ),
        visibility_config=_visible("TooManyRequests"),
    )
    managed = {
        "AWSManagedRulesAmazonIpReputationList": [],
        "AWSManagedRulesKnownBadInputsRuleSet": [],
        # Photos, recordings and files of listings are larger than its 8 KiB, and what people write
        # may look like markup: the gateway checks sizes and escapes text itself.
        "AWSManagedRulesCommonRuleSet": ["SizeRestrictions_BODY", "CrossSiteScripting_BODY"],
    }
    return [limit, *(_managed(n, *each) for n, each in enumerate(managed.items(), start=1))]


def _managed(priority: int, name: str, counted: list[str]) -> wafv2.CfnWebACL.RuleProperty:
    """`counted`: rules of the group that are only counted."""
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=[
                    wafv2.CfnWebACL.RuleActionOverrideProperty(
                        name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
                    )
                    for rule in counted
                ],
            )
        ),
        visibility_config=_visible(name),
    )


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
