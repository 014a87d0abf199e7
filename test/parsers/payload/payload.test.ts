import { describe, expect, it } from 'vitest';
import { ftraceFormat } from '../../../parsers/formats/ftrace/index.ts';
import { NumberStyles, Style } from '../../../parsers/payload/numbers.ts';
import type { Fact } from '../../../src/model/environment.ts';
import { TaskState } from '../../../src/model/events.ts';
import { eventLine, readAll, readFixture } from '../text/support.ts';

const rowsOf = (...bodies: string[]) => readAll(ftraceFormat, bodies.map((body) => eventLine(body)).join('')).rows;
const { NaN: none } = Number;

describe('scheduler events', () => {
  it('reads every spelling of sched_switch as a leaving and an arriving task', () => {
    for (const body of [
      'sched_switch: prev_comm=a b prev_pid=11 prev_prio=120 prev_state=S ==> next_comm=c=d next_pid=12 next_prio=120',
      'sched_switch: task a b:11 [120] (S) ==> c=d:12 [120]',
      'sched_switch: a b:11 [120] S ==> c=d:12 [120]',
      'sched_switch: prev_comm=a b prev_pid=11 prev_prio=120 prev_state=1 next_comm=c=d next_pid=12 next_prio=120',
    ]) {
      const [out, into] = rowsOf(body);
      expect(out).toMatchObject({
        kind: 'switchOut',
        tid: 11,
        comm: 'a b',
        args: [TaskState.interruptible, 12, none, none],
      });
      expect(into).toMatchObject({ kind: 'switchIn', tid: 12, comm: 'c=d', args: [none, 11, none, none] });
    }
  });

  it('is not led astray by task names that look like fields', () => {
    const body =
      'sched_switch: prev_comm= prev_pid=9 x prev_pid=11 prev_prio=120 prev_state=R+ ==> next_comm==> y-7 next_pid=12 next_prio=120';
    const [out, into] = rowsOf(body);
    expect(out).toMatchObject({ tid: 11, comm: ' prev_pid=9 x', args: [TaskState.running, 12, none, none] });
    expect(into).toMatchObject({ tid: 12, comm: '=> y-7' });
    expect(rowsOf('sched_switch: x [1] y:11 [120] D ==> a:b-1 <x> 0:12 [120]')[1]).toMatchObject({
      tid: 12,
      comm: 'a:b-1 <x> 0',
    });
  });

  it('reads task states by letter and by number', () => {
    const stateOf = (state: string) =>
      rowsOf(
        `sched_switch: prev_comm=a prev_pid=1 prev_prio=120 prev_state=${state} ==> next_comm=b next_pid=2 next_prio=120`,
      )[0].args[0];
    expect(['R', 'R+', '0x0', '256', '0x400'].map(stateOf)).toEqual(Array(5).fill(TaskState.running));
    expect(['S', '0x1', 'S|W', '1'].map(stateOf)).toEqual(Array(4).fill(TaskState.interruptible));
    expect(['D', '2', 'D|K'].map(stateOf)).toEqual(Array(3).fill(TaskState.uninterruptible));
    expect(['X', 'Z', '32'].map(stateOf)).toEqual(Array(3).fill(TaskState.dead));
    expect(['I', '128'].map(stateOf)).toEqual(Array(2).fill(TaskState.idle));
    expect(stateOf('t')).toBe(TaskState.other);
  });

  it('reads every spelling of a wakeup', () => {
    const args = (body: string) => rowsOf(body)[0].args;
    expect(args('sched_wakeup: comm=x pid=9 y pid=33 prio=120 success=1 target_cpu=002')).toEqual([33, 2, 1, none]);
    expect(args('sched_waking: comm=x pid=33 prio=120 target_cpu=002')).toEqual([33, 2, none, none]);
    expect(args('sched_wakeup: task swdma0:33 [120] success=1 [002]')).toEqual([33, 2, 1, none]);
    expect(args('sched_wakeup: migration/1:33 [0] CPU:002')).toEqual([33, 2, none, none]);
    expect(args('sched_wakeup_new: x:33 [120] success=1 CPU:002')).toEqual([33, 2, 1, none]);
    expect(args('sched_migrate_task: comm=x pid=33 prio=120 orig_cpu=0 dest_cpu=1')).toEqual([33, 0, 1, none]);
    expect(args('sched_migrate_task: task x:33 [120] from: 0  to: 1')).toEqual([33, 0, 1, none]);
  });
});

