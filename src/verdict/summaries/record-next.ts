import type { Analysis } from '../../model/analysis/index.ts';
import type { FileReport } from '../../model/diagnostics/accounting.ts';
import { refusesAll } from '../../model/kernel/copybreak.ts';
import { isAtLeast, type KernelEra, UNKNOWN_ERA } from '../../model/kernel/era.ts';
import {
  EXPERIMENT_COMMAND,
  enableCommand,
  functionCommand,
  kprobeCommand,
  recordCommand,
  SCRIPT_COMMAND,
} from '../../model/recording/commands.ts';
import { listEvents } from '../../model/recording/events.ts';
import type { Context } from '../context/context.ts';
import { findUnrecorded, recordUnrecorded } from './unrecorded.ts';

const TRACING = '/sys/kernel/debug/tracing';

/** What this capture lacks and the command that records it, for the kernel at hand (unknown: both old and new). */
export function listRecordNext(context: Context): Analysis['recordNext'] {
  const out: Analysis['recordNext'] = [];
  const { evidence, offloaded, fit, selection } = context;
  const era = context.settings.map((s) => s.era).find((e) => e.reason !== '') ?? UNKNOWN_ERA;
  const hasNetDma = era.netDma !== 'impossible';
  const hasTraffic = selection.all.size > 0;
  const unprinted = listUnprinted(context);
  if (unprinted.length > 0)
    out.push({
      missing: `fields that -F left out (${unprinted.join(', ')})`,
      why: 'calls rest on them and perf script was told to leave them out; the recording holds them',
      command: 'perf script -F comm,tid,cpu,time,event,trace',
    });
  const [unrecorded] = hasTraffic ? [] : findUnrecorded(context.runs);
  if (unrecorded !== undefined)
    out.push({
      missing: `receive calls of ${unrecorded.comm}`,
      why: `data was copied to it ${unrecorded.copies} times, by calls that were not recorded`,
      command: recordUnrecorded(context.runs, era, TRACING),
    });
  else if (unprinted.length === 0 && (!hasTraffic || evidence.callEntry === 'none'))
    out.push({
      missing: 'receive calls',
      why: 'without entry and return of the calls no timeline can be built',
      command:
        isAtLeast(era, 2, 6, 33) === false
          ? functionCommand(TRACING)
          : era.reason !== '' && hasNetDma
            ? SCRIPT_COMMAND
            : recordCommand(),
    });
  if (hasTraffic && fit.size > 0 && fit.known('returnedBytes') < fit.size / 2)
    out.push({
      missing: 'return values of the calls',
      why: 'without the bytes of a call nothing can be said per byte, and the copy saved cannot be priced',
      command: enableCommand(
        ['recvfrom', 'recvmsg', 'read'].flatMap((name) => [`sys_enter_${name}`, `sys_exit_${name}`]),
        TRACING,
      ),
    });
  if (hasTraffic && !evidence.hasSwitches && !unprinted.includes('trace'))
    out.push({
      missing: 'context switches',
      why: 'without them sleep, wake latency and CPU time of the reader cannot be told apart',
      command: enableCommand(['sched_switch', 'sched_wakeup'], TRACING),
    });
  // Where the wait function is inlined (up to 2.6.34) the wait shows between the doorbell and the unpin.
  const showsWait = evidence.hasWaitProbes || offloaded.known('waitNs') > 0;
  const unseen = [
    evidence.hasPinProbes ? '' : 'pin',
    evidence.hasSubmitProbes ? '' : 'submission',
    showsWait ? '' : 'completion wait',
  ].filter((name) => name !== '');
  // A kernel that is known to have the code is asked about its pins even where nothing has been recorded yet.
  // Switched off on purpose: there is nothing to pin, the other side is what lacks.
  const isOff = hasTraffic && context.settings.length > 0 && context.settings.every((s) => refusesAll(s.copybreak));
  if (isOff && hasNetDma && context.baseline.length === 0)
    out.push({
      missing: 'the same traffic with offload on',
      why: 'it was switched off here: throughput, latency and cost are verdicts between the two',
      command: 'sysctl -w net.ipv4.tcp_dma_copybreak=4096, record again, then: recvscope compare OFF ON',
    });
  if ((hasTraffic ? hasNetDma && !isOff : era.netDma === 'seen') && unseen.length > 0)
    out.push({
      missing: unseen.length === 3 ? 'pin, submission and completion wait' : unseen.join(' and '),
      why: 'the cost of offload cannot be weighed without them',
      command: kprobesOf(era),
    });
  if (hasTraffic && offloaded.size > 0 && !evidence.hasDescriptors)
    out.push({
      missing: 'sizes of the engine transfers',
      why: 'whether transfers are too small needs their lengths; the engine’s counters give the mean',
      command:
        'grep . /sys/class/dma/*/{memcpy_count,bytes_transferred,in_use} > dma-before.txt; RUN; grep . /sys/class/dma/*/{memcpy_count,bytes_transferred,in_use} > dma-after.txt',
    });
  if (hasTraffic && !context.settings.some((s) => Number.isFinite(s.copybreak)) && hasNetDma)
    out.push({
      missing: 'sysctls',
      why: 'copybreak and low_latency decide about offload and do not show in a trace',
      command:
        'sysctl net.ipv4.tcp_dma_copybreak net.ipv4.tcp_low_latency net.ipv4.tcp_rmem net.core.rmem_max > sysctl.txt; uname -a > uname.txt; grep -m1 MHz /proc/cpuinfo > cpuinfo.txt',
    });
  if (hasTraffic && hasNetDma && context.paying.size > 0 && context.baseline.length === 0)
    out.push({
      missing: 'the same traffic without offload',
      why: 'throughput and latency are verdicts between captures, and it gives the most trusted cost of a CPU copy',
      command: 'sysctl -w net.ipv4.tcp_dma_copybreak=2147483647, record again, then: recvscope compare OFF ON',
    });
  // Stretches between marks are the repetitions: pairs of neighbours count, not captures. What is proven needs no more of them.
  const isProven = context.comparison?.rows.some((row) => row.primary !== undefined && row.significant) ?? false;
  const isSame = context.comparison?.isSame === true;
  if (hasTraffic && context.runs.length < 5 && context.comparison?.unit !== 'pairs' && !isProven && !isSame)
    out.push({
      missing: `repetitions (${context.runs.length} of at least 5 runs)`,
      why: 'one run cannot tell a change from the machine’s drift',
      command: hasNetDma
        ? 'for i in 1 2 3 4 5; do RECORD off; RECORD on; done   # sides alternating'
        : EXPERIMENT_COMMAND,
    });
  // The events of the base are the least that tells calls apart: there is nothing to leave out.
  const canLeaveOut = hasNetDma || context.runs.some((run) => run.files.some(holdsMoreThanBase));
  if (hasTraffic && fit.size > 0 && context.probeCost.sharePct > 20 && canLeaveOut)
    out.push({
      missing: 'a capture with fewer probes',
      why: 'the tracer may take a large part of the reader’s time',
      command: hasNetDma
        ? `echo tcp_recvmsg dma_pin_iovec_pages dma_unpin_iovec_pages tcp_service_net_dma > ${TRACING}/set_ftrace_filter; echo function_graph > ${TRACING}/current_tracer`
        : `${recordCommand()}   # no --lens`,
    });
  const isShareStated = context.runs.some((run) =>
    run.facts.some((f) => f.domain === 'stated' && f.key.startsWith('share.')),
  );
  if (!context.runs.some((run) => run.profiles.length > 0))
    out.push({
      missing: isShareStated ? 'the whole CPU profile' : 'a CPU profile',
      why: isShareStated
        ? 'one share is given; the idle row gives CPU time per byte, the other rows what pin, submission, wait and unpin take'
        : 'total CPU use and the share of copying need samples of all CPUs',
      command:
        isAtLeast(era, 2, 6, 31) === false
          ? 'opcontrol --start; RUN; opcontrol --dump; opreport -l > opreport.txt'
          : 'perf record -a -g -F 499 -- sleep 10; perf script > profile.txt',
    });
  return out;
}

