/** `[rpcinterface:x]`: which methods XML-RPC clients may call. */
import type { RpcInterfaceConfig } from "../model/config.ts";
import type { IniSection } from "./ini.ts";
import { type Load, plainScope, sectionsStarting } from "./load.ts";
import { show } from "./problems.ts";
import { complain, readText, type Scope } from "./section.ts";

const FACTORY = "supervisor.rpcinterface_factory";

/** @see spec/config.md §7 */
export function readRpcInterfaces(load: Load): RpcInterfaceConfig[] {
  return sectionsStarting(load, "rpcinterface:").map((section) => readOne(load, section));
}

/** `[DEFAULT]` is no part of the factory's options: Supervisor dies of that. */
function readOne(load: Load, section: IniSection): RpcInterfaceConfig {
  const scope = plainScope(load, section);
  const options = new Map<string, string>();
  for (const option of section.options.keys()) {
    if (option !== FACTORY) options.set(option, readText(scope, option) ?? "");
  }
  const factory = readPlugin(load, scope, FACTORY);
  const name = section.name.slice(section.name.indexOf(":") + 1);
  return { section: section.name, name, factory, options };
}

/** The plug-in that an option names. Reports one that is missing, or cannot be used here. */
export function readPlugin(load: Pick<Load, "host">, scope: Scope, option: string): string {
  const { name } = scope.section;
  const spec = readText(scope, option);
  if (spec === null) {
    const message = `section [${name}] does not specify a ${option}`;
    const detail = "is missing; expected the plug-in to use, as module:factory";
    complain(scope, option, { code: "MISSING_OPTION", message, detail });
    return "";
  }
  const problem = load.host.pluginProblem(spec);
  if (problem !== undefined) complainOfPlugin(scope, option, spec, problem);
  return spec;
}

/** @param reason Why it cannot be used. */
export function complainOfPlugin(
  scope: Scope,
  option: string,
  spec: string,
  reason: string,
): void {
  complain(scope, option, {
    code: "UNKNOWN_PLUGIN",
    message: `${spec} cannot be resolved within [${scope.section.name}]: ${reason}`,
    detail: `expected a plug-in that can be used here, got ${show(spec)}: ${reason}`,
  });
}
