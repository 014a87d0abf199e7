import type { Mechanism } from '../model/mechanism.ts';

/**
 * The baseline: the reader copies every byte with its own CPU. All other mechanisms are compared with it. ftrace does not see
 * the assembly copy routine: the copy is the self time of skb_copy_datagram_*, page faults on the first touch of the
 * destination included. A copy leaves the data in the cache of the reader, an engine does not: that first touch is paid
 * outside the call.
 */
export const plainCopy: Mechanism = {
  id: 'plain-copy',
  title: 'CPU copy',
  eraFrom: '2.6.18',
  eraTo: '',
  evidence: 'seen',
  matches(facts) {
    // Bytes arrived and nothing but CPU copies can have brought them: either they were seen, or no other mechanism
    // exists in the capture and its probes were armed.
    if (facts.dmaCopies > 0 || facts.zerocopySeen || facts.ioUringZeroCopySeen) return null;
    if (facts.cpuCopies > 0) return 'plain-copy';
    if (facts.returnedBytes <= 0) return 'none';
    return null;
  },
};
