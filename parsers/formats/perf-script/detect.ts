import type { Detection, DetectionHead } from '../../contract.ts';

/** `comm ids [cpu] time: …` with the ids set off by a blank: ftrace and trace-cmd join name and pid with a dash. */
const TIMED =
  /^(?:.*?\s)?-?\d+(?:\/-?\d+)?\s+(?:\[\d+\]\s+|\d+\s+)?(?:\d{4}-\d\d-\d\d [\d:.]+\s+)?\d+\.\d{1,9}:(?:\s|$)/;
/** `-F comm,time,event`, `-F cpu,time,event`, `-F time,event`: without ids only `system:event` or a sampling event tells. */
const WITHOUT_IDS =
  /^(?:\s*\S.{0,15}\s)?\s*(?:\[\d+\]\s+)?\d+\.\d{6}(?:\d{3})?:\s+(?:\d+\s+)?(?:[A-Za-z][\w-]*:\w+|(?:cycles|instructions|cpu-clock|task-clock|cpu_core\/cycles\/|cpu_atom\/cycles\/)(?::\w+)?):(?:\s|$)/;
/** Without a time only a cpu in brackets, a `system:event` or an empty payload tell an event line from prose. */
const UNTIMED =
  /^\s*(?:\S[^{}]{0,15}?\s+)?-?\d+(?:\/-?\d+)?\s+(?:\[\d+\]\s+(?:\d+\s+)?\S+:(?:\s|$)|(?:\d+\s+)?[\w-]+:\w+:(?:\s|$)|(?:\d+\s+)?[\w.\-/=,@:]+:\s*$)/;
/** `-F comm,tid,period,event,ip,sym,dso`: the one frame behind an event of perf list is evidence enough. */
const UNTIMED_FRAME =
  /^\s*(?:\S.{0,15}?\s+)?-?\d+(?:\/-?\d+)?\s+(?:\[\d+\]\s+)?(?:\d+\s+)?[A-Za-z][\w.\-/=,@:]*:\s+[0-9a-f]{4,16} \S.*\((?:\[|\/|\S+\)).*$/;
const OLD_DIALECT = /^\s*\S.{0,15}-\d+\s+\[\d+\]\s+\d+\.\d{6,9}: [\w:]+:/;
const FRAME = /^\s+[0-9a-f]{1,16}\s(?:\S.* )?(?:\((?:[/[].*|[^\s()]+)\)(?: \(inlined\))?|\(inlined\))\s*$/;
const BARE_FRAME = /^\t\s*[0-9a-f]{4,16}(?: [^\s|]\S*)?\s*$/;
const COLUMN_0_FRAME = /^[0-9a-f]{8,16} \S.*\(\S+\)$/;
const TAB_FRAME = /^\t\s*\S+ \S.*\([^()]+\)\s*$/;
const SIDE = /^(?:.*\d\.\d+: |\s*)PERF_RECORD_[A-Z_0-9]+/;
const EVENT_NAME = /:\s+(?:\d+\s+)?\S+:(?:\s|$)/;
const BRANCHES = /^\s+(?:[0-9a-f]+ )?0x[0-9a-f]+\/0x[0-9a-f]+\/[PM-]\/[X-]\/[A-]\/\d+/;
const EVENT_ALONE = /^(?:cycles|cpu-clock|task-clock|instructions|[\w-]+:\w+)(?::\w+)?: $/;
/** `-F event,trace`, `-F comm,event,trace`: without ids, cpu and time a system that is traced on the receive path tells. */
const UNTIMED_EVENT =
  /^\s*(?:\S.{0,15}? )?\s*(?:sched|syscalls|raw_syscalls|sock|skb|tcp|net|napi|irq|probe|kprobes):\w+: (?:\S.*)?$/;
/** Without chains: the address in its column, a symbol and an object at most end the line. */
const FLAT =
  /^(?:\s*\S.{0,200}?)? [0-9a-f]{12,16} [A-Za-z_.][\w.@<>~:*$-]*(?:\+0x[0-9a-f]+)?(?: \([^()]*\))?(?: ilen: \d+)?(?: insn:.*)?$/;
const ITRACE = /^ instruction trace error type \d/;
const MAX_LINES = 600;

/** Weights of the shared scale: 10 for an event line, 4 for a frame, 20 for the header block. */
export function detectPerfScript(head: DetectionHead): Detection {
  let score = 0;
  let frames = 0;
  let events = 0;
  let isOldDialect = 0;
  let afterEvent = false;
  for (const line of head.lines.length > MAX_LINES ? head.lines.slice(0, MAX_LINES) : head.lines) {
    if (line.length > 4000 && !BRANCHES.test(line.slice(0, 200))) continue;
    if (line === '# ========') score += 10;
    else if (SIDE.test(line)) score += 10;
    else if (FRAME.test(line)) {
      frames++;
      score += afterEvent ? 10 : 4;
    } else if (TIMED.test(line)) {
      events++;
      score += EVENT_NAME.test(line) ? 10 : 5;
      afterEvent = true;
      continue;
    } else if (BARE_FRAME.test(line)) {
      frames++;
      score += 4;
    } else if (afterEvent && (TAB_FRAME.test(line) || COLUMN_0_FRAME.test(line))) {
      frames++;
      score += 6;
    } else if (BRANCHES.test(line)) score += 12;
    else if (ITRACE.test(line)) score += 10;
    else if (EVENT_ALONE.test(line)) {
      score += 4;
      afterEvent = true;
      continue;
    } else if (OLD_DIALECT.test(line)) isOldDialect++;
    else if (WITHOUT_IDS.test(line)) {
      events++;
      score += 10;
      afterEvent = true;
      continue;
    } else if (UNTIMED_FRAME.test(line)) {
      events++;
      score += 10;
      afterEvent = true;
      continue;
    } else if (FLAT.test(line)) score += 4;
    else if (UNTIMED.test(line) || UNTIMED_EVENT.test(line)) {
      events++;
      score += 4;
      afterEvent = true;
      continue;
    }
    if (line.trim() !== '') afterEvent = false;
  }
  // `comm-pid [cpu] time: event:` is also what ftrace prints without flags: only frames make it perf's.
  if (isOldDialect > 0 && frames > 0) score += 4 * isOldDialect;
  // A header alone (perf script --header-only, perf report --header) is weak.
  return { score, variant: variantOf(events, frames) };
}

function variantOf(events: number, frames: number): string {
  if (frames === 0) return events === 0 ? '' : 'one line per event';
  return events === 0 ? 'call chains without event lines' : 'call chains';
}