describe('network, interrupt and io_uring events', () => {
  it('numbers softirqs by what they serve', () => {
    const args = (body: string) => rowsOf(body)[0].args[0];
    expect(args('softirq_entry: vec=3 [action=NET_RX]')).toBe(1);
    expect(args('softirq_entry: softirq=3 action=NET_RX')).toBe(1);
    expect(args('softirq_exit: vec=1 [action=TIMER]')).toBe(3);
    expect(args('softirq_entry: vec=2')).toBe(2);
    expect(args('softirq_entry: vec=9 [action=RCU]')).toBe(0);
  });

  it('reads skb addresses and lengths', () => {
    expect(rowsOf('netif_receive_skb: dev=eth0 skbaddr=ffff88002ccd4100 len=1500')[0]).toMatchObject({
      kind: 'segmentArrived',
      source: 'tracepoint',
      args: [1500, 1, none, none],
    });
    const [copy, next] = rowsOf(
      'skb_copy_datagram_iovec: skbaddr=0xff11000026c84ec0 len=1448',
      'net_dev_queue: dev=lo skbaddr=(____ptrval____) len=66',
    );
    expect(copy).toMatchObject({ kind: 'copyBegin', args: [1448, none, none, none] });
    expect(copy.obj).toBe(0x1_0000_26c8_4ec0);
    expect(next).toMatchObject({ kind: 'ackBegin', obj: none });
  });

  it('reads sock_recv_length with its one missing comma and its negative lengths', () => {
    const body = (length: number) =>
      `sock_recv_length: sk address = 00000000884da4f5, family = AF_INET protocol = IPPROTO_TCP, length = ${length}, error = 0, flags = 0x40`;
    expect(rowsOf(body(-104))[0]).toMatchObject({
      kind: 'recvLength',
      sock: '00000000884da4f5',
      args: [-104, 0, 64, 2 * 1024 + 6],
    });
    const kindOf = (words: string) =>
      rowsOf(`sock_recv_length: sk address = 00000000884da4f5, ${words}, length = 8, error = 0, flags = 0x0`)[0]
        .args[3];
    expect(kindOf('family = AF_INET6 protocol = 0x11')).toBe(10 * 1024 + 17);
    expect(kindOf('family = 0x1 protocol = 0x0')).toBe(1024);
    expect(kindOf('family = AF_INET protocol = IPPROTO_MPTCP')).toBe(2 * 1024 + 262);
  });

  it('keeps only the delayed-ACK timer and the receive requests of io_uring', () => {
    expect(rowsOf('timer_expire_entry: timer=ffff88002cd197c0 function=tcp_delack_timer now=4294671961')[0].kind).toBe(
      'delackTimer',
    );
    expect(rowsOf('timer_expire_entry: timer=ffff88002cd197c0 function=process_timeout now=4294671961')).toEqual([]);
    const armed = (words: string) => rowsOf(`timer_start: timer${words}`)[0];
    expect(armed(' ffff88002cfd8910: func tcp_delack_timer, expires 4294675714, timeout 150')).toMatchObject({
      kind: 'delackArmed',
      args: [150, Number.NaN, Number.NaN, Number.NaN],
    });
    expect(armed('=ffff88002cfd8910 function=tcp_delack_timer expires=4294675714 [timeout=40] cpu=0').args[0]).toBe(40);
    const submit = (opcode: string) =>
      rowsOf(
        `io_uring_submit_req: ring 00000000f2cd6b8f, req 00000000aa, user_data 0x0, opcode ${opcode}, flags 0x0, sq_thread 0`,
      );
    expect(submit('RECV')[0].args[0]).toBe(1);
    expect(submit('RECVMSG')[0].args[0]).toBe(2);
    expect(submit('RECV_ZC')[0].args[0]).toBe(3);
    expect(submit('SEND')).toEqual([]);
    expect(
      rowsOf('io_uring_complete: ring 00000000f2cd6b8f, req 00000000aa, user_data 0x0, result -11, cflags 0x0')[0]
        .args[0],
    ).toBe(-11);
  });
});

