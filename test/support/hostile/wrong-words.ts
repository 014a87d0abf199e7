/** What never stands in a report, unless a text of the capture says it. */
export const WRONG_WORDS = /\bNaN\b|\bInfinity\b|\bundefined\b|\[object Object\]/;

/** A page without its own script, whose code may name what its text must not show. */
export const withoutScripts = (text: string): string => text.replace(/<script\b[\s\S]*?<\/script>/g, '');
