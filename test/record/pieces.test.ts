import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeVocabulary } from '../../src/kernels/index.ts';
import {
  filterOf,
  listEvents,
  RECEIVE_SYSCALLS,
  RECORDED_EVENTS,
  WAIT_SYSCALLS,
} from '../../src/model/recording/events.ts';
import { LENSES } from '../../src/model/recording/lenses.ts';
import { KPROBES } from '../../src/model/recording/probes.ts';
import { readReceivedBytes } from '../../src/record/duration.ts';
import { findTarget } from '../../src/record/host/target.ts';
import { hasOwnPids } from '../../src/record/host/tracefs.ts';
import { planRecording } from '../../src/record/plan.ts';
import { TextScan } from '../../src/record/text-scan.ts';
import { removeStaleInstances } from '../../src/record/tracers/instance.ts';
import { Undo } from '../../src/record/undo.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-pieces-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const vocabulary = makeVocabulary();

describe('table of events', () => {
  it('has every receive syscall that the timeline understands, and no name twice', () => {
    const names = RECORDED_EVENTS.map((event) => event.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of [...RECEIVE_SYSCALLS, ...WAIT_SYSCALLS]) {
      expect(names).toContain(`syscalls:sys_enter_${name}`);
      expect(names).toContain(`syscalls:sys_exit_${name}`);
      expect(vocabulary.lookUpSyscall(name), name).toBeDefined();
    }
  });

  it('has in its base only what the timeline reads', () => {
    for (const { name } of listEvents()) {
      const plain = name.split(':')[1];
      if (!plain.startsWith('sys_')) expect(vocabulary.lookUpTracepoint(plain), name).toBeDefined();
    }
  });

  it('gives each lens events, and the base none of them', () => {
    for (const lens of LENSES) {
      expect(listEvents([lens]).length).toBeGreaterThan(listEvents().length);
      expect(listEvents().some((event) => event.layer === lens)).toBe(false);
    }
    expect(RECORDED_EVENTS.some(({ name }) => name.includes('consume_skb'))).toBe(false);
  });

  it('probes the return of everything whose duration counts, the unpin included', () => {
    const returns = KPROBES.filter((probe) => probe.startsWith('r:')).map((probe) => probe.split(' ')[1]);
    for (const name of [
      'tcp_recvmsg',
      'dma_pin_iovec_pages',
      'dma_unpin_iovec_pages',
      'sk_wait_data',
      'tcp_service_net_dma',
    ])
      expect(returns).toContain(name);
    for (const probe of KPROBES) expect(vocabulary.lookUpFunction(probe.split(' ')[1]), probe).toBeDefined();
  });
});

describe('whose calls', () => {
  const none = { pid: null, comm: null, command: [] };

  it('filters by all threads of a process, by name, by pids from the next one on', () => {
    const own = findTarget({ ...none, pid: process.pid }, 0);
    if (hasOwnPids()) expect(own.filter).toBe('');
    else expect(own.filter).toContain(`common_pid == ${process.pid}`);
    expect(findTarget({ ...none, comm: 'a-name-of-more-than-15' }, 0).filter).toBe('comm == "a-name-of-more-"');
    if (!hasOwnPids()) expect(findTarget({ ...none, command: ['x'] }, 4711).filter).toMatch(/^common_pid >= 4711 &&/);
    // About to start anew: a filter would leave the command out.
    expect(findTarget({ ...none, command: ['x'] }, 0).filter).not.toContain('common_pid');
  });

  it('knows no process that is not there', () => {
    expect(() => findTarget({ ...none, pid: 2 ** 30 }, 0)).toThrow(/no process/);
  });
});

