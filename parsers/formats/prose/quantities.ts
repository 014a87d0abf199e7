/** Figures as people write them in sentences: `930 Mbps`, `36.1% of cpu time`, `200KB`, `1,448 bytes`. */

/** Where in a text a figure stands, and its value in the unit of its kind. */
export interface Figure {
  at: number;
  value: number;
}

/** `1,448` has groups of three, `36,1` is a fraction. */
export function readDecimal(text: string): number {
  return Number(/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text.replace(',', '.'));
}

const NUMBER = String.raw`(\d+(?:[.,]\d+)*)`;
const PREFIX = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 } as const;
const BINARY = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;

/** Bits have decimal prefixes; bytes a second are iperf's and binary where the unit is spelled `Bytes` or `iB`. */
const RATE = new RegExp(
  String.raw`(?<![\w.,])${NUMBER}\s*-?([kKmMgGtT]?)(i?)(b(?:it)?s?|B(?:ytes?)?)\s?(?:ps|\/\s?s(?:ec(?:ond)?)?|\s(?:per|a)\s(?:sec(?:ond)?|s))\b`,
  'g',
);

export function findRates(text: string): Figure[] {
  return [...text.matchAll(RATE)].map((match) => {
    const [, number, prefix, binary, unit] = match;
    const letter = prefix.toLowerCase() as keyof typeof PREFIX;
    const isBytes = unit.startsWith('B');
    const isBinary = isBytes && (binary === 'i' || unit.length > 1);
    const bits = (isBinary ? BINARY[letter] : PREFIX[letter]) * (isBytes ? 8 : 1);
    return { at: match.index, value: readDecimal(number) * bits };
  });
}

/** A size of buffers and windows: K is 1024 as in iperf and the kernel. */
export function readSize(number: string, prefix: string): number {
  return Math.round(readDecimal(number) * BINARY[prefix.toLowerCase() as keyof typeof BINARY]);
}

/** `200KB`, `250 KBytes`, `2M`, `180000`: for patterns in which the name of the setting comes before it. */
export const SIZE = String.raw`(\d+(?:[.,]\d+)*)\s?([kKmMgG]?)(?:i?B(?:ytes?)?|ytes?|bytes?)?\b`;

/** A share and what it is of: `symbol` '' when the sentence names none. */
export interface Share extends Figure {
  symbol: string;
  /** What the share is of, as far as said: `cpu time`, `samples`. */
  of: string;
}

/** Names of functions have an underscore; a few of the copy have none. */
const SYMBOL = String.raw`[\`'"(]*((?:[A-Za-z_][\w.]*_[\w.]*|mem(?:cpy|move)|copyout|schedule)\b)(?:\(\))?[\`'")]*`;
const PERCENT = String.raw`(?:about |around |roughly |only |at |~ ?)?(\d+(?:[.,]\d+)?)\s?%`;
const OF = String.raw`(?:\s+of\s+(?:the\s+|all\s+|total\s+)?(cpu(?:\s+(?:time|usage|cycles|utili[sz]ation))?|samples|cycles|(?:system|kernel|busy)\s+time|busy\s+samples))?`;
const AFTER = new RegExp(
  String.raw`${SYMBOL}\s*(?:\([^)]*\)\s*)?(?:(?:still |now |then )?(?:consum(?:es|ed|ing)|takes?|took|uses?|used|costs?|accounts? for|has|had|is|was|eats?|spends?|with|:|=|-|–|at)\s*)*${PERCENT}${OF}`,
  'gi',
);
const BEFORE = new RegExp(
  String.raw`${PERCENT}${OF}\s*(?:is |are |was |were |time )?(?:spent |goes |went |used )?(?:in|for|by|on|to)\s+${SYMBOL}`,
  'gi',
);

