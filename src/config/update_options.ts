/** Options that say how an update treats a program. */
import type { OwnProgramOptions } from "../model/own_options.ts";
import { boolean } from "./datatypes.ts";
import { read, type Scope } from "./section.ts";

export function readUpdateOptions(scope: Scope): Pick<OwnProgramOptions, "keepstopped"> {
  return {
    keepstopped: read<OwnProgramOptions["keepstopped"]>(scope, "keepstopped", boolean, null),
  };
}
