"""`npx cdk deploy` runs this; cdk.json, or `-c name=value`, says what is to be deployed."""

import aws_cdk as cdk

from deploy.aws.options import Options
from deploy.aws.stack import TalknShopStack


def main() -> None:
    app = cdk.App()
    TalknShopStack(app, "TalknShop", Options.of(app.node))
    app.synth()


if __name__ == "__main__":
    main()
