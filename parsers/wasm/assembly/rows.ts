// The page of rows. Columns that a row does not name were filled with "absent" by the readers' flush.
import {
  ARG0,
  ARG1,
  ARG2,
  ARG3,
  AT,
  AT_NS,
  AUXS,
  COMM,
  COMM_IDS,
  CONTEXT,
  CONTEXTS,
  CPU,
  CPUS,
  DEPTHS,
  EDGES_OF,
  KINDS,
  LINE,
  LINES,
  OBJ,
  PARENTS,
  PREFIX,
  PROBES,
  ROWS,
  SOCK_IDS,
  SOURCES_OF,
  TID,
  TIDS,
} from '../layout';

/** SOURCES and EDGES of src/model/events.ts, by their places. */
export const TRACEPOINT: i32 = 0;
export const SYSCALL: i32 = 1;
export const KPROBE_SOURCE: i32 = 2;
export const FUNCTION_SOURCE: i32 = 3;
const GRAPH: i32 = 4;
export const POINT: i32 = 0;
export const ENTER: i32 = 1;
export const EXIT: i32 = 2;
export const WHOLE: i32 = 3;

/** A row with the task, CPU, time and line of this line. */
export function addRow(kind: i32, source: i32, edge: i32, probe: i32): i32 {
  const row = load<i32>(ROWS);
  store<i32>(ROWS, row + 1);
  const prefix = load<i32>(PREFIX);
  store<f64>(AT + row * 8, load<f64>(AT_NS));
  store<f64>(LINES + row * 8, load<f64>(LINE) + 1);
  store<i32>(CPUS + row * 4, load<i32>(prefix + CPU));
  store<i32>(TIDS + row * 4, load<i32>(prefix + TID));
  store<i32>(COMM_IDS + row * 4, load<i32>(prefix + COMM));
  store<i32>(PROBES + row * 4, probe);
  store<u8>(KINDS + row, <u8>kind);
  store<u8>(SOURCES_OF + row, <u8>source);
  store<u8>(EDGES_OF + row, <u8>edge);
  store<u8>(CONTEXTS + row, <u8>load<i32>(prefix + CONTEXT));
  return row;
}

/** A row of function_graph. */
export function addDeepRow(kind: i32, edge: i32, probe: i32, depth: i32): i32 {
  const row = addRow(kind, GRAPH, edge, probe);
  store<i32>(DEPTHS + row * 4, depth);
  return row;
}

export function setArg0(row: i32, value: f64): void {
  store<f64>(ARG0 + row * 8, value);
}
export function setArg1(row: i32, value: f64): void {
  store<f64>(ARG1 + row * 8, value);
}
export function setArg2(row: i32, value: f64): void {
  store<f64>(ARG2 + row * 8, value);
}
export function setArg3(row: i32, value: f64): void {
  store<f64>(ARG3 + row * 8, value);
}
/** Column 0 to 3 of the arguments: they lie one behind the other. */
export function setArg(row: i32, slot: i32, value: f64): void {
  store<f64>(ARG0 + slot * (ARG1 - ARG0) + row * 8, value);
}
export function setObject(row: i32, value: f64): void {
  store<f64>(OBJ + row * 8, value);
}
export function setSock(row: i32, id: i32): void {
  store<i32>(SOCK_IDS + row * 4, id);
}
export function setParent(row: i32, id: i32): void {
  store<i32>(PARENTS + row * 4, id);
}
export function setTask(row: i32, tid: i32, comm: i32): void {
  store<i32>(TIDS + row * 4, tid);
  store<i32>(COMM_IDS + row * 4, comm);
}

export function setAux(row: i32, id: i32): void {
  store<i32>(AUXS + row * 4, id);
}
