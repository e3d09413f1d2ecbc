"""TalknShop on AWS: ECS Fargate and what it needs, as a CDK stack."""
