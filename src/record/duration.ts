import type { RecordRequest } from './options.ts';
import type { SideData } from './side/snapshot.ts';
import { sleep } from './system/processes.ts';

/** Two seconds of 5 Gbit/s are 1.2 GB received: 40 MB of text. */
const DEFAULT_SECONDS = 2;
/** Above 5 Gbit/s a quarter of that. */
const FAST_SECONDS = 0.5;
const FAST_BYTES_PER_SECOND = 5e9 / 8;
const LOOK_MS = 200;

/** How long to record; null = until the command ends. */
export async function chooseSeconds(request: RecordRequest, side: SideData): Promise<number | null> {
  if (request.seconds !== null) return request.seconds;
  if (request.command.length > 0) return null;
  const before = readReceivedBytes(side.readCounters());
  const startMs = performance.now();
  await sleep(LOOK_MS);
  const received = readReceivedBytes(side.readCounters()) - before;
  const perSecond = received / ((performance.now() - startMs) / 1000);
  return perSecond > FAST_BYTES_PER_SECOND ? FAST_SECONDS : DEFAULT_SECONDS;
}

/** `  eth0: 1234 …` of /proc/net/dev: received bytes of all devices. */
export function readReceivedBytes(text: string): number {
  let sum = 0;
  for (const [, bytes] of text.matchAll(/^ *[^\s:#]+: *(\d+)(?: +\d+){15}$/gm)) sum += Number(bytes);
  return sum;
}
