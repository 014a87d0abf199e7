import { findOffloadStates, type OffloadState } from './offload-words.ts';
import { type Figure, findBusy, findRates, findShares, type Share } from './quantities.ts';
import { findSettings, type Setting } from './settings.ts';

/** One configuration that a text gives figures of: "with NET_DMA disabled: … 930 Mbps, X consumes 36.1 % of cpu time". */
export interface StatedCase {
  title: string;
  isOn: boolean;
  line: number;
  rate: (Figure & { line: number }) | null;
  busy: (Figure & { line: number }) | null;
  shares: (Share & { line: number })[];
  settings: (Setting & { line: number })[];
  /** A heading without figures: what follows, down to the next heading, is of this case. */
  isHeading: boolean;
}

/** Lines that belong together, with the place where each begins in the joined text. */
export interface Paragraph {
  text: string;
  starts: { at: number; line: number }[];
}

export class ParagraphBuilder {
  private text = '';
  private starts: Paragraph['starts'] = [];

  get isEmpty(): boolean {
    return this.text === '';
  }

  add(line: string, lineNo: number): void {
    if (this.text !== '') this.text += ' ';
    this.starts.push({ at: this.text.length, line: lineNo });
    this.text += line.trim();
  }

  take(): Paragraph {
    const paragraph = { text: this.text, starts: this.starts };
    this.text = '';
    this.starts = [];
    return paragraph;
  }
}

/** A new item of a list: it does not continue the line above. */
export const LIST_ITEM = /^\s*(?:[•◦▪*+–-]|\(?\d{1,2}[.)])\s+\S/;

export function lineAt(paragraph: Paragraph, at: number): number {
  let line = paragraph.starts[0]?.line ?? 0;
  for (const start of paragraph.starts) if (start.at <= at) line = start.line;
  return line;
}

