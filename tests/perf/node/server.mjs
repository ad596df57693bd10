// What a team would build instead: one list of orders over several shops with graphql-yoga, dataloader and a cache in memory.
//
// Usage: node server.mjs <configuration.json> with {"port", "key", "maxAge", "jit", "stores": [{"name", "platform", "url", "credentials"}]}.
// Parsed and validated documents are kept by graphql-yoga itself. Its documentation does not ask for graphql-jit; `jit` adds it.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { useGraphQlJit } from '@envelop/graphql-jit';
import DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';

import { Stores } from './stores.mjs';

const configuration = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const stores = new Stores(configuration.stores, configuration.maxAge);
const typeDefs = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

const LARGEST_PAGE = 250;
const DEADLINE = Symbol('deadline');

const resolvers = {
  Query: {
    orders: (_, asked, context) => orders(asked, context),
    order: (_, { id }, { loader }) => loader.load(id),
    nodes: (_, { ids }, { loader }) => ids.map((id) => loader.load(id)),
  },
  Order: {
    sync: (order, _, { started }) => ({
      observedAt: new Date(order.observedAt).toISOString(), source: order.observedAt < started ? 'CACHED' : 'LIVE',
    }),
  },
  Node: { __resolveType: (node) => node.__typename },
};

async function orders({ first = 50, after, platforms, stores: names, maxAge = stores.maxAge, deadlineMs = 10_000 }, { started }) {
  if (first < 1 || first > LARGEST_PAGE) throw new GraphQLError(`first has to be 1 to ${LARGEST_PAGE}`);
  const place = after ? JSON.parse(Buffer.from(after, 'base64url').toString()) : null;
  const asked = [...stores.all.values()].filter(
    (store) => (!platforms || platforms.includes(store.platform)) && (!names || names.includes(store.name)),
  );
  const shares = await Promise.all(asked.map((store) => share(store, first, place, maxAge, deadlineMs, started)));
  const rows = shares.flatMap(({ page }) => page?.rows ?? []).filter((row) => !place || compare(row.key, place) > 0);
  rows.sort((one, other) => compare(one.key, other.key));
  const nodes = rows.slice(0, first);
  const cursor = (row) => row && Buffer.from(JSON.stringify(row.key)).toString('base64url');
  return {
    nodes,
    pageInfo: {
      hasNextPage: rows.length > first || shares.some(({ page }) => page?.more),
      hasPreviousPage: place != null,
      startCursor: cursor(nodes[0]),
      endCursor: cursor(nodes.at(-1)),
    },
    sources: shares.map(({ source }) => source),
  };
}

// What one store gives to a page; a store that fails or is late does not spoil it.
async function share(store, first, place, maxAge, deadlineMs, started) {
  try {
    const reading = stores.page(store, first, place?.[0], maxAge);
    const page = reading instanceof Promise ? await before(reading, deadlineMs) : reading;
    if (page === DEADLINE) return { source: { store: store.shown, state: 'DEADLINE', calls: 0 } };
    const state = page.observedAt < started ? 'CACHED' : 'LIVE';
    return { page, source: { store: store.shown, state, calls: state === 'LIVE' ? page.calls : 0 } };
  } catch (error) {
    return { source: { store: store.shown, state: 'FAILED', calls: 0, message: error.message } };
  }
}

function before(reading, deadlineMs) {
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, deadlineMs, DEADLINE); });
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
}

// The newest first; of one second the later name, as the other servers order them.
function compare(one, other) {
  for (let place = 0; place < one.length; place += 1) {
    if (one[place] !== other[place]) return one[place] > other[place] ? -1 : 1;
  }
  return 0;
}

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  plugins: configuration.jit ? [useGraphQlJit()] : [],
  context: ({ request }) => {
    if (request.headers.get('authorization') !== `Bearer ${configuration.key}`) throw new GraphQLError('who are you?');
    return { started: Date.now(), loader: new DataLoader((ids) => stores.orders(ids)) };
  },
  graphiql: false,
  landingPage: false,
  logging: false,
  healthCheckEndpoint: '/health/live',
});

createServer(yoga).listen(configuration.port, '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
