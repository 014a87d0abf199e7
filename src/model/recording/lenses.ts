/**
 * What a recording can be asked for beyond the calls themselves. A lens adds events, so it adds cost: none is on by itself.
 */
export const LENSES = ['arrival', 'zero-copy', 'busy-poll', 'drops', 'ipi'] as const;
export type Lens = (typeof LENSES)[number];

/** `base` is recorded always: it is what a timeline of calls is made of. */
export type Layer = 'base' | Lens;

export const LENS_TITLES: Readonly<Record<Lens, string>> = {
  arrival: 'when and where segments arrive: device, length, fragments, CPU',
  'zero-copy': 'the bytes that TCP_ZEROCOPY_RECEIVE maps, which no return value tells',
  'busy-poll': 'polls of the device queue, empty ones included',
  drops: 'segments and datagrams that were dropped, retransmitted or refused, with the kernel’s reason',
  ipi: 'work that one CPU hands to another',
};
