"""What holds bytes besides Temporal: keys, secrets, photos, and the cache."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

# Settings that a person fills in once, after the first deployment; empty ones connect nothing.
MARKETPLACE_SETTINGS = (
    "TALKNSHOP_EBAY_CLIENT_ID",
    "TALKNSHOP_EBAY_CLIENT_SECRET",
    "TALKNSHOP_EBAY_RU_NAME",
    "TALKNSHOP_EBAY_VERIFICATION_TOKEN",
    "TALKNSHOP_AMAZON_CREDENTIAL_ID",
    "TALKNSHOP_AMAZON_CREDENTIAL_SECRET",
    "TALKNSHOP_AMAZON_PARTNER_TAG",
    "TALKNSHOP_WALMART_CONSUMER_ID",
    "TALKNSHOP_WALMART_PRIVATE_KEY",
    "TALKNSHOP_BESTBUY_API_KEY",
    "TALKNSHOP_CRAIGSLIST_EMAIL",
    "TALKNSHOP_CRAIGSLIST_PASSWORD",
    "TALKNSHOP_FACEBOOK_ACCESS_TOKEN",
    "TALKNSHOP_FACEBOOK_CATALOG_ID",
)


class Stores(Construct):
    """All of it is kept when the stack is deleted: what people said and posted hangs on it."""

    def __init__(self, scope: Construct, id: str, vpc: ec2.IVpc) -> None:
        super().__init__(scope, id)
        self.payload_key = self._key("PayloadKey", "wraps the data keys of what Temporal stores")
        self.storage_key = self._key("StorageKey", "photos, recordings and secrets at rest")
        self.bucket = s3.Bucket(
            self,
            "Media",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.storage_key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                    noncurrent_version_expiration=cdk.Duration.days(30),
                )
            ],
        )
        self.session_key = self._generated("SessionKey", "signs guests' tokens and media links")
        self.push_key = self._generated("PushKey", "signs pushes; another one loses all browsers")
        self.operator_token = self._generated("OperatorToken", "opens payloads for Temporal's UI")
        self.marketplaces = secretsmanager.Secret(
            self,
            "Marketplaces",
            description="Keys of marketplaces, by the names of the settings",
            encryption_key=self.storage_key,
            secret_object_value={
                name: cdk.SecretValue.unsafe_plain_text("") for name in MARKETPLACE_SETTINGS
            },
        )
        self.cache_group = ec2.SecurityGroup(self, "CacheGroup", vpc=vpc, allow_all_outbound=False)
        self.cache = self._cache(vpc)

    @property
    def redis_url(self) -> str:
        return f"rediss://{self.cache.attr_primary_end_point_address}:6379/0"

    def _key(self, id: str, what_for: str) -> kms.Key:
        return kms.Key(
            self,
            id,
            description=f"TalknShop: {what_for}",
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def _generated(self, id: str, what_for: str) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            id,
            description=f"TalknShop: {what_for}",
            encryption_key=self.storage_key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=48, exclude_punctuation=True
            ),
        )

    def _cache(self, vpc: ec2.IVpc) -> elasticache.CfnReplicationGroup:
        """Nothing in it must survive: no snapshots. A second node takes over within seconds."""
        subnets = elasticache.CfnSubnetGroup(
            self,
            "CacheSubnets",
            description="TalknShop",
            subnet_ids=vpc.select_subnets(
                subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS
            ).subnet_ids,
        )
        parameters = elasticache.CfnParameterGroup(
            self,
            "CacheParameters",
            cache_parameter_group_family="valkey8",
            description="TalknShop: a full cache forgets what was used longest ago",
            properties={"maxmemory-policy": "allkeys-lru"},
        )
        return elasticache.CfnReplicationGroup(
            self,
            "Cache",
            replication_group_description="Search cache, rate limits, live tokens",
            engine="valkey",
            engine_version="8.1",
            cache_node_type="cache.t4g.small",
            num_cache_clusters=2,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            transit_encryption_enabled=True,
            at_rest_encryption_enabled=True,
            cache_subnet_group_name=subnets.ref,
            cache_parameter_group_name=parameters.ref,
            security_group_ids=[self.cache_group.security_group_id],
        )
