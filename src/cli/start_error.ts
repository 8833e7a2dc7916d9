/** Why visor cannot start, for whoever called it; exit status 2. */
export class StartError extends Error {
  override readonly name = "StartError";
}
