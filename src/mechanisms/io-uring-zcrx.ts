import type { Mechanism } from '../model/mechanism.ts';

/**
 * io_uring zero-copy receive (RECV_ZC), 6.15 on: payload stays in a registered area, the reader gets offsets. Fragments
 * outside the area are copied. Buffers return through the refill ring in softirq, outside the call.
 */
export const ioUringZcrx: Mechanism = {
  id: 'io-uring-zcrx',
  title: 'io_uring zero-copy receive',
  eraFrom: '6.15',
  eraTo: '',
  evidence: 'documentation only',
  matches(facts) {
    return facts.ioUringZeroCopySeen ? 'io-uring-zcrx' : null;
  },
};
