import type { Analysis } from '../../model/analysis/index.ts';
import { printable } from '../../model/diagnostics/index.ts';
import type { Recorded } from '../options.ts';
import type { SelfCheck } from './index.ts';
import type { Receiver } from './receivers.ts';

const MAX_RECEIVERS = 8;

/** What a person reads when the recording is over: what is in it, what is missing, the command that mends it. */
export function describeRecording(recorded: Recorded, check: SelfCheck, recordNext: Analysis['recordNext']): string {
  const lost = recorded.lostEvents === 0 ? 'no event lost' : `${recorded.lostEvents} events lost`;
  const out = [
    `${recorded.folder}: ${recorded.seconds.toFixed(2)} s by ${recorded.tracer} (${recorded.stoppedBy}), ${recorded.lines} lines, ${lost}, ${check.calls} receive calls`,
  ];
  for (const receiver of check.receivers.slice(0, MAX_RECEIVERS)) out.push(`  ${describeReceiver(receiver)}`);
  if (check.receivers.length > MAX_RECEIVERS)
    out.push(`  and ${check.receivers.length - MAX_RECEIVERS} more receivers`);
  if (recorded.commandExit !== null && recorded.commandExit !== 0)
    out.push(`  the command ended with exit code ${recorded.commandExit}`);
  for (const { code, text, command } of check.complaints) out.push(`${text} [${code}]`, `  → ${printable(command)}`);
  for (const { name, why } of recorded.unavailable) out.push(`not recorded: ${name}: ${why}`);
  for (const note of recorded.notes) out.push(`note: ${note}`);
  for (const { missing, command } of recordNext)
    out.push(`for a fuller verdict: ${missing}`, `  → ${command.split('\n').join('\n    ')}`);
  return `${out.join('\n')}\n`;
}

function describeReceiver({ comm, tids, protocol, calls, bytes }: Receiver): string {
  const threads = tids.length === 1 ? `tid ${tids[0]}` : `${tids.length} threads`;
  return `${printable(comm)} (${threads}) ${protocol || 'protocol unknown'}: ${calls} calls, ${bytes === null ? 'bytes unknown' : `${bytes} bytes`}`;
}
