/** Options that differ, in words that show nobody's secrets. */
import type { GroupConfig, ProcessConfig } from "../model/config.ts";
import { sameData } from "../model/plain_data.ts";
import type { OptionChange } from "../model/update.ts";
import { changedOptions } from "./diff.ts";
import { type Json, processValues } from "./dump.ts";
import { compareText } from "./text.ts";

/** A URL may have a password in it. */
const SECRET: ReadonlySet<string> = new Set(["serverurl"]);

/** By the name of the option. */
export function optionChanges(old: ProcessConfig, read: ProcessConfig): readonly OptionChange[] {
  const [before, after] = [valuesOf(old), valuesOf(read)];
  return changedOptions(old, read).toSorted(compareText).map((option) =>
    optionChange(option, before.get(option) ?? null, after.get(option) ?? null)
  );
}

function valuesOf(config: ProcessConfig): ReadonlyMap<string, Json> {
  return new Map([...processValues(config), ["socket", config.socket && config.socket.url]]);
}

/** One change. Of a map, such as an environment, only names are told. */
function optionChange(option: string, from: Json, to: Json): OptionChange {
  if (SECRET.has(option)) return { option, from: null, to: null, names: "changed" };
  if (from instanceof Map || to instanceof Map) {
    return { option, from: null, to: null, names: changedNames(namesIn(from), namesIn(to)) };
  }
  return { option, from: written(from), to: written(to), names: null };
}

function written(value: Json): string | null {
  return value === null ? null : JSON.stringify(value);
}

function namesIn(value: Json): ReadonlyMap<string, Json> {
  return value instanceof Map ? value : new Map();
}

/** `A changed, B added, C removed`. */
function changedNames(from: ReadonlyMap<string, Json>, to: ReadonlyMap<string, Json>): string {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort(compareText);
  return names.filter((name) => !sameData(from.get(name), to.get(name)))
    .map((name) => `${name} ${from.has(name) ? to.has(name) ? "changed" : "removed" : "added"}`)
    .join(", ");
}

/** What differs in the group itself; the number of its processes, where one section says it. */
export function groupChanges(old: GroupConfig, read: GroupConfig): OptionChange[] {
  const [before, after] = [groupValues(old), groupValues(read)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((option) => {
    const [from, to] = [before.get(option) ?? null, after.get(option) ?? null];
    return sameData(from, to) ? [] : [optionChange(option, from, to)];
  });
}

function groupValues(config: GroupConfig): ReadonlyMap<string, Json> {
  const { kind, priority, processes } = config;
  const values = new Map<string, Json>([["priority", priority]]);
  if (kind === "group") values.set("processes", new Map(namesOf(config).map((name) => [name, ""])));
  else values.set("numprocs", processes.length);
  // A program by itself and a group are one kind, if of two words.
  if (kind === "eventlistener" || kind === "fcgi") values.set("type", kind);
  if (kind !== "eventlistener") return values;
  const { buffer_size, events, result_handler } = config;
  return values.set("buffer_size", buffer_size).set("events", events.join(","))
    .set("result_handler", result_handler);
}

/** In the order of the alphabet. */
export function namesOf({ processes }: GroupConfig): string[] {
  return processes.map(({ name }) => name).sort();
}