describe('syscalls', () => {
  it('reads enter arguments as hex and results as signed, in every tool', () => {
    for (const [enter, exit] of [
      [
        'sys_recvfrom(fd: 3, ubuf: 7fa3ca0a2000, size: 18000, flags: 100, addr: 0, addr_len: 0)',
        'sys_recvfrom -> 0xfffffffffffffe00',
      ],
      [
        'sys_enter_recvfrom: fd: 0x00000003, ubuf: 0x7f8c16d50000, size: 0x00018000, flags: 0x00000100, addr: 0x00000000, addr_len: 0x00000000',
        'sys_exit_recvfrom: 0xfffffffffffffe00',
      ],
      ['sys_enter: NR 45 (3, 7fa3ca0a2000, 18000, 100, 0, 0)', 'sys_exit: NR 45 = -512'],
    ]) {
      const [begin, end] = rowsOf(enter, exit);
      expect(begin).toMatchObject({ kind: 'callEnter', source: 'syscall', edge: 'enter', probe: 'recvfrom' });
      expect(begin.args).toEqual([0x18000, 0x100, 3, none]);
      expect(end).toMatchObject({ kind: 'callExit', edge: 'exit', probe: 'recvfrom', args: [-512, none, none, none] });
    }
  });

  it('tells a call once where raw_syscalls and syscalls were both recorded', () => {
    const rows = rowsOf(
      'sys_enter: NR 45 (3, 7fa3ca0a2000, 18000, 0, 0, 0)',
      'sys_recvfrom(fd: 3, ubuf: 7fa3ca0a2000, size: 18000, flags: 0, addr: 0, addr_len: 0)',
      'sys_recvfrom -> 0x5a8',
      'sys_exit: NR 45 = 1448',
      'sys_enter: NR 45 (3, 7fa3ca0a2000, 18000, 0, 0, 0)',
      'sys_exit: NR 45 = 0',
    );
    expect(rows.map((row) => row.kind)).toEqual(['callEnter', 'callExit', 'callEnter', 'callExit']);
    expect(rows.map((row) => row.args[0])).toEqual([0x18000, 1448, 0x18000, 0]);
  });

  it('takes getsockopt only as TCP_ZEROCOPY_RECEIVE', () => {
    const zerocopy = 'sys_getsockopt(fd: 4, level: 6, optname: 0x23, optval: 0x7fffaa65a850, optlen: 0x7fffaa65a83c)';
    const other = 'sys_getsockopt(fd: 4, level: 1, optname: 4, optval: 0x7fffaa65a850, optlen: 0x7fffaa65a83c)';
    expect(rowsOf(other, 'sys_getsockopt -> 0x0', zerocopy, 'sys_getsockopt -> 0x0').map((row) => row.line)).toEqual([
      3, 4,
    ]);
  });

  it('marks polls as such and leaves other calls alone', () => {
    expect(
      rowsOf('sys_epoll_wait(epfd: 5, events: 7f, maxevents: 40, timeout: 3e8)', 'sys_epoll_wait -> 0x1'),
    ).toMatchObject([{ kind: 'pollBegin' }, { kind: 'pollEnd', args: [1, none, none, none] }]);
    expect(rowsOf('sys_close(fd: a)', 'sys_close -> 0x0')).toEqual([]);
  });
});

