/** How sentences say whether receive copy offload was on: `with NET_DMA disabled`, `I/OAT off`, `without offload`. */

export interface OffloadState {
  at: number;
  end: number;
  isOn: boolean;
  text: string;
}

/** Of the copy: checksums, segments, TLS and the whole of TCP are offloaded, too. */
const OTHER_OFFLOADS =
  'TCP|checksum|checksumming|csum|segmentation|large|generic|hardware|hw|rx|tx|TLS|crypto|VLAN|UDP|TSO|GRO|LRO|receive|NIC';
const NAME = String.raw`(?:(?:CONFIG_)?NET[_ ]?DMA|I\/?OAT(?:\s?DMA)?|Quick ?Data|(?:(?:TCP\s|DMA\s)?(?:receive\s)?copy\s|DMA\s|(?<!\b(?:${OTHER_OFFLOADS})[\s-])\b)offload(?:ing)?|DMA (?:copy|engine))`;
const ON = String.raw`(?:enabled?|on|active|=\s?[y1]|yes)`;
const OFF = String.raw`(?:disabled?|off|inactive|=\s?[n0]|no)`;
const LINK = String.raw`(?:\s*(?:is|was|were|being|turned|switched|set\sto|[:=(])\s*|\s+)*`;
const VERB_ON = String.raw`(?:enabl(?:e|es|ed|ing)|(?:turn|switch)(?:s|es|ed|ing)?\son|activat(?:e|ed|ing))`;
const VERB_OFF = String.raw`(?:disabl(?:e|es|ed|ing)|(?:turn|switch)(?:s|es|ed|ing)?\soff|deactivat(?:e|ed|ing))`;
const THE = String.raw`(?:the\s|TCP\s)?`;

const IT = '(?:it|this|that)';
const WHEN = String.raw`(?:when|if|once|while|after|as\ssoon\sas)\s+${IT}(?:'s|\s+(?:is|was|gets|got))\s+(?:turned\s|switched\s|set\s)?`;
/** Of what was named before: `turning it on I only get 105 MB/s`. Without a name in front of it `it` may be anything. */
const PRONOUNS: readonly [RegExp, boolean][] = [
  [new RegExp(String.raw`\b(?:turn|switch)(?:s|es|ed|ing)?\s${IT}\s(?:back\s|again\s)?off(?![\w-])`, 'giu'), false],
  [new RegExp(String.raw`\b(?:turn|switch)(?:s|es|ed|ing)?\s${IT}\s(?:back\s|again\s)?on(?![\w-])`, 'giu'), true],
  [new RegExp(String.raw`\b(?:disabl|deactivat)(?:e|es|ed|ing)\s${IT}\b`, 'giu'), false],
  [new RegExp(String.raw`\b(?:enabl|activat)(?:e|es|ed|ing)\s${IT}\b`, 'giu'), true],
  [new RegExp(String.raw`\b${WHEN}${OFF}(?![\w-])`, 'giu'), false],
  [new RegExp(String.raw`\b${WHEN}${ON}(?![\w-])`, 'giu'), true],
  [/\bwithout\s(?:it|this|that)(?=[\s,:]+(?:I|we|you|one|the\s(?:bandwidth|throughput|rate)|it|iperf|\d))/giu, false],
  [new RegExp(String.raw`\bwith\s+${IT}\s+${OFF}(?![\w-])`, 'giu'), false],
  [new RegExp(String.raw`\bwith\s+${IT}\s+${ON}(?![\w-])`, 'giu'), true],
];
/** Tried in this order at every place: what says more comes first. */
const PATTERNS: readonly [RegExp, boolean][] = [
  [new RegExp(String.raw`\b(?:with(?:out)?\s+and\s+with(?:out)?)\s+${THE}${NAME}`, 'giu'), true],
  [new RegExp(String.raw`\b${NAME}${LINK}${OFF}(?![\w-])`, 'giu'), false],
  [new RegExp(String.raw`\b${NAME}${LINK}${ON}(?![\w-])`, 'giu'), true],
  [new RegExp(String.raw`\b${VERB_OFF}\s+${THE}${NAME}`, 'giu'), false],
  [new RegExp(String.raw`\b${VERB_ON}\s+${THE}${NAME}`, 'giu'), true],
  [new RegExp(String.raw`\b(?:without|no|w\/o)\s+${THE}${NAME}`, 'giu'), false],
  [new RegExp(String.raw`\b(?:with|using|w\/)\s+${THE}${NAME}`, 'giu'), true],
  [/\btcp_dma_copybreak\s*[=:]\s*(?:2147483647|-1|0x7fffffff)\b/giu, false],
];

/** In the order of the text; `with and without NET_DMA` names no case and hides what stands in it. */
export function findOffloadStates(text: string): OffloadState[] {
  const taken: OffloadState[] = [];
  const hidden: [number, number][] = [];
  const names = [...text.matchAll(new RegExp(String.raw`\b${NAME}`, 'giu'))];
  for (const [index, [pattern, isOn]] of [...PATTERNS, ...PRONOUNS].entries())
    for (const match of text.matchAll(pattern)) {
      const [at, end] = [match.index, match.index + match[0].length];
      const meant = index < PATTERNS.length ? undefined : names.findLast((name) => name.index < at);
      if (index >= PATTERNS.length && meant === undefined) continue;
      const isOverlapping = (other: { at: number; end: number }): boolean => at < other.end && other.at < end;
      if (taken.some(isOverlapping) || hidden.some(([from, to]) => at < to && from < end)) continue;
      if (index === 0) hidden.push([at, end]);
      else {
        const words = meant === undefined ? match[0] : `${meant[0]} ${isOn ? 'on' : 'off'}`;
        taken.push({ at, end, isOn, text: words.replace(/\s+/g, ' ') });
      }
    }
  return taken.sort((a, b) => a.at - b.at);
}
