import { ofDevice, sumBy } from '../arrivals/own.ts';
import { writeBytes, writeCount, writeNumber, writePct } from '../words.ts';
import { captionOf, groupSum, type Lens, makeFact, withArrivals } from './lens.ts';

const PAGE_BYTES = 4096;
/** Ethernet type, IPv6 and TCP with all options: no header chain of a plain segment is longer. */
const LONGEST_HEADERS = 128;
const MAX_ROWS = 12;

/** Payload in page fragments can be handed over by mapping pages; payload in the linear part must be copied. */
export const splitHeaders: Lens = {
  id: 'split-headers',
  title: 'Where the payload lies',
  look(sights) {
    const shapes = groupSum(
      withArrivals(sights).flatMap(({ own }) => ofDevice(own, own.totals.shapes)),
      (s) => `${s.device} ${s.lenBytes} ${s.dataLenBytes} ${s.fragments}`,
      (to, s) => {
        to.count += s.count;
      },
    ).sort((a, b) => b.count - a.count || a.lenBytes - b.lenBytes);
    const data = shapes.filter((s) => s.dataLenBytes > 0 || s.lenBytes > LONGEST_HEADERS);
    const count = sumBy(data, (s) => s.count);
    if (count === 0) return null;
    const split = data.filter((s) => s.dataLenBytes > 0 && s.lenBytes - s.dataLenBytes <= LONGEST_HEADERS);
    const apart = sumBy(split, (s) => s.count);
    const most = data[0];
    const inFragments = sumBy(data, (s) => s.count * s.dataLenBytes);
    const inAll = sumBy(data, (s) => s.count * s.lenBytes);
    const mappable = sumBy(
      split.filter((s) => s.dataLenBytes / Math.max(1, s.fragments) >= PAGE_BYTES),
      (s) => s.count,
    );
    const [common] = groupSum(
      data,
      (s) => `${s.lenBytes} ${s.dataLenBytes}`,
      (to, s) => {
        to.count += s.count;
      },
    ).sort((a, b) => b.count - a.count);
    return {
      fact: makeFact(
        'headers and payload apart',
        (100 * apart) / count,
        '%',
        `of ${writeCount(count, 'skb')}; ${writeNumber(common.count)} are ${writeNumber(common.lenBytes)} bytes long, ${writeNumber(common.dataLenBytes)} in fragments`,
      ),
      card: {
        role: 'note',
        title: 'Where the payload lies',
        sentence: `${apart.toLocaleString('en-US')} of ${writeCount(count, 'skb')} with payload hold headers and payload apart; ${mappable === 0 ? 'none brings' : `${mappable.toLocaleString('en-US')} bring`} a whole page per fragment.`,
        n: count,
        unitOfN: 'skbs',
        nextStep:
          mappable === 0
            ? 'For mapping pages instead of copying (TCP_ZEROCOPY_RECEIVE) the MTU must carry a page of payload: 4096 bytes and headers.'
            : '',
      },
      sentences: [
        `${apart.toLocaleString('en-US')} of ${writeCount(count, 'received skb')} with payload (${writePct((100 * apart) / count)}) hold headers and payload apart: headers in the linear part, payload in page fragments; ${writePct((100 * inFragments) / inAll)} of their bytes lie in fragments.`,
        `Most frequent: ${writeBytes(most.lenBytes)} long, ${writeBytes(most.dataLenBytes)} of it in ${writeCount(most.fragments, 'fragment')} (${writeCount(most.count, 'skb')}).`,
        mappable === 0
          ? `None brings a whole page (${PAGE_BYTES} bytes) per fragment: pages cannot be mapped or flipped to the reader, they must be copied; a larger MTU or GRO by the device would change that.`
          : `${mappable} bring at least a page (${PAGE_BYTES} bytes) per fragment on average: mapping is possible where a fragment begins at a page border, which no line tells.`,
      ],
      tables: [
        {
          caption: captionOf('skbs as they entered', MAX_ROWS, shapes.length),
          columns: [
            { title: 'device', unit: '' },
            { title: 'bytes long', unit: 'count' },
            { title: 'bytes in fragments', unit: 'count' },
            { title: 'fragments', unit: 'count' },
            { title: 'skbs', unit: 'count' },
          ],
          rows: shapes.slice(0, MAX_ROWS).map((s) => [s.device, s.lenBytes, s.dataLenBytes, s.fragments, s.count]),
        },
      ],
    };
  },
};
