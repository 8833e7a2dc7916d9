import assert from "node:assert/strict";
import { test } from "node:test";
import { authorize, type Credentials, type Verdict } from "./auth.ts";

const basic = (pair: string) => {
  const bytes = new TextEncoder().encode(pair);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
};

const plain: Credentials = { username: "user", password: "123" };
/** SHA-1 of `thepassword`, as the Supervisor manual has it. */
const SHA = "{SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d";
const hashed: Credentials = { username: "user", password: SHA };
const upper: Credentials = { username: "user", password: `{SHA}${SHA.slice(5).toUpperCase()}` };

/** Columns: what, header, credentials, verdict. @see spec/control.md §1, "Auth" */
const cases: readonly (readonly [string, string | null, Credentials, Verdict])[] = [
  ["no header", null, plain, "denied"],
  ["the right pair", basic("user:123"), plain, "granted"],
  ["a scheme in other letters", `bAsIc ${btoa("user:123")}`, plain, "granted"],
  ["another password", basic("user:124"), plain, "denied"],
  ["another user", basic("root:123"), plain, "denied"],
  ["a prefix of the password", basic("user:12"), plain, "denied"],
  ["no password", basic("user:"), plain, "denied"],
  ["no colon", basic("user123"), plain, "denied"],
  ["nothing at all", "Basic ", plain, "denied"],
  ["two spaces", `Basic  ${btoa("user:123")}`, plain, "denied"],
  ["more words", `${basic("user:123")} x`, plain, "denied"],
  ["another scheme", "Bearer abc", plain, "denied"],
  ["a digest", 'Digest username="user"', plain, "denied"],
  ["what is no base64", "Basic !!!", plain, "malformed"],
  ["cut-off base64", "Basic dXNlc", plain, "malformed"],
  ["a colon in the password", basic("user:a:b"), { username: "user", password: "a:b" }, "granted"],
  [
    "an empty password that is right",
    basic("user:"),
    { username: "user", password: "" },
    "granted",
  ],
  ["a password beyond ASCII", basic("usér:pässwörd"), {
    username: "usér",
    password: "pässwörd",
  }, "granted"],
  ["a password that was stored as its SHA-1", basic("user:thepassword"), hashed, "granted"],
  ["another password than the stored SHA-1's", basic("user:Thepassword"), hashed, "denied"],
  ["the stored text itself", basic(`user:${SHA}`), hashed, "denied"],
  ["the SHA-1 itself", basic(`user:${SHA.slice(5)}`), hashed, "denied"],
  ["200 characters of each", basic(`${"u".repeat(200)}:${"p".repeat(200)}`), {
    username: "u".repeat(200),
    password: "p".repeat(200),
  }, "granted"],
  ["a SHA-1 stored in capitals", basic("user:thepassword"), upper, "denied"],
];

for (const [name, header, wanted, verdict] of cases) {
  test(`authorize() finds ${name} ${verdict}`, async () => {
    assert.equal(await authorize(header, wanted), verdict);
  });
}

/** What is digested, in order, while a header is looked at. */
async function digests(header: string, wanted: Credentials): Promise<string[]> {
  const { subtle } = crypto;
  const found: string[] = [];
  const digest = subtle.digest.bind(subtle);
  const spy = (algorithm: string, bytes: Uint8Array<ArrayBuffer>) => {
    found.push(algorithm);
    return digest(algorithm, bytes);
  };
  Object.defineProperty(subtle, "digest", { value: spy, configurable: true, writable: true });
  try {
    await authorize(header, wanted);
  } finally {
    delete (subtle as { digest?: unknown }).digest;
  }
  return found;
}

for (
  const [name, wanted, password] of [["clear", plain, "123"], [
    "hashed",
    hashed,
    "thepassword",
  ]] as const
) {
  test(`a stranger, a wrong password and the right one (${name}) take the same way`, async () => {
    const right = await digests(basic(`user:${password}`), wanted);
    assert.ok(right.filter((each) => each === "SHA-256").length === 4, right.join());
    for (
      const pair of [
        "nobody:x",
        "user:x",
        `nobody:${password}`,
        "user:",
        ":",
        `${"u".repeat(200)}:x`,
      ]
    ) {
      assert.deepEqual(await digests(basic(pair), wanted), right, pair);
    }
  });
}
