/** An element of the little XML that Route 53 speaks: no attributes but a namespace, no mixed content. */
export type Xml = { readonly name: string; readonly text: string; readonly children: readonly Xml[] };

/** Reads a document; throws for what is not of that kind, or not whole. */
export function readXml(document: string): { readonly root: Xml; readonly namespace: string } {
  const namespace = /xmlns="([^"]*)"/.exec(document)?.[1] ?? "";
  const tokens = document.replace(/^<\?xml[^>]*\?>/, "").match(/<[^>]+>|[^<]+/g) ?? [];
  let at = 0;
  const element = (): Xml => {
    const opened = /^<([A-Za-z0-9]+)(?: xmlns="[^"]*")?(\/?)>$/.exec(tokens[at++] ?? "");
    if (opened === null) throw new Error(`no element: ${tokens[at - 1]}`);
    const [, name, isEmpty] = opened;
    if (isEmpty === "/") return { name: name!, text: "", children: [] };
    const children: Xml[] = [];
    let text = "";
    while (tokens[at] !== `</${name}>`) {
      if (at >= tokens.length) throw new Error(`${name} is not closed`);
      if (tokens[at]!.startsWith("<")) children.push(element());
      else text += unescaped(tokens[at++]!);
    }
    at += 1;
    return { name: name!, text, children };
  };
  const root = element();
  if (at !== tokens.length) throw new Error("something stands behind the end");
  return { root, namespace };
}

export function childOf(xml: Xml, name: string): Xml | undefined {
  return xml.children.find((child) => child.name === name);
}

export function textOf(xml: Xml, name: string): string | undefined {
  return childOf(xml, name)?.text;
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
