import { RecvscopeError } from '../../model/diagnostics/errors.ts';
import type { LoadOptions } from '../pipeline.ts';
import type { RunPacket } from './run-packet.ts';

/** To a worker: read this capture. */
export interface LoadTask {
  argument: string;
  options: LoadOptions;
}

/** From a worker: what to show meanwhile, and at last the run or why there is none. */
export type LoadAnswer =
  | { kind: 'progress'; file: string; bytesRead: number; totalBytes: number | null }
  | { kind: 'printing'; tool: string; file: string }
  | { kind: 'run'; packet: RunPacket }
  | { kind: 'refused'; code: string; exitCode: number; message: string; hint: string }
  | { kind: 'failed'; error: unknown };

/** A class does not survive the way between threads. */
export function packError(error: unknown): LoadAnswer {
  if (!(error instanceof RecvscopeError)) return { kind: 'failed', error };
  const { code, exitCode, message, hint } = error;
  return { kind: 'refused', code, exitCode, message, hint };
}

export function unpackError(answer: Extract<LoadAnswer, { kind: 'refused' | 'failed' }>): unknown {
  if (answer.kind === 'failed') return answer.error;
  return new RecvscopeError(answer.code, answer.exitCode, answer.message, answer.hint);
}
