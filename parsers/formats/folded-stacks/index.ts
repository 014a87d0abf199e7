import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { ProfileRow, ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { readCount } from '../../text/counts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';

/** `comm;root;…;leaf count`, as stackcollapse-perf.pl, `perf report -g folded` tools and `recvscope export` write it. */
const LINE = /^([^\s;][^;]*(?:;[^;]+)+) (\d+)$/;
/** What flamegraph.pl colours by: `_[k]` kernel, `_[j]` compiled, `_[i]` inlined, `_[w]` waker. */
const ANNOTATION = /_\[[kjiw]\]$/;

class FoldedParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts = [];
  readonly counts = new Map<string, number>();
  samples = 0;
  private readonly rows = new Map<string, ProfileRow>();
  private readonly fileName: string;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string, lineNo: number): LineFate {
    const match = LINE.exec(line.trimEnd());
    if (match === null) return line.startsWith('#') ? 'comment' : 'unknown';
    const [, stack, text] = match;
    const count = readCount(text);
    this.samples += count;
    this.counts.set(stack, (this.counts.get(stack) ?? 0) + count);
    const frames = stack.split(';');
    const symbol = frames.at(-1)!.replace(ANNOTATION, '');
    const row = this.rows.get(`${frames[0]}\n${symbol}`);
    if (row !== undefined) {
      row.samples += count;
      row.weight += count;
      return 'parsed';
    }
    this.rows.set(`${frames[0]}\n${symbol}`, {
      symbol,
      image: '',
      app: frames[0],
      cpu: -1,
      samples: count,
      weight: count,
      percent: Number.NaN,
      line: lineNo,
    });
    return 'parsed';
  }

  onEnd(report: FileReport): void {
    report.samples = this.samples;
    const rows = [...this.rows.values()].sort((a, b) => b.weight - a.weight || a.line - b.line);
    this.profiles.push({
      file: this.fileName,
      format: 'folded',
      event: '',
      sampling: '',
      imagesOnly: false,
      isDifference: false,
      rows,
      totalSamples: this.samples,
      totalWeight: this.samples,
    });
    report.notes.push('counts may be samples or periods: folded stacks do not say');
  }
}

export const foldedFormat: Format = {
  id: 'folded',
  title: 'folded stacks (stackcollapse-perf.pl, recvscope export)',
  fills: 'profile',
  printedBy: 'https://github.com/brendangregg/FlameGraph/blob/master/stackcollapse-perf.pl',
  example: 'rxbench;__libc_recv;do_syscall_64;tcp_recvmsg;skb_copy_datagram_iter 120',
  detect(head: DetectionHead) {
    const full = head.lines.filter((line) => line.trim() !== '');
    const rows = full.filter((line) => LINE.test(line.trimEnd())).length;
    return { score: rows >= full.length * 0.9 ? rows * 4 + (rows > 1 ? 10 : 0) : 0, variant: '' };
  },
  open(context: ReadContext) {
    const parser = new FoldedParser(context.fileName);
    const reader = openTextReader(context, 'folded', parser);
    return {
      push: (chunk) => reader.push(chunk),
      end() {
        const result = reader.end();
        const { counts, samples } = parser;
        return { ...result, folded: context.wantFolded ? { counts, weights: counts, samples } : null };
      },
    };
  },
};
