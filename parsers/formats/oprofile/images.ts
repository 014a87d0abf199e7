import { readPercent } from './columns.ts';
import type { ClassRow } from './tables.ts';

/**
 * The image summary (opreport without -l). Dependent images stand indented under their application, which already
 * contains them:
 *     TIMER:0|
 *   samples|      %|
 * ------------------
 *     14242 99.5874 vmlinux-3.10.105
 *         	  samples|      %|            (a TAB, or 8 blanks in documents)
 *         	      168 84.8485 vmlinux-3.10.105
 */
interface ImageRow {
  samples: number[];
  percents: number[];
  name: string;
  line: number;
}

export class ImageSummary {
  readonly names: string[];
  private readonly apps: { row: ImageRow; dependents: ImageRow[] }[] = [];
  private isInsideDependents = false;

  constructor(names: string[]) {
    this.names = names;
  }

  get pairs(): number {
    return this.names.length;
  }

  get size(): number {
    return this.apps.length;
  }

  /** The header is printed again, indented, above the dependents of each application. */
  beginDependents(): void {
    this.isInsideDependents = true;
  }

  /** 'incomplete': a row wrapped after a number. */
  take(line: string, lineNo: number): 'row' | 'dependent' | 'incomplete' | null {
    const row = readImageRow(line, this.pairs, lineNo);
    if (row === null || row === 'incomplete') return row;
    const app = this.apps.at(-1);
    if (app !== undefined && (line.startsWith('\t') || (this.isInsideDependents && isIndentedCount(line)))) {
      app.dependents.push(row);
      return 'dependent';
    }
    this.isInsideDependents = false;
    this.apps.push({ row, dependents: [] });
    return 'row';
  }

  /** Dependents replace their application where they add up to it: they say more and count the same. */
  toRows(): ClassRow[] {
    return this.apps.flatMap(({ row, dependents }) => {
      const isComplete = dependents.length > 0 && row.samples.every((total, i) => sumOf(dependents, i) === total);
      if (!isComplete) return [makeClassRow(row, row.name, row.percents)];
      return dependents.map((dependent) => {
        const percents = dependent.samples.map((count, i) =>
          row.samples[i] === 0 ? 0 : (row.percents[i] * count) / row.samples[i],
        );
        return makeClassRow(dependent, row.name, percents);
      });
    });
  }
}

function sumOf(rows: readonly ImageRow[], index: number): number {
  return rows.reduce((sum, row) => sum + row.samples[index], 0);
}

function makeClassRow(row: ImageRow, app: string, percents: number[]): ClassRow {
  return { samples: row.samples, percents, image: row.name, app, symbol: row.name, line: row.line };
}

/** A count is right-aligned to column 9; below 8 blanks of indentation it ends at column 17. */
function isIndentedCount(line: string): boolean {
  const match = /^( {8,})\d+/.exec(line);
  return match !== null && match[0].length >= 17;
}

const PAIR = /\s*(\d+)\s+((?:[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?|nan|inf)%?)(?=\s|$)/iy;

function readImageRow(line: string, pairs: number, lineNo: number): ImageRow | 'incomplete' | null {
  const row: ImageRow = { samples: [], percents: [], name: '', line: lineNo };
  PAIR.lastIndex = 0;
  let end = 0;
  for (let i = 0; i < pairs; i++) {
    const match = PAIR.exec(line);
    if (match === null)
      return /^\s*\d+\s*$/.test(line.slice(end)) || (end > 0 && line.slice(end).trim() === '') ? 'incomplete' : null;
    row.samples.push(Number(match[1]));
    row.percents.push(readPercent(match[2]));
    end = PAIR.lastIndex;
  }
  row.name = line.slice(end).trim();
  return row.name === '' ? 'incomplete' : row;
}

/** `          TIMER:0|` or `  samples|      %|`: the cells, or null. */
export function readBarCells(line: string): string[] | null {
  if (!/^[\t ]*(?:[^|\t]{1,24}\|)+\s*$/.test(line)) return null;
  return line
    .trim()
    .split('|')
    .slice(0, -1)
    .map((cell) => cell.trim());
}