describe('kprobes', () => {
  const sock = 'ffff88002cd34380';
  const sized = 'sys_recvfrom(fd: 3, ubuf: 7fa3ca0a2000, size: 20000, flags: 0, addr: 0, addr_len: 0)';
  const call = (len: string) => `tcp_recvmsg: (tcp_recvmsg+0x0/0xd10) sk=${sock} len=${len} nonblock=0 flags=0`;
  const fact = (text: string): Fact => ({
    domain: 'kprobe-definition',
    key: text.split(/[/ ]/)[1],
    text,
    value: none,
    unit: '',
    moment: '',
    file: 'kprobe_events',
    line: 1,
    record: '',
  });

  it('reads 3.10 text right without being told: the first calls of a real file', () => {
    const { rows, diagnostics } = readAll(ftraceFormat, readFixture('ftrace/kprobes-3.10/trace.txt'));
    const first = (kind: string, source: string) => rows.find((row) => row.kind === kind && row.source === source)!;
    expect(first('callEnter', 'syscall').args[0]).toBe(98304);
    expect(first('callEnter', 'kprobe')).toMatchObject({ probe: 'tcp_recvmsg', sock: 'ffff88002cd34380' });
    expect(first('callEnter', 'kprobe').args.slice(0, 3)).toEqual([98304, 0, 0]);
    expect(first('pinBegin', 'kprobe').args[0]).toBe(98304);
    expect(first('pinEnd', 'kprobe')).toMatchObject({ args: [1, none, none, none], obj: 0xf_8800_2d4a_7700 });
    const submit = rows.find((row) => row.kind === 'submit')!;
    expect(submit).toMatchObject({ probe: 'dma_skb_copy_datagram_iovec', line: 55 });
    expect(submit.args[0]).toBe(0xb50);
    expect(rows.filter((row) => row.kind === 'callExit').map((row) => row.args[0])).toEqual([14480, 14480]);
    expect(diagnostics.countOf('malformed-line')).toBe(0);
  });

  it('follows the definition in the bundle', () => {
    const text = eventLine(call('18000'));
    const read = (type: string) =>
      readAll(ftraceFormat, text, { facts: [fact(`p:kprobes/tcp_recvmsg tcp_recvmsg sk=%si len=%cx${type}`)] });
    expect(read(':u64').rows[0].args[0]).toBe(0x18000);
    expect(read('').rows[0].args[0]).toBe(0x18000);
    expect(read(':s32').rows[0].args[0]).toBe(18000);
    expect(read(':u64').diagnostics.countOf('hex-ambiguous')).toBe(0);
  });

  it('lets the syscall of the same call decide', () => {
    const hex = readAll(ftraceFormat, eventLine(sized) + eventLine(call('20000')));
    expect(hex.rows[1].args[0]).toBe(0x20000);
    expect(hex.diagnostics.countOf('hex-ambiguous')).toBe(0);
    const decimal = readAll(ftraceFormat, eventLine(sized) + eventLine(call('131072')));
    expect(decimal.rows[1].args[0]).toBe(131072);
  });

  it('lets a letter decide for the lines before it too', () => {
    const { rows } = readAll(ftraceFormat, eventLine(call('20000')) + eventLine(call('5a8')));
    expect(rows.map((row) => row.args[0])).toEqual([0x20000, 0x5a8]);
  });

  it('says so where nothing decides', () => {
    const { diagnostics, rows } = readAll(ftraceFormat, eventLine(call('20000')).repeat(3));
    expect(rows[0].args[0]).toBe(0x20000);
    // one doubt a field, not one a line
    expect(diagnostics.toRecords()).toMatchObject([{ name: 'hex-ambiguous', count: 1 }]);
  });

  it('reads newer kernels by looks: decimal, 0x, negative, and a 32-bit errno', () => {
    const modern = 'tcp_recvmsg: (tcp_recvmsg+0x4/0x1c0) sk=0xffff8e93c4d33600 len=65536 flags=0x40';
    const exits = ['ret=1448', 'ret=-104', 'ret=0xfffffff5', 'ret=0x5a8'].map(
      (ret) => `tcp_recvmsg_out: (inet_recvmsg+0x52/0x130 <- tcp_recvmsg) ${ret}`,
    );
    const rows = rowsOf(modern, ...exits);
    expect(rows[0]).toMatchObject({ kind: 'callEnter', edge: 'enter', sock: 'ffff8e93c4d33600' });
    expect(rows.map((row) => row.args[0])).toEqual([65536, 1448, -104, -11, 1448]);
    expect(rows[0].args[1]).toBe(0x40);
  });

  it('finds the function by the event name where only addresses are printed', () => {
    const kinds = (body: string) => rowsOf(body).map((row) => `${row.kind} ${row.probe}`);
    expect(kinds('tcp_recvmsg: (ffffffffa388de40) sk=0xffff8e93c4d32400 len=1 flags=0x0')).toEqual([
      'callEnter tcp_recvmsg',
    ]);
    expect(kinds('tcp_recvmsg__return: (ffffffffa388de40 <- ffffffffa62c93b2) arg1=0x5a8')).toEqual([
      'callExit tcp_recvmsg',
    ]);
    expect(kinds('p_tcp_recvmsg_0: (ffffffffa388de40) len=1')).toEqual(['callEnter tcp_recvmsg']);
    expect(kinds('skb_datagram_iter: (ffffffffa37c79b0) skb=0xffff8e93c7d224e8 offset=0x0 len=0x68dc')).toEqual([
      'copyBegin __skb_datagram_iter',
    ]);
    expect(kinds('mine: (ffffffffa388de40) len=1')).toEqual([]);
    const { rows } = readAll(ftraceFormat, eventLine('mine: (ffffffffa388de40) len=1'), {
      facts: [fact('p:kprobes/mine tcp_recvmsg len=%dx:u64')],
    });
    expect(rows[0]).toMatchObject({ probe: 'tcp_recvmsg', args: [1, none, none, none] });
  });

  it('does not take a probe inside a function for its entry', () => {
    expect(rowsOf('tcp_recvmsg: (tcp_recvmsg+0x1c/0x200) sk=0xffff8e93c4d32400')).toEqual([]);
  });

  it('knows a refused pin', () => {
    const [refused, error] = rowsOf(
      'dma_pin_iovec_pages_ret: (tcp_recvmsg+0x919/0xd10 <- dma_pin_iovec_pages) ret=0',
      'dma_pin_iovec_pages_ret: (tcp_recvmsg+0x919/0xd10 <- dma_pin_iovec_pages) ret=fffffffffffffff4',
    );
    expect([refused.args[0], error.args[0]]).toEqual([0, 0]);
  });
});