/** Sentences end at a point, a semicolon or where a line begins with a state of its own. */
function splitSentences(paragraph: Paragraph, states: readonly OffloadState[]): [number, number][] {
  const { text } = paragraph;
  const cuts = new Set<number>([0, text.length]);
  for (const match of text.matchAll(/(?:[.!?](?=\s)|;)\s*/g)) cuts.add(match.index + match[0].length);
  for (const { at } of paragraph.starts) {
    const state = states.find(
      (each) => each.at >= at && each.at - at <= MAX_LEAD && !/[.:;,]/.test(text.slice(at, each.at)),
    );
    // A line that begins with a command or with the name of a function is no continuation.
    if (
      state !== undefined ||
      /^(?:\$ |# )?(?:iperf|netperf)|^[a-z]\w*_\w+[ :=-]+(?:about |~)?\d/i.test(text.slice(at, at + 80))
    )
      cuts.add(at);
  }
  const ordered = [...cuts].sort((a, b) => a - b);
  return ordered.slice(1).map((to, index) => [ordered[index], to]);
}
/** `with `, `2) Test with `: what may stand before a state at the beginning of a line. */
const MAX_LEAD = 24;

/** What a paragraph states: cases with figures, headings, and settings of no case. `heading` is open above it. */
export function readParagraph(
  paragraph: Paragraph,
  heading: StatedCase | null,
): { cases: StatedCase[]; settings: (Setting & { line: number })[] } {
  const { text } = paragraph;
  const states = findOffloadStates(text);
  const onLine = <T extends Figure>(figure: T): T & { line: number } => ({
    ...figure,
    line: lineAt(paragraph, figure.at),
  });
  const all = {
    rates: dropDifferences(text, findRates(text)).map(onLine),
    shares: findShares(text).map(onLine),
    busy: findBusy(text).map(onLine),
    settings: findSettings(text).map(onLine),
  };
  const cases: StatedCase[] = [];
  const settings: (Setting & { line: number })[] = [];
  let last: StatedCase | null = heading;
  for (const [from, to] of splitSentences(paragraph, states)) {
    const within = <T extends Figure>(list: readonly T[]): T[] => list.filter(({ at }) => at >= from && at < to);
    const own = states.filter(({ at }) => at >= from && at < to);
    const [rates, shares, busy, set] = [within(all.rates), within(all.shares), within(all.busy), within(all.settings)];
    const hasFigures = rates.length + shares.length + busy.length > 0;
    if (own.length === 0) {
      // "It consumes 33.5 % …" after the sentence that named the case.
      if (last !== null && hasFigures) addFigures(last, { rates, shares, busy });
      else if (last !== heading) last = null;
      settings.push(...set.filter(({ key }) => key !== 'rcvlowat_bytes' || states.length === 0));
      continue;
    }
    const isHeading = !hasFigures && own.length === 1 && /:\s*$/.test(text.slice(from, to).trimEnd());
    if (!hasFigures && !isHeading) {
      // Which of the cases has the SO_RCVLOWAT is not told here.
      settings.push(...set.filter(({ key }) => key !== 'rcvlowat_bytes'));
      continue;
    }
    const figureFirst = Math.min(...[...rates, ...shares, ...busy].map(({ at }) => at)) < own[0].at;
    const turned = own.length === 1 ? readTurn(text.slice(from, to), from, rates) : null;
    const made = own.map((state) => openCase(state, lineAt(paragraph, state.at), isHeading));
    const owner = (at: number): StatedCase => {
      const index = figureFirst
        ? own.findIndex((state) => state.at > at)
        : own.findLastIndex((state) => state.at <= at);
      return made[index < 0 ? (figureFirst ? made.length - 1 : 0) : index];
    };
    if (turned !== null) {
      const opposite = openCase(
        { ...own[0], isOn: !own[0].isOn, text: nameState(!own[0].isOn) },
        lineAt(paragraph, own[0].at),
        false,
      );
      opposite.rate = turned.from;
      made[0].rate = turned.to;
      made[0].title = nameState(own[0].isOn);
      made.unshift(opposite);
    } else for (const rate of rates) addFigures(owner(rate.at), { rates: [rate], shares: [], busy: [] });
    for (const share of shares)
      addFigures(turned === null ? owner(share.at) : made[1], { rates: [], shares: [share], busy: [] });
    for (const figure of busy)
      addFigures(turned === null ? owner(figure.at) : made[1], { rates: [], shares: [], busy: [figure] });
    for (const setting of set)
      if (setting.key === 'release' || setting.isTyped === true) settings.push(setting);
      else (turned === null ? owner(setting.at) : made[1]).settings.push(setting);
    cases.push(
      ...made.filter((each) => each.isHeading || each.rate !== null || each.shares.length > 0 || each.busy !== null),
    );
    last = made.at(-1) ?? null;
  }
  return { cases, settings };
}

/** A sentence about turning it on names one state; the other has no words of its own. */
const nameState = (isOn: boolean): string => `offload ${isOn ? 'on' : 'off'}`;

function openCase(state: OffloadState, line: number, isHeading: boolean): StatedCase {
  const title = state.text.replace(/^with(?= (?:it|this|that)\b)/i, '').trim();
  return { title, isOn: state.isOn, line, rate: null, busy: null, shares: [], settings: [], isHeading };
}

interface Figures {
  rates: readonly (Figure & { line: number })[];
  shares: readonly (Share & { line: number })[];
  busy: readonly (Figure & { line: number })[];
}

/** The first figure of a kind is the case's; a second one is about something else. */
function addFigures(into: StatedCase, { rates, shares, busy }: Figures): void {
  into.rate ??= rates[0] ?? null;
  into.busy ??= busy[0] ?? null;
  for (const share of shares) if (!into.shares.some(({ symbol }) => symbol === share.symbol)) into.shares.push(share);
}

/** `less than the above case 40 Mbps (890 Mbps)`, `drops by 40 Mbps to 890 Mbps`: 40 Mbps is no throughput. */
function dropDifferences(text: string, rates: readonly Figure[]): Figure[] {
  const isDifference = ({ at }: Figure): boolean =>
    /\b(?:by|(?:less|lower|more|higher|slower|faster|worse|better)\s+than\s+(?:in\s+)?(?:the\s+)?(?:\w+\s+){0,4})\s*(?:about\s|around\s|some\s|~)?$/i.test(
      text.slice(Math.max(0, at - 60), at),
    ) || /^[\d.,]+\s*\S+\s+(?:less|lower|more|higher|slower|faster)\b/i.test(text.slice(at, at + 30));
  const kept = rates.filter((rate) => !isDifference(rate));
  return kept.length > 0 ? kept : [];
}

/** `from 930 Mbps to 890 Mbps`: before the change and after it. */
function readTurn(
  sentence: string,
  offset: number,
  rates: readonly (Figure & { line: number })[],
): { from: Figure & { line: number }; to: Figure & { line: number } } | null {
  const [from, to] = rates;
  if (rates.length < 2) return null;
  const isFrom = /\bfrom\s*(?:about\s|~)?$/i.test(sentence.slice(0, from.at - offset));
  const isTo = /\bto\s*(?:about\s|~)?$/i.test(sentence.slice(0, to.at - offset));
  return isFrom && isTo ? { from, to } : null;
}
