import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';
import { COUNTER_RULES } from './counters.ts';
import { makeSideState, type SideRule } from './grammar.ts';
import { KERNEL_RULES } from './kernel.ts';
import { MACHINE_RULES } from './machine.ts';
import { PASTED_RULES } from './pasted.ts';
import { SideRecorder } from './recorder.ts';

/**
 * What scripts write beside a capture: any mixture of sysctl, uname, engine counters, /proc tables, tool output. Every
 * line is recognised by its own grammar, so one file may hold one of them or all.
 */
const RULES: readonly SideRule[] = [...PASTED_RULES, ...KERNEL_RULES, ...COUNTER_RULES, ...MACHINE_RULES];
/** Fewer recognised lines than this share: a text that only mentions some settings. */
const MIN_SHARE = 0.5;
const SCORE_PER_LINE = 10;
/** A text whose first lines are all strange is none of these. */
const PATIENCE_LINES = 60;

export class SideParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  private readonly recorder: SideRecorder;
  private readonly state = makeSideState();
  private readonly kinds = new Set<string>();
  private readonly fileName: string;
  private readonly rules: readonly SideRule[];

  /** `leftOut`: rules that would take lines of prose for their own. */
  constructor(fileName: string, leftOut: ReadonlySet<string> = new Set()) {
    this.fileName = fileName;
    this.rules = RULES.filter(({ name }) => !leftOut.has(name));
    this.recorder = new SideRecorder(fileName);
  }

  get facts(): Fact[] {
    return this.recorder.facts;
  }

  onLine(line: string, lineNo: number): LineFate {
    for (const rule of this.rules) {
      const fate = rule.take(line.trimEnd(), lineNo, this.recorder, this.state);
      if (fate === null) continue;
      this.kinds.add(rule.name);
      return fate;
    }
    return line.startsWith('#') ? 'comment' : 'unknown';
  }

  /** A command was typed whose answer is still to come. */
  get isWaiting(): boolean {
    return this.state.waiting.length > 0 || this.state.ethtool !== null;
  }

  /** A blank line of a document: a table has ended. */
  endTable(): void {
    this.state.ethtool = null;
    this.state.names = null;
  }

  onEnd(report: FileReport): void {
    report.variant = [...this.kinds].join(', ');
    const { processors } = this.state;
    if (processors > 0) this.facts.push(makeFact('cpu', 'count', String(processors), { file: this.fileName, line: 0 }));
  }
}

function detect(head: DetectionHead): { score: number; variant: string } {
  const parser = new SideParser('');
  let full = 0;
  let own = 0;
  for (const line of head.lines) {
    if (line.trim() === '') continue;
    full++;
    if (full > PATIENCE_LINES && own === 0) break;
    const fate = parser.onLine(line, 0);
    if (fate === 'parsed' || fate === 'unused') own++;
    else if (fate === 'comment') full--;
  }
  return { score: own >= full * MIN_SHARE ? own * SCORE_PER_LINE : 0, variant: '' };
}

export const sideSnapshotFormat: Format = {
  id: 'side-snapshot',
  title: 'sysctl, uname, cpuinfo, lscpu, DMA counters, /proc and tracefs settings, ethtool, ss: one or many in a file',
  fills: 'facts',
  printedBy: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/drivers/dma/dmaengine.c',
  example: '/sys/class/dma/dma0chan1/bytes_transferred 234036556',
  detect,
  open: (context: ReadContext) => openTextReader(context, 'side-snapshot', new SideParser(context.fileName)),
};
