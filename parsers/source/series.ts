/** Words by which people number repetitions: run1.txt.gz, gt-run2.csv, iter_03/perf.txt, trial-4.log. */
const RUN =
  /^(.*?)(?<![\p{L}\p{N}])(run|rep|repeat|repetition|iter|iteration|trial|round|pass|attempt|try)[-_ .#]?(\d{1,6})(?![\p{L}\p{N}])(.*)$/iu;
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
  const found = RUN.exec(top);
  if (found === null) return null;
  const [, before, word, digits, after] = found;
  const number = Number(digits);
  return {
    key: `${word.toLowerCase()}${number}`,
    word: word.toLowerCase(),
    number,
    before,
    after: `${after}${name.slice(top.length)}`.replace(PACKING, ''),
  };
}

/** The run inside its folder that a file belongs to; '' for what all of them share. */
export const runOfFile = (name: string): string => readRun(name)?.key ?? '';

/**
 * Repetitions of one experiment in one folder, in the order of their numbers; empty where the names do not say so: fewer than two
 * numbers, several words, or two files of one number that differ in front of it (on-run1.txt and off-run1.txt are two settings).
 */
export function listRunsByName(names: readonly string[]): string[] {
  const found = names.map(readRun).filter((run) => run !== null);
  if (new Set(found.map(({ word }) => word)).size !== 1) return [];
  const seen = new Map<string, string>();
  const numbers = new Map<number, string>();
  for (const { key, number, before, after } of found) {
    const place = `${key} ${after}`;
    if ((seen.get(place) ?? before) !== before) return [];
    seen.set(place, before);
    if (!SIDE_NAME.test(after)) numbers.set(number, key);
  }
  return numbers.size < 2 ? [] : [...numbers].sort(([a], [b]) => a - b).map(([, key]) => key);
}
