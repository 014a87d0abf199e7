import { findFact, findSysctl } from '../../model/environment.ts';
import { refusesAll } from '../../model/kernel/copybreak.ts';
import { sumCounterDelta } from '../../model/kernel/counters.ts';
import { writeBytes, writeCount, writeMeasured, writePct } from '../words.ts';
import type { Card, Lens } from './lens.ts';

/** /sys/class/dma: copies and bytes that the engine has taken over, whatever the trace shows. */
export const engine: Lens = {
  id: 'engine-counters',
  title: 'Counters of the copy engine',
  look(sights) {
    const runs = sights.map(({ run }) => run);
    const facts = runs.flatMap((run) => run.facts);
    const dma = facts.filter((fact) => fact.domain === 'dma' && fact.value >= 0);
    const channels = new Set(dma.map((fact) => fact.key.replace(/\.[^.]*$/, '')));
    if (channels.size === 0) return null;
    const total = (suffix: string): number => {
      const list = dma.filter((fact) => fact.key.endsWith(suffix) && fact.moment !== 'before');
      return list.length === 0 ? Number.NaN : list.reduce((sum, fact) => sum + fact.value, 0);
    };
    const delta = (suffix: string): number =>
      runs.reduce((sum, run) => sum + sumCounterDelta(run.facts, 'dma', suffix), 0);
    const hasTwo = !Number.isNaN(delta('.bytes_transferred'));
    const [bytes, copies] = hasTwo
      ? [delta('.bytes_transferred'), delta('.memcpy_count')]
      : [total('.bytes_transferred'), total('.memcpy_count')];
    const when = hasTwo ? 'between the two snapshots' : 'since the driver was loaded';
    const inUse = total('.in_use');
    const copybreak = findSysctl(facts, 'net.ipv4.tcp_dma_copybreak');
    const sentences: string[] = [];
    if (bytes === 0 || copies === 0)
      sentences.push(
        `The engine is loaded (${writeCount(channels.size, 'channel')}) but copied nothing ${when}${inUse === 0 ? '; no channel is in use' : inUse > 0 ? `, although ${inUse} references to channels are held` : ''}.`,
      );
    else if (copies > 0)
      sentences.push(
        `The engine copied ${writeBytes(bytes)} in ${writeCount(copies, 'transfer')} ${when}: ${writeMeasured(bytes / copies)} bytes each.`,
      );
    if (bytes > 0 && hasTwo) {
      const received = runs.reduce((sum, run) => {
        for (let row = 0; row < run.calls.length; row++) sum += Math.max(0, run.calls.get('returnedBytes', row) || 0);
        return sum;
      }, 0);
      const octets = runs.reduce((sum, run) => sum + sumCounterDelta(run.facts, 'netstat', 'IpExt.InOctets'), 0);
      // The snapshots may lie far outside of the trace: of its bytes the counters give a bound only, above the whole none.
      if (octets >= bytes)
        sentences.push(
          `That is ${writePct((100 * bytes) / octets)} of the ${writeBytes(octets)} that the machine received meanwhile (IpExt.InOctets, headers included).`,
        );
      else if (received > 0)
        sentences.push(
          bytes <= received
            ? `That is at most ${writePct((100 * bytes) / received)} of the bytes that the receive calls of the capture returned: the snapshots may hold more than the trace.`
            : `The receive calls of the capture returned ${writeBytes(received)}: the counters cover more than the trace.`,
        );
    }
    if (!Number.isNaN(copybreak))
      sentences.push(
        refusesAll(copybreak)
          ? `tcp_dma_copybreak is ${copybreak}: offload is switched off.`
          : `tcp_dma_copybreak is ${copybreak}: reads of up to that length are never offloaded.`,
      );
    if (findFact(facts, 'dma', 'dmesg') !== undefined) sentences.push('The boot log names the engine.');
    return sentences.length === 0
      ? null
      : {
          card: bytes === 0 || copies === 0 ? makeCard(channels.size, when, copybreak) : null,
          sentences,
          tables: [
            {
              caption: 'Channels',
              columns: [
                { title: 'counter', unit: '' },
                { title: 'moment', unit: '' },
                { title: 'value', unit: 'count' },
              ],
              rows: dma.slice(0, 40).map((fact) => [fact.key, fact.moment, fact.value]),
            },
          ],
        };
  },
};

/** What is switched off on purpose is no riddle. */
function makeCard(channels: number, when: string, copybreak: number): Card {
  const nothing = `${writeCount(channels, 'channel')} of the engine copied nothing ${when}`;
  const base = { n: channels, unitOfN: 'channels' };
  if (refusesAll(copybreak))
    return {
      ...base,
      role: 'note',
      title: 'The copy engine is loaded, offload is switched off',
      sentence: `${nothing}: tcp_dma_copybreak = ${copybreak} refuses every read.`,
      nextStep: '',
    };
  return {
    ...base,
    role: 'problem',
    title: 'The copy engine is loaded but unused',
    sentence: `${nothing}.`,
    nextStep: 'Look for net.ipv4.tcp_dma_copybreak, CONFIG_NET_DMA and the kernel: offload ended with 3.17.',
  };
}
