import { findBusiestDevice, writeDevice } from '../arrivals/device.ts';
import { measurePayload } from '../arrivals/metrics.ts';
import { ofDevice, sumBy } from '../arrivals/own.ts';
import { writeCount, writeNumber } from '../words.ts';
import { type Lens, makeFact, withArrivals } from './lens.ts';

const MIB = 1048576;
/** More payload than a segment of Ethernet carries: the sender or the device merged already. */
const MTU_PAYLOAD = 1460;
/** netif_rx and netif_receive_skb: a virtual device without NAPI, or one whose GRO is off (veth). */
const NOT_OFFERED = 'No skb was offered to GRO';

/** GRO and LRO: how many skbs a MiB takes, and how many segments an skb stands for. */
export const coalescing: Lens = {
  id: 'gro',
  title: 'Segments per MiB (GRO, LRO)',
  look(sights) {
    const seen = withArrivals(sights);
    const segments = seen.flatMap(({ own }) => ofDevice(own, own.totals.segments));
    const received = sumBy(segments, (s) => s.received);
    const payloads = seen.map(({ run, own }) => measurePayload(run, own));
    const bytes = sumBy(payloads, (payload) => payload.bytes);
    const skbs = sumBy(payloads, (payload) => payload.skbs);
    if (received === 0 || !(bytes > 0)) return null;
    const entered = sumBy(segments, (s) => s.entered);
    const offered = sumBy(segments, (s) => s.gro ?? 0);
    const perMiB = writeNumber((skbs * MIB) / bytes);
    const sentences = [
      `${writeCount(skbs, 'skb')} brought ${writeNumber(bytes / MIB)} MiB of payload: ${perMiB} per MiB, ${writeNumber(bytes / skbs)} bytes each.`,
    ];
    const perSkb = writeNumber(entered / received);
    const flow = `${writeCount(entered, 'skb')} entered, ${writeNumber(received)} came out`;
    if (entered > 0 && offered === 0) sentences.push(`${NOT_OFFERED}: ${flow}.`);
    else if (entered > received) sentences.push(`GRO merged: ${flow}, ${perSkb} per skb.`);
    else if (entered > 0) sentences.push(`GRO merged nothing: ${flow}.`);
    const isMerging = offered > 0 && entered > received;
    const isLarge = bytes / skbs > MTU_PAYLOAD;
    return {
      sentences,
      tables: [],
      fact: makeFact(
        'payload per skb',
        bytes / skbs,
        'bytes',
        isMerging
          ? `mean of ${writeNumber(skbs)}; GRO made ${writeNumber(received)} of ${writeNumber(entered)}, ${perSkb} each`
          : `mean of ${writeCount(skbs, 'skb')}${entered === 0 ? '' : offered === 0 ? '; not offered to GRO' : '; GRO merged nothing'}`,
      ),
      card:
        entered === 0
          ? null
          : {
              role: 'note',
              title: isMerging ? 'GRO merges segments' : offered === 0 ? NOT_OFFERED : 'GRO merges nothing',
              sentence: `${writeNumber(entered)} skbs entered and ${writeNumber(received)} reached the protocols, ${perSkb} per skb; those with payload: ${perMiB} per MiB.`,
              n: entered,
              unitOfN: 'skbs',
              nextStep:
                isMerging || isLarge
                  ? ''
                  : `Turn GRO on (${writeDevice(findBusiestDevice(seen), (device) => `ethtool -K ${device} gro on`)}) where the segments of a connection follow each other; single small messages cannot be merged.`,
            },
    };
  },
};
