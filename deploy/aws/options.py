"""What differs between deployments, read from the CDK context."""

from typing import Annotated, Literal

from constructs import Node
from pydantic import BaseModel, Field, model_validator

Build = Annotated[str, Field(pattern=r"^[\w.-]+$")]


class Options(BaseModel, frozen=True):
    """`builds`: tags of the image, the oldest first. Of several, all run the roles with workflows
    side by side, and the newest everything else; docs/deploy-aws.md says how a build is rolled."""

    temporal: Literal["cloud", "self-hosted"] = "cloud"
    temporal_address: str = ""  # of Temporal Cloud, host and port
    temporal_namespace: str = "talknshop"
    domain: str
    certificate_arn: str
    repository: str = "talknshop"
    builds: list[Build] = Field(min_length=1, max_length=3)
    language_model: str = "embedded"
    alarm_email: str = ""
    posting_marketplaces: list[str] = ["ebay", "craigslist", "facebook", "poshmark"]

    @model_validator(mode="after")
    def _cloud_has_an_address(self) -> "Options":
        if self.temporal == "cloud" and not self.temporal_address:
            raise ValueError("temporal=cloud needs temporal-address=HOST:PORT")
        return self

    @property
    def newest(self) -> str:
        return self.builds[-1]

    @classmethod
    def of(cls, node: Node) -> "Options":
        """Raises pydantic.ValidationError naming what is missing or wrong."""
        given: dict[str, object] = {}
        for field in cls.model_fields:
            value = node.try_get_context(field.replace("_", "-"))
            if value is not None:
                given[field] = value
        for field in ("builds", "posting_marketplaces"):
            if isinstance(text := given.get(field), str):
                given[field] = [part.strip() for part in text.split(",") if part.strip()]
        return cls.model_validate(given)
