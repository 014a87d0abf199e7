import type { Effect } from '../../model/analysis/index.ts';
import { PAGE_BYTES } from '../../model/kernel/pinned-pages.ts';
import {
  findSufficientMtu,
  impliedPieces,
  meanTransferBytes,
  transfersPerSegment,
} from '../../model/kernel/transfers.ts';
import type { Context } from '../context/context.ts';
import { payloadOfMtu } from '../cost/transfers.ts';
import { writeBytes, writeNumber } from '../words.ts';

/** What size would be enough, for a break-even of transfers with its interval. */
export interface Enough {
  /** none: even the lower end is above a page, which no transfer exceeds. */
  reach: 'none' | 'mtu' | 'unsure' | 'unknown';
  sentence: string;
  advice: string;
  numbers: { label: string; value: number | null; unit: string }[];
}

const MTUS = [1500, 9000] as const;

/** `isLeast`: the break-even is at least the size given, from transfers of one size: no size is then known to be enough. */
export function findEnough(context: Context, limit: Effect | null, isLeast = false): Enough {
  const sizes = listSizes(context);
  const low = limit?.low ?? null;
  const high = limit?.high ?? null;
  const numbers: Enough['numbers'] = sizes.map(({ label, bytes }) => ({
    label: `mean transfer, ${label}`,
    value: bytes,
    unit: 'bytes',
  }));
  const made = sizes.map(({ label, bytes }) => `${writeNumber(bytes)} (${label})`).join(', ');
  if (low === null || high === null)
    return { reach: 'unknown', sentence: `transfers would have ${made} bytes on average`, advice: '', numbers };
  if (low > PAGE_BYTES)
    return {
      reach: 'none',
      sentence: `no MTU reaches it: a transfer never exceeds a page (${PAGE_BYTES} bytes)`,
      advice: 'No MTU, read size or fragment size makes transfers that pay: a transfer ends at the page border.',
      numbers,
    };
  const hasTimestamps = payloadOfMtu(1500, context) === 1448;
  const surely = isLeast ? null : findSufficientMtu(high, hasTimestamps);
  const atLeast = findSufficientMtu(low, hasTimestamps);
  numbers.push(
    { label: 'MTU that is needed at least', value: atLeast, unit: 'bytes' },
    { label: 'MTU that is surely enough', value: surely, unit: 'bytes' },
  );
  if (surely !== null)
    return {
      reach: 'mtu',
      sentence: `an MTU of ${writeNumber(surely)} is enough`,
      advice:
        surely <= 1500 ? '' : `An MTU of ${writeNumber(surely)} makes transfers large enough; larger reads do not.`,
      numbers,
    };
  return {
    reach: 'unsure',
    sentence:
      atLeast === null
        ? `no MTU surely reaches it: mean transfers stay below a page (${PAGE_BYTES} bytes)`
        : `an MTU below ${writeNumber(atLeast)} is not enough, whether a larger one is cannot be told`,
    advice: '',
    numbers,
  };
}

/** Mean transfers into arbitrarily aligned pages, by what a segment holds. */
function listSizes(context: Context): { label: string; bytes: number }[] {
  return [
    ...MTUS.map((mtu) => {
      const payload = payloadOfMtu(mtu, context);
      return { label: `MSS ${payload}, MTU ${mtu}`, bytes: meanTransferBytes(payload) };
    }),
    { label: 'page-sized fragments, aligned', bytes: PAGE_BYTES },
    { label: '64 KiB in one piece', bytes: meanTransferBytes(65_536) },
  ];
}

/** How many transfers a full segment makes and why: "2 pieces (linear part and a fragment), 0.35 more at page borders". */
export function describePieces(meanBytes: number, payload: number): string {
  const pieces = impliedPieces(meanBytes, payload);
  const whole = Math.round(pieces);
  // The model stands on full segments: a mean that fits no small number of pieces is of others.
  if (whole < 1 || whole > 3 || Math.abs(pieces - whole) > 0.06) return '';
  const parts = ['one piece', 'linear part and one fragment', 'linear part and two fragments'][whole - 1];
  return `a full segment of ${payload} bytes makes ${writeNumber(payload / meanBytes)} transfers: ${parts}, and ${writeNumber(transfersPerSegment(payload, whole) - whole)} more at page borders of the user's buffer (${writeBytes(meanTransferBytes(payload, whole))} a transfer)`;
}
