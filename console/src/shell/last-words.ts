/** The console itself broke: better two plain sentences than an empty page. React has taken down all else by then. */
export function sayBroken(error: unknown): void {
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.className = "problem";
  const says = error instanceof Error ? error.message : String(error);
  text.textContent = `The console broke (${says}). Houston goes on without it: houston status, houston hold. `;
  const again = document.createElement("button");
  again.textContent = "Load the page again";
  again.addEventListener("click", () => location.reload());
  text.append(again);
  document.body.prepend(text);
}
