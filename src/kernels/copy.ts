import { defineFunction as fn } from './probe.ts';

/** The CPU copy to the user buffer. Outermost function first: nested ones are parts of the same copy. */
export const COPY_PROBES = [
  fn('skb_copy_datagram_iovec', 'copyBegin', 'copyEnd', {
    to: '3.18',
    enter: ['len', 'offset'],
    exit: ['ret'],
    note: 'recursive for frag_list skbs',
  }),
  fn('skb_copy_datagram_iter', 'copyBegin', 'copyEnd', { from: '3.19', enter: ['len', 'offset'], exit: ['ret'] }),
  fn('__skb_datagram_iter', 'copyBegin', 'copyEnd', {
    from: '5.0',
    enter: ['len', 'offset'],
    note: 'nested in skb_copy_datagram_iter',
  }),
  fn('simple_copy_to_iter', 'copyBegin', 'copyEnd', { from: '5.0', enter: ['bytes'], note: 'nested' }),
  fn('_copy_to_iter', 'copyBegin', 'copyEnd', { from: '4.13', enter: ['bytes'], note: 'nested' }),
  fn('copy_to_iter', 'copyBegin', 'copyEnd', { from: '3.19', to: '4.12', note: 'nested' }),
  fn('memcpy_toiovec', 'copyBegin', 'copyEnd', { to: '3.18', enter: ['', '', 'len'], note: 'nested' }),
  fn('memcpy_toiovecend', 'copyBegin', 'copyEnd', { to: '3.18', note: 'nested' }),
  fn('skb_copy_and_csum_datagram_iovec', 'copyBegin', 'copyEnd', { to: '3.18' }),
  fn('skb_copy_and_csum_datagram_msg', 'copyBegin', 'copyEnd', { from: '3.19' }),
  fn('tcp_copy_to_iovec', 'copyBegin', 'copyEnd', {
    to: '4.13',
    note: 'static: usually inlined; direct copy from backlog or prequeue, contains skb_copy_datagram_iovec',
  }),
  fn('receive_fallback_to_copy', 'copyBegin', 'copyEnd', { from: '5.11' }),
  fn('tcp_copy_straggler_data', 'copyBegin', 'copyEnd', { from: '5.11' }),
  fn('tcp_zc_handle_leftover', 'copyBegin', 'copyEnd', { from: '5.11' }),
];
