import * as v from 'valibot';

/** What the values of a saved analysis may be. Bounds keep a few bytes of a stranger from costing memory or time. */
const MAX_TEXT = 1 << 20;
const MAX_ITEMS = 100_000;
/** No counter, clock or sum of the kernel passes 64 bits. */
const MAX_NUMBER = 2 ** 64;
/** 2^63 has 19 digits; sums of a base and an offset have one more. */
const DECIMAL = /^-?\d{1,20}$/;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
/** JSON.parse makes Infinity of 1e999. */
export const number = v.pipe(v.number(), v.minValue(-MAX_NUMBER), v.maxValue(MAX_NUMBER));
export const count = v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_NUMBER));
export const unknownNumber = v.nullable(number);
export const unknownCount = v.nullable(count);
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const flag = v.boolean();
/** 64-bit times as decimal text. */
export const decimal = v.pipe(v.string(), v.maxLength(21), v.regex(DECIMAL));

/** The length is looked at before the items. */
export const list = <T extends v.GenericSchema>(item: T, max = MAX_ITEMS) =>
  v.pipe(
    v.custom<unknown[]>(
      (value) => Array.isArray(value) && value.length <= max,
      `expected a list of at most ${max} items`,
    ),
    v.array(item),
  );

/** Counts by name. */
export const countsByName = v.record(text, count);
