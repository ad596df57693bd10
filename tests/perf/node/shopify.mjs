// A Shopify store: its orders with their lines in one call, and the mapping to our schema.

import { read, subtract, sum, write } from './decimal.mjs';
import { makeCaller, PlatformError } from './http.mjs';

const VERSION = '2026-10';
const LARGEST_PAGE = 250;
const LINES = 50;
const PAYMENT = new Set([
  'PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED', 'EXPIRED',
]);
const FULFILMENT = {
  UNFULFILLED: 'UNFULFILLED', OPEN: 'UNFULFILLED', PENDING_FULFILLMENT: 'IN_PROGRESS', IN_PROGRESS: 'IN_PROGRESS', SCHEDULED: 'SCHEDULED',
  ON_HOLD: 'ON_HOLD', REQUEST_DECLINED: 'REQUEST_DECLINED', PARTIALLY_FULFILLED: 'PARTIALLY_FULFILLED', FULFILLED: 'FULFILLED',
  FULFILLMENT_NOT_REQUIRED: 'NOT_REQUIRED', RESTOCKED: 'RESTOCKED',
};

const FRAGMENTS = `
  fragment Shop on MoneyBag { shopMoney { amount currencyCode } }
  fragment Address on MailingAddress { firstName lastName company address1 address2 city zip countryCodeV2 phone }
  fragment Lines on LineItemConnection {
    nodes {
      id title variantTitle sku quantity
      originalUnitPriceSet { ...Shop } originalTotalSet { ...Shop } discountAllocations { allocatedAmountSet { ...Shop } }
    }
    pageInfo { hasNextPage endCursor }
  }
  fragment Order on Order {
    id name createdAt updatedAt cancelledAt closed displayFinancialStatus displayFulfillmentStatus currencyCode note tags
    billingAddress { ...Address } shippingAddress { ...Address }
    subtotalPriceSet { ...Shop } totalDiscountsSet { ...Shop } totalShippingPriceSet { ...Shop } totalTaxSet { ...Shop }
    totalPriceSet { ...Shop }
    shippingLines(first: 10) { nodes { isRemoved originalPriceSet { ...Shop } discountedPriceSet { ...Shop } } }
    lineItems(first: ${LINES}) { ...Lines }
  }`;
const PAGE = `query Page($first: Int!, $after: String, $query: String) {
    orders(first: $first, after: $after, query: $query, sortKey: CREATED_AT, reverse: true) {
      nodes { ...Order } pageInfo { hasNextPage endCursor }
    }
  }${FRAGMENTS}`;
const BY_IDS = `query ByIds($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { ...Order } } }${FRAGMENTS}`;
const MORE_LINES = `query MoreLines($id: ID!, $after: String) { order(id: $id) { lineItems(first: 250, after: $after) { ...Lines } } }
  ${FRAGMENTS.replace(/fragment Order on Order \{[^]*$/, '').replace(/fragment Address[^\n]*/, '')}`;

export function shopify({ url, credentials }, toOrder) {
  const call = makeCaller(4);
  const headers = { 'content-type': 'application/json', 'x-shopify-access-token': credentials.access_token };
  const throttled = (body) => body.errors?.some((error) => error.extensions?.code === 'THROTTLED');

  async function run(query, variables) {
    const options = { method: 'POST', headers, body: JSON.stringify({ query, variables }) };
    const { body } = await call(() => `${url}/admin/api/${VERSION}/graphql.json`, options, throttled);
    if (body.errors) throw new PlatformError(body.errors[0].message);
    return body.data;
  }

  async function complete(node) {
    while (node.lineItems.pageInfo.hasNextPage) {
      const { lineItems } = (await run(MORE_LINES, { id: node.id, after: node.lineItems.pageInfo.endCursor })).order;
      node.lineItems = { nodes: [...node.lineItems.nodes, ...lineItems.nodes], pageInfo: lineItems.pageInfo };
    }
    return toOrder(node.id, mapped(node));
  }

  return {
    // The newest orders up to a moment, in the platform's order.
    async page(first, until) {
      const rows = [];
      let [after, more, calls] = [null, true, 0];
      while (more && rows.length < first) {
        const variables = { first: Math.min(first, LARGEST_PAGE), after, query: until && `created_at:<='${until}'` };
        const { nodes, pageInfo } = (await run(PAGE, variables)).orders;
        rows.push(...(await Promise.all(nodes.map(complete))));
        [after, more, calls] = [pageInfo.endCursor, pageInfo.hasNextPage, calls + 1];
      }
      return { rows, more, calls };
    },
    async byIds(ids) {
      const { nodes } = await run(BY_IDS, { ids });
      return Promise.all(nodes.map((node) => (node?.id ? complete(node) : null)));
    },
  };
}

function mapped(node) {
  const cancelled = node.cancelledAt != null;
  return {
    number: node.name,
    createdAt: node.createdAt,
    updatedAt: node.updatedAt,
    status: cancelled ? 'CANCELLED' : node.closed ? 'ARCHIVED' : 'OPEN',
    platformStatus: cancelled ? 'cancelled' : node.closed ? 'closed' : 'open',
    paymentStatus: word(node.displayFinancialStatus, (each) => (PAYMENT.has(each) ? each : null)),
    fulfilmentStatus: word(node.displayFulfillmentStatus, (each) => FULFILMENT[each]),
    currencyCode: node.currencyCode,
    tags: node.tags,
    note: node.note,
    totals: totals(node),
    billingAddress: address(node.billingAddress),
    shippingAddress: address(node.shippingAddress),
    lines: node.lineItems.nodes.map(line),
  };
}

const word = (given, known) => (given ? (known(given) ?? 'OTHER') : null);
const money = (bag) => bag?.shopMoney ?? null;

function minus(whole, parts) {
  const known = parts.filter(Boolean);
  if (!whole || !known.length) return whole;
  const taken = sum(known.map((part) => read(part.amount)));
  return { amount: write(subtract(read(whole.amount), taken)), currencyCode: whole.currencyCode };
}

function totals(node) {
  const lines = node.shippingLines.nodes.filter((each) => !each.isRemoved);
  const takenOff = lines.map((each) => minus(money(each.originalPriceSet), [money(each.discountedPriceSet)]));
  return {
    subtotal: money(node.subtotalPriceSet),
    discounts: money(node.totalDiscountsSet),
    shipping: minus(money(node.totalShippingPriceSet), takenOff),
    tax: money(node.totalTaxSet),
    total: money(node.totalPriceSet),
  };
}

function address(node) {
  if (!node) return null;
  return {
    firstName: node.firstName, lastName: node.lastName, company: node.company, address1: node.address1, address2: node.address2 || null,
    city: node.city, postalCode: node.zip, countryCode: node.countryCodeV2, phone: node.phone || null,
  };
}

function line(node) {
  const allocated = node.discountAllocations.map((each) => money(each.allocatedAmountSet));
  return {
    platformId: node.id,
    sku: node.sku || null,
    title: node.title,
    variantTitle: node.variantTitle,
    quantity: node.quantity,
    unitPrice: money(node.originalUnitPriceSet),
    total: minus(money(node.originalTotalSet), allocated),
  };
}
