/** A page for people who open the API in a browser; the console takes its place. */
export function indexPage(): string {
  const links = [
    "/api/status",
    "/api/view",
    "/api/timeline?limit=50",
    "/api/plan",
    "/api/recording",
    "/metrics",
    "/health",
  ];
  const list = links.map((link) => `<li><a href="${link}">${link}</a></li>`).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Houston</title>
<h1>Houston</h1><p>Watches every location. On the command line: <code>houston status</code>.</p><ul>${list}</ul></html>`;
}
