import { payloadOf } from '../arrivals/metrics.ts';
import { ofDevice, sumBy } from '../arrivals/own.ts';
import { writeCount, writeNumber } from '../words.ts';
import { type Lens, withArrivals } from './lens.ts';

const MIB = 1048576;
/** More payload than a segment of Ethernet carries: the sender or the device merged already. */
const MTU_PAYLOAD = 1460;

/** GRO and LRO: how many skbs a MiB takes, and how many segments an skb stands for. */
export const coalescing: Lens = {
  id: 'gro',
  title: 'Segments per MiB (GRO, LRO)',
  look(sights) {
    const seen = withArrivals(sights);
    const segments = seen.flatMap(({ own }) => ofDevice(own, own.totals.segments));
    const received = sumBy(segments, (s) => s.received);
    const bytes = sumBy(seen, ({ run, own }) => payloadOf(run, own));
    if (received === 0 || !(bytes > 0)) return null;
    const entered = sumBy(segments, (s) => s.entered);
    const sentences = [
      `${writeCount(received, 'skb')} reached the protocols for ${writeNumber(bytes / MIB)} MiB of payload: ${writeNumber((received * MIB) / bytes)} per MiB, ${writeNumber(bytes / received)} bytes each.`,
    ];
    if (entered > received)
      sentences.push(
        `GRO merged: ${writeCount(entered, 'skb')} entered, ${received} came out, ${writeNumber(entered / received)} per skb.`,
      );
    else if (entered > 0) sentences.push(`GRO merged nothing: ${entered} entered, ${received} came out.`);
    const perSkb = entered / received;
    return {
      sentences,
      tables: [],
      card:
        entered === 0
          ? null
          : {
              role: 'note',
              title: entered > received ? 'GRO merges segments' : 'GRO merges nothing',
              sentence: `${entered.toLocaleString('en-US')} skbs entered and ${received.toLocaleString('en-US')} reached the protocols, ${writeNumber(perSkb)} per skb: ${writeNumber((received * MIB) / bytes)} per MiB.`,
              n: entered,
              unitOfN: 'skbs',
              nextStep:
                entered > received || bytes / received > MTU_PAYLOAD
                  ? ''
                  : 'Turn GRO on (ethtool -K DEVICE gro on) where the segments of a connection follow each other; single small messages cannot be merged.',
            },
    };
  },
};
