// ebay-api: what was changed is the host of each request, in an axios interceptor, and the keys.
import EBayApi from 'ebay-api'
import { readFileSync } from 'node:fs'

const { url, keys } = JSON.parse(readFileSync(0, 'utf8'))

const SCOPE = 'https://api.ebay.com/oauth/api_scope'

function client(certId = keys.ebay.client_secret, scope = [SCOPE]) {
  const eBay = new EBayApi({
    appId: keys.ebay.client_id,
    certId,
    scope,
    sandbox: false,
    siteId: EBayApi.SiteId.EBAY_US,
    marketplaceId: EBayApi.MarketplaceId.EBAY_US,
    contentLanguage: EBayApi.ContentLanguage.en_US,
  })
  eBay.req.instance.interceptors.request.use((request) => {
    request.url = request.url.replace(/^https:\/\/(api|apim)\.ebay\.com/, url)
    return request
  })
  return eBay
}

const buyer = client()
const found = await buyer.buy.browse.search({
  q: 'headphones',
  limit: 4,
  sort: 'price',
  filter: 'price:[30..300],priceCurrency:USD,conditionIds:{1000|3000}',
})
const item = await buyer.buy.browse.getItem(found.itemSummaries[0].itemId)
const missing = await buyer.buy.browse.getItem('v1|1|0').then(
  () => '',
  (error) => error.name,
)

const seller = client(keys.ebay.client_secret, [`${SCOPE}/sell.inventory`, `${SCOPE}/sell.account`])
seller.OAuth2.setCredentials({ refresh_token: keys.ebay.refresh_token, access_token: 'expired' })
const sku = 'NODE-1'
await seller.sell.inventory.createInventoryLocation('node', {
  location: { address: { postalCode: '98101', country: 'US' } },
  name: 'Home',
  merchantLocationStatus: 'ENABLED',
  locationTypes: ['WAREHOUSE'],
})
await seller.sell.inventory.createOrReplaceInventoryItem(sku, {
  availability: { shipToLocationAvailability: { quantity: 1 } },
  condition: 'USED_EXCELLENT',
  product: {
    title: "Synthesizer by another stranger's client",
    description: 'It hums.',
    aspects: { Brand: ['Moog'] },
    imageUrls: ['https://example.com/synthesizer.jpg'],
  },
})
const policyOf = async (kind, method) =>
  (await seller.sell.account[method]('EBAY_US'))[`${kind}Policies`][0][`${kind}PolicyId`]
const { offerId } = await seller.sell.inventory.createOffer({
  sku,
  marketplaceId: 'EBAY_US',
  format: 'FIXED_PRICE',
  availableQuantity: 1,
  categoryId: '38069',
  merchantLocationKey: 'node',
  pricingSummary: { price: { value: '450.00', currency: 'USD' } },
  listingPolicies: {
    fulfillmentPolicyId: await policyOf('fulfillment', 'getFulfillmentPolicies'),
    paymentPolicyId: await policyOf('payment', 'getPaymentPolicies'),
    returnPolicyId: await policyOf('return', 'getReturnPolicies'),
  },
})
const published = await seller.sell.inventory.publishOffer(offerId)
const { offers } = await seller.sell.inventory.getOffers({ sku })
const withdrawn = await seller.sell.inventory.withdrawOffer(offerId)
const refused = await client('wrong')
  .buy.browse.search({ q: 'headphones' })
  .then(
    () => '',
    (error) => error.name,
  )

// A seller's consent, from the page that the client names to the tokens that it gets.
const scopes = [SCOPE, `${SCOPE}/sell.inventory`, `${SCOPE}/sell.account`]
const linking = client(keys.ebay.client_secret, scopes)
linking.config.ruName = 'Stranger-Stranger-App-abcdef'
const consent = linking.OAuth2.generateAuthUrl(linking.config.ruName, scopes, 'a state')
const page = await fetch(consent.replace('https://auth.ebay.com', url)).then((r) => r.text())
const agree = page.match(/id="agree" href="([^"]+)"/)[1].replaceAll('&amp;', '&')
const back = new URL((await fetch(agree, { redirect: 'manual' })).headers.get('location'))
const code = back.searchParams.get('code')
const tokens = await linking.OAuth2.getToken(code)
linking.OAuth2.setCredentials(tokens)
const theirs = await linking.sell.account.getFulfillmentPolicies('EBAY_US')
const codeAgain = await linking.OAuth2.getToken(code).then(
  () => '',
  (error) => error.message,
)

console.log(
  JSON.stringify({
    total: found.total,
    prices: found.itemSummaries.map(({ price }) => Number(price.value)),
    item: [item.itemId, found.itemSummaries[0].itemId],
    missing,
    status: offers.map(({ status }) => status),
    listings: [published.listingId, withdrawn.listingId],
    refused,
    back: [back.origin + back.pathname, ...['state', 'expires_in'].map((n) => back.searchParams.get(n))],
    linked: [tokens.expires_in, tokens.refresh_token_expires_in, tokens.token_type],
    linkedSeller: theirs.total,
    codeAgain,
  }),
)
