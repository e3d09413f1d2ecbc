// bestbuy: what was changed are the options `url` and `key`.
import bestbuy from 'bestbuy'
import { readFileSync } from 'node:fs'

const { url, keys } = JSON.parse(readFileSync(0, 'utf8'))
const bby = bestbuy({ url, key: keys.bestbuy.api_key, requestsPerSecond: 50 })

const found = await bby.products('search=camera&salePrice<1000', {
  show: 'sku,name,salePrice',
  pageSize: 5,
  sort: 'salePrice.desc',
})
const single = await bby.products(found.products[0].sku, { show: 'sku,name,salePrice' })
const categories = await bby.categories('name=Laptops*', { pageSize: 2 })
const openBox = await bby.openBox('categoryId=abcat0502000')
const refused = await bestbuy({ url, key: 'wrong' })
  .products('search=camera')
  .then(
    () => 0,
    (error) => error.status,
  )

console.log(
  JSON.stringify({
    total: found.total,
    prices: found.products.map(({ salePrice }) => salePrice),
    single: [single.sku, found.products[0].sku],
    categories: categories.categories.map(({ name }) => name),
    openBox: openBox.results.map(({ offers }) => offers[0].condition),
    refused,
  }),
)
