import { type OwnArrivals, ofDevice } from './own.ts';

/** The device on which most segments of the receiver came in; '' when no line names one. */
export function findBusiestDevice(seen: readonly { own: OwnArrivals }[]): string {
  const counts = new Map<string, number>();
  for (const { own } of seen)
    for (const { device, received, entered } of ofDevice(own, own.totals.segments))
      if (device !== '') counts.set(device, (counts.get(device) ?? 0) + Math.max(received, entered));
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return first === undefined ? '' : first[0];
}

/** For a command: the device that the capture names, else a placeholder with what to put. */
export function writeDevice(device: string, command: (device: string) => string): string {
  return device === '' ? `${command('DEVICE')}, DEVICE being the interface that receives` : command(device);
}
