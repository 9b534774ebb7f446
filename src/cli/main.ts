const words = process.argv.slice(2);
// Tab wants its answer at once: that one way in loads nothing of the others.
if (words[0] === "__complete") {
  const { complete } = await import("./complete.ts");
  await complete(words.slice(1));
} else {
  const { runHouston } = await import("./run.ts");
  process.exitCode = await runHouston(words);
}
