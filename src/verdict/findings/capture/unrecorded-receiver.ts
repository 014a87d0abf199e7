import { makeFinding } from '../../make-finding.ts';
import { findUnrecorded, listMissingSyscalls } from '../../summaries/unrecorded.ts';
import { writeBytes, writeCount } from '../../words.ts';
import type { FindingRule } from '../rule.ts';

/** Data was copied to a program none of whose calls is in the text: it reads by a call that was not recorded. */
export const unrecordedReceiver: FindingRule = {
  id: 'unrecorded-receiver',
  judge({ runs }) {
    const [most, ...others] = findUnrecorded(runs);
    if (most === undefined) return null;
    const missing = listMissingSyscalls(runs);
    const arrived = runs.flatMap((run) => run.timeline.arrivals?.segments ?? []);
    const received = arrived.reduce((sum, { received }) => sum + received, 0);
    const bytes = arrived.reduce((sum, { bytes }) => sum + bytes, 0);
    return makeFinding({
      id: this.id,
      role: 'problem',
      outcome: 'cannotTell',
      title: 'Its receive calls were not recorded',
      sentence: `Data was copied to ${most.comm} ${writeCount(most.copies, 'time')}, but none of its receive calls was recorded: it reads by another call${missing.length === 0 ? '' : `, perhaps ${missing[0]}`}.`,
      n: most.copies,
      unitOfN: 'copies',
      reasons: [
        ...(missing.length === 0 ? [] : [`It reads by a call that has no line here: one of ${missing.join(', ')}.`]),
        ...others.slice(0, 5).map(({ comm, copies }) => `${comm}: data copied ${writeCount(copies, 'time')}`),
        ...(received > 0
          ? [`${writeCount(received, 'segment')} arrived, ${writeBytes(bytes)} with their headers`]
          : []),
      ],
      numbers: [
        { label: 'copies', value: most.copies, unit: '' },
        { label: 'bytes copied', value: most.bytes, unit: 'bytes' },
        { label: 'segments that arrived', value: received, unit: '' },
        { label: 'bytes that arrived', value: bytes, unit: 'bytes' },
      ],
      nextStep: `Record ${missing.length === 0 ? 'its receive calls' : `sys_enter_… and sys_exit_… of ${missing.join(', ')}`} too.`,
    });
  },
};
