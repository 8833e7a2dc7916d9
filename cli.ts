/** visor's executable. */
import { main } from "./src/cli/main.ts";

const status = await main(process.argv0, process.argv.slice(2));
process.exit(status);
