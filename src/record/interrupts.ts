import { RecvscopeError } from '../model/diagnostics/errors.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof SIGNALS;

/**
 * Ctrl-C and SIGTERM. While events are being recorded the first one only ends the recording: what was recorded is kept.
 * At any other time, and the second one always, everything is given up.
 */
export class Interrupts {
  /** Resolves with the signal that ended the recording early. */
  readonly stop: Promise<Signal>;
  private readonly abort: Promise<never>;
  private isRecording = false;
  private stopNow: (signal: Signal) => void = () => undefined;
  private abortNow: (error: Error) => void = () => undefined;
  private stoppedBy: Signal | null = null;
  private readonly handlers = new Map<Signal, () => void>();

  constructor() {
    this.stop = new Promise((resolve) => {
      this.stopNow = resolve;
    });
    this.abort = new Promise((_, reject) => {
      this.abortNow = reject;
    });
    this.abort.catch(() => undefined);
    for (const signal of Object.keys(SIGNALS) as Signal[]) {
      const handler = (): void => this.take(signal);
      this.handlers.set(signal, handler);
      process.on(signal, handler);
    }
  }

  /** The exit code that a shell expects after the signal that ended the recording; null = none came. */
  get exitCode(): number | null {
    return this.stoppedBy === null ? null : SIGNALS[this.stoppedBy];
  }

  set recording(value: boolean) {
    this.isRecording = value;
  }

  /** The step, unless everything is given up meanwhile. */
  guard<T>(step: Promise<T>): Promise<T> {
    return Promise.race([step, this.abort]);
  }

  end(): void {
    for (const [signal, handler] of this.handlers) process.removeListener(signal, handler);
    this.handlers.clear();
  }

  private take(signal: Signal): void {
    if (this.isRecording && this.stoppedBy === null) {
      this.stoppedBy = signal;
      this.stopNow(signal);
      return;
    }
    this.stoppedBy = signal;
    this.abortNow(
      new RecvscopeError('interrupted', SIGNALS[signal], `given up on ${signal}`, 'nothing was left behind'),
    );
  }
}
