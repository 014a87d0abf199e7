import type { Mechanism } from '../model/mechanism.ts';

/**
 * Intel DSA (idxd): submissions arrive as the same event kinds as NET_DMA's, told apart by the function's name. No kernel
 * receives TCP with it; a user-space or kernel client may copy after the receive call. User submissions (ENQCMD, MOVDIR64B)
 * leave no trace: only kernel work queues show, as idxd_submit_desc.
 */
export const dsa: Mechanism = {
  id: 'dsa',
  title: 'DSA (idxd)',
  eraFrom: '5.8',
  eraTo: '',
  evidence: 'documentation only',
  matches(facts) {
    return facts.dsaSeen ? 'dsa' : null;
  },
};
