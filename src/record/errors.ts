import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';

/** Everything that keeps a recording from being made, with the command that mends it. */

const fail = (code: string, message: string, hint: string): RecvscopeError =>
  new RecvscopeError(code, ExitCode.cannotRecord, message, hint);

export const noPermission = (what: string): RecvscopeError =>
  fail(
    'no-permission',
    `no permission to trace the kernel: ${what}`,
    'run it with sudo; or give a copy of perf CAP_PERFMON and CAP_DAC_READ_SEARCH (setcap)',
  );

export const inContainer = (what: string): RecvscopeError =>
  fail(
    'in-container',
    `tracing is not permitted in this container: ${what}`,
    'record on the host and name the program there: recvscope record --pid PID',
  );

export const lockedDown = (): RecvscopeError =>
  fail(
    'locked-down',
    'the kernel is locked down (confidentiality): it shows no trace events to anybody',
    'boot with lockdown=integrity or without secure boot, or record on another machine',
  );

export const noTracefs = (what: string): RecvscopeError =>
  fail(
    'no-tracefs',
    `no trace events: tracefs is not there (${what})`,
    'mount -t tracefs nodev /sys/kernel/tracing   # needs root and CONFIG_FTRACE',
  );

export const noPerf = (what: string): RecvscopeError =>
  fail(
    'no-perf',
    `perf cannot be used: ${what}`,
    'install it (Debian: linux-perf, Fedora: perf), or leave --tracer away: tracefs does without',
  );

export const tracerInUse = (tracer: string): RecvscopeError =>
  fail(
    'tracer-in-use',
    `the ${tracer} tracer is running for somebody else: its cost would be in every figure`,
    'when it is nobody’s: echo nop > /sys/kernel/tracing/current_tracer',
  );

export const noInstances = (): RecvscopeError =>
  fail(
    'no-instances',
    'this kernel has no trace instances (before 3.10), and perf is not here',
    'use the script, which saves and restores the global buffer: recvscope record --print-script > rec.sh; sh rec.sh',
  );

export const tracerFailed = (tracer: string, what: string): RecvscopeError =>
  fail(
    'tracer-failed',
    `${tracer} did not record: ${what}`,
    `try the other one: recvscope record --tracer ${tracer === 'perf' ? 'tracefs' : 'perf'} …`,
  );

export const nothingRecorded = (): RecvscopeError =>
  fail(
    'nothing-recorded',
    'no event was recorded',
    'let it run longer, while the program receives: recvscope record --seconds 5 …',
  );

export const usage = (message: string, hint: string): RecvscopeError =>
  new RecvscopeError('usage', ExitCode.usage, message, hint);

export const outputExists = (folder: string): RecvscopeError =>
  new RecvscopeError(
    'output-exists',
    ExitCode.usage,
    `${folder} exists already and is not empty`,
    'name another folder with -o',
  );
