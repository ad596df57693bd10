// A WooCommerce store: signed REST calls for its orders, and the mapping to our schema.

import { createHmac, randomBytes } from 'node:crypto';

import { absolute, reaches, divide, isNumber, read, sum, write } from './decimal.mjs';
import { makeCaller } from './http.mjs';

const LARGEST_PAGE = 100;
const STATUS = {
  'auto-draft': 'DRAFT', 'checkout-draft': 'DRAFT', pending: 'PENDING', processing: 'OPEN', 'on-hold': 'ON_HOLD', completed: 'COMPLETED',
  cancelled: 'CANCELLED', refunded: 'REFUNDED', failed: 'FAILED', trash: 'DELETED',
};
const FULFILMENT = { completed: 'FULFILLED', processing: 'UNFULFILLED' };
const FIELDS = [
  'id', 'number', 'status', 'currency', 'date_created_gmt', 'date_modified_gmt', 'date_paid_gmt', 'customer_note', 'discount_total',
  'shipping_total', 'total_tax', 'total', 'refunds', 'billing', 'shipping', 'line_items',
].join(',');

export function woocommerce({ url, credentials }, toOrder) {
  const call = makeCaller(4);

  function list(parameters) {
    return call(() => signed(`${url}/wp-json/wc/v3/orders`, { _fields: FIELDS, status: 'any', ...parameters }, credentials), {});
  }

  const orders = (rows) => rows.map((row) => toOrder(String(row.id), mapped(row)));

  return {
    // The newest orders up to a moment, in the platform's order.
    async page(first, until) {
      const bound = until ? { before: new Date(Date.parse(until) + 1000).toISOString().slice(0, 19), dates_are_gmt: 'true' } : {};
      const size = Math.min(first, LARGEST_PAGE);
      const rows = [];
      let [more, calls] = [true, 0];
      while (more && rows.length < first) {
        calls += 1;
        const { body, headers } = await list({ orderby: 'date', order: 'desc', per_page: size, page: calls, ...bound });
        rows.push(...orders(body));
        more = calls < Number(headers.get('x-wp-totalpages'));
      }
      return { rows, more, calls };
    },
    async byIds(ids) {
      const { body } = await list({ include: ids.join(','), per_page: LARGEST_PAGE });
      const found = new Map(orders(body).map((order) => [order.platformId, order]));
      return ids.map((id) => found.get(id) ?? null);
    },
  };
}

// OAuth 1.0a, as the platform wants it where there is no HTTPS.
function signed(url, parameters, { consumer_key: key, consumer_secret: secret }) {
  const all = {
    ...parameters,
    oauth_consumer_key: key,
    oauth_nonce: randomBytes(16).toString('hex'),
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: Math.floor(Date.now() / 1000),
  };
  const pairs = Object.entries(all).map(([name, value]) => `${quoted(name)}=${quoted(value)}`).sort();
  const text = ['GET', quoted(url), quoted(pairs.join('&'))].join('&');
  const signature = createHmac('sha256', `${secret}&`).update(text).digest('base64');
  return `${url}?${pairs.join('&')}&oauth_signature=${quoted(signature)}`;
}

const quoted = (value) => encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function mapped(row) {
  const currency = row.currency;
  return {
    number: text(row.number) ?? String(row.id),
    createdAt: moment(row.date_created_gmt ?? row.date_modified_gmt),
    updatedAt: moment(row.date_modified_gmt ?? row.date_created_gmt),
    status: STATUS[row.status] ?? 'OTHER',
    platformStatus: row.status,
    paymentStatus: payment(row),
    fulfilmentStatus: FULFILMENT[row.status] ?? null,
    currencyCode: currency,
    tags: [],
    note: text(row.customer_note),
    totals: {
      subtotal: total(row.line_items.map((each) => each.total), currency),
      discounts: money(row.discount_total, currency),
      shipping: money(row.shipping_total, currency),
      tax: money(row.total_tax, currency),
      total: money(row.total, currency),
    },
    billingAddress: address(row.billing),
    shippingAddress: address(row.shipping),
    lines: row.line_items.map((each) => line(each, currency)),
  };
}

function text(value) {
  const found = typeof value === 'number' ? String(value) : value;
  return typeof found === 'string' ? found.trim() || null : null;
}

const moment = (value) => (value ? `${value}Z` : null);
const money = (value, currencyCode) => (isNumber(value) ? { amount: write(read(value)), currencyCode } : null);
const total = (values, currencyCode) => ({ amount: write(sum(values.filter(isNumber).map(read))), currencyCode });

function payment(row) {
  if (row.date_paid_gmt) {
    const back = sum(row.refunds.map((each) => each.total).filter(isNumber).map(read).map(absolute));
    if (back.units === 0n) return 'PAID';
    return isNumber(row.total) && reaches(back, read(row.total)) ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  }
  if (row.status === 'pending' || row.status === 'on-hold') return 'PENDING';
  return row.status === 'failed' ? 'FAILED' : null;
}

function address(row) {
  const found = {
    firstName: text(row.first_name), lastName: text(row.last_name), company: text(row.company), address1: text(row.address_1),
    address2: text(row.address_2), city: text(row.city), postalCode: text(row.postcode), countryCode: text(row.country),
    phone: text(row.phone),
  };
  return Object.values(found).some(Boolean) || text(row.state) ? found : null;
}

function line(row, currencyCode) {
  const [name, product] = [text(row.name) ?? '', text(row.parent_name)];
  const each = isNumber(row.subtotal) ? divide(read(row.subtotal), read(String(row.quantity ?? 0))) : null;
  return {
    platformId: String(row.id),
    sku: text(row.sku),
    title: product ?? name,
    variantTitle: product && name.startsWith(`${product} - `) ? name.slice(product.length + 3) : null,
    quantity: Math.trunc(Number(row.quantity ?? 0)),
    unitPrice: each && { amount: write(each), currencyCode },
    total: money(row.total, currencyCode),
  };
}
