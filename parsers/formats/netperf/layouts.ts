/** What one number of a result is. `local` is the netperf side, `remote` the netserver side. */
export type Cell =
  | 'seconds'
  | 'rate'
  | 'localCpu'
  | 'remoteCpu'
  | 'localDemand'
  | 'remoteDemand'
  | 'messageBytes'
  | 'messages'
  | '';

export interface Layout {
  /** Whether this is the last line of the table's head (units). */
  readonly head: RegExp;
  readonly cells: readonly Cell[];
  /** The line below the result: sizes of the other side, or what the receiver of UDP got. */
  readonly second: readonly Cell[];
  readonly isPerTransaction: boolean;
}

const UNIT = String.raw`(?<unit>[KMG]?Bytes|10\^[0369]bits|Trans|Usec)`;
const CPU = String.raw`%\s*\S*\s+%\s*\S*\s+`;

/** Heads and rows of src/nettest_omni.c and nettest_bsd.c (tput_title, cpu_title and their formats), 2.4 to 2.7. */
export const LAYOUTS: readonly Layout[] = [
  {
    head: new RegExp(String.raw`^bytes +bytes +bytes +secs\. +${UNIT} */s(?:ec)? +${CPU}us/\S+ +us/\S+\s*$`),
    cells: ['', '', 'messageBytes', 'seconds', 'rate', 'localCpu', 'remoteCpu', 'localDemand', 'remoteDemand'],
    second: [],
    isPerTransaction: false,
  },
  {
    head: new RegExp(String.raw`^bytes +bytes +bytes +secs\. +${UNIT} */s(?:ec)?\s*$`),
    cells: ['', '', 'messageBytes', 'seconds', 'rate'],
    second: [],
    isPerTransaction: false,
  },
  {
    head: new RegExp(String.raw`^bytes +bytes +bytes +bytes +secs\. +per (?:sec|tran) +${CPU}us/\S+ +us/\S+\s*$`),
    cells: ['', '', '', '', 'seconds', 'rate', 'localCpu', 'remoteCpu', 'localDemand', 'remoteDemand'],
    second: ['', ''],
    isPerTransaction: true,
  },
  {
    head: new RegExp(String.raw`^bytes +[Bb]ytes +bytes +bytes +secs\. +(?:per sec|${UNIT} */sec)\s*$`),
    cells: ['', '', '', '', 'seconds', 'rate'],
    second: ['', ''],
    isPerTransaction: true,
  },
  {
    head: new RegExp(String.raw`^bytes +bytes +secs +# +# +${UNIT} */sec +%\s*\S* +us/\S+\s*$`),
    cells: ['', 'messageBytes', 'seconds', 'messages', '', 'rate', 'localCpu', 'localDemand'],
    second: ['', 'seconds', 'messages', 'rate', 'remoteCpu', 'remoteDemand'],
    isPerTransaction: false,
  },
  {
    head: new RegExp(String.raw`^bytes +bytes +secs +# +# +${UNIT} */sec\s*$`),
    cells: ['', 'messageBytes', 'seconds', 'messages', '', 'rate'],
    second: ['', 'seconds', 'messages', 'rate'],
    isPerTransaction: false,
  },
];

/** -P 0 prints rows alone: these shapes are nobody else's. */
export const BARE_ROWS: readonly [RegExp, Layout][] = [
  [
    /^ *\d+ +\d+ +\d+ +\d+\.\d\d +\d+\.\d\d +-?\d+\.\d\d +-?\d+\.\d\d +-?\d+\.\d{3} +-?\d+\.\d{3}(?: +\S.*)?\s*$/,
    LAYOUTS[0],
  ],
  [
    /^\d+ +\d+ +\d+ +\d+ +\d+\.\d\d +\d+\.\d\d +-?\d+\.\d\d +-?\d+\.\d\d +-?\d+\.\d{3} +-?\d+\.\d{3}(?: +\S.*)?\s*$/,
    LAYOUTS[2],
  ],
];
/** Shapes that others print too: taken where the text names netperf. */
export const PLAIN_ROWS: readonly [RegExp, Layout][] = [
  [/^ *\d+ +\d+ +\d+ +\d+\.\d\d +\d+\.\d\d\s*$/, LAYOUTS[1]],
  [/^\d+ +\d+ +\d+ +\d+ +\d+\.\d\d +\d+\.\d\d\s*$/, LAYOUTS[3]],
];

/** `10^6bits`, `MBytes`: bits of one unit; NaN of transactions. */
export function bitsOfUnit(unit: string): number {
  const bits = /^10\^([0369])bits/.exec(unit);
  if (bits !== null) return 10 ** Number(bits[1]);
  const bytes = /^([KMG]?)Bytes/.exec(unit);
  return bytes === null ? Number.NaN : 8 * 1024 ** ' KMG'.indexOf(bytes[1] === '' ? ' ' : bytes[1]);
}
