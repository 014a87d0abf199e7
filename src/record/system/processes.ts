import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The one place of this room that starts programs. No shell is used unless the program asked for is a shell. */

export interface ToolResult {
  /** null: it could not be started, or was ended by a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a short program to its end. */
export function runTool(tool: string, args: readonly string[], input = ''): ToolResult {
  const result = spawnSync(tool, args, { input, encoding: 'latin1', maxBuffer: 1 << 28 });
  return { code: result.status, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}

/** Absolute path of a program on the PATH ('.' and empty entries left out), '' = none. */
export function findTool(name: string, searchPath = process.env.PATH ?? ''): string {
  if (name.includes('/')) return isExecutable(name) ? name : '';
  const folders = [...searchPath.split(':'), '/usr/sbin', '/sbin'].filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? '';
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that runs beside us. `exit` never rejects: a program that cannot be started ends with code 127. */
export interface Running {
  readonly child: ChildProcess;
  readonly exit: Promise<Exit>;
  /** What it said on standard error so far, at most 64 KiB. */
  readonly messages: () => string;
  hasEnded(): boolean;
  kill(signal: NodeJS.Signals): void;
}

const MAX_MESSAGE = 65536;

/** `stdio` as in node:child_process. In a process group of its own: Ctrl-C of the terminal reaches us only, and we decide. */
export function startProgram(
  tool: string,
  args: readonly string[],
  stdio: ('pipe' | 'ignore' | 'inherit')[],
  env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C' },
): Running {
  const child = spawn(tool, args, { stdio, detached: true, env });
  let messages = '';
  let ended = false;
  child.stderr?.setEncoding('latin1');
  child.stderr?.on('data', (text: string) => {
    if (messages.length < MAX_MESSAGE) messages += text;
  });
  for (const stream of child.stdio) stream?.on('error', () => undefined);
  const exit = new Promise<Exit>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  }).then((end) => {
    ended = true;
    return end;
  });
  return {
    child,
    exit,
    messages: () => messages,
    hasEnded: () => ended,
    kill: (signal) => killGroup(child.pid, signal),
  };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** A signal to one process only, not to its group. */
export function signalProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
