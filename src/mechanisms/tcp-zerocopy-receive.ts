import type { Mechanism } from '../model/mechanism.ts';

/**
 * getsockopt(TCP_ZEROCOPY_RECEIVE), 4.18 on: pages are mapped into the reader, sub-page remainders are copied; only page-sized,
 * page-aligned fragments can be mapped (header/data split, MSS of a page multiple). Phases: submit (map) and unpin (zap of the
 * previous data, paid at the next call or at munmap, with TLB flushes). The mapped byte count is only in user memory; a probe
 * of tcp_cleanup_rbuf with its argument copied tells it: copied minus the CPU copies of the call.
 */
export const tcpZerocopyReceive: Mechanism = {
  id: 'tcp-zerocopy-receive',
  title: 'TCP_ZEROCOPY_RECEIVE',
  eraFrom: '4.18',
  eraTo: '',
  evidence: 'seen',
  matches(facts) {
    return facts.zerocopySeen ? 'tcp-zerocopy-receive' : null;
  },
};
