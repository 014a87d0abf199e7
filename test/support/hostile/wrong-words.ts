/** What never stands in a report, unless a text of the capture says it. */
export const WRONG_WORDS = /\bNaN\b|\bInfinity\b|\bundefined\b|\[object Object\]/;
