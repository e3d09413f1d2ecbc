"""What a seller may let an application do on eBay."""

BASE_SCOPE = "https://api.ebay.com/oauth/api_scope"
INVENTORY = f"{BASE_SCOPE}/sell.inventory"
ACCOUNT = f"{BASE_SCOPE}/sell.account"
FULFILLMENT = f"{BASE_SCOPE}/sell.fulfillment"
NOTIFICATION = f"{BASE_SCOPE}/commerce.notification.subscription"
USER_SCOPES = {
    BASE_SCOPE,
    INVENTORY,
    ACCOUNT,
    FULFILLMENT,
    f"{INVENTORY}.readonly",
    f"{ACCOUNT}.readonly",
    f"{FULFILLMENT}.readonly",
    NOTIFICATION,
}
