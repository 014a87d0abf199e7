import { defineSyscall as sys } from './probe.ts';

/**
 * Receive syscalls. read, readv, splice and io_uring_enter also serve other descriptors: the timeline keeps such a call
 * only when socket work is seen inside it. select, poll and epoll wait for data outside the receive call.
 */
export const SYSCALLS = [
  sys('recvfrom', 'callEnter', 'callExit', { enter: ['size', 'flags', 'fd'] }),
  sys('recv', 'callEnter', 'callExit', { enter: ['size', 'flags', 'fd'] }),
  sys('recvmsg', 'callEnter', 'callExit', { enter: ['', 'flags', 'fd'] }),
  sys('recvmmsg', 'callEnter', 'callExit', { enter: ['', 'flags', 'fd'] }),
  sys('socketcall', 'callEnter', 'callExit', {
    enter: ['', '', ''],
    note: 'i386; call 10 recv, 12 recvfrom, 17 recvmsg, 19 recvmmsg',
  }),
  sys('read', 'callEnter', 'callExit', { enter: ['count', '', 'fd'] }),
  sys('readv', 'callEnter', 'callExit', { enter: ['', '', 'fd'] }),
  sys('preadv', 'callEnter', 'callExit', { enter: ['', '', 'fd'] }),
  // Its flags are SPLICE_F_*, those of io_uring_enter IORING_ENTER_*: no MSG_ flags.
  sys('splice', 'callEnter', 'callExit', { enter: ['len', '', 'fd_in'] }),
  sys('getsockopt', 'callEnter', 'callExit', {
    enter: ['', '', 'fd'],
    note: 'only level 6 optname 35 (TCP_ZEROCOPY_RECEIVE)',
  }),
  sys('io_uring_enter', 'callEnter', 'callExit', {
    enter: ['', '', 'fd'],
    note: 'returns submitted requests, not bytes',
  }),
  sys('select', 'pollBegin', 'pollEnd'),
  sys('pselect6', 'pollBegin', 'pollEnd'),
  sys('poll', 'pollBegin', 'pollEnd'),
  sys('ppoll', 'pollBegin', 'pollEnd'),
  sys('epoll_wait', 'pollBegin', 'pollEnd'),
  sys('epoll_pwait', 'pollBegin', 'pollEnd'),
  sys('epoll_pwait2', 'pollBegin', 'pollEnd'),
];
