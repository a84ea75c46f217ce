/** Events that speak of one object as it is now. */
import type { Event, KubeObject } from '../facts/wire.ts';

/** When the event was last seen, ms since the epoch; null where it carries no time. */
export function eventTime(event: Event): number | null {
  const time =
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    event.firstTimestamp ??
    event.metadata?.creationTimestamp;
  const at = time === undefined || time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? null : at;
}

/** How often it was seen: the series' count where there is one, else the event's own. */
export function eventCount(event: Event): number {
  return event.series?.count ?? event.count ?? 1;
}

/**
 * The events of the object, newest first. An earlier object of the same name is told apart by its uid;
 * where the event has none, an event last seen before the object was created is not its own.
 */
export function eventsOf(kind: string, object: KubeObject, events: readonly Event[]): readonly Event[] {
  const { name, namespace, uid, creationTimestamp } = object.metadata ?? {};
  const born = creationTimestamp === undefined ? null : Date.parse(creationTimestamp);
  return newestFirst(
    events.filter((event) => {
      const on = event.involvedObject;
      if (on.kind !== kind || on.name !== name || (on.namespace ?? namespace) !== namespace) return false;
      if (on.uid !== undefined && uid !== undefined && on.uid !== '') return on.uid === uid;
      const at = eventTime(event);
      return born === null || at === null || at >= born;
    }),
  );
}

/** Newest first; of two of the same moment the one whose message sorts first. */
export function newestFirst(events: readonly Event[]): readonly Event[] {
  return [...events].sort(
    (a, b) => (eventTime(b) ?? 0) - (eventTime(a) ?? 0) || ((a.message ?? '') < (b.message ?? '') ? -1 : 1),
  );
}

/** The container that a kubelet's event is about (`spec.containers{web}`), or null. */
export function eventContainer(event: Event): string | null {
  return /\{(?<name>[^}]+)\}/.exec(event.involvedObject.fieldPath ?? '')?.groups?.name ?? null;
}
