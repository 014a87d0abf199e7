/**
 * What must be put back, last change first, whatever ends the recording. Every step is synchronous, so that it also runs
 * while the process exits; a step that fails does not keep the others from running.
 */
export class Undo {
  private readonly steps: (() => void)[] = [];
  private readonly atExit = (): void => this.run();

  constructor() {
    process.once('exit', this.atExit);
  }

  add(step: () => void): void {
    this.steps.push(step);
  }

  run(): void {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        step();
      } catch {
        // The next step does not depend on it.
      }
    }
    process.removeListener('exit', this.atExit);
  }
}
