/** The least that an HTTP server on a unix socket can do; `deno task bench` measures it on Bun. */
import { createServer } from "node:http";
import process from "node:process";

createServer((request, response) => {
  request.resume().once("end", () => response.setHeader("Content-Length", 0).end());
}).listen(process.argv[2]);
