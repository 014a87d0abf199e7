import { Edge, Kind } from '../../src/model/events.ts';
import type { KprobeDecoder } from '../payload/kprobe.ts';
import { type FieldPlan, type KprobePlan, Role } from '../payload/kprobe-plan.ts';
import { Style } from '../payload/numbers.ts';
import type { SyscallEntry } from '../payload/syscalls.ts';
import * as L from './layout.ts';
import type { LineScanner } from './line-scanner.ts';

/** The argument names of a syscall, written beside its name. */
export function learnArguments(scanner: LineScanner, slot: number, syscall: SyscallEntry): void {
  const plan = scanner.newPlan();
  if (plan === 0 || syscall.args.some((key) => key !== null && key.length > L.KEY_BYTES)) {
    scanner.setInt(slot + L.PROGRAM, L.READER);
    return;
  }
  for (let i = 0; i < 3; i++) writeKey(scanner, plan + L.FIELDS + i * L.FIELD_BYTES, syscall.args[i]);
  scanner.setInt(slot + L.PLAN_REFS, plan);
}

/** The place and fields of a probe line that the reader has just read; up to PLANS_PER_NAME places of one event. */
export function learnProbe(scanner: LineScanner, slot: number, kprobes: KprobeDecoder): void {
  const plan = kprobes.lastPlan;
  if (plan === null || !isSimple(plan)) return;
  const at = placeOf(scanner, slot, plan);
  if (at === 0) return;
  const { meaning, id } = plan.symbol;
  scanner.heap.set(plan.whole, at);
  scanner.setInt(at + L.PLAN_SIZE, plan.whole.length);
  scanner.setInt(at + L.PLAN_IS_USED, plan.isUsed ? 1 : 0);
  scanner.setInt(at + L.PLAN_KIND, meaning === undefined ? 0 : plan.isReturn ? meaning.exit : meaning.enter);
  scanner.setInt(at + L.PLAN_PROBE, id);
  scanner.setInt(at + L.PLAN_EDGE, plan.isReturn ? Edge.exit : Edge.enter);
  scanner.setInt(at + L.PLAN_FIELDS, plan.fields.length);
  plan.fields.forEach((field, i) => {
    const place = at + L.FIELDS + i * L.FIELD_BYTES;
    writeKey(scanner, place, field.key);
    scanner.setInt(place + L.ROLE, roleOf(field));
    const style = field.style === Style.bareHex ? L.STYLE_BARE_HEX : L.STYLE_AUTO;
    scanner.setInt(place + L.STYLE, style + (kprobes.mustWarn(field) ? L.STYLE_DOUBT : 0));
  });
}

function placeOf(scanner: LineScanner, slot: number, plan: KprobePlan): number {
  const count = scanner.int(slot + L.PLAN_COUNT);
  for (let i = 0; i < count; i++) {
    const known = scanner.int(slot + L.PLAN_REFS + i * 4);
    const size = scanner.int(known + L.PLAN_SIZE);
    if (size === plan.whole.length && scanner.heap.compare(plan.whole, 0, size, known, known + size) === 0)
      return known;
  }
  if (count === L.PLANS_PER_NAME) return 0;
  const made = scanner.newPlan();
  if (made === 0) return 0;
  scanner.setInt(slot + L.PLAN_REFS + count * 4, made);
  scanner.setInt(slot + L.PLAN_COUNT, count + 1);
  scanner.setInt(slot + L.PROGRAM, L.KPROBE);
  return made;
}

/** Of usual size, whole, and not the pinned list of a pin's return, which may be an error pointer. */
function isSimple(plan: KprobePlan): boolean {
  if (plan.isShort) return false;
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

function writeKey(scanner: LineScanner, at: number, key: Uint8Array | null): void {
  if (key !== null) scanner.heap.set(key, at);
  scanner.setInt(at + L.KEY_SIZE, key?.length ?? 0);
}
