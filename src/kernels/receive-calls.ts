import { defineFunction as fn } from './probe.ts';

/** Functions that delimit or belong to a receive call in every era. */
const CALL = { enter: ['len|size', 'flags', 'nonblock'], exit: ['ret'] };

export const RECEIVE_CALL_PROBES = [
  fn('tcp_recvmsg', 'callEnter', 'callExit', CALL),
  fn('tcp_recvmsg_locked', 'callEnter', 'callExit', { ...CALL, from: '5.11', note: 'nested in tcp_recvmsg' }),
  fn('udp_recvmsg', 'callEnter', 'callExit', CALL),
  fn('udpv6_recvmsg', 'callEnter', 'callExit', CALL),
  ...['unix_stream_recvmsg', 'unix_dgram_recvmsg', 'unix_seqpacket_recvmsg', 'netlink_recvmsg', 'packet_recvmsg'].map(
    (name) =>
      fn(name, 'callEnter', 'callExit', { enter: ['size|len', 'flags'], exit: ['ret'], note: 'not TCP: left out' }),
  ),
  ...['__sys_recvfrom', '__sys_recvmsg', '__sys_recvmmsg'].map((name) =>
    fn(name, 'callEnter', 'callExit', { from: '4.17', enter: ['size', 'flags'], exit: ['ret'] }),
  ),
  ...['___sys_recvmsg', '____sys_recvmsg', '__sys_recvmsg_sock', 'do_recvmmsg', 'sock_recvmsg', 'sock_read_iter'].map(
    (name) => fn(name, 'callEnter', 'callExit', { exit: ['ret'], note: 'between the system call and the protocol' }),
  ),
  fn('ksys_read', 'callEnter', 'callExit', { from: '4.17', enter: ['count'], exit: ['ret'] }),
  fn('inet_recvmsg', 'callEnter', 'callExit', {
    enter: ['size|len', 'flags'],
    exit: ['ret'],
    note: 'around tcp_recvmsg and udp_recvmsg',
  }),
  fn('inet6_recvmsg', 'callEnter', 'callExit', { enter: ['size|len', 'flags'], exit: ['ret'] }),
  fn('sock_common_recvmsg', 'callEnter', 'callExit', { enter: ['size|len', 'flags'], exit: ['ret'], to: '3.x' }),
  fn('mptcp_recvmsg', 'callEnter', 'callExit', CALL),
  fn('tls_sw_recvmsg', 'callEnter', 'callExit', CALL),
  fn('tcp_splice_read', 'callEnter', 'callExit', { enter: ['len'], exit: ['ret'], note: 'no payload copy' }),
  fn('tcp_zerocopy_receive', 'zerocopyBegin', 'zerocopyEnd', { from: '4.18', enter: ['len'], exit: ['ret'] }),
  fn('tcp_zerocopy_vm_insert_batch', 'mapBegin', 'mapEnd', { from: '5.8', enter: ['pages_to_map'], exit: ['ret'] }),
  fn('vm_insert_pages', 'mapBegin', 'mapEnd', { from: '5.8', exit: ['ret'] }),
  fn('vm_insert_page', 'mapBegin', 'mapEnd', { from: '4.18' }),
  fn('zap_page_range', 'unmapBegin', 'unmapEnd'),
  fn('zap_page_range_single', 'unmapBegin', 'unmapEnd'),
  fn('zap_vma_range', 'unmapBegin', 'unmapEnd', { from: '7.2' }),
  fn('io_recv', 'callEnter', 'callExit', { exit: ['ret'], note: 'one try of an io_uring receive' }),
  fn('io_recvmsg', 'callEnter', 'callExit', { exit: ['ret'] }),
  fn('io_recvzc', 'callEnter', 'callExit', { from: '6.15', exit: ['ret'] }),
  fn('io_zcrx_recv', 'mapBegin', 'mapEnd', { from: '6.15', exit: ['ret'] }),
  fn('io_zcrx_copy_chunk', 'copyBegin', 'copyEnd', { from: '6.15', enter: ['len'] }),
  fn('tcp_recvmsg_dmabuf', 'mapBegin', 'mapEnd', { from: '6.12' }),
];
