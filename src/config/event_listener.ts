/** `[eventlistener:x]`: a pool of processes that are told of events. */
import type { EventListenerConfig } from "../model/config.ts";
import { boolean, integer, list } from "./datatypes.ts";
import { EVENT_TYPES, isEventType } from "../model/event_types.ts";
import type { IniSection } from "./ini.ts";
import { type Load, scopeWithHere } from "./load.ts";
import { show } from "./problems.ts";
import { readProcesses } from "./program.ts";
import { complainOfPlugin } from "./rpc_interfaces.ts";
import { complain, read, readText, type Scope, valueOf } from "./section.ts";
import { compareText } from "./text.ts";
import { nearest } from "./suggest.ts";

const DEFAULT_HANDLER = "supervisor.dispatchers:default_handler";

/**
 * A pool and its processes. Pools start first and stop last unless `priority` says otherwise.
 *
 * @param environment `[supervisord] environment`.
 * @see spec/config.md §7
 */
export function readEventListener(
  load: Load,
  section: IniSection,
  environment: ReadonlyMap<string, string>,
): EventListenerConfig {
  const scope = scopeWithHere(load, section);
  const name = section.name.slice(section.name.indexOf(":") + 1);
  const priority = read(scope, "priority", integer, -1);
  const buffer_size = readBufferSize(scope);
  const result_handler = readHandler(load, scope);
  const events = readEvents(scope);
  refuseRedirect(scope);
  const processes = readProcesses(load, section, { groupName: name, environment, socket: null });
  return { kind: "eventlistener", name, priority, buffer_size, result_handler, events, processes };
}

function readBufferSize(scope: Scope): number {
  const size = read(scope, "buffer_size", integer, 10);
  if (size < 1) {
    const message = `[${scope.section.name}] section sets invalid buffer_size (${size})`;
    const detail = `expected 1 or more, got ${size}`;
    complain(scope, "buffer_size", { code: "BAD_VALUE", message, detail });
  }
  return size;
}

function readHandler(load: Load, scope: Scope): string {
  const handler = readText(scope, "result_handler") ?? DEFAULT_HANDLER;
  const problem = load.host.pluginProblem(handler);
  if (problem !== undefined) complainOfPlugin(scope, "result_handler", handler, problem);
  return handler;
}

function readEvents(scope: Scope): string[] {
  const { name } = scope.section;
  const written = list(readText(scope, "events") ?? "").map((event) => event.toUpperCase());
  if (written.length === 0) {
    const message = `[${name}] section requires an "events" line`;
    const problem = valueOf(scope, "events") ? "is empty" : "is missing";
    const detail = `${problem}; expected names of events such as PROCESS_STATE or TICK_60`;
    complain(scope, "events", { code: "MISSING_OPTION", message, detail });
  }
  for (const event of written.filter((event) => !isEventType(event))) {
    const near = nearest(event, EVENT_TYPES);
    const message = `Unknown event type ${event} in [${name}] events`;
    const detail = `expected names of events, got ${show(event)}` +
      (near === undefined ? "" : `; did you mean ${near}?`);
    complain(scope, "events", { code: "BAD_VALUE", message, detail });
  }
  return [...new Set(written)].sort(compareText);
}

function refuseRedirect(scope: Scope): void {
  if (!read(scope, "redirect_stderr", boolean, false)) return;
  complain(scope, "redirect_stderr", {
    code: "CONFLICT",
    message: `[${scope.section.name}] section sets redirect_stderr=true but this is not allowed ` +
      "because it will interfere with the eventlistener protocol",
    detail: "expected false: a listener speaks to the daemon through stdout",
  });
}
