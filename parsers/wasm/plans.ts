import { Edge, Kind } from '../../src/model/events.ts';
import type { KprobeDecoder } from '../payload/kprobe.ts';
import { type FieldPlan, type KprobePlan, Role } from '../payload/kprobe-plan.ts';
import { Style } from '../payload/numbers.ts';
import type { SyscallEntry } from '../payload/syscalls.ts';
import * as L from './layout.ts';
import type { LineKernel } from './line-scanner.ts';

/** The argument names of a syscall, written beside its name. */
export function learnArguments(kernel: LineKernel, slot: number, syscall: SyscallEntry): void {
  const plan = kernel.newPlan();
  if (plan === 0 || syscall.args.some((key) => key !== null && key.length > L.KEY_BYTES)) {
    kernel.setInt(slot + L.PROGRAM, L.READER);
    return;
  }
  for (let i = 0; i < 3; i++) writeKey(kernel, plan + L.FIELDS + i * L.FIELD_BYTES, syscall.args[i]);
  kernel.setInt(slot + L.PLAN_REFS, plan);
}

/** The place and fields of a probe line that the reader has just read; up to PLANS_PER_NAME places of one event. */
export function learnProbe(kernel: LineKernel, slot: number, kprobes: KprobeDecoder): void {
  const plan = kprobes.lastPlan;
  if (plan === null || !isSimple(plan)) return;
  const at = placeOf(kernel, slot, plan);
  if (at === 0) return;
  const { meaning, id } = plan.symbol;
  kernel.heap.set(plan.whole, at);
  kernel.setInt(at + L.PLAN_SIZE, plan.whole.length);
  kernel.setInt(at + L.PLAN_IS_USED, plan.isUsed ? 1 : 0);
  kernel.setInt(at + L.PLAN_KIND, meaning === undefined ? 0 : plan.isReturn ? meaning.exit : meaning.enter);
  kernel.setInt(at + L.PLAN_PROBE, id);
  kernel.setInt(at + L.PLAN_EDGE, plan.isReturn ? Edge.exit : Edge.enter);
  kernel.setInt(at + L.PLAN_FIELDS, plan.fields.length);
  plan.fields.forEach((field, i) => {
    const place = at + L.FIELDS + i * L.FIELD_BYTES;
    writeKey(kernel, place, field.key);
    kernel.setInt(place + L.ROLE, roleOf(field));
    const style = field.style === Style.bareHex ? L.STYLE_BARE_HEX : L.STYLE_AUTO;
    kernel.setInt(place + L.STYLE, style + (kprobes.mustWarn(field) ? L.STYLE_DOUBT : 0));
  });
}

function placeOf(kernel: LineKernel, slot: number, plan: KprobePlan): number {
  const count = kernel.int(slot + L.PLAN_COUNT);
  for (let i = 0; i < count; i++) {
    const known = kernel.int(slot + L.PLAN_REFS + i * 4);
    const size = kernel.int(known + L.PLAN_SIZE);
    if (size === plan.whole.length && kernel.heap.compare(plan.whole, 0, size, known, known + size) === 0) return known;
  }
  if (count === L.PLANS_PER_NAME) return 0;
  const made = kernel.newPlan();
  if (made === 0) return 0;
  kernel.setInt(slot + L.PLAN_REFS + count * 4, made);
  kernel.setInt(slot + L.PLAN_COUNT, count + 1);
  kernel.setInt(slot + L.PROGRAM, L.KPROBE);
  return made;
}

/** Of usual size, and not the pinned list of a pin's return, which may be an error pointer. */
function isSimple(plan: KprobePlan): boolean {
  if (plan.whole.length > L.PLAN_TEXT_BYTES || plan.fields.length > L.MAX_PLAN_FIELDS) return false;
  if (plan.isReturn && plan.symbol.meaning?.exit === Kind.pinEnd) return false;
  return plan.fields.every((field) => field.key.length <= L.KEY_BYTES);
}

function roleOf(field: FieldPlan): number {
  if (field.role === Role.none) return L.ROLE_NONE;
  if (field.role === Role.word) return L.ROLE_WORD;
  if (field.role === Role.sock) return L.ROLE_SOCK;
  return field.role === Role.object ? L.ROLE_OBJECT : field.role;
}

function writeKey(kernel: LineKernel, at: number, key: Uint8Array | null): void {
  if (key !== null) kernel.heap.set(key, at);
  kernel.setInt(at + L.KEY_SIZE, key?.length ?? 0);
}
