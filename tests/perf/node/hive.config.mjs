// Hive Gateway as the cost of one more hop: it passes all of one schema on, over connections that are kept, as its documentation advises.

import { Agent } from 'node:http';

import { defineConfig } from '@graphql-hive/gateway';

const agent = new Agent({ keepAlive: true });

export const gatewayConfig = defineConfig({
  proxy: { endpoint: process.env.BENCH_ENDPOINT },
  schema: process.env.BENCH_SCHEMA,
  propagateHeaders: { fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') }) },
  customAgent: () => agent,
  healthCheckEndpoint: '/health/live',
  graphiql: false,
  landingPage: false,
  logging: false,
});
