import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { isProse } from '../../text/prose.ts';
import { openTextReader } from '../../text/reader.ts';
import { findOffloadStates } from './offload-words.ts';
import { type Kind, ProseParser } from './reader.ts';

/** The scale of parsers/README.md; a stated case is like the head of a table, an engine's counter has few doubles. */
const POINTS: Readonly<Record<Kind, number>> = {
  blank: 0,
  fence: 0,
  words: 0,
  command: 0,
  'table-title': 50,
  'table-row': 2,
  iperf: 20,
  counter: 25,
  side: 10,
};
const CASE_POINTS = 50;
const PROSE_SHARE = 0.1;
const ARTICLE_SHARE = 0.5;
/** Without one of these no sentence states a case: a text that is hardly words has a reader of its own then. */
const OFFLOAD_WORDS = /NET_?DMA|I\/?OAT|offload|DMA engine/i;

function detect(head: DetectionHead): { score: number; variant: string } {
  const full = head.lines.filter((line) => line.trim() !== '');
  if (full.length > MAX_LINES) return NOTHING;
  const words = full.filter(isProse).length;
  const isWords = words >= full.length * PROSE_SHARE;
  const mayState = OFFLOAD_WORDS.test(head.text) && findOffloadStates(head.text).length > 0;
  if (!isWords && !mayState) return NOTHING;
  const parser = new ProseParser('', null);
  let score = 0;
  let settings = 0;
  head.lines.forEach((line, index) => {
    parser.onLine(line, index + 1);
    score += POINTS[parser.kind];
    if (parser.kind === 'counter' || parser.kind === 'side') settings++;
  });
  const cases = parser.countCases();
  // A table or some rows of iperf with a sentence above them are their own reader's; an article around a table is not.
  const isOurs = cases > 0 || (isWords && settings > 0) || words >= full.length * ARTICLE_SHARE;
  return isOurs ? { score: score + cases * CASE_POINTS, variant: '' } : NOTHING;
}
const NOTHING = { score: 0, variant: '' };
/** A head with more lines than this is a trace, of which some sentence is a comment. */
const MAX_LINES = 2000;

export const proseFormat: Format = {
  id: 'prose',
  title: 'a mail or a web page that states figures of offload and quotes settings, counters, iperf and opreport',
  fills: 'facts',
  // A measured figure of another file outranks what somebody wrote.
  isRounded: true,
  isSparse: true,
  printedBy: 'https://lore.kernel.org/netdev/',
  example: 'with NET_DMA disabled: the bandwidth can reach 930 Mbps, __copy_tofrom_user consumes 36.1% of cpu time.',
  detect,
  open: (context: ReadContext) => openTextReader(context, 'prose', new ProseParser(context.fileName, context)),
};
