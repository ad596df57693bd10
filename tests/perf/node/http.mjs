// Calls to platforms: kept-alive connections, few at once to a store, and another try when a store is busy.

import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';

const TRIES = 5;
const BUSY = new Set([429, 503]);

export class PlatformError extends Error {}

export function makeCaller(connections) {
  const dispatcher = new Agent({ connections, keepAliveTimeout: 60_000 });
  return async function call(url, options, isBusy = () => false) {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(url(), { ...options, dispatcher });
      const body = response.ok ? await response.json() : await response.text();
      if (response.ok && !isBusy(body)) return { body, headers: response.headers };
      if (attempt === TRIES || (!response.ok && !BUSY.has(response.status))) throw new PlatformError(`the store answered ${response.status}`);
      await sleep(1000 * (Number(response.headers.get('retry-after')) || attempt));
    }
  };
}
