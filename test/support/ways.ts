import type { MechanismId } from '../../src/model/calls.ts';

/** One way of making a receive call, with the names and arguments that documentation and kernel source give its lines. */
export interface Way {
  name: string;
  syscall: string;
  enter(requested: number): string;
  exit(returned: number): number;
  /** Functions around the work, outermost first, as kprobes with returns. */
  levels: readonly string[];
  levelArgs(requested: number): string;
  levelReturn(returned: number): number;
  /** Two protocol receives in one syscall. */
  isSplit: boolean;
  copy: string;
  /** Hands bytes over without a CPU copy: engine, mapping; '' = this way cannot. */
  submit: string;
  submitArgs(bytes: number): string;
  /** 'named': tcp_cleanup_rbuf tells what was taken (zero-copy receive). */
  consumed: 'named' | 'returned';
  mechanism: MechanismId;
  /** Bytes that came without a CPU copy, in the column that tells them; none tells otherwise. */
  column: 'dmaBytes' | 'mappedBytes' | null;
  canCopy: boolean;
  /** What time without a recorded function is. */
  idle: 'unattributed' | 'submit';
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** The NET_DMA kernels' plain recvfrom; the submit of pinned calls is the engine's. */
export const RECVFROM: Way = {
  name: 'recvfrom',
  syscall: 'recvfrom',
  enter: (requested) =>
    `fd: 0x00000003, ubuf: 0x7f0000000000, size: ${hex(requested)}, flags: 0x00000000, addr: 0x00000000, addr_len: 0x00000000`,
  exit: (returned) => returned,
  levels: [],
  levelArgs: (requested) => `sk=0xffff880000003000 len=0x${requested.toString(16)} flags=0x0`,
  levelReturn: (returned) => returned,
  isSplit: false,
  copy: 'skb_copy_datagram_iovec',
  submit: 'dma_skb_copy_datagram_iovec',
  submitArgs: (bytes) => `skb=0xffff880000002000 offset=0 len=0x${bytes.toString(16)}`,
  consumed: 'returned',
  mechanism: 'plain-copy',
  column: 'dmaBytes',
  canCopy: true,
  idle: 'unattributed',
};

const plain = (way: Partial<Way> & { name: string }): Way => ({ ...RECVFROM, submit: '', column: null, ...way });
const MODERN_COPY = 'skb_copy_datagram_iter';

/** None of these was met in a capture with these lines; names of receive-path.md 6 and symbols.tsv. */
export const WAYS: readonly Way[] = [
  plain({
    name: 'MSG_PEEK',
    enter: (requested) => RECVFROM.enter(requested).replace('flags: 0x00000000', 'flags: 0x00000002'),
  }),
  plain({
    name: 'readv',
    syscall: 'readv',
    enter: () => 'fd: 0x00000003, vec: 0x7ffe00000000, vlen: 0x00000003',
    levels: ['tcp_recvmsg'],
  }),
  plain({
    name: 'recvmmsg',
    syscall: 'recvmmsg',
    enter: () => 'fd: 0x00000003, mmsg: 0x7ffe00000000, vlen: 0x00000002, flags: 0x00000000, timeout: 0x00000000',
    exit: () => 2,
    levels: ['tcp_recvmsg'],
    isSplit: true,
  }),
  plain({
    name: 'splice',
    syscall: 'splice',
    enter: (requested) =>
      `fd_in: 0x00000003, off_in: 0x00000000, fd_out: 0x00000005, off_out: 0x00000000, len: ${hex(requested)}, flags: 0x00000000`,
    levels: ['tcp_splice_read'],
    canCopy: false,
    // Pages of the socket go to the pipe: no copy, and no name that would tell how.
    mechanism: 'unknown',
  }),
  plain({ name: 'MPTCP', levels: ['inet_recvmsg', 'mptcp_recvmsg'], copy: MODERN_COPY }),
  plain({ name: 'kTLS', levels: ['inet_recvmsg', 'tls_sw_recvmsg'], copy: MODERN_COPY }),
  plain({
    name: 'TCP_ZEROCOPY_RECEIVE',
    syscall: 'getsockopt',
    enter: () =>
      'fd: 0x00000003, level: 0x00000006, optname: 0x00000023, optval: 0x7ffe00000000, optlen: 0x7ffe00000008',
    exit: () => 0,
    levels: ['tcp_zerocopy_receive'],
    levelReturn: () => 0,
    copy: MODERN_COPY,
    submit: 'vm_insert_pages',
    submitArgs: () => 'num=4',
    consumed: 'named',
    mechanism: 'tcp-zerocopy-receive',
    column: 'mappedBytes',
    // tcp_zerocopy_receive itself finds the pages to map.
    idle: 'submit',
  }),
  plain({
    name: 'io_uring RECV_ZC',
    syscall: 'io_uring_enter',
    enter: () =>
      'fd: 0x00000005, to_submit: 0x00000001, min_complete: 0x00000001, flags: 0x00000001, argp: 0x00000000, argsz: 0x00000000',
    exit: () => 1,
    levels: ['io_recvzc'],
    copy: 'io_zcrx_copy_chunk',
    submit: 'io_zcrx_recv',
    submitArgs: () => '',
    mechanism: 'io-uring-zcrx',
  }),
  plain({
    name: 'DSA',
    levels: ['tcp_recvmsg'],
    copy: MODERN_COPY,
    submit: 'idxd_submit_desc',
    submitArgs: () => '',
    mechanism: 'dsa',
  }),
];
