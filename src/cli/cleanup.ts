import { childWatch, endChildren, hasChildren } from '../../parsers/source/children.ts';

/**
 * What must not outlive recvscope: tools that print a recording, and files that are half written. A handler keeps a
 * signal from ending the process at once, so there is one only while there is something to clean up.
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const tasks = new Set<() => void>();
let isListening = false;

childWatch.onChange = () => listenIfNeeded();

/** Runs `task` when the process ends before `release` is called. */
export function cleanUpWith(task: () => void): () => void {
  tasks.add(task);
  listenIfNeeded();
  return () => {
    tasks.delete(task);
    listenIfNeeded();
  };
}

export function cleanUp(): void {
  endChildren();
  for (const task of tasks) task();
  tasks.clear();
}

function leave(signal: NodeJS.Signals): void {
  cleanUp();
  for (const each of SIGNALS) process.removeListener(each, leave);
  // The default action, so that the shell sees which signal it was.
  process.kill(process.pid, signal);
}

function listenIfNeeded(): void {
  const isNeeded = tasks.size > 0 || hasChildren();
  if (isNeeded === isListening) return;
  isListening = isNeeded;
  for (const signal of SIGNALS) isNeeded ? process.on(signal, leave) : process.removeListener(signal, leave);
  isNeeded ? process.on('exit', cleanUp) : process.removeListener('exit', cleanUp);
}
