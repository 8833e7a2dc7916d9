/** Supervisor's plug-ins are Python; these are the ones whose work visor does itself. */

const OWN: readonly string[] = [
  "supervisor.rpcinterface:make_main_rpcinterface",
  "supervisor.dispatchers:default_handler",
  "supervisor_stdout:event_handler",
];

/** Why a plug-in cannot be used; undefined for those that need no Python. */
export function pluginProblem(spec: string): string | undefined {
  return OWN.includes(spec.replaceAll(" ", ""))
    ? undefined
    : `visor runs no Python plug-ins; it knows ${OWN.join(", ")} only`;
}
