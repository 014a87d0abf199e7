import { CallState } from '../../../model/calls.ts';
import { makeFinding } from '../../make-finding.ts';
import { writeCount, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MIN_DAMAGED_PCT = 2;

export const captureLossy: FindingRule = {
  id: 'capture-lossy',
  judge(context) {
    const { all } = context.selection;
    const state = all.column('state');
    let damaged = 0;
    for (const bits of state) if (bits & CallState.lossInside) damaged++;
    const lost = context.runs.reduce((sum, run) => sum + run.files.reduce((s, f) => s + f.lostEvents, 0), 0);
    const pct = all.size > 0 ? (100 * damaged) / all.size : 0;
    if (pct < MIN_DAMAGED_PCT && lost === 0) return null;
    return makeFinding({
      id: this.id,
      role: pct >= MIN_DAMAGED_PCT ? 'problem' : 'note',
      outcome: 'cannotTell',
      title: 'The capture lost events',
      sentence: `The producer lost ${writeCount(lost, 'event')}; ${damaged} of ${writeCount(all.size, 'call')} (${writePct(pct)}) were open at the time and are left out.`,
      n: all.size,
      reasons: ['calls that run long are hit more often: what is left is biased towards short calls'],
      nextStep: 'Enlarge buffer_size_kb (ftrace) or -m (perf record), or record fewer events.',
    });
  },
};
