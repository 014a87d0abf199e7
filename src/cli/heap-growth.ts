import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets the heap grow to four times what was alive before it looks for garbage in the old part again: text of a million
 * threads took 936 MiB, of which 200 were in use. At half as much again it takes 530 and no more CPU. Read by V8 whenever it
 * sets the next limit (MemoryController::GrowingFactor), so it may be set while the program runs; worker threads heed it too.
 */
const GROWTH_PCT = 50;

/** A small capture leaves no garbage worth a look: each takes 10 ms of a start. */
const LARGE_BYTES = 2 ** 24;

/** Called while a file is read. */
export function limitHeapGrowth(bytesRead: number): void {
  if (bytesRead < LARGE_BYTES) return;
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PCT}`);
}
