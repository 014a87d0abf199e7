/** Where a run of summarize over a list stands. */
export interface FleetStatus {
  captures: number;
  done: number;
  failed: { capture: string; code: string }[];
  missing: string[];
}

/** `failures`: lines of failures.ndjson, the last of a capture counts. What was done in the end is done. */
export function tellStatus(
  manifest: readonly string[],
  isDone: (capture: string) => boolean,
  failures: readonly { capture: string; code: string }[],
): FleetStatus {
  const failed = new Map(failures.map(({ capture, code }) => [capture, code]));
  const status: FleetStatus = { captures: manifest.length, done: 0, failed: [], missing: [] };
  for (const capture of manifest) {
    const code = failed.get(capture);
    if (isDone(capture)) status.done++;
    else if (code !== undefined) status.failed.push({ capture, code });
    else status.missing.push(capture);
  }
  return status;
}