export function findShares(text: string): Share[] {
  const found = new Map<number, Share>();
  for (const match of text.matchAll(AFTER)) {
    const at = match.index + match[0].lastIndexOf(match[2]);
    found.set(at, { at, symbol: match[1], value: readDecimal(match[2]), of: match[3] ?? '' });
  }
  for (const match of text.matchAll(BEFORE)) {
    const at = match.index + match[0].indexOf(match[1]);
    if (!found.has(at)) found.set(at, { at, symbol: match[3], value: readDecimal(match[1]), of: match[2] ?? '' });
  }
  for (const { at, value, of, before } of findContinued(text)) {
    const named = [...found.values()].filter(
      (share) => share.at < at && !/[.;!?]\s/.test(text.slice(share.at, before)),
    );
    const last = named.sort((a, b) => b.at - a.at)[0];
    if (last !== undefined && !found.has(at)) found.set(at, { at, symbol: last.symbol, value, of });
  }
  // `21.0% -> 14.5%` is of two cases, of which a sentence without a state does not say which is which.
  const isTurn = ({ at }: Figure): boolean =>
    /^[\d.,]+\s?%\s*(?:->|=>|→|—>)/.test(text.slice(at, at + 24)) ||
    /(?:->|=>|→)\s*$/.test(text.slice(Math.max(0, at - 6), at));
  return [...found.values()].filter((share) => share.value <= 100 && !isTurn(share)).sort((a, b) => a.at - b.at);
}

/** `36.1 % …, and 33.5 % with it`: the second figure is of what the first one is of. */
const CONTINUED = new RegExp(String.raw`(?:\band|\bversus|\bvs\.?|\bto|,|\/)\s+${PERCENT}${OF}(?!\s+idle)`, 'gi');
function findContinued(text: string): { at: number; before: number; value: number; of: string }[] {
  return [...text.matchAll(CONTINUED)].map((match) => ({
    at: match.index + match[0].indexOf(match[1]),
    before: match.index,
    value: readDecimal(match[1]),
    of: match[2] ?? '',
  }));
}

/** Total CPU use where a sentence gives it: `CPU usage is 45 %` busy, `idle is 20 %`. */
const BUSY = new RegExp(
  String.raw`\b(?:total |overall )?cpu\s+(?:usage|utili[sz]ation|load|use)\s*(?:is|was|of|at|:|=|reaches|goes to)?\s*${PERCENT}|${PERCENT}\s+(?:total )?cpu\s+(?:usage|utili[sz]ation|load)\b`,
  'gi',
);
const IDLE = new RegExp(
  String.raw`\b(?:cpu\s+)?(?:idle|poll_idle|default_idle)\s*(?:time)?\s*(?:is|was|of|at|:|=|takes|consumes)?\s*${PERCENT}|${PERCENT}\s+idle\b`,
  'gi',
);

export function findBusy(text: string): Figure[] {
  const read = (pattern: RegExp, toBusy: (pct: number) => number): Figure[] =>
    [...text.matchAll(pattern)].map((match) => ({
      at: match.index,
      value: toBusy(readDecimal(match[1] ?? match[2])),
    }));
  const named = [...read(BUSY, (pct) => pct), ...read(IDLE, (pct) => 100 - pct)];
  for (const { at, value, before } of findContinued(text)) {
    const first = named.find((figure) => figure.at < before && !/[.;!?]\s/.test(text.slice(figure.at, before)));
    const share = findNamedShare(text, before);
    if (first === undefined || share > first.at) continue;
    const isIdle = /idle/i.test(text.slice(first.at, first.at + 30));
    named.push({ at, value: isIdle ? 100 - value : value });
  }
  return named.filter(({ value }) => value >= 0 && value <= 100).sort((a, b) => a.at - b.at);
}

/** Where the last share of a function before a place stands; -1 none. */
function findNamedShare(text: string, before: number): number {
  const found = [...text.slice(0, before).matchAll(AFTER), ...text.slice(0, before).matchAll(BEFORE)];
  return Math.max(-1, ...found.map(({ index }) => index));
}
