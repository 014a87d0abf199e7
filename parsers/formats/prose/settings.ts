import { type Figure, readSize, SIZE } from './quantities.ts';

/** Settings of the experiment as sentences and command lines name them; sizes in bytes. */
export type SettingKey = 'window_bytes' | 'read_bytes' | 'rcvlowat_bytes' | 'copybreak' | 'mtu' | 'release';

export interface Setting extends Figure {
  key: SettingKey;
  text: string;
  /** An option of a command line: of the whole experiment, whatever sentence stands before it. */
  isTyped?: boolean;
}

const BE = String.raw`\s*(?:\([^)]{0,20}\)\s*)?(?:is|was|are|of|to|at|=|:|set\sto|set\sat|\s)*\s*`;
const PATTERNS: readonly [SettingKey, RegExp][] = [
  ['window_bytes', new RegExp(String.raw`\b(?:tcp\s)?(?:receive\s)?windows?\s?sizes?${BE}${SIZE}`, 'gi')],
  ['window_bytes', new RegExp(String.raw`\b(?:SO_RCVBUF|sk_rcvbuf|receive buffer|socket buffer)${BE}${SIZE}`, 'gi')],
  ['read_bytes', new RegExp(String.raw`\b(?:read\s|user\s)?buffer\s(?:length|len|size)${BE}${SIZE}`, 'gi')],
  ['rcvlowat_bytes', new RegExp(String.raw`\b(?:sk_|SO_)?rcvlowat${BE}${SIZE}`, 'gi')],
  ['copybreak', new RegExp(String.raw`\b(?:net\.ipv4\.)?(?:tcp_)?dma_copybreak${BE}(-?\d+)()\b`, 'gi')],
  ['mtu', new RegExp(String.raw`\bmtu${BE}(\d{3,5})()(?:\s?bytes?)?\b`, 'gi')],
];

/** `iperf -s -w 250K -l 2M`, with the options in any order; K is 1024. */
const COMMAND = /\biperf3?\b((?:\s+-{1,2}[\w-]+(?:[ =](?!-)[\w.:,/-]+)?)+)/g;
const OPTIONS: readonly [SettingKey, RegExp][] = [
  ['window_bytes', /(?:^|\s)(?:-w|--window)[ =]?(\d+(?:\.\d+)?)([kKmMgG]?)\b/g],
  ['read_bytes', /(?:^|\s)(?:-l|--len(?:gth)?)[ =]?(\d+(?:\.\d+)?)([kKmMgG]?)\b/g],
];

/** The author's own kernel: "kernel version is 2.6.32.2", "running Linux 3.4.41"; "since Linux 2.6.18" is history. */
const VERSION = String.raw`v?(\d\.\d+(?:\.\d+){0,2}(?:-[\w.+-]*\w)?)(?!['’]s)(?![\w.]*\d)(?!\s+(?:and|or)\s+(?:later|newer|above|earlier|older))`;
const RELEASES = [
  new RegExp(String.raw`\b(?:linux|kernel)\s+(?:version|release)\s*(?:is|was|:|=)?\s*${VERSION}`, 'gi'),
  new RegExp(String.raw`\(\s*(?:linux\s)?(?:kernel\s)?(?<=\(\s*(?:linux|kernel|linux\skernel)\s)${VERSION}`, 'gi'),
  new RegExp(String.raw`\bkernel\s*(?:is|was|:|=)\s*(?:linux\s+)?${VERSION}`, 'gi'),
  new RegExp(
    String.raw`\b(?:running|runs|run|on|under|using|with)\s+(?:an?\s|the\s|our\s)?(?:vanilla\s|stock\s|mainline\s)?(?:linux\skernel|linux|kernel)\s+${VERSION}`,
    'gi',
  ),
];

export function findSettings(text: string): Setting[] {
  const found: Setting[] = [];
  const take = (key: SettingKey, pattern: RegExp, within: string, offset: number, isTyped = false): void => {
    for (const match of within.matchAll(pattern)) {
      const value = key === 'copybreak' || key === 'mtu' ? Number(match[1]) : readSize(match[1], match[2]);
      // `window size 3` of a sentence about something else: no socket has so small a buffer.
      if (key === 'window_bytes' && value < 1024) continue;
      found.push({ key, at: offset + match.index, value, text: match[0].trim(), ...(isTyped ? { isTyped } : {}) });
    }
  };
  for (const [key, pattern] of PATTERNS) take(key, pattern, text, 0);
  for (const command of text.matchAll(COMMAND))
    for (const [key, pattern] of OPTIONS) take(key, pattern, command[1], command.index, true);
  for (const match of RELEASES.flatMap((pattern) => [...text.matchAll(pattern)]))
    found.push({ key: 'release', at: match.index, value: Number.NaN, text: match[1] });
  return found;
}
