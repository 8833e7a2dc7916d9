/** @jsxImportSource hono/jsx */
/** What all pages have in common. */
import type { PropsWithChildren } from "hono/jsx";

interface LayoutProps {
  readonly title: string;
  /** The page's own script, if it has one; everything but liveness works without it. */
  readonly script?: string;
  /** Where to go where there are no scripts, if not here. */
  readonly instead?: string | undefined;
}

interface DetailHeaderProps {
  readonly name: string;
  /** What of it the page shows. */
  readonly what: string;
  /** Where the daemon runs, in words. */
  readonly place: string;
}

/** The head of a page about one process. */
export function DetailHeader({ name, what, place }: DetailHeaderProps) {
  return (
    <header>
      <div>
        <h1>
          {name} <small>{what} · {place}</small>
        </h1>
      </div>
      <nav id="page" aria-label="Pages">
        <a href="index.html">All processes</a>
      </nav>
    </header>
  );
}

/** Links are relative, so that the pages also work behind a proxy that serves them in a folder. */
export function Layout({ title, script, instead, children }: PropsWithChildren<LayoutProps>) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" type="text/css" href="stylesheets/supervisor.css" />
        <link rel="icon" type="image/svg+xml" href="static/icon.svg" />
        {instead !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={`0; url=${instead}`} />
          </noscript>
        )}
        {script !== undefined && <script src={`static/${script}`} defer></script>}
      </head>
      <body>{children}</body>
    </html>
  );
}
