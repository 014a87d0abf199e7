import type { Mechanism } from '../model/mechanism.ts';

/** io_uring zero-copy receive (RECV_ZC), 6.15 on: payload stays in a registered area, the reader gets offsets. */
export const ioUringZcrx: Mechanism = {
  id: 'io-uring-zcrx',
  title: 'io_uring zero-copy receive',
  eraFrom: '6.15',
  eraTo: '',
  evidence: 'documentation only',
  costPhases: ['submit', 'unpin'],
  savings: ['CPU copy of fragments that lie in the registered area'],
  caveats: [
    'Written from the kernel source; no capture of it has been seen yet.',
    'Buffers return through the refill ring in softirq, outside the call.',
  ],
  matches(facts) {
    return facts.ioUringZeroCopySeen ? 'io-uring-zcrx' : null;
  },
};
