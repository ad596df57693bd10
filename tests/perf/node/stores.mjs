// What the server knows of its stores: pages and orders, kept in memory for some time and fetched once however many ask.

import { LRUCache } from 'lru-cache';

import { shopify } from './shopify.mjs';
import { woocommerce } from './woocommerce.mjs';

const PLATFORMS = { shopify: { title: 'Shopify', open: shopify }, woocommerce: { title: 'WooCommerce', open: woocommerce } };
const SLACK = 3; // rows beyond a page: one to know that there are more, two for ties at its end

export const idOf = (kind, store, id) => Buffer.from(`${kind}:${store}:${id}`).toString('base64url');

export function decodeId(id) {
  const [kind, store, ...rest] = Buffer.from(id, 'base64url').toString().split(':');
  return { kind, store, id: rest.join(':') };
}

export class Stores {
  constructor(configurations, maxAge) {
    this.maxAge = maxAge;
    this.cache = new LRUCache({ max: 50_000, ttl: maxAge * 1000 });
    this.flights = new Map();
    this.all = new Map(configurations.map((each) => [each.name, this.#open(each)]));
  }

  // One store's newest orders up to a moment, no older than `maxAge` seconds.
  page(store, first, until, maxAge) {
    const key = `page:${store.name}:${first}:${until ?? ''}`;
    return this.#kept(key, maxAge) ?? this.#fetch(key, () => this.#readPage(store, first, until));
  }

  // Orders by their global ids, in that order; null where there is none.
  async orders(ids) {
    const found = new Map();
    const missing = new Map();
    for (const id of ids) {
      const kept = this.#kept(`order:${id}`, this.maxAge);
      if (kept) found.set(id, kept);
      else missing.set(id, decodeId(id));
    }
    await Promise.all([...this.all.values()].map(async (store) => {
      const own = [...missing].filter(([, key]) => key.store === store.name && key.kind === 'Order');
      if (!own.length) return;
      const orders = await store.client.byIds(own.map(([, key]) => key.id));
      own.forEach(([id], place) => found.set(id, this.#keep(orders[place])));
    }));
    return ids.map((id) => found.get(id) ?? null);
  }

  #open({ name, platform, ...rest }) {
    const { title, open } = PLATFORMS[platform];
    const shown = { id: idOf('Store', name, ''), name, platform: { id: platform, name: title } };
    const toOrder = (platformId, fields) => ({
      __typename: 'Order',
      id: idOf('Order', name, platformId),
      platformId,
      store: shown,
      observedAt: Date.now(),
      key: [fields.createdAt, name, platformId],
      ...fields,
    });
    return { name, platform, shown, client: open(rest, toOrder) };
  }

  #kept(key, maxAge) {
    const kept = this.cache.get(key);
    return kept && Date.now() - kept.observedAt <= maxAge * 1000 ? kept : undefined;
  }

  #keep(order) {
    if (order) this.cache.set(`order:${order.id}`, order);
    return order;
  }

  async #readPage(store, first, until) {
    const observedAt = Date.now();
    const { rows, more, calls } = await store.client.page(first + SLACK, until);
    rows.forEach((row) => this.#keep(row));
    return { rows, more, calls, observedAt };
  }

  #fetch(key, read) {
    const flying = this.flights.get(key);
    if (flying) return flying;
    const flight = read().then((found) => {
      this.cache.set(key, found);
      return found;
    }).finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }
}
