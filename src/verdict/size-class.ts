import type { CallView } from './call-view.ts';
import { bytesOf } from './call-view.ts';
import { writeBytes } from './words.ts';

/** A size class: log2 of the bytes a call returned. Class 17 holds 128 KiB ≤ bytes < 256 KiB. */
export interface SizeClass {
  exponent: number;
  lowBytes: number;
  highBytes: number;
  label: string;
}

export function classOfBytes(bytes: number): SizeClass {
  if (Number.isNaN(bytes)) return classOfExponent(UNKNOWN_SIZE);
  if (bytes === 0) return classOfExponent(NO_BYTES);
  const exponent = Math.max(0, Math.floor(Math.log2(Math.max(1, bytes))));
  return classOfExponent(exponent);
}

const UNKNOWN_SIZE = -1;
/** Zero-copy rounds that brought nothing. */
const NO_BYTES = -2;

const classes = new Map<number, SizeClass>();

/** Asked for every call; there are as many classes as bits. */
export function classOfExponent(exponent: number): SizeClass {
  let known = classes.get(exponent);
  if (known === undefined) {
    known = describeClass(exponent);
    classes.set(exponent, known);
  }
  return known;
}

function describeClass(exponent: number): SizeClass {
  if (exponent === UNKNOWN_SIZE) return { exponent, lowBytes: 0, highBytes: 0, label: 'size not known' };
  if (exponent === NO_BYTES) return { exponent, lowBytes: 0, highBytes: 0, label: 'no bytes' };
  const lowBytes = 2 ** exponent;
  const highBytes = 2 ** (exponent + 1);
  return { exponent, lowBytes, highBytes, label: `${writeBytes(lowBytes)} – ${writeBytes(highBytes)}` };
}

/** Indexes of the calls of each class, ascending by size. */
export function splitBySize(view: CallView): { sizeClass: SizeClass; indexes: number[] }[] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < view.size; i++) {
    const { exponent } = classOfBytes(bytesOf(view, i));
    const group = groups.get(exponent);
    if (group === undefined) groups.set(exponent, [i]);
    else group.push(i);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([exponent, indexes]) => ({ sizeClass: classOfExponent(exponent), indexes }));
}
