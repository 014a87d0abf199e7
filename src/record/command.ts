import { usage } from './errors.ts';
import { writePrivate } from './system/files.ts';
import { type Exit, findTool, type Running, sleep, startProgram } from './system/processes.ts';
import type { Undo } from './undo.ts';

const PATIENCE_MS = 3000;
/** iperf prints a figure of its own, which belongs into the capture; what others print is theirs. */
const HAS_FIGURES = /(?:^|[\s/])iperf3?(?:\s|$)/;

export function checkCommand(command: readonly string[]): void {
  if (command.length > 0 && findTool(command[0]) === '')
    throw usage(`there is no program ${command[0]}`, 'the command after -- is run as it stands, without a shell');
}

/** The command whose calls are wanted: started when the events are on, ended when the recording is over. */
export class TargetCommand {
  private readonly running: Running;
  private readonly folder: string;
  private output = '';

  constructor(command: readonly string[], folder: string, undo: Undo) {
    this.folder = folder;
    const keeps = command.some((word) => HAS_FIGURES.test(word));
    this.running = startProgram(
      command[0],
      command.slice(1),
      ['inherit', keeps ? 'pipe' : 'inherit', 'inherit'],
      process.env,
    );
    this.running.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    undo.add(() => this.running.kill('SIGKILL'));
  }

  get exit(): Promise<Exit> {
    return this.running.exit;
  }

  get pid(): number {
    return this.running.child.pid ?? -1;
  }

  /** What it printed, where it was kept. */
  get printed(): string {
    return this.output;
  }

  /** Asks it to end, then makes it; keeps its figures. null: it was ended by us. */
  async end(): Promise<number | null> {
    const byItself = this.running.hasEnded();
    if (!byItself) {
      this.running.kill('SIGTERM');
      await Promise.race([this.running.exit, sleep(PATIENCE_MS)]);
      this.running.kill('SIGKILL');
    }
    const { code } = await this.running.exit;
    if (this.output !== '') writePrivate(`${this.folder}/command-output.txt`, this.output);
    return byItself ? code : null;
  }
}
