/** Words by which people number repetitions: run1.txt.gz, gt-run2.csv, iter_03/perf.txt, trial-4.log, r1.txt. */
const RUN =
  /^(.*?)(?<![\p{L}\p{N}])(run|rep|repeat|repetition|iter|iteration|trial|round|pass|attempt|try|r)[-_ .#]?(\d{1,6})(?![\p{L}\p{N}])(.*)$/iu;
/** What a file holds, as people write it into its name: no setting. */
const RECORDING = 'trace|ftrace|perf|opreport|oprofile|capture|recording|iperf3?|netperf|gt|log|out';
const KIND = `${RECORDING}|sar|mpstat|pidstat|vmstat|ss|nstat|netstat|softnet|ethtool|dmesg|sysctl`;
/** No word but a number: 1.txt, 01/perf.txt, perf-01.txt. Not perf.data.1 or trace.1, which are parts of one recording,
 * nor netstat-1.txt and netstat-2.txt: two snapshots around one. */
const BARE = new RegExp(
  `^((?:${RECORDING})[-_ #]?|)(\\d{1,3})((?:\\.[\\p{L}.-]+|[-_](?:${RECORDING})(?:\\.[\\p{L}.-]+)?|)(?:/.*)?)$`,
  'iu',
);
const KINDS = new RegExp(`(?<![\\p{L}\\p{N}])(?:${KIND})(?![\\p{L}\\p{N}])[-_ .#]?`, 'giu');
const PACKING = /\.(?:gz|zst)$/;
/** What a recorder writes beside a trace: `run1.conf.txt`, `run1.side-before.txt` of `run1.txt.gz`. No run by itself. */
export const SIDE_NAME = /^\.(conf|side(-[a-z]+)?)\.txt(\.gz)?$/;

interface Numbered {
  /** `run1`, however it is written: Run-01. */
  key: string;
  word: string;
  number: number;
  before: string;
  after: string;
}

/** By the file's name or that of the folder on top; null: it bears no number of a run. */
function readRun(name: string): Numbered | null {
  const [top] = name.split('/', 1);
  const worded = RUN.exec(top);
  const bare = worded === null ? BARE.exec(name) : null;
  const found = worded ?? (bare === null ? null : [name, bare[1], '', bare[2], bare[3]]);
  if (found === null) return null;
  const [, before, word, digits, after] = found;
  const number = Number(digits);
  return {
    key: `${word.toLowerCase()}${number}`,
    word: word.toLowerCase(),
    number,
    before,
    after: (worded === null ? after : `${after}${name.slice(top.length)}`).replace(PACKING, ''),
  };
}

/** 1, 2, 3 or 0, 1, 2: what counts. 64.txt and 128.txt are sizes, r6.txt and r7.txt whatever their author knows. */
const areCounted = (numbers: readonly number[]) =>
  numbers.every((number, i) => number === numbers[0] + i) && numbers[0] <= 1;

/** The run inside its folder that a file belongs to; '' for what all of them share. */
export const runOfFile = (name: string): string => readRun(name)?.key ?? '';

/**
 * Repetitions of one experiment in one folder, in the order of their numbers; empty where the names do not say so: fewer than two
 * numbers, several words, or two files of one number that differ in front of it (on-run1.txt and off-run1.txt are two settings;
 * trace-run1.txt and opreport-run1.txt are two kinds of one run). Numbers without a word must count from 0 or 1.
 */
export function listRunsByName(names: readonly string[]): string[] {
  const found = names.map(readRun).filter((run) => run !== null);
  if (new Set(found.map(({ word }) => word)).size !== 1) return [];
  const seen = new Map<string, string>();
  const numbers = new Map<number, string>();
  for (const { key, number, before, after } of found) {
    const place = `${key} ${after}`;
    const setting = before.replace(KINDS, '');
    if ((seen.get(place) ?? setting) !== setting) return [];
    seen.set(place, setting);
    if (!SIDE_NAME.test(after)) numbers.set(number, key);
  }
  const runs = [...numbers].sort(([a], [b]) => a - b);
  if (runs.length < 2 || (found[0].word.length < 2 && !areCounted(runs.map(([number]) => number)))) return [];
  return runs.map(([, key]) => key);
}