describe('plan', () => {
  const root = path.join(scratch, 'tracing');
  const tracefs = { root, hasEvent: (name: string) => !/sock_recv_length|napi_poll/.test(name) };
  mkdirSync(path.join(root, 'instances'), { recursive: true });

  it('says what the kernel does not have and from which release on it would', () => {
    writeFileSync(path.join(root, 'current_tracer'), 'nop\n');
    const plan = planRecording({ tracer: 'tracefs', lenses: ['busy-poll'] }, tracefs);
    expect(plan.unavailable.map(({ name }) => name)).toEqual(['sock:sock_recv_length', 'napi:napi_poll']);
    expect(plan.unavailable[0].why).toContain('6.3');
    expect(plan.events.every(({ name }) => tracefs.hasEvent(name))).toBe(true);
  });

  it('takes system calls by number where the kernel does not name them', () => {
    writeFileSync(path.join(root, 'current_tracer'), 'nop\n');
    const hasEvent = (name: string): boolean => !name.startsWith('syscalls:');
    const { events } = planRecording({ tracer: 'tracefs', lenses: [] }, { root, hasEvent });
    const raw = events.filter(({ name }) => name.startsWith('raw_syscalls:'));
    expect(raw).toHaveLength(os.machine() === 'x86_64' ? 2 : 0);
    for (const event of raw) {
      expect(filterOf(event, '')).toContain('id == 45');
      expect(filterOf(event, 'common_pid == 7')).toMatch(/^\(id == .*\) && \(common_pid == 7\)$/);
    }
  });

  it('refuses while somebody else’s tracer runs', () => {
    writeFileSync(path.join(root, 'current_tracer'), 'function_graph\n');
    expect(() => planRecording({ tracer: null, lenses: [] }, tracefs)).toThrow(
      expect.objectContaining({ code: 'tracer-in-use', exitCode: 5 }),
    );
  });

  it('removes instances of recordings that are gone, and no others', () => {
    const make = (name: string): void => void mkdirSync(path.join(root, 'instances', name), { recursive: true });
    for (const name of ['recvscope-999999999', `recvscope-${process.pid}`, 'somebody']) make(name);
    // Writing into a plain folder makes files: they stand for what tracefs would take away with the instance.
    const removed = removeStaleInstances(tracefs);
    expect(removed.every((name) => name === 'recvscope-999999999')).toBe(true);
  });
});

describe('text as it passes', () => {
  const line = (cpu: number, to: boolean): string =>
    to
      ? `x 1 [00${cpu}] 1.0: sched:sched_switch: prev_comm=x prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=swapper/${cpu} next_pid=0 next_prio=120\n`
      : `swapper 0 [00${cpu}] 1.1: sched:sched_switch: prev_comm=swapper/${cpu} prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=x next_pid=1 next_prio=120\n`;

  it('counts lines and losses, and finds the CPU that shows no switch from idle, wherever it is cut', () => {
    const text = `${Array.from({ length: 40 }, () => line(0, true) + line(0, false) + line(1, true)).join('')}x 1 [000] 2.0: PERF_RECORD_LOST lost 133\n`;
    for (const size of [1, 7, 100, 4096, text.length]) {
      const scan = new TextScan();
      for (let at = 0; at < text.length; at += size) scan.push(Buffer.from(text.slice(at, at + size)));
      expect([scan.lines, scan.bytes, scan.lostEvents, scan.lostRecords]).toEqual([121, text.length, 133, 1]);
      expect(scan.oneSidedCpus).toEqual([1]);
    }
  });

  it('sums what devices received', () => {
    const text = `Inter-|   Receive\n face |bytes\n    lo: 100 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n  eth0: 23 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n`;
    expect(readReceivedBytes(text)).toBe(123);
  });
});

describe('undo', () => {
  it('runs the last step first, each once, also after one that failed', () => {
    const done: number[] = [];
    const undo = new Undo();
    undo.add(() => done.push(1));
    undo.add(() => {
      throw new Error('busy');
    });
    undo.add(() => done.push(3));
    undo.run();
    undo.run();
    expect(done).toEqual([3, 1]);
  });
});
