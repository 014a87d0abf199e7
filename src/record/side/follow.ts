import type { NamespaceWatch } from '../host/namespaces.ts';
import type { SideData } from './snapshot.ts';

const FIRST_LOOK_MS = 100;
/** Each look lists the processes of the machine, which a recording sees: they become rarer. */
const GROWTH = 1.5;
const TRAFFIC_BYTES = 10_000;

/** Does not keep the program from ending. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/**
 * A command that is a script may receive in a namespace that only its own lines name. Watches what it starts until
 * something arrives in one, and moves the side data there. Resolves to whether it did.
 */
export async function followCommand(
  pid: number,
  watch: NamespaceWatch,
  side: SideData,
  hasEnded: () => boolean,
): Promise<boolean> {
  for (let waitMs = FIRST_LOOK_MS; !hasEnded(); waitMs *= GROWTH) {
    const namespace = watch.look(pid, TRAFFIC_BYTES);
    if (namespace !== '') {
      side.moveTo(namespace);
      return true;
    }
    await pause(waitMs);
  }
  return false;
}

/** Looks as often as that while nothing is recorded. */
export async function watchCommand(pid: number, watch: NamespaceWatch, hasEnded: () => boolean): Promise<void> {
  for (; !hasEnded(); await pause(FIRST_LOOK_MS)) watch.look(pid, 0);
}
