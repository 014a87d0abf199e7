import { defineFunction as fn } from './probe.ts';

/** CONFIG_NET_DMA, 2.6.18–3.17: pinning, submission, completion, unpinning and the engine drivers. */
const NET_DMA = { from: '2.6.18', to: '3.17' };

const CORE = [
  fn('dma_pin_iovec_pages', 'pinBegin', 'pinEnd', {
    ...NET_DMA,
    enter: ['len'],
    exit: ['ret'],
    note: 'ret NULL = not pinned (ERR_PTR up to 2.6.27)',
  }),
  fn('dma_unpin_iovec_pages', 'unpinBegin', 'unpinEnd', NET_DMA),
  fn('dma_skb_copy_datagram_iovec', 'submit', 'submitEnd', {
    ...NET_DMA,
    enter: ['len', '', 'offset'],
    exit: ['cookie|ret'],
    note: 'recursive for frag_list skbs',
  }),
  fn('dma_memcpy_to_iovec', 'submit', 'submitEnd', {
    ...NET_DMA,
    enter: ['len'],
    note: 'nested in dma_skb_copy_datagram_iovec',
  }),
  fn('dma_memcpy_pg_to_iovec', 'submit', 'submitEnd', {
    ...NET_DMA,
    enter: ['len'],
    note: 'nested in dma_skb_copy_datagram_iovec',
  }),
  fn('dma_async_memcpy_buf_to_pg', 'descriptor', 'none', {
    from: '2.6.23',
    to: '3.17',
    enter: ['len', 'offset|dest_off'],
  }),
  fn('dma_async_memcpy_pg_to_pg', 'descriptor', 'none', {
    from: '2.6.23',
    to: '3.17',
    enter: ['len', 'dest_off|offset'],
    note: 'nested in buf_to_pg from 3.13: count one',
  }),
  fn('dma_async_memcpy_buf_to_buf', 'descriptor', 'none', { from: '2.6.23', to: '3.17', enter: ['len'] }),
  fn('tcp_dma_try_early_copy', 'earlyTry', 'earlyTryEnd', {
    ...NET_DMA,
    exit: ['ret'],
    note: 'static: usually inlined; its presence proves nothing, only a submit below it does',
  }),
  fn('tcp_service_net_dma', 'waitBegin', 'waitEnd', {
    from: '2.6.35',
    to: '3.17',
    enter: ['wait'],
    note: 'runs in every tcp_recvmsg, offloaded or not',
  }),
  fn('net_dma_find_channel', 'channelLookUp', 'channelEnd', { from: '3.4', to: '3.17', exit: ['ret'] }),
  fn('dma_find_channel', 'channelLookUp', 'channelEnd', {
    from: '2.6.29',
    exit: ['ret'],
    note: 'also called from tcp_v4_rcv and the early copy: filter by caller',
  }),
  fn('dma_issue_pending_all', 'issue', 'none', {
    from: '2.6.29',
    note: 'under net_rx_action: proves CONFIG_NET_DMA=y up to 3.17',
  }),
];

/** Driver entry points. Status polls are how completion is waited for (no interrupt on ioatdma). */
const SUBMITS = [
  'ioat_dma_prep_memcpy',
  'ioat1_dma_prep_memcpy',
  'ioat2_dma_prep_memcpy_lock',
  'ioat_dma_prep_memcpy_lock',
  'fsl_dma_prep_memcpy',
  'mv_xor_prep_dma_memcpy',
  'iop_adma_prep_dma_memcpy',
  'ppc440spe_adma_prep_dma_memcpy',
  'swdma_prep_memcpy',
];
const ISSUES = [
  'ioat_dma_memcpy_issue_pending',
  'ioat1_dma_memcpy_issue_pending',
  'ioat2_dma_memcpy_issue_pending',
  'ioat2_issue_pending',
  'ioat_issue_pending',
  'fsl_dma_memcpy_issue_pending',
  'mv_xor_issue_pending',
  'iop_adma_issue_pending',
  'swdma_issue_pending',
];
const STATUS_POLLS = [
  'ioat_dma_is_complete',
  'ioat1_dma_is_complete',
  'ioat2_is_complete',
  'ioat3_is_complete',
  'ioat_dma_tx_status',
  'ioat3_tx_status',
  'ioat_tx_status',
  'fsl_dma_is_complete',
  'fsl_tx_status',
  'mv_xor_is_complete',
  'mv_xor_status',
  'iop_adma_is_complete',
  'iop_adma_status',
  'swdma_tx_status',
];

export const NET_DMA_PROBES = [
  ...CORE,
  ...SUBMITS.map((name) => fn(name, 'none', 'none', { note: 'driver part of one descriptor, inside the submit' })),
  ...ISSUES.map((name) => fn(name, 'issue', 'none', { note: 'doorbell' })),
  ...STATUS_POLLS.map((name) => fn(name, 'engineDone', 'none', { exit: ['ret'], note: 'one status poll' })),
  fn('idxd_submit_desc', 'submit', 'submitEnd', { from: '5.8', note: 'DSA' }),
  fn('idxd_dma_submit_memcpy', 'submit', 'submitEnd', { from: '5.8', note: 'DSA' }),
];
