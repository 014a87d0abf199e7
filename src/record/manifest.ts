import type { Identity } from './host/identity.ts';
import type { Target } from './host/target.ts';
import type { RecordRequest } from './options.ts';
import type { Plan } from './plan.ts';

/** Raised with every incompatible change of recvscope.json. */
export const MANIFEST_VERSION = 1;

export interface ManifestParts {
  request: RecordRequest;
  plan: Plan;
  target: Target;
  identity: Identity;
  tracer: { name: string; clock: string };
  startedAt: Date;
  startNs: bigint;
  seconds: number;
  stoppedBy: string;
  commandExit: number | null;
  loss: number;
  notes: string[];
}

/** recvscope.json: which machine, when, what was run, what was recorded and what could not be. */
export function makeManifest(parts: ManifestParts): string {
  const { request, plan, target, identity, tracer } = parts;
  const document = {
    recvscope: { schemaVersion: MANIFEST_VERSION, tool: request.tool },
    ...identity,
    tracer: tracer.name,
    clock: tracer.clock,
    startedAt: parts.startedAt.toISOString(),
    startedMonotonicNs: String(parts.startNs),
    seconds: Math.round(parts.seconds * 1e6) / 1e6,
    stoppedBy: parts.stoppedBy,
    command: request.command,
    commandExit: parts.commandExit,
    target: { pid: request.pid, comm: request.comm, filter: target.filter, netns: target.netns },
    labels: request.labels,
    lenses: request.lenses,
    events: plan.events.map((event) => event.name),
    unavailable: plan.unavailable,
    lostEvents: parts.loss,
    notes: parts.notes,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
