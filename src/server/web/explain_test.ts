import assert from "node:assert/strict";
import { test } from "node:test";
import { code, group, lone, program } from "../../../tests/support/fake_world.ts";
import { FakeWeb } from "./testing.ts";

test("a row in trouble leads to the page that explains it", async () => {
  const web = new FakeWeb(group("site", [program("bad", { startretries: 0 }), program("good")]));
  web.world.run("good");
  web.world.supervisor.start(web.world.process("bad"));
  web.world.exit("bad", code(3));
  web.logs.set("bad.stderr", "<script>alert(1)</script>\n\x1b[31mno\x1b[0m\n");
  const links = [...(await web.page("/")).matchAll(/href="(explain[^"]*)"/g)].map(([, to]) => to);
  assert.deepEqual(new Set(links), new Set(["explain.html?processname=site%3Abad"]));
  const page = await web.page(`/${links[0]}`);
  assert.match(page, /site:bad is FATAL: given up after one start; it ended with exit status 3/);
  assert.match(page, /stderr +\| &lt;script&gt;alert\(1\)&lt;\/script&gt;\n +\| no\n/);
  assert.match(page, /-&gt; To start it when that is mended: visor ctl start site:bad/);
});

for (const name of ["", "nix", "site:*", "<b>"]) {
  test(`there is no explanation of "${name}"`, async () => {
    const reply = await new FakeWeb(lone("site")).fetch(
      `/explain.html?processname=${encodeURIComponent(name)}`,
    );
    assert.equal(reply.status, 404);
    assert.ok(!(await reply.text()).includes("<b>"));
  });
}
