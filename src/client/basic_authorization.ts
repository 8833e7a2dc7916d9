/** The header that names a user, or nothing where no user is given. @see spec/control.md §1 */
export function basicAuthorization(
  username: string | null,
  password: string | null,
): Record<string, string> {
  if (!username) return {};
  const bytes = new TextEncoder().encode(`${username}:${password ?? ""}`);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}