describe('number styles of perf text', () => {
  const learnt = (text: string) => {
    const styles = new NumberStyles([]);
    styles.learn(text);
    return styles.styleOf('tcp_recvmsg', 'tcp_recvmsg', 'len');
  };
  const probe = (len: string) =>
    `           iperf  1431/1431 [001]   168.002876:          1 kprobes:tcp_recvmsg: (ffffffff812b3560) sk=ffff880038b32880 len=${len} flags=0\n`;

  it('learns from perf lines as from ftrace lines', () => {
    const enter =
      '           iperf  1431/1431 [001]   168.002870:          1 syscalls:sys_enter_recvfrom: fd: 0x00000003, ubuf: 0x7f, size: 0x00100000, flags: 0x00000000\n';
    expect(learnt(enter + probe('100000'))).toEqual({ style: Style.bareHex, certain: true });
    expect(learnt(enter + probe('1048576'))).toEqual({ style: Style.decimal, certain: true });
    expect(learnt(probe('5a8') + probe('100000'))).toEqual({ style: Style.bareHex, certain: true });
    expect(learnt(probe('100000'))).toEqual({ style: Style.bareHex, certain: false });
    expect(learnt(probe('100000').replace('sk=', 'sk=0x'))).toEqual({ style: Style.auto, certain: true });
  });
});
