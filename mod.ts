/** What another program may import from visor. */
export { checkConfig, type CheckedConfig, loadConfig } from "./src/config/config.ts";
export { compareGroups } from "./src/config/diff.ts";
export type { ConfigHost } from "./src/config/host.ts";
export { ConfigError } from "./src/config/problems.ts";
export { DaemonClient } from "./src/client/daemon_client.ts";
export type { ProcessEvent, Status, Step } from "./src/engine/step.ts";
export { transition } from "./src/engine/transition.ts";
export type { Config, GroupConfig, ProcessConfig } from "./src/model/config.ts";
export { type ProcessState, STATE_CODES } from "./src/model/state.ts";
export { readCall, readResponse } from "./src/rpc/read_xml.ts";
export { writeCall, writeFault, writeResponse } from "./src/rpc/write_xml.ts";
