"""The whole deployment: network, stores, Temporal, services, edge, alarms."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from deploy.aws.alarms import Alarms
from deploy.aws.edge import Edge
from deploy.aws.options import Options
from deploy.aws.services import Services, Surroundings
from deploy.aws.stores import Stores
from deploy.aws.temporal import TemporalCloud, TemporalOnEcs


class TalknShopStack(cdk.Stack):
    def __init__(self, scope: Construct, id: str, options: Options) -> None:
        super().__init__(scope, id, description="TalknShop: buy and sell by chat")
        vpc = ec2.Vpc(
            self,
            "Network",
            ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"),
            max_azs=2,
            nat_gateways=2,
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)
            },
        )
        cluster = ecs.Cluster(
            self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED
        )
        stores = Stores(self, "Stores", vpc)
        temporal: TemporalCloud | TemporalOnEcs = (
            TemporalCloud(self, "Temporal", options)
            if options.temporal == "cloud"
            else TemporalOnEcs(self, "Temporal", options, vpc, cluster)
        )
        services = Services(self, "Services", Surroundings(options, cluster, stores, temporal))
        edge = Edge(self, "Edge", options, vpc, services.running["gateway"])
        Alarms(self, "Alarms", options, cluster, services, stores, edge, temporal)
        cdk.CfnOutput(self, "Address", value=edge.balancer.load_balancer_dns_name)
