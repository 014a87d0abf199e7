import fs from 'node:fs';
import { RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { type InputFile, type ListOptions, listInputs } from './inputs.ts';
import { findBinary, findPacking, MAGIC_BYTES } from './magic.ts';

export interface InputSize {
  /** Files that can be read again; false: a stream, or nothing that can be read at all. */
  isStored: boolean;
  /** A recording that perf or trace-cmd would be started for. */
  needsTool: boolean;
  plainBytes: number;
  packedBytes: number;
}

const NOTHING: InputSize = { isStored: false, needsTool: false, plainBytes: 0, packedBytes: 0 };

/** How much there is to read behind an argument, by the sizes and first bytes of its files. Never throws: reading tells. */
export function measureInputs(argument: string, options: ListOptions & { printRecordings?: boolean }): InputSize {
  if (argument === '-') return NOTHING;
  try {
    const { files, isFolder } = listInputs(argument, options);
    const size = { ...NOTHING, isStored: files.every((file) => file.sizeBytes !== null || isFolder) };
    for (const file of files) addFile(size, file, !isFolder || options.printRecordings === true);
    return size;
  } catch (error) {
    if (error instanceof RecvscopeError) return NOTHING;
    throw error;
  }
}

function addFile(size: InputSize, file: InputFile, isPrinted: boolean): void {
  if (file.sizeBytes === null) return;
  const head = readHead(file.location);
  if (findPacking(head) !== '') size.packedBytes += file.sizeBytes;
  else size.plainBytes += file.sizeBytes;
  if (isPrinted && findBinary(head) !== null) size.needsTool = true;
}

function readHead(location: string): Buffer {
  const head = Buffer.alloc(MAGIC_BYTES);
  try {
    const file = fs.openSync(location, 'r');
    try {
      return head.subarray(0, fs.readSync(file, head, 0, MAGIC_BYTES, 0));
    } finally {
      fs.closeSync(file);
    }
  } catch {
    return head.subarray(0, 0);
  }
}
