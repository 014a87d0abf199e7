import { RECEIVE_SYSCALLS, type RecordedEvent } from './events.ts';

/** Numbers of arch/x86/entry/syscalls/syscall_64.tbl, for kernels that show system calls only by number. */
const X86_64_NUMBERS: Readonly<Record<(typeof RECEIVE_SYSCALLS)[number], number>> = {
  read: 0,
  readv: 19,
  recvfrom: 45,
  recvmsg: 47,
  getsockopt: 55,
  splice: 275,
  preadv: 295,
  recvmmsg: 299,
  io_uring_enter: 426,
};

export const RAW_FILTER = RECEIVE_SYSCALLS.map((name) => `id == ${X86_64_NUMBERS[name]}`).join(' || ');

/** In place of syscalls:*, where the kernel was built without CONFIG_FTRACE_SYSCALLS (x86_64). */
export const RAW_SYSCALL_EVENTS: readonly RecordedEvent[] = ['sys_enter', 'sys_exit'].map((name) => ({
  name: `raw_syscalls:${name}`,
  layer: 'base',
  from: '',
  gives: 'receive calls by number',
  cost: 'call',
  inReader: true,
  filter: RAW_FILTER,
}));
