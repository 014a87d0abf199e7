import type { Mechanism } from '../model/mechanism.ts';

/** getsockopt(TCP_ZEROCOPY_RECEIVE), 4.18 on: pages are mapped into the reader, sub-page remainders are copied. */
export const tcpZerocopyReceive: Mechanism = {
  id: 'tcp-zerocopy-receive',
  title: 'TCP_ZEROCOPY_RECEIVE',
  eraFrom: '4.18',
  eraTo: '',
  evidence: 'seen',
  costPhases: ['submit', 'unpin'],
  savings: ['CPU copy of whole pages'],
  caveats: [
    'The mapped byte count is only in user memory. A probe of tcp_cleanup_rbuf with its argument copied tells it: copied minus the CPU copies of the call.',
    'Unmapping (zap) of the previous data is paid at the next call or at munmap, with TLB flushes.',
    'Only page-sized, page-aligned fragments can be mapped (header/data split, MSS of a page multiple).',
  ],
  matches(facts) {
    return facts.zerocopySeen ? 'tcp-zerocopy-receive' : null;
  },
};
