import { tracerFailed } from '../errors.ts';
import { startProgram } from '../system/processes.ts';

/** What stands in the text where a side begins: `tracing_mark_write: recvscope side=a`, or a task renamed to `recvscope:a`. */
export const markText = (side: string): string => `recvscope side=${side}`;

/**
 * perf records no ftrace:print, but it does record a task that renames itself: a shell that writes its own comm. The name
 * has room for 15 characters.
 */
export async function renameMark(side: string): Promise<void> {
  const name = `recvscope:${side}`.slice(0, 15);
  const { code } = await startProgram(
    'sh',
    ['-c', `printf %s ${name} > /proc/self/comm`],
    ['ignore', 'ignore', 'ignore'],
  ).exit;
  if (code !== 0) throw tracerFailed('perf', `the mark of side ${side} could not be written`);
}
