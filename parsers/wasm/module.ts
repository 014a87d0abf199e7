import { SCANNER_WASM } from './binary.ts';

/** What the module exports (assembly/index.ts). Places are bytes of its memory. */
export interface ScannerExports {
  memory: WebAssembly.Memory;
  run(): number;
  slotForComm(at: number, size: number): number;
  slotForFlow(at: number, size: number): number;
  slotForSock(address: bigint): number;
  slotForPerfPrefix(start: number, bracket: number, size: number): number;
  slotForFtracePrefix(start: number, size: number): number;
  slotForName(at: number, size: number): number;
  runGraph(): number;
  findLineStart(at: number, end: number): number;
  slotForLane(at: number, size: number): number;
  slotForStatement(at: number, size: number): number;
}

let module: WebAssembly.Module | null = null;

/** One more instance, with a memory of its own; null where there cannot be one. */
export function instantiateScanner(): ScannerExports | null {
  try {
    module ??= new WebAssembly.Module(Buffer.from(SCANNER_WASM, 'base64'));
    return new WebAssembly.Instance(module, {}).exports as unknown as ScannerExports;
  } catch {
    // --jitless, an engine without SIMD, no address space for another memory: the readers can do without.
    return null;
  }
}
