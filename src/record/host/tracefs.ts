import { toTracefsName } from '../../model/recording/events.ts';
import { inContainer, lockedDown, noPermission, noTracefs } from '../errors.ts';
import { exists, listNames, readLink, readText } from '../system/files.ts';
import { runTool } from '../system/processes.ts';
import type { Undo } from '../undo.ts';

/** Where it is mounted since 4.1, and before. */
const PLACES = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing', '/debug/tracing'];
/** PROC_PID_INIT_INO of include/linux/proc_ns.h: the pid namespace of the machine itself. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** tracefs as this user can use it. */
export interface Tracefs {
  root: string;
  hasEvent(name: string): boolean;
}

/**
 * Finds tracefs, or mounts it for the time of the recording. Refusals are told apart: who may not look, a container that
 * nobody may look out of, a kernel that shows nothing to anybody.
 */
export function openTracefs(undo: Undo, places: readonly string[] = PLACES): Tracefs {
  const root = places.find((place) => exists(`${place}/events`)) ?? mountTracefs(undo, places[0]);
  if (listNames(`${root}/events`).length === 0 || readText(`${root}/current_tracer`) === '') throw refused(root);
  return { root, hasEvent: (name) => exists(`${root}/events/${toTracefsName(name)}/id`) };
}

function mountTracefs(undo: Undo, place: string): string {
  if (!isRoot()) throw refused(place);
  const { code, stderr } = runTool('mount', ['-t', 'tracefs', 'nodev', place]);
  if (code !== 0) {
    if (isLockedDown()) throw lockedDown();
    const what = firstLine(stderr);
    throw isContainer() ? inContainer(what) : noTracefs(what);
  }
  undo.add(() => runTool('umount', [place]));
  return place;
}

function refused(root: string): Error {
  if (isLockedDown()) return lockedDown();
  if (!isRoot()) return noPermission(`${root} may be read by root only`);
  return isContainer() ? inContainer(`${root} cannot be read`) : noTracefs(`${root} is empty`);
}

export const isRoot = (): boolean => process.geteuid?.() === 0;

export function isLockedDown(): boolean {
  return /\[confidentiality\]/.test(readText('/sys/kernel/security/lockdown'));
}

/** A pid namespace of its own means that pids here are not those that events print. */
export function hasOwnPids(): boolean {
  const namespace = readLink('/proc/self/ns/pid');
  return namespace !== '' && namespace !== FIRST_PID_NAMESPACE;
}

export function isContainer(): boolean {
  return hasOwnPids() || exists('/.dockerenv') || exists('/run/.containerenv');
}

export function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      // perf begins with a line that says nothing.
      .find((line) => line !== '' && line !== 'Error:') ?? 'no reason given'
  );
}
