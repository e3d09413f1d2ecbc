"""What a seller sends to eBay to post one iPhone."""

SELL = "/sell/inventory/v1"
US = {"Content-Language": "en-US", "Content-Type": "application/json"}
ITEM = {
    "availability": {"shipToLocationAvailability": {"quantity": 1}},
    "condition": "USED_EXCELLENT",
    "product": {
        "title": "Apple iPhone 13 128GB Midnight",
        "description": "Works well.",
        "aspects": {"Brand": ["Apple"]},
        "imageUrls": ["https://example.com/a.jpg"],
    },
}
OFFER = {
    "sku": "job1-ebay",
    "marketplaceId": "EBAY_US",
    "format": "FIXED_PRICE",
    "availableQuantity": 1,
    "categoryId": "9355",
    "merchantLocationKey": "home",
    "pricingSummary": {"price": {"value": "650.00", "currency": "USD"}},
    "listingPolicies": {
        "fulfillmentPolicyId": "61019560",
        "paymentPolicyId": "61019561",
        "returnPolicyId": "61019562",
    },
}
LOCATION = {"location": {"address": {"postalCode": "98101", "country": "US"}}, "name": "Home"}
