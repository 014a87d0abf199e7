import { seeOffload } from '../../context/offload-visibility.ts';
import { makeFinding } from '../../make-finding.ts';
import { writeNs, writeNumber, writePct } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

const MIN_SHARE_PCT = 10;
/** The bound is a low quantile of the gaps: of fewer it is one gap. */
const MIN_GAPS = 30;

/** What the tracer itself may have cost inside the calls. */
export const probeDistortion: FindingRule = {
  id: 'probe-distortion',
  judge(context) {
    const { perEventNs, eventsPerCall, sharePct, gaps } = context.probeCost;
    if (!(sharePct >= MIN_SHARE_PCT) || gaps < MIN_GAPS) return null;
    const hasEngine = seeOffload(context) !== 'no-such-kernel';
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'The tracer itself takes part of the time',
      sentence: `${writeNumber(eventsPerCall)} recorded lines per call at up to ${writeNs(perEventNs)} each may be up to ${writePct(sharePct)} of the reader’s CPU time in its calls: absolute times include the probes, and phases with more lines look longer.`,
      n: gaps,
      unitOfN: 'gaps',
      reasons: [
        'bound from the shortest gaps between successive lines of the reader: a line cannot cost more than that',
        ...(hasEngine
          ? [
              'an engine transfer leaves three to five lines, a CPU copy one or two: the probes weigh on offload more than on the copy',
              'CPU copies are lengthened by their probes too, which makes the copy saved look dearer',
            ]
          : []),
      ],
      numbers: [
        { label: 'lines per call', value: eventsPerCall, unit: 'count' },
        { label: 'cost of a line, at most', value: perEventNs, unit: 'ns' },
        { label: 'share of CPU time, at most', value: sharePct, unit: '%' },
      ],
      nextStep: `Record once more with only entry, exit, sched_switch${hasEngine ? ', pin, unpin and completion wait' : ' and the copies'}, and compare.`,
    });
  },
};