/** Fields that an -F list of perf script left out: nothing has to be recorded again for them. */
function listUnprinted(context: Context): string[] {
  const reasons = context.runs.flatMap((run) =>
    run.diagnostics
      .filter(({ name }) => name === 'field-not-printed' || name === 'no-task')
      .flatMap(({ examples }) => examples.map(({ reason }) => reason)),
  );
  const names: Record<string, string> = { time: 'time', trace: 'trace', event: 'event', 'no-tid': 'tid' };
  return [...new Set(reasons)].flatMap(
    (reason) => names[reason] ?? (reason === 'event and trace' ? ['event', 'trace'] : []),
  );
}

function kprobesOf(era: KernelEra): string {
  if (isAtLeast(era, 2, 6, 33) === false)
    return `${functionCommand(TRACING)}   # no kprobe events before 2.6.33; the doorbell shows where the inlined completion wait begins`;
  return kprobeCommand(TRACING);
}

const BASE_NAMES = new Set(listEvents().map((event) => event.name.split(':')[1]));

function holdsMoreThanBase(file: FileReport): boolean {
  return [...file.eventNames.keys()].some((name) => {
    const plain = name.slice(name.indexOf(':') + 1).replace(/^sys_(?!enter_|exit_)/, 'sys_enter_');
    return !BASE_NAMES.has(plain);
  });
}
