import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';

/** Guards against files that expand without end. A trace text compresses 8 to 40 times, seldom 100 times. */
export interface ExpansionLimits {
  fileName: string;
  maxRatio: number;
  maxBytes: number;
}
export const DEFAULT_MAX_EXPANSION_RATIO = 400;
export const DEFAULT_MAX_EXPANDED_BYTES = 64 * 2 ** 30;
/** The ratio is judged only past this size: a small file may be anything. */
const RATIO_FREE_BYTES = 64 * 2 ** 20;

/** Called when the packed data end or break early, and when other bytes follow them; what came before is kept. */
export type OnBroken = (
  name: 'packed-data-broken' | 'trailing-bytes' | 'printing-broke-off' | 'tool-message',
  text: string,
) => void;

/** Counts both sides of a decompressor and stops it at the limits. */
export class Meter {
  packedBytes = 0;
  private expandedBytes = 0;
  private readonly limits: ExpansionLimits;

  constructor(limits: ExpansionLimits) {
    this.limits = limits;
  }

  addExpanded(bytes: number): RecvscopeError | null {
    this.expandedBytes += bytes;
    const { fileName, maxRatio, maxBytes } = this.limits;
    if (this.expandedBytes > maxBytes) {
      return new RecvscopeError(
        'expands-too-far',
        ExitCode.unreadable,
        `${fileName}: expands to more than ${maxBytes} bytes`,
        `if the file is genuine, raise the limit: --max-expanded-bytes ${maxBytes * 4}`,
      );
    }
    if (this.expandedBytes > RATIO_FREE_BYTES && this.expandedBytes > this.packedBytes * maxRatio) {
      return new RecvscopeError(
        'expands-too-far',
        ExitCode.unreadable,
        `${fileName}: expands more than ${maxRatio} times, like a decompression bomb`,
        `if the file is genuine, raise the limit: --max-expansion-ratio ${maxRatio * 4}`,
      );
    }
    return null;
  }
}
