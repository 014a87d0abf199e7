import type { MechanismId } from '../calls.ts';
import type { Effect } from './effect.ts';

export interface BreakEven {
  of: 'call' | 'transfer';
  status: 'crossing' | 'no crossing in the range seen' | 'cannot tell';
  bytes: Effect | null;
  reasons: string[];
  points: { sizeBytes: number; costNs: number; mechanism: MechanismId; call: number }[];
  fits: {
    mechanism: MechanismId;
    interceptNs: number;
    nsPerByte: number;
    fromBytes: number;
    toBytes: number;
    method: string;
  }[];
  references: { label: string; valueNs: number | null; note: string }[];
}
