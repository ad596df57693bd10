// Exact decimals for money: a text such as "12.50" as a whole number of its smallest digits. Sums keep the digits of their parts.

const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)$/;

export const isNumber = (text) => typeof text === 'string' && NUMBER.test(text);

export function read(text) {
  const [whole, fraction = ''] = text.split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

export function write({ units, scale }) {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  return scale ? `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}` : sign + digits;
}

export const add = (one, other) => combine(one, other, (a, b) => a + b);
export const subtract = (one, other) => combine(one, other, (a, b) => a - b);
export const reaches = (one, other) => subtract(one, other).units >= 0n;
export const absolute = ({ units, scale }) => ({ units: units < 0n ? -units : units, scale });
export const sum = (parts) => parts.reduce(add, { units: 0n, scale: 0 });

// The share of one of `count`, null unless it comes out even within four digits.
export function divide(whole, count) {
  if (count.units <= 0n) return null;
  const raised = whole.units * 10n ** BigInt(4 + count.scale);
  const divisor = count.units * 10n ** BigInt(whole.scale);
  if (raised % divisor) return null;
  let [units, scale] = [raised / divisor, 4];
  while (scale > whole.scale && units % 10n === 0n) [units, scale] = [units / 10n, scale - 1];
  return whole.scale > scale ? { units: units * 10n ** BigInt(whole.scale - scale), scale: whole.scale } : { units, scale };
}

function combine(one, other, by) {
  const scale = Math.max(one.scale, other.scale);
  const raise = (each) => each.units * 10n ** BigInt(scale - each.scale);
  return { units: by(raise(one), raise(other)), scale };
}
