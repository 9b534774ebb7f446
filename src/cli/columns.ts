import { padded, textOf, toned, widthOf, withText, type Line, type Part } from "./colour.ts";
import { clean } from "./clean.ts";

export type Column<Row> = {
  readonly title: string;
  readonly align: "left" | "right";
  /** What a narrow window goes without first has the highest; 0 always stays. */
  readonly spare: number;
  readonly cell: (row: Row) => Part;
};

const GAP = 2;

/** A table with toned cells that leaves out columns, the most spare first, until it fits the width. */
export function columnLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): Line[] {
  let shown = columns.map((column) => {
    // Cleaned before it is measured: what is not shown takes no room.
    const cells = rows.map((row) => withText(column.cell(row), clean(textOf(column.cell(row)))));
    const widths = [column.title, ...cells.map(textOf)].map(widthOf);
    return { column, cells, width: Math.max(...widths) };
  });
  while (shown.reduce((sum, each) => sum + each.width + GAP, -GAP) > width) {
    const most = Math.max(...shown.map(({ column }) => column.spare));
    if (most === 0) break;
    shown = shown.filter(({ column }) => column.spare !== most);
  }
  const line = (cellOf: (each: (typeof shown)[number]) => Part): Line => {
    const cells = shown.map((each) => ({ ...each, part: cellOf(each) }));
    // What stands last is not filled up: a line ends where its words end.
    const end = cells.findLastIndex(({ part }) => textOf(part) !== "");
    return cells.slice(0, end + 1).flatMap(({ part, column, width: room }, index) => {
      const isLast = index === end && column.align === "left";
      const filled = isLast ? part : withText(part, padded(textOf(part), room, column.align));
      return index === 0 ? [filled] : [" ".repeat(GAP), filled];
    });
  };
  return [
    line(({ column }) => toned("quiet", column.title)),
    ...rows.map((_, index) => line(({ cells }) => cells[index] ?? "")),
  ];
}

const BAR_FULL = "█";
const BAR_EMPTY = "░";

/** `██████░░░░` for 0.6. Anything at all shows, and only all of it is full. */
export function bar(share: number, columns: number): string {
  const exact = Math.max(0, Math.min(1, share)) * columns;
  const full = exact > 0 && exact < 1 ? 1 : Math.floor(exact);
  return BAR_FULL.repeat(full) + BAR_EMPTY.repeat(columns - full);
}
