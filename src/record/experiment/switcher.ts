import { usage } from '../errors.ts';
import { type Running, startProgram } from '../system/processes.ts';

/**
 * One shell makes all settings, each followed at once by its mark. When its input ends it puts the old setting back: at
 * the end of the experiment, after Ctrl-C, and also when this process was killed and can do nothing any more.
 * A request is three lines: side, where the mark goes (a trace_marker, `comm`, or nothing), the command.
 */
const LOOP = `
restore=$1
while IFS= read -r side && IFS= read -r marker && IFS= read -r command; do
  (eval "$command") < /dev/null > /dev/null
  code=$?
  if [ $code = 0 ]; then
    case $marker in
    '') ;;
    comm) printf %s "recvscope:$side" > /proc/self/comm; printf sh > /proc/self/comm ;;
    *) echo "recvscope side=$side" > "$marker" || code=1 ;;
    esac
  fi
  echo "done $code"
done
[ -z "$restore" ] || (eval "$restore") < /dev/null > /dev/null
`;

export class Switcher {
  private readonly running: Running;
  private answer: (code: number) => void = () => undefined;

  constructor(restore: string) {
    this.running = startProgram('sh', ['-c', LOOP, 'sh', restore], ['pipe', 'pipe', 'pipe'], process.env);
    let text = '';
    this.running.child.stdout!.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      const match = /^done (\d+)\n/.exec(text);
      if (match === null) return;
      text = text.slice(match[0].length);
      this.answer(Number(match[1]));
    });
    void this.running.exit.then(() => this.answer(-1));
  }

  /** Makes the setting and writes the mark behind it. */
  async set(side: string, marker: string, command: string): Promise<void> {
    const line = command.replace(/\s*\n\s*/g, '; ');
    const code = await new Promise<number>((resolve) => {
      this.answer = resolve;
      this.running.child.stdin!.write(`${side}\n${marker}\n${line}\n`);
    });
    if (code !== 0)
      throw usage(
        `the command of side ${side} failed (${code}): ${this.running.messages().trim().split('\n').pop() ?? ''}`,
        `try it by itself: ${line}`,
      );
  }

  /** The old setting is back when this is over. */
  async end(): Promise<void> {
    this.running.child.stdin!.end();
    await this.running.exit;
  }
}
